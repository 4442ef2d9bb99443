// SPDX-License-Identifier: Apache-2.0
// Bits per byte: the metric itself, and agreement with the trainer's figures.
#include "model/eval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/input.h"
#include "model/formats/checkpoint.h"
#include "model/synth.h"
#include "test_util.h"

namespace tercet {
namespace {

TEST(Eval, SurprisalIsTheLogSoftmaxInBits) {
  const std::vector<float> logits = {1.0f, 2.0f, -3.0f, 80.0f};
  double sum = 0.0;
  for (const float v : logits) sum += std::exp(static_cast<double>(v));
  for (int32_t i = 0; i < 4; ++i) {
    const double exact = -std::log2(std::exp(static_cast<double>(logits[i])) / sum);
    EXPECT_NEAR(surprisal_bits(logits.data(), 4, i), exact, 1e-12);
  }
  const std::vector<float> even(8, 5.0f);
  EXPECT_DOUBLE_EQ(surprisal_bits(even.data(), 8, 3), 3.0);
}

/// A tiny random model with its byte tokenizer.
struct Fixture {
  Fixture() { save_synth_tokenizer(model.config.vocab, folder.path()); }

  static Model tiny() {
    SynthSpec spec;
    spec.shape = "tiny";
    return synth_model(spec);
  }

