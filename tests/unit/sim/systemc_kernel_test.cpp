// SPDX-License-Identifier: Apache-2.0
// The kernel on every vector target, and the trit decoder, against plain integers.
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "host_driver/trit5.h"
#include "sim/systemc/kernel.h"
#include "sim/systemc/trit_decode.h"

namespace tercet {
namespace {

struct Tile {
  TileShape shape;
  std::vector<int> weights;      // [cols][rows]
  std::vector<uint8_t> columns;  // packed
};

/// Every code occurs, {nz 0, neg 1} too: the array takes it as 0.
Tile random_tile(TileShape shape, std::mt19937& rng) {
  Tile tile{shape, {}, std::vector<uint8_t>(shape.cols * shape.rows / 4)};
  const uint32_t plane = shape.rows / 8;
  for (uint32_t c = 0; c < shape.cols; ++c) {
    for (uint32_t r = 0; r < shape.rows; ++r) {
      const uint32_t code = rng() % 4;
      const int nz = code & 1;
      const int neg = static_cast<int>(code >> 1);
      tile.weights.push_back(nz - 2 * (nz & neg));
      tile.columns[c * 2 * plane + r / 8] |= static_cast<uint8_t>(nz << (r % 8));
      tile.columns[(c * 2 + 1) * plane + r / 8] |= static_cast<uint8_t>(neg << (r % 8));
    }
  }
  return tile;
}

void expect_products(const TileShape& shape, uint32_t tokens, std::mt19937& rng) {
  const Tile tile = random_tile(shape, rng);
  std::vector<uint8_t> bytes(tokens * shape.rows);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(rng() % 3 == 0 ? 0x80 : rng());
  std::vector<uint8_t> planes(bytes.size());
  std::vector<uint8_t> biased(bytes.size());
  to_biased(bytes.data(), static_cast<uint32_t>(bytes.size()), biased.data());
  for (uint32_t t = 0; t < tokens; ++t) {
    to_planes(&bytes[t * shape.rows], shape.rows, &planes[t * shape.rows]);
  }
  std::vector<int32_t> sums(tokens * shape.cols, 12345);
  for (const int times : {1, 2}) {
    multiply_tile(shape, tile.columns.data(), {planes.data(), biased.data()}, tokens, times == 1,
                  sums.data());
    for (uint32_t t = 0; t < tokens; ++t) {
      for (uint32_t c = 0; c < shape.cols; ++c) {
        int expected = 0;
        for (uint32_t r = 0; r < shape.rows; ++r) {
          expected +=
              static_cast<int8_t>(bytes[t * shape.rows + r]) * tile.weights[c * shape.rows + r];
        }
        ASSERT_EQ(sums[t * shape.cols + c], times * expected)
            << kernel_target() << " rows " << shape.rows << " token " << t << " column " << c;
      }
    }
  }
}

TEST(SystemcKernel, EqualsPlainIntegersOnEveryTarget) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    std::mt19937 rng(1);
    for (const TileShape shape : {TileShape{16, 16}, TileShape{64, 64}, TileShape{128, 256}}) {
      for (const uint32_t tokens : {1u, 2u, 7u, 64u}) expect_products(shape, tokens, rng);
    }
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

TEST(SystemcKernel, HoldsTheLargestSums) {
  const TileShape shape{64, 64};
  constexpr uint32_t kTokens = 8;
  std::vector<uint8_t> columns(64 * 16, 0xff);     // all -1
  std::vector<uint8_t> bytes(kTokens * 64, 0x80);  // all -128
  std::vector<uint8_t> planes(bytes.size());
  std::vector<uint8_t> biased(bytes.size());
  for (uint32_t t = 0; t < kTokens; ++t) to_planes(&bytes[t * 64], 64, &planes[t * 64]);
  to_biased(bytes.data(), kTokens * 64, biased.data());
  std::vector<int32_t> sums(kTokens * 64);
  for (int i = 0; i < 1024; ++i) {
    multiply_tile(shape, columns.data(), {planes.data(), biased.data()}, 1, i == 0, sums.data());
    multiply_tile(shape, columns.data(), {planes.data() + 64, biased.data() + 64}, kTokens - 1,
                  i == 0, sums.data() + 64);
  }
  for (const int32_t sum : sums) EXPECT_EQ(sum, 128 * 64 * 1024);
}

TEST(SystemcTritDecode, DecodesEveryCodeInEveryRow) {
  for (const uint32_t rows : {16u, 64u, 128u}) {
    const uint32_t plane = rows / 8;
    for (uint32_t first = 0; first < 256; ++first) {
      std::vector<uint8_t> beat(rows);
      for (uint32_t r = 0; r < rows; ++r) {
        const uint32_t code = (first + r) % 256;
        for (uint32_t b = 0; b < 8; ++b) {
          beat[b * plane + r / 8] |= static_cast<uint8_t>((code >> b & 1) << (r % 8));
        }
      }
      std::vector<uint8_t> columns(10 * plane);
      decode_trit5_beat(beat.data(), rows, columns.data());
      for (uint32_t r = 0; r < rows; ++r) {
        const auto expected = decode_trit5(static_cast<uint8_t>(first + r));
        for (uint32_t c = 0; c < 5; ++c) {
          const int nz = columns[c * 2 * plane + r / 8] >> (r % 8) & 1;
          const int neg = columns[(c * 2 + 1) * plane + r / 8] >> (r % 8) & 1;
          ASSERT_EQ(nz - 2 * neg, expected[c]) << "code " << (first + r) % 256 << " trit " << c;
        }
      }
    }
  }
}

}  // namespace
}  // namespace tercet
