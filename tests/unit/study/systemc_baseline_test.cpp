// SPDX-License-Identifier: Apache-2.0
// SystemC with FP16 and INT8 elements: values against the integer reference of rtl/baseline, cycles
// and beats against the formulas, and by hand.
#include <cmath>
#include <string>

#include "base/error.h"
#include "sim/dram/machine_memory.h"
#include "study/analytic/analytic_model.h"
#include "tests/unit/sim/float_bits.h"
#include "tests/unit/sim/systemc_test_util.h"

namespace tercet {
namespace {

constexpr uint64_t kSeed = 20250611;

/// Operands of a product: int8 or binary16 patterns, [m][k] and [n][k].
struct Dense {
  Gemm gemm;
  std::vector<uint16_t> acts;
  std::vector<uint16_t> weights;
};

class Baseline : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  Baseline()
      : machine_(find_machine(std::get<0>(GetParam()))),
        format_(find_baseline(std::get<1>(GetParam()))),
        seen_(command_machine(machine_, format_)),
        bytes_(static_cast<size_t>(format_.activation_bytes)) {}

  int64_t below(int64_t n) { return static_cast<int64_t>(rng_() % static_cast<uint64_t>(n)); }

  /// Any pattern now and then, infinities and NaN too; else numbers around 1.
  uint16_t draw(bool any) {
    if (bytes_ == 1) return static_cast<uint8_t>(below(8) == 0 ? 0x80 : below(256));
    if (any) return static_cast<uint16_t>(below(1 << 16));
    return static_cast<uint16_t>(below(2) << 15 | (10 + below(10)) << 10 | below(1 << 10));
  }

  Dense random_product() {
    Dense d;
    Gemm& g = d.gemm;
    g.m = 1 + below(2 * machine_.tokens);
    g.n = 1 + below(3 * machine_.cols);
    g.k = 1 + below(std::min<int64_t>(seen_.k_max, 6 * machine_.rows));
    g.m_tile = 1 + below(max_m_tile(seen_, g.k));
    g.packing = Packing::kTwoBit;
    const bool any = below(4) == 0;
    for (int64_t i = 0; i < g.m * g.k; ++i) d.acts.push_back(draw(any && below(64) == 0));
    for (int64_t i = 0; i < g.n * g.k; ++i) d.weights.push_back(draw(any && below(64) == 0));
    place(&g);
    return d;
  }

  /// Streams one after the other, each on a page of its own.
  void place(Gemm* g) const {
    const auto after = [](uint64_t from, int64_t bytes) {
      return (from + static_cast<uint64_t>(bytes) + kGuard - 1) / kGuard * kGuard;
    };
    g->activations = kGuard;
    g->weights = after(g->activations, activation_beats(machine_, g->m, g->k) *
                                           format_.activation_bytes * machine_.axi_bytes);
    g->outputs = after(
        g->weights, weight_beats(machine_, format_, g->packing, g->n, g->k) * machine_.axi_bytes);
  }

  SystemcOptions options(const char* memory) const {
    SystemcOptions options = systemc_options(memory);
    options.format = format_;
    return options;
  }

  /// Vectors of a matrix's rows [from, from + count), k_tile by k_tile, as streams have them.
  std::vector<uint8_t> stream(const std::vector<uint16_t>& values, int64_t from, int64_t count,
                              int64_t k) const {
    const int64_t rows = machine_.rows;
    const auto total = static_cast<int64_t>(values.size()) / k;
    std::vector<uint8_t> bytes;
    for (int64_t kt = 0; kt < k_tiles(machine_, k); ++kt) {
      for (int64_t i = from; i < from + count; ++i) {
        for (int64_t c = kt * rows; c < (kt + 1) * rows; ++c) {
          const bool inside = i < total && c < k;
          const uint16_t value = inside ? values[static_cast<size_t>(i * k + c)] : uint16_t{0};
          for (size_t b = 0; b < bytes_; ++b) bytes.push_back(static_cast<uint8_t>(value >> 8 * b));
        }
      }
    }
    return bytes;
  }

