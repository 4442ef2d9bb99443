// SPDX-License-Identifier: Apache-2.0
// Attention over floats and over digits, against the same formulas in double and in int64.
#include "model/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "model/digits.h"
#include "model/math.h"
#include "test_util.h"

namespace tercet {
namespace {

using test::random_floats;

/// softmax(q . k_j / sqrt(head)) v in double; keys and values lie `stride` apart.
std::vector<double> attention_in_double(const std::vector<float>& query,
                                        const std::vector<float>& keys,
                                        const std::vector<float>& values, int64_t positions,
                                        int64_t stride) {
  const auto head = static_cast<int64_t>(query.size());
  std::vector<double> scores;
  double largest = -1e300;
  for (int64_t j = 0; j < positions; ++j) {
    double score = 0.0;
    for (int64_t c = 0; c < head; ++c) {
      score += static_cast<double>(query[c]) * keys[j * stride + c];
    }
    scores.push_back(score / std::sqrt(static_cast<double>(head)));
    largest = std::max(largest, scores.back());
  }
  double sum = 0.0;
  for (double& score : scores) sum += (score = std::exp(score - largest));
  std::vector<double> out(static_cast<size_t>(head), 0.0);
  for (int64_t j = 0; j < positions; ++j) {
    for (int64_t c = 0; c < head; ++c) out[c] += scores[j] / sum * values[j * stride + c];
  }
  return out;
}

double largest_error(const std::vector<float>& got, const std::vector<double>& exact) {
  double worst = 0.0;
  for (size_t i = 0; i < exact.size(); ++i) worst = std::max(worst, std::fabs(got[i] - exact[i]));
  return worst;
}

double largest(const std::vector<float>& x) {
  double most = 0.0;
  for (const float v : x) most = std::max(most, static_cast<double>(std::fabs(v)));
  return most;
}

/// Codes and scales of `heads` heads a position, head_dim values each.
struct DigitCache {
  std::vector<int8_t> codes;
  std::vector<float> scales;

