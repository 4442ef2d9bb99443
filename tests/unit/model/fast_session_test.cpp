// SPDX-License-Identifier: Apache-2.0
// Whole forward passes on the fast engine against the reference: every logit of 64 tokens, as bits.
#include "model/fast/fast_session.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "fast_test_util.h"
#include "model/fast/fast_engine.h"
#include "model/synth.h"
#include "test_util.h"

namespace tercet {
namespace {

constexpr int64_t kTokens = 64;

std::vector<int32_t> random_tokens(int64_t vocab, uint64_t seed, int64_t count = kTokens) {
  Rng rng(seed);
  std::vector<int32_t> tokens(static_cast<size_t>(count));
  for (int32_t& token : tokens)
    token = static_cast<int32_t>(rng.below(static_cast<uint64_t>(vocab)));
  return tokens;
}

/// All targets, 1 and 2 threads; tokens in one batch, and in steps of 1 after a prompt of 7.
void expect_equal_to_reference(const Model& model, const std::vector<int32_t>& tokens,
                               const SessionOptions& options = {}) {
  ReferenceEngine reference_engine;
  Session reference(model, reference_engine, options);
  const std::vector<float> want = reference.forward(tokens, LogitsRows::kAll);
  test::on_every_target([&] {
    for (const int64_t threads : {1, 2}) {
      SCOPED_TRACE(std::to_string(threads) + " threads");
      ThreadPool pool(threads);
      FastEngine engine(pool);
      FastSession batch(model, engine, pool, options);
      test::expect_same_bits(want, batch.forward(tokens, LogitsRows::kAll));
      if (testing::Test::HasFatalFailure()) return;

      FastSession session(model, engine, pool, options);
      constexpr int64_t kPrompt = 7;
      const auto total = static_cast<int64_t>(tokens.size());
      for (int64_t at = 0; at < total; at += at == 0 ? kPrompt : 1) {
        const int64_t count = at == 0 ? kPrompt : 1;
        const std::vector<float>& got = session.forward(tokens.data() + at, count);
        const auto row = want.begin() + (at + count - 1) * model.config.vocab;
        test::expect_same_bits({row, row + model.config.vocab}, got);
        if (testing::Test::HasFatalFailure()) return;
      }
      EXPECT_EQ(session.position(), total);
    }
  });
}

TEST(FastSession, EqualsTheReferenceWithTailsInEveryLoop) {
  for (const Activation activation : {Activation::kSilu, Activation::kRelu2}) {
    ModelConfig config = test::small_config(activation);
    config.max_positions = kTokens;
    config.tied_head = activation == Activation::kSilu;
    expect_equal_to_reference(synth_model(config, 0.422, 31), random_tokens(config.vocab, 32));
  }
}

TEST(FastSession, EqualsTheReferenceOnALayerOf2B4T) {
  SynthSpec spec;
  spec.layers = 1;
  spec.vocab = 300;
  const Model model = synth_model(spec);
  expect_equal_to_reference(model, random_tokens(spec.vocab, 33));
  SessionOptions digits;
  digits.kv = CacheKind::kDigits5;
  digits.head = HeadKind::kDigits5;
  expect_equal_to_reference(model, random_tokens(spec.vocab, 34), digits);
}

/// The model with float projections instead of ternary ones.
Model with_masters(Model model) {
  for (Layer& layer : model.layers) {
    for (TernaryMatrix* w : layer.projections()) {
      auto values = std::make_shared<std::vector<float>>(
          test::random_floats(w->n() * w->k(), static_cast<uint64_t>(w->n()), 0.2f));
      const auto* data = reinterpret_cast<const uint8_t*>(values->data());
      layer.masters.emplace_back(w->name(), w->n(), w->k(), DType::kF32, data, std::move(values));
      *w = {};
    }
  }
  return model;
}

TEST(FastSession, EqualsTheReferenceWithFloatProducts) {
  ModelConfig config = test::small_config();
  config.max_positions = kTokens;
  const Model ternary = synth_model(config, 0.422, 31);
  const Model floats = with_masters(ternary);
  const std::vector<int32_t> tokens = random_tokens(config.vocab, 35);
  for (const bool quantize : {false, true}) {
    for (const CacheKind kv : {CacheKind::kF32, CacheKind::kF16, CacheKind::kDigits3}) {
      for (const HeadKind head : {HeadKind::kFloat, HeadKind::kDigits4}) {
        SCOPED_TRACE(quantize ? "int8" : "float");
        SessionOptions options;
        options.quantize_activations = quantize;
        options.kv = kv;
        options.head = head;
        expect_equal_to_reference(ternary, tokens, options);
        expect_equal_to_reference(floats, tokens, options);
      }
    }
  }
}

constexpr CacheKind kCaches[] = {CacheKind::kF32,     CacheKind::kF16,     CacheKind::kDigits1,
                                 CacheKind::kDigits2, CacheKind::kDigits3, CacheKind::kDigits4,
                                 CacheKind::kDigits5};
constexpr HeadKind kHeads[] = {HeadKind::kFloat,   HeadKind::kDigits1, HeadKind::kDigits2,
                               HeadKind::kDigits3, HeadKind::kDigits4, HeadKind::kDigits5};

SessionOptions kinds(CacheKind kv, HeadKind head) {
  SessionOptions options;
  options.kv = kv;
  options.head = head;
  return options;
}

TEST(FastSession, EqualsTheReferenceWithEveryKindOfCacheAndHead) {
  for (const Activation activation : {Activation::kSilu, Activation::kRelu2}) {
    ModelConfig config = test::small_config(activation);
    config.max_positions = kTokens;
    const Model model = synth_model(config, 0.422, 31);
    const std::vector<int32_t> tokens = random_tokens(config.vocab, 36);
    for (const CacheKind kv : kCaches) {
      for (const HeadKind head : kHeads) {
        SCOPED_TRACE(testing::Message()
                     << "cache " << digits_of(kv) << ", head " << digits_of(head));
        expect_equal_to_reference(model, tokens, kinds(kv, head));
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST(FastSession, EqualsTheReferenceInLongContextsOfHeadsOfAnySize) {
  constexpr int64_t kLong = 330;
  for (const int64_t head_dim : {16, 50, 64, 80, 128}) {
    ModelConfig config = test::small_config();
    config.layers = 1;
    config.hidden = config.heads * head_dim;
    config.max_positions = kLong;
    const Model model = synth_model(config, 0.422, 37);
    for (const CacheKind kv : {CacheKind::kF32, CacheKind::kDigits5}) {
      if (kv == CacheKind::kF32 && head_dim != 80) continue;
      SCOPED_TRACE(testing::Message() << "cache " << digits_of(kv) << ", heads of " << head_dim);
      expect_equal_to_reference(model, random_tokens(config.vocab, 38, kLong),
                                kinds(kv, HeadKind::kDigits5));
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(FastSession, SharesAHeadOfDigits) {
  const Model model = synth_model(test::small_config(), 0.422, 6);
  ThreadPool pool(1);
  FastEngine engine(pool);
  const SessionOptions options = kinds(CacheKind::kF32, HeadKind::kDigits2);
  FastSession own(model, engine, pool, options);
  FastSession shared(model, engine, pool, with_digit_head(model, options));
  const std::vector<float> want = own.forward({1, 2, 3});
  test::expect_same_bits(want, shared.forward({1, 2, 3}));
}

TEST(FastSession, RefusesMorePositionsThanSumsOverDigitsAreExactFor) {
  ModelConfig config = test::small_config();
  config.max_positions = 1 << 20;
  const Model model = synth_model(config, 0.422, 6);
  ThreadPool pool(1);
  FastEngine engine(pool);
  FastSession session(model, engine, pool, kinds(CacheKind::kDigits1, HeadKind::kFloat));
  session.forward({1});
  test::expect_error(
      [&] { session.forward(std::vector<int32_t>(kMaxDigitPositions, 1)); },
      "138654 tokens after 1: sums over a cache of digits are exact up to 138654 positions");
  EXPECT_EQ(session.position(), 1);
}

TEST(FastSession, RewindsToAnEarlierPosition) {
  const Model model = synth_model(test::small_config(), 0.422, 6);
  ThreadPool pool(1);
  FastEngine engine(pool);
  FastSession session(model, engine, pool);
  session.forward({1, 2});
  const std::vector<float> first = session.forward({3});
  session.forward({4, 5});
  session.rewind(2);
  EXPECT_EQ(session.position(), 2);
  test::expect_same_bits(first, session.forward({3}));
}

TEST(FastSession, ResetGivesAFreshSequence) {
  const Model model = synth_model(test::small_config(), 0.422, 6);
  ThreadPool pool(2);
  FastEngine engine(pool);
  FastSession session(model, engine, pool);
  const std::vector<float> first = session.forward({1, 2, 3});
  session.forward({4, 5});
  session.reset();
  EXPECT_EQ(session.position(), 0);
  test::expect_same_bits(first, session.forward({1, 2, 3}));
}

TEST(FastSession, RefusesWhatTheReferenceRefusesAndStaysUsable) {
  const Model model = synth_model(test::small_config(), 0.422, 6);
  ThreadPool pool(1);
  FastEngine engine(pool);
  FastSession session(model, engine, pool);
  session.forward({1, 2});
  test::expect_error([&] { session.forward(std::vector<int32_t>{}); }, "no tokens");
  test::expect_error([&] { session.forward({3, 61}); }, "token 61 at index 1");
  test::expect_error([&] { session.forward(std::vector<int32_t>(31, 1)); },
                     "31 tokens after 2 exceed the context of 32");
  ReferenceEngine reference_engine;
  Session reference(model, reference_engine);
  test::expect_same_bits(reference.forward({1, 2, 3}), session.forward({3}));
}

TEST(FastSession, NamesTheProjectionWhereActivationsOverflow) {
  ThreadPool pool(2);
  FastEngine engine(pool);
  for (const bool attention : {true, false}) {
    Model model = synth_model(test::small_config(), 0.422, 6);
    Layer& layer = model.layers[1];
    (attention ? layer.attn_sub_norm : layer.post_norm).assign(40, 3e38f);
    FastSession session(model, engine, pool);
    const std::string name = attention ? "self_attn.o_proj" : "mlp.gate_proj";
    test::expect_error(
        [&] {
          session.forward({1, 2, 3, 4, 5, 6});
        },
        "model.layers.1." + name + ": an input activation is NaN or infinite");
  }
}

/// Fails once, in the middle of a forward pass.
class FailingEngine : public FastEngine {
 public:
  using FastEngine::FastEngine;
  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override {
    if (fail_in-- == 0) fail("device lost");
    FastEngine::matmul(w, q, m, acc);
  }
  int fail_in = -1;
};

TEST(FastSession, AFailedCallLeavesNoTokensBehind) {
  const Model model = synth_model(test::small_config(), 0.422, 6);
  ThreadPool pool(1);
  FailingEngine engine(pool);
  FastSession session(model, engine, pool);
  session.forward({1, 2});
  engine.fail_in = 9;
  test::expect_error([&] { session.forward({7, 8}); }, "device lost");
  FastSession fresh(model, engine, pool);
  const std::vector<float> got = session.forward({3});
  test::expect_same_bits(fresh.forward({1, 2, 3}), got);
}

}  // namespace
}  // namespace tercet