  void load(Transport& device, const Dense& d) const {
    const Gemm& g = d.gemm;
    uint64_t at = g.activations;
    for (int64_t m0 = 0; m0 < g.m; m0 += g.m_tile) {
      const std::vector<uint8_t> part = stream(d.acts, m0, std::min(g.m_tile, g.m - m0), g.k);
      device.mem_write(at, part.data(), part.size());
      at += part.size();
    }
    at = g.weights;
    for (int64_t nt = 0; nt < n_tiles(machine_, g.n); ++nt) {
      const std::vector<uint8_t> part = stream(d.weights, nt * machine_.cols, machine_.cols, g.k);
      device.mem_write(at, part.data(), part.size());
      at += part.size();
    }
  }

  uint32_t expected(const Dense& d, int64_t token, int64_t column) const {
    const int64_t rows = machine_.rows;
    const int64_t k = d.gemm.k;
    uint32_t sum = 0;
    for (int64_t k0 = 0; k0 < k; k0 += rows) {
      std::vector<uint16_t> w(static_cast<size_t>(rows));
      std::vector<uint16_t> x(w.size());
      const int64_t count = std::min(rows, k - k0);
      std::copy_n(&d.weights[static_cast<size_t>(column * k + k0)], count, w.begin());
      std::copy_n(&d.acts[static_cast<size_t>(token * k + k0)], count, x.begin());
      if (bytes_ == 2) {
        sum = fp32_add(sum, fp16_column(w, x));
        continue;
      }
      for (size_t r = 0; r < w.size(); ++r) {
        sum += static_cast<uint32_t>(static_cast<int8_t>(w[r]) * static_cast<int8_t>(x[r]));
      }
    }
    return sum;
  }

  void expect_outputs(Transport& device, const Dense& d) const {
    const Gemm& g = d.gemm;
    const int64_t cols = machine_.cols;
    for (int64_t token = 0; token < g.m; ++token) {
      for (int64_t column = 0; column < g.n; ++column) {
        const int64_t m0 = token / g.m_tile * g.m_tile;
        const int64_t tokens = std::min(g.m_tile, g.m - m0);
        const int64_t tile = m0 * n_tiles(machine_, g.n) + column / cols * tokens + token - m0;
        uint32_t got = 0;
        device.mem_read(
            g.outputs + static_cast<uint64_t>(tile * cols + column % cols) * sizeof(got), &got,
            sizeof(got));
        ASSERT_EQ(got, expected(d, token, column)) << "token " << token << ", column " << column;
      }
    }
  }