  test::TempFolder folder;
  Model model = tiny();
  ReferenceEngine engine;
  Session session{model, engine};
};

TEST(Eval, WindowsStartWithBosAndDoNotOverlap) {
  Fixture f;
  const Tokenizer tokenizer = Tokenizer::load(f.folder.path());
  const std::string text = "abcdefg";  // seven tokens in windows of three
  double bits = 0.0;
  for (const std::string part : {"abc", "def", "g"}) {
    Session session(f.model, f.engine);
    int32_t previous = f.model.config.bos_id;
    for (const char c : part) {
      const auto& logits = session.forward({previous});
      bits += surprisal_bits(logits.data(), f.model.config.vocab, c);
      previous = c;
    }
  }
  int64_t calls = 0;
  const EvalResult result =
      evaluate(f.session, tokenizer, text, {3, 0}, [&](int64_t done, int64_t total) {
        ++calls;
        EXPECT_LE(done, total);
      });
  EXPECT_EQ(result.tokens, 7);
  EXPECT_EQ(result.bytes, 7);
  EXPECT_DOUBLE_EQ(result.bits, bits);
  EXPECT_EQ(calls, 3);
}

TEST(Eval, OverlappingWindowsCountEachTokenOnceWithMoreContext) {
  Fixture f;
  const Tokenizer tokenizer = Tokenizer::load(f.folder.path());
  const std::string text = "abcdefg";
  double bits = 0.0;
  // Windows abcd, cdef, efg: the first counts four, then two new ones each.
  for (const auto& [window, counted] :
       {std::pair{std::string("abcd"), 4u}, {std::string("cdef"), 2u}, {std::string("efg"), 1u}}) {
    Session session(f.model, f.engine);
    int32_t previous = f.model.config.bos_id;
    for (size_t i = 0; i < window.size(); ++i) {
      const auto& logits = session.forward({previous});
      if (i + counted >= window.size()) {
        bits += surprisal_bits(logits.data(), f.model.config.vocab, window[i]);
      }
      previous = window[i];
    }
  }
  const EvalResult result = evaluate(f.session, tokenizer, text, {4, 2});
  EXPECT_EQ(result.tokens, 7);
  EXPECT_DOUBLE_EQ(result.bits, bits);
  EXPECT_NEAR(result.perplexity(), std::exp2(bits / 7), 1e-9 * result.perplexity());
}

TEST(Eval, ChoicesAreScoredByTheirTokensAfterTheContext) {
  Fixture f;
  const Tokenizer tokenizer = Tokenizer::load(f.folder.path());
  const auto items =
      parse_choices(R"({"id": 7, "context": "ab ", "choices": ["x", "yz"], "answer": 1})"
                    "\n\n"
                    R"({"context": "", "choices": ["q"], "answer": 0})",
                    "c.jsonl");
  ASSERT_EQ(items.size(), 2u);
  const ChoiceResult result = evaluate_choices(f.session, tokenizer, items);
  const auto bits = [&](const std::string& context, const std::string& choice) {
    Session session(f.model, f.engine);
    std::vector<int32_t> fed = {f.model.config.bos_id};
    fed.insert(fed.end(), context.begin(), context.end());
    double sum = 0.0;
    auto logits = session.forward(fed);
    for (const char c : choice) {
      sum += surprisal_bits(logits.data(), f.model.config.vocab, c);
      logits = session.forward({c});
    }
    return sum;
  };
  const ChoiceScore& first = result.items[0];
  EXPECT_DOUBLE_EQ(first.bits[0], bits("ab", " x"));
  EXPECT_DOUBLE_EQ(first.bits[1], bits("ab", " yz"));
  EXPECT_EQ(first.best, first.bits[1] < first.bits[0] ? 1 : 0);
  EXPECT_EQ(first.best_per_byte, first.bits[1] / 2 < first.bits[0] ? 1 : 0);
  EXPECT_DOUBLE_EQ(result.items[1].bits[0], bits("", "q"));
  EXPECT_EQ(result.correct, 1 + first.best);
}

TEST(Eval, RefusesBadChoices) {
  const auto refuse = [](const std::string& line, const std::string& words) {
    test::expect_error([&] { parse_choices("\n" + line, "c.jsonl"); }, words);
  };
  refuse("{", "c.jsonl:2: not valid JSON");
  refuse(R"({"context": "a", "choices": [], "answer": 0})", "choices is not a list");
  refuse(R"({"context": "a", "choices": [""], "answer": 0})", "choices: 0 is empty");
  refuse(R"({"context": "a", "choices": ["b"], "answer": 1})", "answer: 1 is not in [0, 0]");
  refuse(R"({"context": "a", "choices": ["b"], "answer": 0, "x": 1})", "unknown key 'x'");
  refuse("", "no items");
}

TEST(Eval, RefusesWhatMakesNoSense) {
  Fixture f;
  const Tokenizer tokenizer = Tokenizer::load(f.folder.path());
  const auto run = [&](const char* text, int64_t window, int64_t stride = 0) {
    evaluate(f.session, tokenizer, text, {window, stride});
  };
  test::expect_error([&] { run("", 8); }, "no text");
  test::expect_error([&] { run("a", -1); }, "window of -1");
  test::expect_error([&] { run("a", 257); }, "window of 257");
  test::expect_error([&] { run("a", 8, 9); }, "stride of 9");
  f.model.config.bos_id = -1;
  test::expect_error([&] { run("a", 8); }, "bos_token_id");
}

TEST(Eval, TheDefaultWindowIsWhatAShortContextHolds) {
  const EvalOptions shorter = settle({}, 200);
  EXPECT_EQ(shorter.window, 200);
  EXPECT_EQ(shorter.stride, 200);
  EXPECT_EQ(settle({}, 4096).window, kDefaultWindow);
  EXPECT_EQ(settle({0, 7}, 16).stride, 7);
  test::expect_error([] { settle({201, 0}, 200); }, "window of 201 tokens is not in [1, 200]");
  test::expect_error([] { settle({0, 17}, 16); }, "stride of 17 tokens is not in [1, 16]");
}

TEST(Eval, ABadChoiceIsNamedBeforeAnythingIsScored) {
  Fixture f;
  // "he" is one token, which "h" and "e" never are.
  const std::string json = read_text(f.folder.path() / "tokenizer.json", 1 << 20);
  auto merging = nlohmann::json::parse(json);
  merging["model"]["vocab"].erase("<256>");
  merging["model"]["vocab"]["he"] = 256;
  merging["model"]["merges"] = {"h e"};
  const Tokenizer tokenizer = Tokenizer::parse(merging.dump(), "t.json");
  const std::string good = R"({"context": "a", "choices": ["b", "c"], "answer": 1})";
  const auto refuse = [&](const std::string& line, const std::string& words) {
    int64_t scored = 0;
    const auto items = parse_choices(good + "\n\n" + line, "c.jsonl");
    test::expect_error(
        [&] { evaluate_choices(f.session, tokenizer, items, [&](int64_t, int64_t) { ++scored; }); },
        words);
    EXPECT_EQ(scored, 0);
  };
  refuse(R"({"context": "h", "choices": ["x", "e"], "answer": 0})",
         "c.jsonl:3: choices: 1: 'e' adds no token: with it the text has 1, the context alone 1");
  refuse(R"({"context": "a", "choices": ["x", ")" + std::string(300, 'b') + R"("], "answer": 0})",
         "c.jsonl:3: choices: 1 has 300 tokens, the model's context 256");
}

TEST(Eval, ALongContextLosesTheSameBeginningForEveryChoice) {
  Fixture f;
  const Tokenizer tokenizer = Tokenizer::load(f.folder.path());
  const std::string tail(253, 'a');  // with three of the longest choice, the context's 256
  const auto bits = [&](const std::string& context) {
    const auto items = parse_choices(
        R"({"context": ")" + context + R"(", "choices": ["x", "xyz"], "answer": 0})", "c.jsonl");
    return evaluate_choices(f.session, tokenizer, items).items[0].bits;
  };
  EXPECT_EQ(bits("bcd" + tail), bits(tail));
  EXPECT_NE(bits("b" + tail.substr(1)), bits(tail));
}

/// The first `limit` bytes of `text`, cut after the last whole line.
std::string cut_at_line(const std::string& text, size_t limit) {
  return text.size() <= limit ? text : text.substr(0, text.rfind('\n', limit - 1) + 1);
}

TEST(Eval, AgreesWithTheTrainerWithinHalfAPercent) {
  // Tests run in the repository root; each checkpoint comes with what its trainer measured.
  int checked = 0;
  for (const auto& entry : std::filesystem::directory_iterator("model/checkpoints")) {
    const auto& folder = entry.path();
    if (!std::filesystem::exists(folder / "metrics.json")) continue;
    const auto metrics = nlohmann::json::parse(read_text(folder / "metrics.json", 1 << 20));
    const auto& expected = metrics.at("heldout_first_16k");
    const std::string text = cut_at_line(read_text(folder / "heldout.txt", 1 << 26), 16384);
    const Model model = load_model(folder);
    ReferenceEngine engine;
    Session session(model, engine);
    const EvalResult result =
        evaluate(session, Tokenizer::load(folder), text, {metrics.at("window").get<int64_t>(), 0});
    EXPECT_EQ(result.bytes, expected.at("bytes").get<int64_t>());
    EXPECT_EQ(result.tokens, expected.at("tokens").get<int64_t>());
    const auto bits = expected.at("bits_per_byte").get<double>();
    EXPECT_NEAR(result.bits_per_byte(), bits, 0.005 * bits) << folder;
    ++checked;
  }
  EXPECT_GE(checked, 1) << "no checkpoint with metrics.json under model/checkpoints";
}

}  // namespace
}  // namespace tercet
