// SPDX-License-Identifier: Apache-2.0
// Device memory is handed out once, aligned, and merged when it comes back.
#include "host_driver/allocator.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace tercet {
namespace {

TEST(AllocatorTest, RangesAreAlignedDisjointAndInside) {
  DeviceAllocator memory(100, 64 * 1024, 256);
  EXPECT_EQ(memory.allocate(1), 256u);
  EXPECT_EQ(memory.allocate(257), 512u);
  EXPECT_EQ(memory.allocate(256), 1024u);
  EXPECT_EQ(memory.free_bytes(), 64u * 1024 - 1280);
}

TEST(AllocatorTest, WhatComesBackIsMergedInAnyOrder) {
  for (const std::vector<int>& order :
       {std::vector<int>{0, 1, 2}, {2, 1, 0}, {0, 2, 1}, {1, 0, 2}}) {
    DeviceAllocator memory(0, 4096, 256);
    const uint64_t all = memory.free_bytes();
    std::vector<uint64_t> ranges;
    for (int i = 0; i < 3; ++i) ranges.push_back(memory.allocate(1000));
    for (const int i : order) memory.release(ranges[static_cast<size_t>(i)]);
    EXPECT_EQ(memory.largest_free(), all);
    EXPECT_EQ(memory.allocate(all), 0u);
  }
}

TEST(AllocatorTest, FullMemoryIsAnErrorWithNumbers) {
  DeviceAllocator memory(0, 4096, 256);
  memory.allocate(4000);
  try {
    memory.allocate(257);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("257 bytes"), std::string::npos) << error.what();
  }
  EXPECT_THROW(memory.allocate(UINT64_MAX), Error);
  EXPECT_THROW(DeviceAllocator(0, 100, 3), Error);
  EXPECT_THROW(DeviceAllocator(10, 5, 1), Error);
}

TEST(AllocatorTest, OnlyWhatWasAllocatedCanBeReleased) {
  DeviceAllocator memory(0, 4096, 256);
  const uint64_t range = memory.allocate(512);
  EXPECT_THROW(memory.release(range + 256), Error);
  memory.release(range);
  EXPECT_THROW(memory.release(range), Error);
}

TEST(AllocatorTest, RandomUseNeverOverlapsAndLosesNothing) {
  Rng rng(11);
  DeviceAllocator memory(0, 1 << 20, 64);
  const uint64_t all = memory.free_bytes();
  std::vector<std::pair<uint64_t, uint64_t>> used;
  for (int i = 0; i < 5000; ++i) {
    if (used.empty() || (used.size() < 60 && rng.below(2) == 0)) {
      const uint64_t bytes = 1 + rng.below(9000);
      const uint64_t address = memory.allocate(bytes);
      for (const auto& [other, size] : used) {
        ASSERT_TRUE(address + bytes <= other || other + size <= address);
      }
      used.emplace_back(address, bytes);
    } else {
      const size_t index = rng.below(used.size());
      memory.release(used[index].first);
      used.erase(used.begin() + static_cast<std::ptrdiff_t>(index));
    }
  }
  for (const auto& [address, bytes] : used) memory.release(address);
  EXPECT_EQ(memory.largest_free(), all);
}

}  // namespace
}  // namespace tercet