  DigitCache(const std::vector<float>& values, int64_t head_dim, int digits)
      : codes(values.size()), scales(values.size() / static_cast<size_t>(head_dim)) {
    for (size_t h = 0; h < scales.size(); ++h) {
      const auto at = static_cast<int64_t>(h) * head_dim;
      scales[h] = quantize_digits(values.data() + at, head_dim, digits, codes.data() + at).value();
    }
  }
  /// The values that the codes stand for.
  std::vector<float> values() const {
    const size_t head_dim = codes.size() / scales.size();
    std::vector<float> all;
    for (size_t i = 0; i < codes.size(); ++i) all.push_back(codes[i] * scales[i / head_dim]);
    return all;
  }
};

DigitCacheView view_of(const DigitCache& keys, const DigitCache& values, int64_t head,
                       int64_t heads, int64_t head_dim, int64_t positions) {
  return {keys.codes.data() + head * head_dim,
          keys.scales.data() + head,
          values.codes.data() + head * head_dim,
          values.scales.data() + head,
          positions,
          heads * head_dim,
          heads};
}

TEST(SoftmaxTerms, ArePowersOfTwoBelowTheLargestAndTheirSum) {
  std::vector<float> x = {3.0f, 5.0f, 4.0f, -200.0f};
  EXPECT_EQ(softmax_terms(x.data(), 4), 1.75f);
  EXPECT_EQ(x, (std::vector<float>{0.25f, 1.0f, 0.5f, 0.0f}));
}

TEST(SoftmaxTerms, HaveNoSumWithoutALargest) {
  for (const float bad : {NAN, INFINITY}) {
    std::vector<float> x = {1.0f, bad, 0.0f};
    EXPECT_TRUE(std::isnan(softmax_terms(x.data(), 3)));
  }
  std::vector<float> all = {-INFINITY, -INFINITY};
  EXPECT_TRUE(std::isnan(softmax_terms(all.data(), 2)));
  std::vector<float> one = {-INFINITY, 0.0f};
  EXPECT_EQ(softmax_terms(one.data(), 2), 1.0f);
}

TEST(Attend, AgreesWithDouble) {
  constexpr int64_t kHead = 10;
  constexpr int64_t kStride = 25;
  for (const int64_t positions : {1, 7, 40, 300}) {
    const auto query = random_floats(kHead, 5, 3.0f);
    const auto keys = random_floats(positions * kStride, 6, 3.0f);
    const auto values = random_floats(positions * kStride, 7, 3.0f);
    std::vector<float> scores(static_cast<size_t>(positions));
    std::vector<float> got(kHead);
    attend(query.data(), keys.data(), values.data(), positions, kStride, kHead, scores.data(),
           got.data());
    const auto exact = attention_in_double(query, keys, values, positions, kStride);
    EXPECT_LE(largest_error(got, exact), 1e-5) << positions;
  }
}

TEST(MixCodes, EveryCodeIsTheSumOfItsTwoRows) {
  // A score of 0 each and value scales 0 .. 32639 over the largest: every code once.
  constexpr int64_t kCodes = 32640;
  std::vector<float> scores(kCodes, 0.0f);
  std::vector<float> scales;
  for (int64_t i = 0; i < kCodes; ++i) scales.push_back(static_cast<float>(i));
  MixCodes mix;
  quantize_mix(scores.data(), scales.data(), 1, kCodes, "t", &mix);
  for (int64_t i = 0; i < kCodes; ++i) {
    ASSERT_EQ(256 * mix.high[static_cast<size_t>(i)] + mix.low[static_cast<size_t>(i)], i);
    ASSERT_GE(mix.high[static_cast<size_t>(i)], 0);
  }
  EXPECT_FLOAT_EQ(mix.scale * static_cast<float>(kCodes), 1.0f);  // 32639 / (32640 * 32639)
}

TEST(DigitMix, JoinsTheTwoSumsWithThreeRoundings) {
  EXPECT_EQ(digit_mix(3, -5, 0.5f), 381.5f);
  EXPECT_EQ(digit_mix((1 << 24) + 1, 0, 1.0f), 4294967296.0f);  // the sum itself is rounded first
  EXPECT_EQ(digit_score(-7, 0.5f, 4.0f), -14.0f);
}

TEST(AttendDigits, AgreesWithDoubleOnTheValuesOfTheCodes) {
  constexpr int64_t kHead = 24;
  constexpr int64_t kHeads = 3;
  for (int digits = 1; digits <= kMaxDigits; ++digits) {
    for (const int64_t positions : {1, 2, 65, 700}) {
      const auto query = random_floats(kHead, 15, 3.0f);
      const DigitCache keys(random_floats(positions * kHeads * kHead, 16, 2.0f), kHead, digits);
      const DigitCache values(random_floats(positions * kHeads * kHead, 17, 5.0f), kHead, digits);
      for (int64_t head = 0; head < kHeads; ++head) {
        DigitScratch scratch;
        std::vector<float> got(kHead);
        attend_digits(query.data(), view_of(keys, values, head, kHeads, kHead, positions), kHead,
                      "t", &scratch, got.data());
        // The query in the codes that it was given, so that only roundings differ.
        QueryCodes codes;
        quantize_query(query.data(), kHead, "t", &codes);
        std::vector<float> rounded;
        for (const int8_t c : codes.codes) {
          rounded.push_back(c * (magnitude(query.data(), kHead).value() / 127.0f));
        }
        std::vector<float> k = keys.values();
        std::vector<float> v = values.values();
        k.erase(k.begin(), k.begin() + head * kHead);
        v.erase(v.begin(), v.begin() + head * kHead);
        const auto exact = attention_in_double(rounded, k, v, positions, kHeads * kHead);
        // A probability is rounded to 1/32639 of the largest: at most half a step each.
        const double bound = largest(v) * (static_cast<double>(positions) * 0.5 / 32639 + 1e-5);
        EXPECT_LE(largest_error(got, exact), bound) << digits << " digits, " << positions;
      }
    }
  }
}

TEST(AttendDigits, FiveDigitsAreCloseToFloats) {
  constexpr int64_t kHead = 64;
  constexpr int64_t kPositions = 200;
  const auto query = random_floats(kHead, 25, 2.0f);
  const auto k = random_floats(kPositions * kHead, 26);
  const auto v = random_floats(kPositions * kHead, 27);
  const DigitCache keys(k, kHead, 5);
  const DigitCache values(v, kHead, 5);
  DigitScratch scratch;
  std::vector<float> got(kHead);
  attend_digits(query.data(), view_of(keys, values, 0, 1, kHead, kPositions), kHead, "t", &scratch,
                got.data());
  EXPECT_LE(largest_error(got, attention_in_double(query, k, v, kPositions, kHead)), 0.01);
}

TEST(AttendDigits, SumsAreThoseOfInt64) {
  constexpr int64_t kHead = 128;
  constexpr int64_t kPositions = 3000;
  const auto query = random_floats(kHead, 35, 0.1f);  // a flat softmax: all codes are large
  const DigitCache keys(random_floats(kPositions * kHead, 36, 0.1f), kHead, 5);
  const DigitCache values(random_floats(kPositions * kHead, 37), kHead, 5);
  DigitScratch scratch;
  std::vector<float> got(kHead);
  attend_digits(query.data(), view_of(keys, values, 0, 1, kHead, kPositions), kHead, "t", &scratch,
                got.data());
  std::vector<float> x;
  for (int64_t j = 0; j < kPositions; ++j) {
    int64_t acc = 0;
    for (int64_t c = 0; c < kHead; ++c) {
      acc += int64_t{scratch.query.codes[c]} * keys.codes[j * kHead + c];
    }
    x.push_back((static_cast<float>(acc) * scratch.query.scale) * keys.scales[j]);
  }
  MixCodes mix;
  quantize_mix(x.data(), values.scales.data(), 1, kPositions, "t", &mix);
  EXPECT_EQ(mix.high, scratch.mix.high);
  EXPECT_EQ(mix.low, scratch.mix.low);
  for (int64_t c = 0; c < kHead; ++c) {
    int64_t high = 0;
    int64_t low = 0;
    for (int64_t j = 0; j < kPositions; ++j) {
      high += int64_t{mix.high[j]} * values.codes[j * kHead + c];
      low += int64_t{mix.low[j]} * values.codes[j * kHead + c];
    }
    EXPECT_EQ(got[c], (static_cast<float>(high) * 256.0f + static_cast<float>(low)) * mix.scale);
  }
}

TEST(AttendDigits, OfOnePositionIsItsValue) {
  const auto v = random_floats(32, 47, 7.0f);
  const auto query = random_floats(32, 45);
  const DigitCache keys(random_floats(32, 46), 32, 5);
  const DigitCache values(v, 32, 5);
  DigitScratch scratch;
  std::vector<float> got(32);
  attend_digits(query.data(), view_of(keys, values, 0, 1, 32, 1), 32, "t", &scratch, got.data());
  for (int64_t c = 0; c < 32; ++c) {
    EXPECT_FLOAT_EQ(got[c], values.codes[c] * values.scales[0]) << c;
  }
}

TEST(AttendDigits, ZerosGiveTheMeanAndZeroValuesGiveZeros) {
  const std::vector<float> zeros(3 * 16, 0.0f);
  const auto v = random_floats(3 * 16, 57);
  const DigitCache none(zeros, 16, 5);
  const DigitCache values(v, 16, 5);
  DigitScratch scratch;
  std::vector<float> got(16);
  attend_digits(zeros.data(), view_of(none, values, 0, 1, 16, 3), 16, "t", &scratch, got.data());
  for (size_t c = 0; c < 16; ++c) {
    EXPECT_NEAR(got[c], (v[c] + v[16 + c] + v[32 + c]) / 3, 0.02);
  }
  attend_digits(v.data(), view_of(values, none, 0, 1, 16, 3), 16, "t", &scratch, got.data());
  EXPECT_EQ(got, std::vector<float>(16, 0.0f));
}

TEST(AttendDigits, LargeScoresPickOnePosition) {
  std::vector<float> k(2 * 16, 1e15f);
  std::vector<float> v(2 * 16, 3.0f);
  for (size_t c = 0; c < 16; ++c) k[c] = v[c] = -1e15f;
  const DigitCache keys(k, 16, 5);
  const DigitCache values(v, 16, 5);
  const std::vector<float> query(16, 1e15f);
  DigitScratch scratch;
  std::vector<float> got(16);
  attend_digits(query.data(), view_of(keys, values, 0, 1, 16, 2), 16, "t", &scratch, got.data());
  for (const float y : got) EXPECT_FLOAT_EQ(y, 3.0f);
}

TEST(AttendDigits, NamesThePlaceOfWhatIsNotFinite) {
  const DigitCache keys(std::vector<float>(16, 3e38f), 16, 5);
  DigitScratch scratch;
  std::vector<float> got(16);
  const auto attend_to = [&](float query) {
    attend_digits(std::vector<float>(16, query).data(), view_of(keys, keys, 0, 1, 16, 1), 16,
                  "layer 4", &scratch, got.data());
  };
  test::expect_error([&] { attend_to(NAN); }, "layer 4: a query is NaN or infinite");
  test::expect_error([&] { attend_to(INFINITY); }, "layer 4: a query is NaN or infinite");
  test::expect_error([&] { attend_to(3e38f); }, "layer 4: a score is NaN or infinite");
}

}  // namespace
}  // namespace tercet
