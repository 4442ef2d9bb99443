// SPDX-License-Identifier: Apache-2.0
// Weight streams decode back to the matrix, bit by bit, in both packings and all sizes.
#include "host_driver/packing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/error.h"
#include "host_driver/trit5.h"
#include "tests/unit/host_driver/device_buffers.h"
#include "tests/unit/host_driver/loop_device.h"

namespace tercet {
namespace {

class PackingTest : public testing::TestWithParam<std::tuple<const char*, Packing>> {};

INSTANTIATE_TEST_SUITE_P(Machines, PackingTest,
                         testing::Combine(testing::Values("tiny", "edge", "server"),
                                          testing::Values(Packing::kTwoBit, Packing::kTrit5)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param)) + "_" +
                                  packing_name(std::get<1>(info.param));
                         });

TEST_P(PackingTest, EveryWeightIsWhereTheMachineLooksForIt) {
  const tercet_config& machine = find_machine(std::get<0>(GetParam()));
  const Packing packing = std::get<1>(GetParam());
  const int64_t rows = machine.rows;
  const int64_t cols = machine.cols;
  for (const int64_t n : {int64_t{1}, cols - 1, cols, cols + 1, 3 * cols - 2}) {
    for (const int64_t k : {int64_t{1}, rows - 1, rows, rows + 1, 2 * rows + 9}) {
      const Problem problem = random_problem(1, n, k, static_cast<uint64_t>(n * 1000 + k));
      const std::vector<uint8_t> stream = pack_weights(machine, packing, problem.w());
      ASSERT_EQ(static_cast<int64_t>(stream.size()),
                weight_beats(machine, packing, n, k) * machine.axi_bytes);
      const int64_t tiles = k_tiles(machine, k);
      for (int64_t i = 0; i < n_tiles(machine, n) * cols; ++i) {
        for (int64_t j = 0; j < tiles * rows; ++j) {
          const int expected = i < n && j < k ? problem.trits[static_cast<size_t>(i * k + j)] : 0;
          ASSERT_EQ(weight_at(machine, packing, stream.data(), tiles, i, j), expected)
              << i << " " << j;
        }
      }
    }
  }
}

TEST_P(PackingTest, APartOfTheInputsIsPackedLikeAMatrixOfItsOwn) {
  const tercet_config& machine = find_machine(std::get<0>(GetParam()));
  const Packing packing = std::get<1>(GetParam());
  const int64_t k = 3 * static_cast<int64_t>(machine.rows) + 7;
  const int64_t k0 = machine.rows + 3;
  const int64_t n = machine.cols + 2;
  const Problem whole = random_problem(1, n, k, 4);
  std::vector<int8_t> part;
  for (int64_t i = 0; i < n; ++i) {
    part.insert(part.end(), whole.trits.begin() + i * k + k0, whole.trits.begin() + (i + 1) * k);
  }
  std::vector<uint8_t> stream;
  pack_weights(machine, packing, whole.w(), k0, k - k0, [&](const uint8_t* data, size_t bytes) {
    stream.insert(stream.end(), data, data + bytes);
  });
  const auto copy = WeightMatrix::from_trits("part", n, k - k0, part.data());
  EXPECT_EQ(stream, pack_weights(machine, packing, copy));
  EXPECT_THROW(pack_weights(machine, packing, whole.w(), k0, k, [](const uint8_t*, size_t) {}),
               Error);
}

TEST(Trit5Test, TheEncoderFindsTheSmallestCodeOfAllFiveTrits) {
  std::map<std::array<int8_t, 5>, int> smallest;
  for (int code = 255; code >= 0; --code) smallest[decode_trit5(static_cast<uint8_t>(code))] = code;
  ASSERT_EQ(smallest.size(), 243u);
  for (const auto& [trits, code] : smallest) {
    std::array<TritPlanes, 5> columns;
    for (size_t i = 0; i < 5; ++i) {
      // Row 0 and row 63, to see that rows do not mix.
      columns[i].nz = trits[i] != 0 ? 0x8000000000000001u : 0;
      columns[i].neg = trits[i] < 0 ? 0x8000000000000001u : 0;
    }
    const std::array<uint64_t, 8> planes = encode_trit5(columns);
    for (int b = 0; b < 8; ++b) {
      const uint64_t bit = (code >> b & 1) != 0 ? 0x8000000000000001u : 0;
      EXPECT_EQ(planes[static_cast<size_t>(b)], bit) << "code " << code << " bit " << b;
    }
  }
}

TEST(Trit5Test, CodesStandForTheTritsOfTheAstcTable) {
  // Five trits of ASTC's table "Trit-based packing", as (T, t0..t4).
  EXPECT_EQ(decode_trit5(0), (std::array<int8_t, 5>{0, 0, 0, 0, 0}));
  EXPECT_EQ(decode_trit5(1), (std::array<int8_t, 5>{1, 0, 0, 0, 0}));
  EXPECT_EQ(decode_trit5(2), (std::array<int8_t, 5>{-1, 0, 0, 0, 0}));
  EXPECT_EQ(decode_trit5(3), (std::array<int8_t, 5>{0, 0, -1, 0, 0}));
  EXPECT_EQ(decode_trit5(255), (std::array<int8_t, 5>{-1, 1, -1, -1, -1}));
}

TEST(ActivationPackingTest, TokensFollowEachOtherInsideAKTile) {
  const tercet_config& machine = find_machine("tiny");
  const int64_t m = 3;
  const int64_t k = 20;
  std::vector<int8_t> q(static_cast<size_t>(m * k));
  for (size_t i = 0; i < q.size(); ++i) q[i] = static_cast<int8_t>(i + 1);
  std::vector<uint8_t> out(static_cast<size_t>(m * 2 * machine.rows), 0xee);
  pack_activations(machine, q.data(), m, k, 0, k, 2, out.data());
  // First m_tile: tokens 0 and 1 of k_tile 0, then of k_tile 1; then token 2.
  const std::array<int, 6> first = {1, 21, 17, 37, 41, 57};
  for (size_t beat = 0; beat < first.size(); ++beat) {
    EXPECT_EQ(out[beat * machine.rows], first[beat]);
  }
  EXPECT_TRUE(std::all_of(out.begin() + 2 * 16 + 4, out.begin() + 3 * 16,
                          [](uint8_t byte) { return byte == 0; }));
}

}  // namespace
}  // namespace tercet
