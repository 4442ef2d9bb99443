// SPDX-License-Identifier: Apache-2.0
// The kernels of digits on every vector target against the reference's, bit for bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "fast_test_util.h"
#include "model/attention.h"
#include "model/fast/digit_kernel.h"
#include "model/fast/digit_rows.h"
#include "model/ops.h"
#include "test_util.h"

namespace tercet {
namespace {

using Floats = std::vector<float>;
using Codes = std::vector<int8_t>;

TEST(FastDigits, QuantisesAsTheReference) {
  test::on_every_target([] {
    for (const int64_t n : {1, 3, 10, 15, 16, 17, 31, 64, 80, 96, 128, 250, 2560}) {
      for (const float range : {0.0f, 1e-44f, 1e-31f, 1e-30f, 1e-20f, 0.7f, 121.0f, 3e38f}) {
        const Floats x = test::random_floats(n, static_cast<uint64_t>(n), range);
        for (int digits = 1; digits <= kMaxDigits; ++digits) {
          Codes want(x.size());
          Codes got(x.size());
          const std::optional<float> want_scale = quantize_digits(x.data(), n, digits, want.data());
          float scale = 0.0f;
          ASSERT_TRUE(fast::quantize_digits(x.data(), n, digits, got.data(), &scale));
          ASSERT_EQ(want, got) << n << " values below " << range << ", " << digits << " digits";
          test::expect_same_bits({want_scale.value()}, {scale});
        }
      }
    }
  });
}

TEST(FastDigits, QuantisingTellsNanAndInfinityAtEveryPlace) {
  test::on_every_target([] {
    for (const float bad :
         {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
          std::numeric_limits<float>::quiet_NaN()}) {
      for (size_t at = 0; at < 35; ++at) {
        Floats x(35, 1.0f);
        x[at] = bad;
        Codes codes(x.size());
        float scale = 0.0f;
        ASSERT_FALSE(fast::quantize_digits(x.data(), 35, 5, codes.data(), &scale)) << "at " << at;
        fast::DigitCache cache(35);
        cache.reserve(1);
        ASSERT_FALSE(cache.put_key(x.data(), 5, 0));
        ASSERT_FALSE(cache.put_value(x.data(), 5, 0));
      }
    }
  });
}

/// Keys and values of one head, as the reference keeps them and as the fast engine does.
class Caches {
 public:
  Caches(int64_t head_dim, int64_t positions, int digits)
      : head_dim_(head_dim),
        positions_(positions),
        digits_(digits),
        key_codes_(static_cast<size_t>(positions * head_dim)),
        value_codes_(key_codes_.size()),
        key_scales_(static_cast<size_t>(positions)),
        value_scales_(static_cast<size_t>(positions)),
        fast_(head_dim) {}

  /// Positions in any order; room grows as it is needed.
  void put(int64_t at, const float* key, const float* value) {
    key_scales_[static_cast<size_t>(at)] =
        quantize_digits(key, head_dim_, digits_, key_codes_.data() + at * head_dim_).value();
    value_scales_[static_cast<size_t>(at)] =
        quantize_digits(value, head_dim_, digits_, value_codes_.data() + at * head_dim_).value();
    fast_.reserve(at + 1);
    ASSERT_TRUE(fast_.put_key(key, digits_, at));
    ASSERT_TRUE(fast_.put_value(value, digits_, at));
  }

  void put_random(float range) {
    const Floats keys = test::random_floats(positions_ * head_dim_, 12, range);
    const Floats values = test::random_floats(positions_ * head_dim_, 13, range);
    for (int64_t j = 0; j < positions_; ++j) {
      put(j, keys.data() + j * head_dim_, values.data() + j * head_dim_);
    }
  }

  /// Compares attention over the first `positions`.
  void expect_equal(const Floats& query, int64_t positions) {
    const DigitCacheView view = {key_codes_.data(),
                                 key_scales_.data(),
                                 value_codes_.data(),
                                 value_scales_.data(),
                                 positions,
                                 head_dim_,
                                 1};
    Floats want(static_cast<size_t>(head_dim_));
    Floats got(want.size(), -1.0f);
    attend_digits(query.data(), view, head_dim_, "q", &scratch_, want.data());
    ASSERT_EQ(fast::attend_digits(query.data(), fast_, positions, &fast_scratch_, got.data()),
              fast::AttendResult::kFine);
    SCOPED_TRACE(std::to_string(head_dim_) + " channels, " + std::to_string(positions) +
                 " positions, " + std::to_string(digits_) + " digits");
    test::expect_same_bits(want, got);
  }

  const fast::DigitCache& fast() const { return fast_; }

