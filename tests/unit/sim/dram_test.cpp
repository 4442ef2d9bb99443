// SPDX-License-Identifier: Apache-2.0
// Memory image and the names of memories.
#include <gtest/gtest.h>

#include <array>

#include "base/error.h"
#include "host_driver/layout.h"
#include "sim/dram/machine_memory.h"
#include "sim/dram/memory_image.h"

namespace tercet {
namespace {

TEST(MemoryImageTest, KeepsBytesAndRefusesWhatIsOutside) {
  MemoryImage memory(uint64_t{1} << 40);  // costs only the pages that are touched
  const std::array<uint8_t, 3> data = {1, 2, 3};
  memory.write(memory.size() - 3, data.data(), 3);
  std::array<uint8_t, 3> back{};
  memory.read(memory.size() - 3, back.data(), 3);
  EXPECT_EQ(back, data);
  EXPECT_THROW(memory.write(memory.size() - 2, data.data(), 3), Error);
  EXPECT_THROW(memory.read(UINT64_MAX, back.data(), 3), Error);
  EXPECT_THROW(MemoryImage(0), Error);
}

TEST(MachineMemoryTest, EveryMachineNamesAPresetAndUnknownNamesAreListed) {
  for (const tercet_config& machine : TERCET_CONFIGS) {
    EXPECT_NO_THROW(machine_dram("dram", machine)) << machine.name;
  }
  try {
    machine_dram("ddr9", find_machine("edge"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              "memory 'ddr9' is unknown; known: ideal, dram, lpddr4-3200, lpddr5x-8533, hbm2e");
  }
}

}  // namespace
}  // namespace tercet
