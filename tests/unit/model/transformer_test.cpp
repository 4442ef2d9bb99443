// SPDX-License-Identifier: Apache-2.0
// The decoder as a whole: its graph against one in double, its cache, its guards.
#include "model/transformer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "model/synth.h"
#include "test_util.h"

namespace tercet {
namespace {

using Doubles = std::vector<double>;

Doubles norm(const Doubles& x, const std::vector<float>& weight, double eps) {
  double squares = 0.0;
  for (const double v : x) squares += v * v;
  Doubles y(x.size());
  const double inverse = 1.0 / std::sqrt(squares / static_cast<double>(x.size()) + eps);
  for (size_t i = 0; i < x.size(); ++i) y[i] = x[i] * inverse * weight[i];
  return y;
}

Doubles bit_linear(const TernaryMatrix& w, const Doubles& x) {
  double absmax = 1e-5;
  for (const double v : x) absmax = std::max(absmax, std::fabs(v));
  Doubles y(static_cast<size_t>(w.n()), 0.0);
  std::vector<int8_t> row(static_cast<size_t>(w.k()));
  for (int64_t n = 0; n < w.n(); ++n) {
    w.unpack_row(n, row.data());
    for (size_t k = 0; k < x.size(); ++k) {
      y[n] += std::nearbyint(x[k] * 127.0 / absmax) * row[k];
    }
    y[n] *= absmax / 127.0 * w.scale();
  }
  return y;
}

/// The graph of numerics for one token at position 0: RoPE turns nothing, softmax of one is 1, so
/// each query head's output is its key/value head's value.
Doubles golden_first_token(const Model& model, int32_t token) {
  const ModelConfig& c = model.config;
  std::vector<float> row(static_cast<size_t>(c.hidden));
  model.embedding.read_row(token, row.data());
  Doubles h(row.begin(), row.end());
  for (const Layer& layer : model.layers) {
    const Doubles v = bit_linear(layer.v, norm(h, layer.input_norm, c.rms_eps));
    Doubles mixed;
    for (int64_t head = 0; head < c.heads; ++head) {
      const int64_t from = head * c.kv_heads / c.heads * c.head_dim();
      mixed.insert(mixed.end(), v.begin() + from, v.begin() + from + c.head_dim());
    }
    const Doubles o = bit_linear(layer.o, norm(mixed, layer.attn_sub_norm, c.rms_eps));
    for (size_t i = 0; i < h.size(); ++i) h[i] += o[i];
    const Doubles f = norm(h, layer.post_norm, c.rms_eps);
    Doubles gate = bit_linear(layer.gate, f);
    const Doubles up = bit_linear(layer.up, f);
    for (size_t i = 0; i < gate.size(); ++i) {
      const double g = gate[i];
      const double relu = std::max(g, 0.0);
      const double act = c.activation == Activation::kSilu ? g / (1.0 + std::exp(-g)) : relu * relu;
      gate[i] = act * up[i];
    }
    const Doubles down = bit_linear(layer.down, norm(gate, layer.ffn_sub_norm, c.rms_eps));
    for (size_t i = 0; i < h.size(); ++i) h[i] += down[i];
  }
  h = norm(h, model.norm, c.rms_eps);
  Doubles logits;
  for (int64_t v = 0; v < c.vocab; ++v) {
    model.head.read_row(v, row.data());
    double sum = 0.0;
    for (size_t i = 0; i < h.size(); ++i) sum += h[i] * row[i];
    logits.push_back(sum);
  }
  return logits;
}

TEST(Session, FirstTokenAgreesWithTheGraphInDouble) {
  for (const auto activation : {Activation::kSilu, Activation::kRelu2}) {
    for (const bool tied : {true, false}) {
      ModelConfig config = test::small_config(activation);
      config.tied_head = tied;
      const Model model = synth_model(config, 0.4, 5);
      ReferenceEngine engine;
      // A value within rounding of a half may go either way and move everything after it; seldom.
      int close = 0;
      for (int32_t token = 0; token < config.vocab; ++token) {
        Session session(model, engine);
        const auto& got = session.forward({token});
        const Doubles exact = golden_first_token(model, token);
        double worst = 0.0;
        for (size_t i = 0; i < exact.size(); ++i) {
          worst = std::max(worst, std::fabs(got[i] - exact[i]));
        }
        close += worst < 2e-5 ? 1 : 0;  // logits are about 1
      }
      EXPECT_GE(close, config.vocab - 2);
    }
  }
}

/// Keys, values and the head as that many digits; 0: floats.
SessionOptions digits(int kv, int head) {
  SessionOptions options;
  options.kv = static_cast<CacheKind>(kv);
  options.head = static_cast<HeadKind>(head);
  return options;
}

TEST(Session, DecodingTokenByTokenEqualsOneBatchBitForBit) {
  SessionOptions half;
  half.kv = CacheKind::kF16;
  for (const SessionOptions& options : {SessionOptions(), half, digits(5, 5), digits(2, 1)}) {
    const ModelConfig config =
        test::small_config(digits_of(options.kv) == 2 ? Activation::kSilu : Activation::kRelu2);
    const Model model = synth_model(config, 0.422, 6);
    ReferenceEngine engine;
    std::vector<int32_t> tokens(32);
    Rng rng(7);
    for (int32_t& token : tokens) token = static_cast<int32_t>(rng.below(61));
    Session batch(model, engine, options);
    const std::vector<float> all = batch.forward(tokens, LogitsRows::kAll);
    ASSERT_EQ(all.size(), 32u * 61u);
    for (const size_t step : {size_t{1}, size_t{3}, size_t{31}}) {
      Session session(model, engine, options);
      for (size_t begin = 0; begin < tokens.size(); begin += step) {
        const size_t count = std::min(step, tokens.size() - begin);
        const auto& last = session.forward(tokens.data() + begin, static_cast<int64_t>(count));
        const auto row = all.begin() + static_cast<int64_t>((begin + count - 1) * 61);
        ASSERT_EQ(last, std::vector<float>(row, row + 61)) << "step " << step << " at " << begin;
      }
      EXPECT_EQ(session.position(), 32);
    }
  }
}

TEST(Session, MoreDigitsAreNearerToFloats) {
  const Model model = synth_model(test::small_config(), 0.422, 6);
  ReferenceEngine engine;
  std::vector<int32_t> tokens(32);
  Rng rng(8);
  for (int32_t& token : tokens) token = static_cast<int32_t>(rng.below(61));
  const auto difference = [&](const SessionOptions& options) {
    Session exact(model, engine);
    Session session(model, engine, options);
    const std::vector<float>& want = exact.forward(tokens, LogitsRows::kAll);
    const std::vector<float>& got = session.forward(tokens, LogitsRows::kAll);
    double squares = 0.0;
    for (size_t i = 0; i < got.size(); ++i) squares += std::pow(got[i] - want[i], 2);
    return std::sqrt(squares / static_cast<double>(got.size()));
  };
  double kv_before = difference(digits(1, 0));
  double head_before = difference(digits(0, 1));
  for (int d = 2; d <= 5; ++d) {
    const double kv = difference(digits(d, 0));
    const double head = difference(digits(0, d));
    EXPECT_LT(kv, kv_before) << d;
    EXPECT_LT(head, head_before) << d;
    kv_before = kv;
    head_before = head;
  }
  EXPECT_LT(kv_before, 0.1);  // logits are about 1
  EXPECT_LT(head_before, 0.05);
}

TEST(Session, RefusesMorePositionsThanSumsOverDigitsAreExactFor) {
  ModelConfig config = test::small_config();
  config.max_positions = 1 << 20;
  const Model model = synth_model(config, 0.422, 6);
  ReferenceEngine engine;
  Session session(model, engine, digits(1, 0));
  session.forward({1});
  test::expect_error(
      [&] { session.forward(std::vector<int32_t>(kMaxDigitPositions, 1)); },
      "138654 tokens after 1: sums over a cache of digits are exact up to 138654 positions");
  EXPECT_EQ(session.position(), 1);
}

TEST(Session, TakesAHeadOfDigitsThatWasMadeBefore) {
  const Model model = synth_model(test::small_config(), 0.422, 6);
  ReferenceEngine engine;
  const SessionOptions shared = with_digit_head(model, digits(5, 4));
  ASSERT_NE(shared.digit_head, nullptr);
  EXPECT_EQ(shared.digit_head->digits, 4);
  EXPECT_EQ(with_digit_head(model, shared).digit_head, shared.digit_head);
  EXPECT_EQ(with_digit_head(model, digits(5, 0)).digit_head, nullptr);
  Session own(model, engine, digits(5, 4));
  Session other(model, engine, shared);
  EXPECT_EQ(own.forward({1, 2, 3}), other.forward({1, 2, 3}));
}

TEST(Session, ResetGivesAFreshSequence) {
  const Model model = synth_model(test::small_config(), 0.422, 6);
  ReferenceEngine engine;
  Session session(model, engine);
  const std::vector<float> first = session.forward({1, 2, 3});
  session.forward({4, 5});
  session.reset();
  EXPECT_EQ(session.position(), 0);
  EXPECT_EQ(session.forward({1, 2, 3}), first);
}

/// Records which matmuls run.
class RecordingEngine : public MatmulEngine {
 public:
  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override {
    calls.push_back(w.name() + fmt::format(" m={}", m));
    engine_.matmul(w, q, m, acc);
  }
  std::vector<std::string> calls;