 private:
  int64_t head_dim_;
  int64_t positions_;
  int digits_;
  Codes key_codes_, value_codes_;
  Floats key_scales_, value_scales_;
  fast::DigitCache fast_;
  DigitScratch scratch_;
  fast::DigitScratch fast_scratch_;
};

TEST(FastDigits, AttendsAsTheReference) {
  test::on_every_target([] {
    for (const int64_t head_dim : {2, 10, 16, 20, 32, 64, 80, 96, 128, 136}) {
      for (int digits = 1; digits <= kMaxDigits; ++digits) {
        Caches caches(head_dim, 330, digits);
        caches.put_random(2.0f);
        for (const float range : {0.0f, 0.1f, 3.0f, 1e4f}) {
          const Floats query = test::random_floats(head_dim, 11, range);
          for (const int64_t positions : {1, 2, 3, 4, 5, 15, 16, 17, 31, 64, 127, 130, 300, 330}) {
            caches.expect_equal(query, positions);
            if (testing::Test::HasFatalFailure()) return;
          }
        }
      }
    }
  });
}

TEST(FastDigits, AttendsAsTheReferenceWithScalesFarApart) {
  constexpr int64_t kHeadDim = 64;
  constexpr int64_t kPositions = 70;
  test::on_every_target([] {
    Caches caches(kHeadDim, kPositions, 5);
    Rng rng(4);
    for (int64_t j = 0; j < kPositions; ++j) {
      const auto power = static_cast<float>(std::pow(10.0, 70.0 * rng.uniform() - 35.0));
      const Floats key = test::random_floats(kHeadDim, static_cast<uint64_t>(j), 1.0f);
      const Floats value = test::random_floats(kHeadDim, static_cast<uint64_t>(j + 99), power);
      caches.put(j, key.data(), value.data());
    }
    for (const float range : {1e-40f, 1e-25f, 1.0f, 1e20f, 1e30f}) {
      for (const int64_t positions : {1, 16, 33, 70}) {
        caches.expect_equal(test::random_floats(kHeadDim, 11, range), positions);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  });
}

TEST(FastDigits, PositionsMayBeStoredAgainAndLaterOnesDoNotCount) {
  test::on_every_target([] {
    Caches caches(20, 40, 4);
    caches.put_random(1e20f);
    const Floats query = test::random_floats(20, 11);
    const Floats keys = test::random_floats(20 * 20, 21);
    const Floats values = test::random_floats(20 * 20, 22);
    for (int64_t j = 0; j < 20; ++j) caches.put(j, keys.data() + j * 20, values.data() + j * 20);
    for (int64_t positions = 1; positions <= 20; ++positions) {
      caches.expect_equal(query, positions);
      if (testing::Test::HasFatalFailure()) return;
    }
  });
}

TEST(FastDigits, SumsOfTheLongestContextAreExact) {
  constexpr int64_t kHeadDim = 16;
  // Probabilities times 1 and this become codes 32639 and 32384, whose rows are 127 and 127, and
  // 127 and -128: with values of +-121, the largest sums there can be.
  constexpr float kSmaller = 32384.0f / 32639.0f;
  const Floats query(kHeadDim, 0.0f);
  test::on_every_target([&] {
    for (const float sign : {1.0f, -1.0f}) {
      Caches caches(kHeadDim, kMaxDigitPositions, 5);
      for (int64_t j = 0; j < kMaxDigitPositions; ++j) {
        const Floats x(kHeadDim, sign * (j == 0 ? 1.0f : kSmaller));
        caches.put(j, x.data(), x.data());
      }
      caches.expect_equal(query, kMaxDigitPositions);
      if (testing::Test::HasFatalFailure()) return;
    }
  });
}

TEST(FastDigits, SameSignExtremesAreExact) {
  test::on_every_target([] {
    for (const int64_t head_dim : {10, 128}) {
      for (const float key : {1.0f, -1.0f}) {
        for (const float value : {1.0f, -1.0f}) {
          Caches caches(head_dim, 100, 5);
          const Floats keys(static_cast<size_t>(head_dim), key);
          const Floats values(static_cast<size_t>(head_dim), value);
          for (int64_t j = 0; j < 100; ++j) caches.put(j, keys.data(), values.data());
          for (const float q : {1.0f, -1.0f}) {
            caches.expect_equal(Floats(static_cast<size_t>(head_dim), q), 100);
            if (testing::Test::HasFatalFailure()) return;
          }
        }
      }
    }
  });
}

TEST(FastDigits, AttendingTellsWhatIsNotFinite) {
  constexpr int64_t kHeadDim = 32;
  test::on_every_target([] {
    Caches caches(kHeadDim, 3, 5);
    caches.put_random(3e38f);
    fast::DigitScratch scratch;
    Floats out(kHeadDim);
    Floats query(kHeadDim, 1.0f);
    query[31] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(fast::attend_digits(query.data(), caches.fast(), 3, &scratch, out.data()),
              fast::AttendResult::kQueryNotFinite);
    // Some score of this query and of its opposite is +infinity.
    const Floats keys = test::random_floats(kHeadDim, 12, 3e38f);
    EXPECT_EQ(fast::attend_digits(keys.data(), caches.fast(), 3, &scratch, out.data()),
              fast::AttendResult::kScoreNotFinite);
  });
}

FloatMatrix random_rows(int64_t n, int64_t k, float range) {
  auto values = std::make_shared<Floats>(test::random_floats(n * k, 17, range));
  const auto* data = reinterpret_cast<const uint8_t*>(values->data());
  return FloatMatrix("head", n, k, DType::kF32, data, std::move(values));
}

TEST(FastDigits, QuantisesRowsAsTheReference) {
  for (const int64_t threads : {1, 2}) {
    ThreadPool pool(threads);
    const FloatMatrix rows = random_rows(200, 70, 0.3f);
    test::on_every_target([&] {
      for (int digits = 1; digits <= kMaxDigits; ++digits) {
        const DigitMatrix want = quantize_rows(rows, digits);
        const DigitMatrix got = fast::quantize_rows(rows, digits, pool);
        ASSERT_EQ(want.codes, got.codes);
        test::expect_same_bits(want.scales, got.scales);
        ASSERT_EQ(got.n, 200);
        ASSERT_EQ(got.k, 70);
        ASSERT_EQ(got.digits, digits);
      }
    });
  }
}

/// digit_head_rows() of all rows in two pieces, against digit_logits() of each token.
void expect_equal_logits(const DigitMatrix& head, const Codes& q, int64_t m) {
  const int64_t stride = (head.k + fast::kTokenAlign - 1) / fast::kTokenAlign * fast::kTokenAlign;
  Codes padded(static_cast<size_t>(m * stride), 0);
  std::vector<int32_t> sums;
  Floats scales;
  Floats want(static_cast<size_t>(m * head.n));
  for (int64_t t = 0; t < m; ++t) {
    const int8_t* token = q.data() + t * head.k;
    std::copy_n(token, head.k, padded.data() + t * stride);
    sums.push_back(fast::sum_token(token, head.k));
    scales.push_back(0.01f * static_cast<float>(t + 1));
    digit_logits(head, token, scales.back(), want.data() + t * head.n);
  }
  Floats got(want.size());
  const fast::TokenRows tokens = {padded.data(), stride, sums.data(), m};
  const int64_t middle = head.n / 3;
  fast::digit_head_rows(head, 0, middle, tokens, scales.data(), got.data());
  fast::digit_head_rows(head, middle, head.n, tokens, scales.data(), got.data());
  test::expect_same_bits(want, got);
}

TEST(FastDigits, MultipliesTheHeadAsTheReference) {
  test::on_every_target([] {
    Rng rng(8);
    for (const int64_t k : {1, 10, 15, 40, 63, 64, 65, 128, 200, 300, 2560}) {
      for (const int64_t n : {1, 4, 7, 30}) {
        for (const int digits : {1, 5}) {
          const DigitMatrix head = quantize_rows(random_rows(n, k, 0.5f), digits);
          for (const int64_t m : {1, 2, 3, 4, 5, 9}) {
            Codes q(static_cast<size_t>(m * k));
            for (int8_t& x : q) x = static_cast<int8_t>(rng.below(256));  // -128 too
            expect_equal_logits(head, q, m);
            if (testing::Test::HasFatalFailure()) return;
          }
        }
      }
    }
  });
}

TEST(FastDigits, TheHeadsSameSignExtremesAreExact) {
  constexpr int64_t kRows = 3;
  test::on_every_target([] {
    for (const int digit : {121, -121}) {
      DigitMatrix head;
      head.n = kRows;
      head.k = kMaxInputs;
      head.digits = 5;
      head.codes.assign(static_cast<size_t>(kRows * kMaxInputs), static_cast<int8_t>(digit));
      head.scales.assign(kRows, 0.5f);
      for (const int x : {127, -128}) {
        for (const int64_t m : {1, 4}) {
          const Codes q(static_cast<size_t>(m * kMaxInputs), static_cast<int8_t>(x));
          expect_equal_logits(head, q, m);
          if (testing::Test::HasFatalFailure()) return;
        }
      }
    }
  });
}

}  // namespace
}  // namespace tercet
