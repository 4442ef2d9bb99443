// SPDX-License-Identifier: Apache-2.0
// Sampling: greedy, distributions, cuts, determinism.
#include "model/sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "test_util.h"

namespace tercet {
namespace {

std::vector<int> histogram(const SamplerOptions& options, const std::vector<float>& logits,
                           int draws) {
  Sampler sampler(options);
  std::vector<int> count(logits.size(), 0);
  for (int i = 0; i < draws; ++i) {
    ++count[sampler.sample(logits.data(), static_cast<int64_t>(logits.size()))];
  }
  return count;
}

TEST(Sampler, GreedyTakesTheLargestAndTheFirstOfEquals) {
  const std::vector<float> logits = {0.0f, 3.0f, -1.0f, 3.0f};
  EXPECT_EQ(Sampler().sample(logits.data(), 4), 1);
  const std::vector<float> negative = {-5.0f, -3.0f};
  EXPECT_EQ(Sampler().sample(negative.data(), 2), 1);
}

TEST(Sampler, DrawsFromTheSoftmax) {
  const std::vector<float> logits = {1.0f, 0.0f, 2.0f, -1.0f};
  constexpr int kDraws = 200000;
  for (const float temperature : {0.5f, 1.0f, 2.0f}) {
    const auto count = histogram({temperature, 0, 1.0f, 1}, logits, kDraws);
    double sum = 0.0;
    for (const float v : logits) sum += std::exp(v / static_cast<double>(temperature));
    for (size_t i = 0; i < logits.size(); ++i) {
      const double p = std::exp(logits[i] / static_cast<double>(temperature)) / sum;
      const double sigma = std::sqrt(p * (1.0 - p) / kDraws);
      EXPECT_NEAR(count[i] / static_cast<double>(kDraws), p, 5.0 * sigma);
    }
  }
}

TEST(Sampler, TopKKeepsTheKLikeliest) {
  const std::vector<float> logits = {1.0f, 0.0f, 2.0f, 1.0f};
  const auto two = histogram({1.0f, 2, 1.0f, 2}, logits, 10000);
  EXPECT_EQ(two[1] + two[3], 0);  // 3 ties with 0, and the lower id stays
  EXPECT_NEAR(two[2] / 10000.0, std::exp(1.0) / (std::exp(1.0) + 1.0), 0.02);
  EXPECT_EQ(histogram({1.0f, 1, 1.0f, 2}, logits, 100)[2], 100);
  const auto all = histogram({1.0f, 99, 1.0f, 2}, logits, 10000);
  EXPECT_GT(all[1], 0);
}

TEST(Sampler, TopPKeepsTheSmallestSetWithTheMass) {
  // Probabilities 0.5, 0.25, 0.125, 0.125.
  const float ln2 = std::log(2.0f);
  const std::vector<float> logits = {0.0f, -ln2, -2 * ln2, -2 * ln2};
  EXPECT_EQ(histogram({1.0f, 0, 0.4f, 3}, logits, 1000)[0], 1000);
  const auto two = histogram({1.0f, 0, 0.7f, 3}, logits, 10000);
  EXPECT_EQ(two[2] + two[3], 0);
  EXPECT_NEAR(two[0] / 10000.0, 2.0 / 3.0, 0.02);
  const auto three = histogram({1.0f, 0, 0.8f, 3}, logits, 10000);
  EXPECT_GT(three[2], 0);
  EXPECT_EQ(three[3], 0);
}

TEST(Sampler, TheSeedDecidesTheSequence) {
  const auto logits = test::random_floats(500, 4, 3.0f);
  const auto sequence = [&](uint64_t seed) {
    Sampler sampler({0.8f, 40, 0.95f, seed});
    std::vector<int32_t> ids(50);
    for (int32_t& id : ids) id = sampler.sample(logits.data(), 500);
    return ids;
  };
  EXPECT_EQ(sequence(1), sequence(1));
  EXPECT_NE(sequence(1), sequence(2));
}

TEST(Sampler, HugeLogitsAndTinyTemperaturesStayDefined) {
  const std::vector<float> logits = {3e38f, -3e38f, 3e38f};
  const auto count = histogram({1e-30f, 0, 0.9f, 5}, logits, 1000);
  EXPECT_EQ(count[1], 0);
  EXPECT_GT(count[2], 0);
}

TEST(Sampler, RefusesWhatMakesNoSense) {
  test::expect_error([] { Sampler({-1.0f, 0, 1.0f, 0}); }, "temperature");
  test::expect_error([] { Sampler({NAN, 0, 1.0f, 0}); }, "temperature");
  test::expect_error([] { Sampler({1.0f, -1, 1.0f, 0}); }, "top-k");
  test::expect_error([] { Sampler({1.0f, 0, 0.0f, 0}); }, "top-p");
  test::expect_error([] { Sampler({1.0f, 0, 1.5f, 0}); }, "top-p");
  const std::vector<float> bad = {1.0f, NAN};
  test::expect_error([&] { Sampler().sample(bad.data(), 2); }, "logit 1");
  test::expect_error([&] { Sampler().sample(bad.data(), 0); }, "no logits");
}

TEST(Rng, IsSplitMix64) {
  Rng rng(1234567);  // the published test sequence
  EXPECT_EQ(rng.next(), 6457827717110365317u);
  EXPECT_EQ(rng.next(), 3203168211198807973u);
}

}  // namespace
}  // namespace tercet
