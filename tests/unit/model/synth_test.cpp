// SPDX-License-Identifier: Apache-2.0
// Random models of known shapes.
#include "model/synth.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/formats/checkpoint.h"
#include "model/tokenizer/tokenizer.h"
#include "test_util.h"

namespace tercet {
namespace {

TEST(Synth, TwoB4THasItsTrueLayerShapes) {
  SynthSpec spec;
  spec.layers = 1;
  spec.vocab = 64;
  const Model model = synth_model(spec);
  const Layer& layer = model.layers.at(0);
  const auto expect_shape = [](const TernaryMatrix& w, int64_t n, int64_t k) {
    EXPECT_EQ(w.n(), n) << w.name();
    EXPECT_EQ(w.k(), k) << w.name();
  };
  expect_shape(layer.q, 2560, 2560);
  expect_shape(layer.k, 640, 2560);
  expect_shape(layer.v, 640, 2560);
  expect_shape(layer.o, 2560, 2560);
  expect_shape(layer.gate, 6912, 2560);
  expect_shape(layer.up, 6912, 2560);
  expect_shape(layer.down, 2560, 6912);
  EXPECT_EQ(model.config.bos_id, 62);
  EXPECT_EQ(find_shape("2b4t").config.layers, 30);
}

TEST(Synth, WeightsHaveTheWantedSharesOfEachValue) {
  for (const double zeros : {0.0, 0.25, 0.422, 1.0}) {
    SynthSpec spec;
    spec.shape = "700m";
    spec.layers = 1;
    spec.vocab = 16;
    spec.zeros = zeros;
    const Model model = synth_model(spec);
    const TernaryMatrix& w = model.layers[0].gate;
    const auto count = static_cast<double>(w.n() * w.k());  // 6.3 M: 5 sigma is 0.001
    EXPECT_NEAR(static_cast<double>(w.zeros()) / count, zeros, 0.001);
    std::vector<int8_t> row(static_cast<size_t>(w.k()));
    int64_t sum = 0;
    for (int64_t n = 0; n < w.n(); ++n) {
      w.unpack_row(n, row.data());
      for (const int8_t t : row) sum += t;
    }
    EXPECT_NEAR(static_cast<double>(sum) / count, 0.0, 0.002);
  }
}

TEST(Synth, TheSeedDecidesTheModel) {
  const auto logits = [](uint64_t seed) {
    const Model model = synth_model(test::small_config(), 0.422, seed);
    ReferenceEngine engine;
    return Session(model, engine).forward({1, 2, 3});
  };
  EXPECT_EQ(logits(1), logits(1));
  EXPECT_NE(logits(1), logits(2));
}

TEST(Synth, ActivationsStayInRangeThroughManyLayers) {
  SynthSpec spec;
  spec.shape = "tiny";
  spec.layers = 40;
  const Model model = synth_model(spec);
  ReferenceEngine engine;
  Session session(model, engine);
  for (const float v : session.forward({1, 2, 3})) {
    ASSERT_LT(std::fabs(v), 1e3f);
    ASSERT_TRUE(std::isfinite(v));
  }
}

TEST(Synth, EveryShapeIsValid) {
  for (const Shape& shape : shapes()) {
    EXPECT_NO_THROW(validate(shape.config, shape.name));
    EXPECT_EQ(shape.config.intermediate % 4, 0) << shape.name;
  }
}

TEST(Synth, RefusesBadSpecs) {
  test::expect_error([] { find_shape("gpt"); }, "known are tiny, 700m");
  const auto with = [](auto change) {
    SynthSpec spec;
    spec.shape = "tiny";
    change(spec);
    return synth_model(spec);
  };
  test::expect_error([&] { with([](SynthSpec& s) { s.zeros = 1.5; }); }, "zeros");
  test::expect_error([&] { with([](SynthSpec& s) { s.zeros = std::nan(""); }); }, "zeros");
  test::expect_error([&] { with([](SynthSpec& s) { s.layers = -1; }); }, "num_hidden_layers");
  test::expect_error([&] { with([](SynthSpec& s) { s.vocab = 1; }); }, "vocabulary");
}

TEST(Synth, FolderHasATokenizerForEveryId) {
  SynthSpec spec;
  spec.shape = "tiny";
  const test::TempFolder folder;
  const Model model = synth_model(spec);
  save_model(model, folder.path());
  save_synth_tokenizer(model.config.vocab, folder.path());
  const Tokenizer tokenizer = Tokenizer::load(folder.path());
  EXPECT_EQ(tokenizer.vocab_size(), model.config.vocab);
  EXPECT_EQ(tokenizer.special_id("<|end_of_text|>"), model.config.eos_ids[0]);
  EXPECT_EQ(tokenizer.encode("a\xc3\xa9"), (std::vector<int32_t>{0x61, 0xc3, 0xa9}));
  EXPECT_EQ(tokenizer.decode({300, 0x62}), "<300>b");
  test::expect_error([&] { save_synth_tokenizer(100, folder.path()); }, "vocabulary");
}

}  // namespace
}  // namespace tercet