  const tercet_config& machine_;
  const ElementFormat& format_;
  const tercet_config seen_;
  size_t bytes_;
  std::mt19937_64 rng_{kSeed};
};

TEST_P(Baseline, ComputesWhatItsElementsDo) {
  SystemcDevice device(machine_, options("ideal"));
  Driver driver(device, seen_);
  const int products = machine_.rows == 16 ? 30 : 4;
  for (int i = 0; i < products; ++i) {
    const Dense d = random_product();
    SCOPED_TRACE(testing::Message() << "seed " << kSeed << ", product " << i);
    load(device, d);
    driver.wait(driver.start(d.gemm));
    ASSERT_NO_FATAL_FAILURE(expect_outputs(device, d));
  }
}

// Bounds as for the ternary machine (analytic_test.cpp), DRAM's wider: here the same short commands
// fetch for longer, which is what the formulas know least about.
TEST_P(Baseline, TakesTheCyclesAndBeatsOfTheFormulas) {
  double dram_error = 0.0;
  constexpr int kProducts = 40;
  for (int i = 0; i < kProducts; ++i) {
    const bool ideal = i % 2 == 0;
    const char* memory = ideal ? "ideal" : "lpddr5x-8533";
    Gemm g = random_product().gemm;
    g.m_tile = max_m_tile(seen_, g.k);
    place(&g);
    SystemcDevice device(machine_, options(memory));
    Driver driver(device, seen_);
    driver.clear_counters();
    driver.wait(driver.start(g));
    const Counters n = driver.read_counters();
    const AnalyticGemm a = AnalyticModel(machine_, machine_dram(memory, machine_), format_).gemm(g);
    const testing::Message what = testing::Message() << "seed " << kSeed << ", product " << i;
    EXPECT_EQ(a.tiles, n[TERCET_COUNTER_TILES]) << what;
    EXPECT_EQ(a.array_active, n[TERCET_COUNTER_ARRAY_ACTIVE]) << what;
    EXPECT_EQ(a.weight_beats, n[TERCET_COUNTER_WEIGHT_BEATS]) << what;
    EXPECT_EQ(a.activation_beats, n[TERCET_COUNTER_ACT_BEATS]) << what;
    EXPECT_EQ(a.output_beats, n[TERCET_COUNTER_OUTPUT_BEATS]) << what;
    const double cycles = n[TERCET_COUNTER_LAST_CYCLES];
    const double error = 100.0 * std::abs(a.cycles / cycles - 1);
    EXPECT_LT(error, ideal ? 2.0 : 12.0) << what << ", " << memory << ", " << cycles << " cycles";
    if (!ideal) dram_error += error;
  }
  EXPECT_LT(dram_error, 5.0 * kProducts / 2);
}

// One token: the bus brings one beat a cycle, of which a column of 16-bit weights takes two.
TEST_P(Baseline, IsBoundByItsWiderWeights) {
  const int64_t tiles = 24;
  Gemm g{1, machine_.cols, tiles * machine_.rows, 1, Packing::kTwoBit, 0, 0, 0};
  ASSERT_LE(g.k, static_cast<int64_t>(seen_.k_max));
  place(&g);
  SystemcDevice device(machine_, options("ideal"));
  Driver driver(device, seen_);
  driver.clear_counters();
  driver.wait(driver.start(g));
  const int64_t beats = tiles * (machine_.cols + 1) * format_.activation_bytes;
  const int64_t first_data = 1 + 1 + 1 + 4;  // stream active, request, AR, ideal memory
  const int64_t fire = first_data + beats - 1 + 2 + 1 + 1;  // FIFO, group, tile valid
  const int64_t job = 3 + tree_registers(format_, machine_);
  const int64_t row_beats = machine_.cols * 4 / machine_.axi_bytes;
  const int64_t last_write = fire + job + 1 + 1 + 1 + row_beats - 1;  // AW, burst, W
  EXPECT_EQ(driver.read_counters()[TERCET_COUNTER_LAST_CYCLES],
            static_cast<uint64_t>(last_write + 4 + 1));
}

TEST_P(Baseline, RefusesTokensThatItsWiderActivationsLeaveNoRoomFor) {
  Gemm g{static_cast<int64_t>(machine_.tokens),
         1,
         static_cast<int64_t>(seen_.k_max),
         1,
         Packing::kTwoBit,
         0,
         0,
         0};
  g.m_tile = max_m_tile(seen_, g.k);
  place(&g);
  SystemcDevice device(machine_, options("ideal"));
  Driver driver(device, machine_);  // which believes in the ternary machine's tokens
  driver.wait(driver.start(g));
  ++g.m_tile;
  ASSERT_LE(g.m_tile, static_cast<int64_t>(machine_.tokens)) << "all tokens fit";
  EXPECT_THROW(driver.wait(driver.start(g)), Error);
}

INSTANTIATE_TEST_SUITE_P(Machines, Baseline,
                         testing::Combine(testing::Values("tiny", "edge"),
                                          testing::Values("fp16", "int8")),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param)) + "_" +
                                  std::get<1>(info.param);
                         });

}  // namespace
}  // namespace tercet