 private:
  ReferenceEngine engine_;
};

TEST(Session, SendsSevenProjectionsALayerInGraphOrder) {
  const Model model = synth_model(test::small_config(), 0.422, 6);
  RecordingEngine engine;
  Session session(model, engine);
  session.forward({1, 2, 3});
  std::vector<std::string> expected;
  for (int layer = 0; layer < 2; ++layer) {
    for (const char* name : {"self_attn.q", "self_attn.k", "self_attn.v", "self_attn.o", "mlp.gate",
                             "mlp.up", "mlp.down"}) {
      expected.push_back(fmt::format("model.layers.{}.{}_proj m=3", layer, name));
    }
  }
  EXPECT_EQ(engine.calls, expected);
}

TEST(Session, RefusesBadTokensAndStaysUsable) {
  const Model model = synth_model(test::small_config(), 0.422, 6);
  ReferenceEngine engine;
  Session session(model, engine);
  session.forward({1, 2});
  test::expect_error([&] { session.forward(std::vector<int32_t>{}); }, "no tokens");
  test::expect_error([&] { session.forward({3, 61}); }, "token 61 at index 1");
  test::expect_error([&] { session.forward({-1}); }, "token -1");
  test::expect_error([&] { session.forward(std::vector<int32_t>(31, 1)); },
                     "31 tokens after 2 exceed the context of 32");
  EXPECT_EQ(session.position(), 2);
  const std::vector<float> got = session.forward({3});
  Session fresh(model, engine);
  EXPECT_EQ(fresh.forward({1, 2, 3}), got);
  session.forward(std::vector<int32_t>(29, 1));
  test::expect_error([&] { session.forward({1}); }, "context of 32");
}

/// Fails once, in the middle of a forward pass.
class FailingEngine : public MatmulEngine {
 public:
  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override {
    if (fail_in-- == 0) fail("device lost");
    engine_.matmul(w, q, m, acc);
  }
  int fail_in = -1;

