// SPDX-License-Identifier: Apache-2.0
// Weights that are made when read: against the packer, as statistics, and as a machine's operand.
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/engine.h"
#include "sim/dram/generated_memory.h"
#include "sim/functional/weight_row.h"
#include "systemc_test_util.h"

namespace tercet {
namespace {

std::vector<uint8_t> whole(const tercet_config& machine, const GeneratedWeights& weights) {
  std::vector<uint8_t> bytes(static_cast<size_t>(weights.bytes()));
  weights.read(0, weights.bytes() / machine.axi_bytes, bytes.data());
  return bytes;
}

std::vector<int8_t> trits_of(const tercet_config& machine, Packing packing,
                             const GeneratedMatrix& m, const std::vector<uint8_t>& stream) {
  std::vector<int8_t> trits(static_cast<size_t>(m.n * m.k));
  const auto read = [&stream](uint64_t offset, uint8_t* data, uint64_t bytes) {
    std::copy_n(stream.begin() + static_cast<int64_t>(offset), bytes, data);
  };
  for (int64_t row = 0; row < m.n; ++row) {
    read_weight_row(machine, packing, m.k, row, read, &trits[static_cast<size_t>(row * m.k)]);
  }
  return trits;
}

class GeneratedWeightsOn : public testing::TestWithParam<const char*> {
 protected:
  const tercet_config& machine_ = find_machine(GetParam());
};

TEST_P(GeneratedWeightsOn, AreWhatThePackerMakesOfTheirTrits) {
  const int64_t rows = machine_.rows;
  const int64_t cols = machine_.cols;
  const std::vector<std::pair<int64_t, int64_t>> shapes = {
      {1, 1}, {cols, rows}, {cols - 1, rows + 1}, {cols + 3, 3 * rows - 1}, {3 * cols, 5 * rows}};
  for (const auto& [n, k] : shapes) {
    const GeneratedMatrix matrix{n, k, static_cast<uint64_t>(n), 27};
    std::vector<int8_t> first;
    for (const Packing packing : {Packing::kTwoBit, Packing::kTrit5}) {
      const std::vector<uint8_t> stream =
          whole(machine_, GeneratedWeights(machine_, packing, matrix));
      const std::vector<int8_t> trits = trits_of(machine_, packing, matrix, stream);
      EXPECT_TRUE(stream == pack_weights(machine_, packing,
                                         WeightMatrix::from_trits("w", n, k, trits.data())))
          << packing_name(packing) << " " << n << " x " << k;
      if (packing == Packing::kTwoBit) {
        first = trits;
      } else {
        EXPECT_TRUE(first == trits) << "the packing changes the matrix";
      }
    }
  }
}

TEST_P(GeneratedWeightsOn, AreTheSameHoweverTheyAreRead) {
  const int64_t n = 2 * machine_.cols - 5;
  const int64_t k = 3 * machine_.rows - 5;
  for (const Packing packing : {Packing::kTwoBit, Packing::kTrit5}) {
    const GeneratedWeights weights(machine_, packing, {n, k, 3, 27});
    const std::vector<uint8_t> stream = whole(machine_, weights);
    std::mt19937_64 rng(4);
    for (int i = 0; i < 50; ++i) {
      const uint64_t beats = stream.size() / machine_.axi_bytes;
      const uint64_t first = rng() % beats;
      const uint64_t count = 1 + rng() % (beats - first);
      std::vector<uint8_t> part(count * machine_.axi_bytes);
      weights.read(first, count, part.data());
      ASSERT_TRUE(std::equal(part.begin(), part.end(),
                             stream.begin() + static_cast<int64_t>(first * machine_.axi_bytes)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, GeneratedWeightsOn, testing::Values("tiny", "edge", "server"),
                         [](const auto& info) { return std::string(info.param); });

TEST(GeneratedWeights, AreRandom) {
  const tercet_config& machine = find_machine("server");
  for (const uint32_t zeros : {0u, 1u, 27u, 32u, 63u}) {
    const GeneratedMatrix matrix{512, 1024, 99, zeros};
    const std::vector<int8_t> trits =
        trits_of(machine, Packing::kTwoBit, matrix,
                 whole(machine, GeneratedWeights(machine, Packing::kTwoBit, matrix)));
    const auto size = static_cast<double>(trits.size());
    const auto share = [&](int8_t value) {
      return static_cast<double>(std::count(trits.begin(), trits.end(), value)) / size;
    };
    const double p = zeros / 64.0;
    const double five_sigma = 5 * 0.5 / std::sqrt(size);
    EXPECT_NEAR(share(0), p, zeros == 0 ? 0.0 : five_sigma);
    EXPECT_NEAR(share(1), (1 - p) / 2, five_sigma);
    EXPECT_NEAR(share(-1), (1 - p) / 2, five_sigma);
    if (zeros != 27) continue;
    std::set<std::vector<int8_t>> rows;  // of 64 weights: none twice
    for (auto at = trits.begin(); at != trits.end(); at += 64) rows.emplace(at, at + 64);
    EXPECT_EQ(rows.size(), trits.size() / 64);
    int64_t product = 0;  // neighbours do not follow each other
    for (size_t i = 1; i < trits.size(); ++i) product += trits[i] * trits[i - 1];
    EXPECT_LT(std::abs(static_cast<double>(product)), 5 * (1 - p) * std::sqrt(size));
  }
}

TEST(GeneratedWeights, RefuseWhatNoCommandCanHold) {
  const tercet_config& machine = find_machine("tiny");
  EXPECT_THROW(GeneratedWeights(machine, Packing::kTwoBit, {0, 5, 1, 27}), Error);
  EXPECT_THROW(GeneratedWeights(machine, Packing::kTwoBit, {5, 65536, 1, 27}), Error);
  EXPECT_THROW(GeneratedWeights(machine, Packing::kTwoBit, {5, 5, 1, 64}), Error);
}

TEST(GeneratedMemory, RefusesRegionsThatOverlap) {
  const tercet_config& machine = find_machine("tiny");
  const GeneratedWeights w(machine, Packing::kTwoBit, {16, 16, 1, 27});  // 64 bytes
  EXPECT_NO_THROW(GeneratedMemory(machine, {{4160, w}, {4096, w}}, 4096));
  EXPECT_THROW(GeneratedMemory(machine, {{4096, w}, {4144, w}}, 4096), Error);
  EXPECT_THROW(GeneratedMemory(machine, {{4080, w}}, 4096), Error);
  EXPECT_THROW(GeneratedMemory(machine, {{4100, w}}, 4096), Error);
}

TEST(GeneratedMemory, EndsWhereItsRegionsEnd) {
  const tercet_config& machine = find_machine("tiny");
  const GeneratedWeights w(machine, Packing::kTwoBit, {16, 16, 1, 27});
  const GeneratedMemory memory(machine, {{4096, w}}, 4096);
  EXPECT_TRUE(memory.contains(4096, 64));
  EXPECT_FALSE(memory.contains(4096, 65));
  EXPECT_FALSE(memory.contains(4095, 1));
  EXPECT_FALSE(memory.contains(4160, 1));
  const std::vector<uint8_t> stream = whole(machine, w);
  uint8_t bytes[20];
  memory.read(4096 + 7, bytes, sizeof(bytes));
  EXPECT_TRUE(std::equal(std::begin(bytes), std::end(bytes), stream.begin() + 7));
  EXPECT_THROW(memory.read(4150, bytes, sizeof(bytes)), Error);
}

/// A random product whose weights are generated behind the memory.
struct GeneratedGemm {
  GeneratedGemm(const tercet_config& machine, uint64_t seed) {
    std::mt19937_64 rng(seed);
    c = random_gemm(machine, rng);
    matrix = {c.gemm.n, c.gemm.k, seed, 27};
    options = systemc_options("dram");
    options.memory_bytes = kStored;
    c.gemm.weights = kStored + machine.axi_bytes * (rng() % 100);
    options.generated = {{c.gemm.weights, GeneratedWeights(machine, c.gemm.packing, matrix)}};
    c.weights.clear();
  }
  static constexpr uint64_t kStored = uint64_t{1} << 26;
  GemmCase c;
  GeneratedMatrix matrix;
  SystemcOptions options;
};

TEST_P(GeneratedWeightsOn, MultiplyAsTheReferenceDoes) {
  for (uint64_t seed = 1; seed < 9; ++seed) {
    GeneratedGemm g(machine_, seed);
    const Gemm& gemm = g.c.gemm;
    std::vector<int8_t> q(static_cast<size_t>(gemm.m * gemm.k));
    std::mt19937_64 rng(seed);
    for (int8_t& x : q) x = static_cast<int8_t>(static_cast<int64_t>(rng() % 256) - 128);
    pack_activations(machine_, q.data(), gemm.m, gemm.k, 0, gemm.k, gemm.m_tile,
                     g.c.activations.data());
    SystemcDevice device(machine_, g.options);
    Driver driver(device, machine_);
    const GemmResult result = run_gemm(driver, g.c);
    const size_t outputs = static_cast<size_t>(gemm.m * gemm.n);
    std::vector<int32_t> got(outputs);
    unpack_outputs(machine_, result.outputs.data() + kGuard, gemm.m, gemm.n, gemm.m_tile, false,
                   got.data());
    const std::vector<uint8_t> stream =
        whole(machine_, GeneratedWeights(machine_, gemm.packing, g.matrix));
    const std::vector<int8_t> trits = trits_of(machine_, gemm.packing, g.matrix, stream);
    std::vector<int32_t> expected(outputs);
    ReferenceEngine().matmul(TernaryMatrix::from_trits("w", gemm.n, gemm.k, 1.0f, trits.data()),
                             q.data(), gemm.m, expected.data());
    ASSERT_TRUE(got == expected) << describe(gemm) << ", seed " << seed;
    std::vector<uint8_t> seen(stream.size());
    device.mem_read(gemm.weights, seen.data(), seen.size());
    EXPECT_TRUE(seen == stream);
  }
}

TEST(GeneratedMemory, AnswersOnlyReadsInsideIt) {
  const tercet_config& machine = find_machine("tiny");
  const GeneratedGemm g(machine, 5);
  const auto code_of = [&](const Gemm& gemm) {
    SystemcDevice device(machine, g.options);
    Driver driver(device, machine);
    try {
      driver.wait(driver.start(gemm));
    } catch (const DeviceError& error) {
      return error.code();
    }
    return uint32_t{TERCET_ERR_NONE};
  };
  EXPECT_EQ(code_of(g.c.gemm), uint32_t{TERCET_ERR_NONE});
  Gemm past = g.c.gemm;
  past.weights += machine.axi_bytes;
  EXPECT_EQ(code_of(past), uint32_t{TERCET_ERR_READ_DECERR});
  Gemm into = g.c.gemm;
  into.outputs = g.c.gemm.weights;
  EXPECT_EQ(code_of(into), uint32_t{TERCET_ERR_WRITE_SLVERR});
}

}  // namespace
}  // namespace tercet
