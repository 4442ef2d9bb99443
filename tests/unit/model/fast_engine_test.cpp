// SPDX-License-Identifier: Apache-2.0
// Integer products on every vector target and number of threads against the reference.
#include "model/fast/fast_engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "fast_test_util.h"
#include "model/fast/thread_pool.h"
#include "test_util.h"

namespace tercet {
namespace {

std::vector<int32_t> multiply(MatmulEngine& engine, const TernaryMatrix& w,
                              const std::vector<int8_t>& q, int64_t m) {
  std::vector<int32_t> acc(static_cast<size_t>(m * w.n()), 12345);
  engine.matmul(w, q.data(), m, acc.data());
  return acc;
}

struct LayoutCase {
  TernaryLayout layout;
  std::vector<int64_t> inputs;  ///< K: blocks that leave a tail of some vector, and that do not
};

const std::vector<LayoutCase> kRowMajor = {{TernaryLayout::kI2s, {128, 256, 384, 1152}},
                                           {TernaryLayout::kI2sArm, {64, 128, 192, 320, 1088}},
                                           {TernaryLayout::kTq2, {256, 768}},
                                           {TernaryLayout::kTq1, {256, 768}}};

TernaryMatrix in_layout(const TernaryMatrix& w, TernaryLayout layout) {
  auto bytes = std::make_shared<std::vector<uint8_t>>(pack_ternary(w, layout));
  const uint8_t* data = bytes->data();
  return TernaryMatrix(w.name(), w.n(), w.k(), w.scale(), data, std::move(bytes), layout);
}

TEST(FastEngine, EqualsTheReferenceOnEveryTargetInEveryLayout) {
  test::on_every_target([] {
    for (const int64_t threads : {1, 2}) {
      ThreadPool pool(threads);
      FastEngine engine(pool);
      ReferenceEngine reference;
      Rng rng(22);
      for (const LayoutCase& c : kRowMajor) {
        for (const int64_t k : c.inputs) {
          for (const int64_t n : {1, 3, 4, 7, 64, 65, 130}) {
            const auto w =
                in_layout(TernaryMatrix::from_trits(
                              "w", n, k, 1.0f,
                              test::random_trits(n * k, static_cast<uint64_t>(n + k)).data()),
                          c.layout);
            for (const int64_t m : {1, 2, 3, 4, 5, 9}) {
              std::vector<int8_t> q(static_cast<size_t>(m * k));
              for (int8_t& x : q) x = static_cast<int8_t>(rng.below(256));  // -128 too
              ASSERT_EQ(multiply(reference, w, q, m), multiply(engine, w, q, m))
                  << layout_name(c.layout) << ", M " << m << ", N " << n << ", K " << k;
            }
          }
        }
      }
    }
  });
}

TEST(FastEngine, EqualsTheReferenceOnEveryTargetForAnyShape) {
  test::on_every_target([] {
    for (const int64_t threads : {1, 2, 3}) {
      ThreadPool pool(threads);
      FastEngine engine(pool);
      ReferenceEngine reference;
      Rng rng(21);
      for (const int64_t n : {1, 4, 5, 63, 64, 130, 260}) {
        for (const int64_t k : {1, 15, 16, 40, 64, 127, 256, 1000}) {
          const auto w = TernaryMatrix::from_trits(
              "w", n, k, 1.0f, test::random_trits(n * k, static_cast<uint64_t>(n + k)).data());
          for (const int64_t m : {1, 2, 3, 4, 5, 9, 33}) {
            std::vector<int8_t> q(static_cast<size_t>(m * k));
            for (int8_t& x : q) x = static_cast<int8_t>(rng.below(256));  // -128 too
            ASSERT_EQ(multiply(reference, w, q, m), multiply(engine, w, q, m))
                << threads << " threads, M " << m << ", N " << n << ", K " << k;
          }
        }
      }
    }
  });
}

TEST(FastEngine, SameSignExtremesAreExactOnEveryTarget) {
  constexpr int64_t kOutputs = 24;
  test::on_every_target([] {
    ThreadPool pool(2);
    FastEngine engine(pool);
    for (const int64_t k : {int64_t{6912}, kMaxInputs}) {
      for (const int trit : {-1, 0, 1}) {
        const std::vector<int8_t> trits(static_cast<size_t>(kOutputs * k),
                                        static_cast<int8_t>(trit));
        const auto w = TernaryMatrix::from_trits("w", kOutputs, k, 1.0f, trits.data());
        std::vector<TernaryMatrix> matrices = {w};
        for (const LayoutCase& c : kRowMajor) matrices.push_back(in_layout(w, c.layout));
        for (const int x : {127, -127, -128}) {
          for (const int64_t m : {1, 2, 3, 4, 5, 8}) {
            const std::vector<int8_t> q(static_cast<size_t>(m * k), static_cast<int8_t>(x));
            const auto sum = static_cast<int32_t>(trit * x * k);
            const std::vector<int32_t> expected(static_cast<size_t>(m * kOutputs), sum);
            for (const TernaryMatrix& matrix : matrices) {
              ASSERT_EQ(expected, multiply(engine, matrix, q, m))
                  << layout_name(matrix.layout()) << " w " << trit << " x " << x << " M " << m
                  << " K " << k;
            }
          }
        }
      }
    }
  });
}

TEST(ThreadPool, CoversEveryItemOnceHoweverItIsCut) {
  for (const int64_t threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    ASSERT_EQ(pool.threads(), threads);
    for (int round = 0; round < 300; ++round) {
      const int64_t count = round % 37;
      std::vector<std::atomic<int>> seen(static_cast<size_t>(count));
      pool.run(count, 1 + round % 4, [&](int64_t begin, int64_t end, int64_t worker) {
        EXPECT_LT(worker, threads);
        for (int64_t i = begin; i < end; ++i) ++seen[static_cast<size_t>(i)];
      });
      for (const auto& times : seen) ASSERT_EQ(times, 1);
    }
  }
}

TEST(ThreadPool, WakesHelpersThatWentToSleep) {
  ThreadPool pool(2);
  std::atomic<int64_t> sum{0};
  for (int round = 0; round < 5; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    pool.run(1000, 1, [&](int64_t begin, int64_t end, int64_t) { sum += end - begin; });
  }
  EXPECT_EQ(sum, 5000);
}

TEST(ThreadPool, RefusesNoneAndAbsurdNumbers) {
  test::expect_error([] { ThreadPool pool(0); }, "0 threads");
  test::expect_error([] { ThreadPool pool(1 << 20); }, "1048576 threads");
}

TEST(SimdTarget, AnUnknownNameIsAnErrorThatListsTheKnownOnes) {
  test::expect_error([] { force_simd_target("AVX9"); }, "'AVX9'");
  test::expect_error([] { force_simd_target("AVX9"); }, "SCALAR");
  EXPECT_EQ(simd_target(), simd_targets().front());
}

}  // namespace
}  // namespace tercet