 private:
  ReferenceEngine engine_;
};

TEST(Session, AFailedCallLeavesNoTokensBehind) {
  for (const SessionOptions& options : {SessionOptions(), digits(5, 5)}) {
    const Model model = synth_model(test::small_config(), 0.422, 6);
    FailingEngine engine;
    Session session(model, engine, options);
    session.forward({1, 2});
    engine.fail_in = 9;
    test::expect_error([&] { session.forward({7, 8}); }, "device lost");
    const std::vector<float> got = session.forward({3});
    Session fresh(model, engine, options);
    EXPECT_EQ(fresh.forward({1, 2, 3}), got);
  }
}

TEST(Session, NamesTheProjectionWhereActivationsOverflow) {
  Model model = synth_model(test::small_config(), 0.422, 6);
  model.layers[1].input_norm.assign(40, 3e38f);
  ReferenceEngine engine;
  Session session(model, engine);
  test::expect_error([&] { session.forward({1}); }, "model.layers.1.self_attn.q_proj");
}

TEST(Session, NamesTheProjectionWhoseOutputsOverflow) {
  Model model = synth_model(test::small_config(), 0.422, 6);
  model.layers[1].input_norm.assign(40, 1e30f);
  ReferenceEngine engine;
  TernaryMatrix Layer::*const projections[] = {&Layer::q, &Layer::k, &Layer::v};
  for (const auto projection : projections) {
    Model other = model;
    TernaryMatrix& w = other.layers[1].*projection;
    w = w.scaled(1e30f);
    Session session(other, engine, digits(5, 5));
    const std::string what = projection == &Layer::q ? "a query" : "an output";
    test::expect_error([&] { session.forward({1}); },
                       w.name() + ": " + what + " is NaN or infinite");
  }
}

TEST(Session, NamesTheHeadWhoseInputOverflows) {
  Model model = synth_model(test::small_config(), 0.422, 6);
  model.norm.assign(40, 3e38f);
  ReferenceEngine engine;
  Session session(model, engine, digits(0, 5));
  test::expect_error([&] { session.forward({1}); },
                     model.head.name() + ": an input activation is NaN or infinite");
}

}  // namespace
}  // namespace tercet
