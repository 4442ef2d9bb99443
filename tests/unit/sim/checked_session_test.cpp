// SPDX-License-Identifier: Apache-2.0
// The comparison sees every output, and names the first one that is wrong.
#include "sim/engine/checked_session.h"

#include <gtest/gtest.h>

#include <functional>

#include "model/synth.h"
#include "sim/engine/device_engine.h"
#include "sim/functional/functional_device.h"

namespace tercet {
namespace {

Model small_model() {
  ModelConfig config;
  config.hidden = 32;
  config.intermediate = 64;
  config.layers = 2;
  config.heads = 4;
  config.kv_heads = 2;
  config.vocab = 50;
  config.max_positions = 16;
  config.bos_id = 0;
  return synth_model(config, 0.4, 7);
}

/// The reference, but output `index` of the `call`-th product is one too large.
class WrongEngine : public MatmulEngine {
 public:
  WrongEngine(int call, size_t index) : call_(call), index_(index) {}
  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override {
    reference_.matmul(w, q, m, acc);
    if (call_-- == 0) ++acc[index_];
  }

 private:
  ReferenceEngine reference_;
  int call_;
  size_t index_;
};

/// Fails in its `call`-th product.
class FailingEngine : public MatmulEngine {
 public:
  explicit FailingEngine(int call) : call_(call) {}
  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override {
    if (call_-- == 0) fail("device on fire");
    reference_.matmul(w, q, m, acc);
  }

 private:
  ReferenceEngine reference_;
  int call_;
};

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(CheckedSessionTest, AModelOnTheFunctionalMachineIsTheReference) {
  const Model model = small_model();
  const tercet_config& machine = find_machine("tiny");
  FunctionalDevice device(machine, 1 << 24);
  Accelerator accelerator(device, machine);
  DeviceEngine engine(accelerator, Packing::kTrit5);
  engine.preload(model);
  ThreadPool pool(2);
  CheckedSession session(model, engine, pool);
  session.forward({1, 2, 3, 4});
  for (int32_t token = 5; token < 10; ++token) session.forward({token});
  // q, k, v, o, gate, up, down of 2 layers.
  const uint64_t outputs_per_token = 2 * (32 + 16 + 16 + 32 + 64 + 64 + 32);
  EXPECT_EQ(session.counts().compared, 9 * outputs_per_token);
  EXPECT_EQ(session.counts().logits, 6u * 50);
  EXPECT_EQ(session.counts().mismatches, 0u);
  EXPECT_EQ(engine.counts().outputs, session.counts().compared);
  EXPECT_GT(engine.counts().zero_products, engine.counts().products / 3);
}

TEST(CheckedSessionTest, TheFirstWrongOutputIsNamed) {
  const Model model = small_model();
  WrongEngine engine(7 + 4, 2 * 64 + 5);  // second layer's gate, third token, output 5
  ThreadPool pool(2);
  CheckedSession session(model, engine, pool);
  const std::string error = error_of([&] { session.forward({1, 2, 3}); });
  EXPECT_EQ(
      error.rfind("mismatch: layer model.layers.1.mlp.gate_proj, row 2, column 5: expected ", 0),
      0u)
      << error;
  EXPECT_EQ(session.counts().mismatches, 1u);
}

TEST(CheckedSessionTest, ADeviceErrorComesThrough) {
  const Model model = small_model();
  FailingEngine engine(3);
  ThreadPool pool(2);
  CheckedSession session(model, engine, pool);
  EXPECT_EQ(error_of([&] { session.forward({1, 2}); }), "device on fire");
}

TEST(CheckedSessionTest, BadTokensAreTheSameErrorAsWithoutACheckAndChangeNothing) {
  const Model model = small_model();
  ReferenceEngine engine;
  ThreadPool pool(2);
  CheckedSession session(model, engine, pool);
  Session plain(model, engine);
  for (const std::vector<int32_t>& tokens : {std::vector<int32_t>{}, {50}, {-1}}) {
    EXPECT_EQ(error_of([&] { session.forward(tokens); }), error_of([&] { plain.forward(tokens); }));
  }
  const std::vector<float> expected = plain.forward({1, 2});
  EXPECT_EQ(session.forward({1, 2}), expected);
}

TEST(CheckedSessionTest, IsASequenceLikeAnyOther) {
  const Model model = small_model();
  ReferenceEngine engine;
  ThreadPool pool(2);
  CheckedSession session(model, engine, pool);
  Sequence& sequence = session;
  Session plain(model, engine);
  const std::vector<int32_t> tokens = {1, 2, 3};
  EXPECT_EQ(sequence.config().vocab, 50);
  EXPECT_EQ(sequence.forward(tokens, LogitsRows::kAll), plain.forward(tokens, LogitsRows::kAll));
  EXPECT_EQ(session.counts().logits, 3u * 50);
  EXPECT_EQ(sequence.position(), 3);
  sequence.rewind(1);
  plain.rewind(1);
  EXPECT_EQ(sequence.forward({7}), plain.forward({7}));
  EXPECT_EQ(sequence.position(), 2);
  sequence.reset();
  plain.reset();
  EXPECT_EQ(sequence.forward(tokens), plain.forward(tokens));
}

TEST(CheckedSessionTest, AnErrorLeavesTheSequenceAsItWas) {
  const Model model = small_model();
  ReferenceEngine good;
  Session plain(model, good);
  const std::vector<float> expected = (plain.forward({1, 2}), plain.forward({3, 4}));
  ThreadPool pool(2);
  for (const int call : {14, 14 + 6, 14 + 13}) {  // the second forward() has products 14 to 27
    FailingEngine failing(call);
    CheckedSession session(model, failing, pool);
    session.forward({1, 2});
    EXPECT_EQ(error_of([&] { session.forward({3, 4}); }), "device on fire");
    EXPECT_EQ(session.position(), 2);
    EXPECT_EQ(session.forward({3, 4}), expected);
    WrongEngine wrong(call, 0);
    CheckedSession other(model, wrong, pool);
    other.forward({1, 2});
    EXPECT_EQ(error_of([&] { other.forward({3, 4}); }).rfind("mismatch: layer ", 0), 0u);
    EXPECT_EQ(other.forward({3, 4}), expected);
  }
}

}  // namespace
}  // namespace tercet
