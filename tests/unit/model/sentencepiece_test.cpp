// SPDX-License-Identifier: Apache-2.0
// SentencePiece models: trained here, read from files and GGUF, round trips of any bytes.
#include <gtest/gtest.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <fstream>

#include "model/formats/checkpoint.h"
#include "model/formats/model_file.h"
#include "model/synth.h"
#include "test_util.h"

namespace tercet {
namespace {

/// Sentences in memory, as the trainer wants them.
class Lines : public sentencepiece::SentenceIterator {
 public:
  explicit Lines(std::vector<std::string> lines) : lines_(std::move(lines)) {}
  bool done() const override { return next_ == lines_.size(); }
  void Next() override { ++next_; }  // NOLINT(readability-identifier-naming): the library's name
  const std::string& value() const override { return lines_[next_]; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  std::vector<std::string> lines_;
  size_t next_ = 0;
};

/// A model like LLaMA's: BPE, byte tokens, spaces kept, identity normalisation.
const std::string& trained_model() {
  static const std::string kProto = [] {
    std::vector<std::string> lines;
    for (int i = 0; i < 200; ++i) {
      lines.push_back(fmt::format("and it came to pass in the {} year that the king said unto them",
                                  i * 7919 % 1000));
    }
    std::string proto;
    Lines sentences(lines);
    const auto status = sentencepiece::SentencePieceTrainer::Train(
        "--model_type=bpe --vocab_size=320 --byte_fallback=true --character_coverage=1.0 "
        "--normalization_rule_name=identity --remove_extra_whitespaces=false "
        "--allow_whitespace_only_pieces=true --split_digits=true --num_threads=1 "
        "--minloglevel=2",
        &sentences, &proto);
    if (!status.ok()) throw std::runtime_error(status.ToString());
    return proto;
  }();
  return kProto;
}

const std::string kTexts[] = {"and it came to pass",
                              "  two spaces,  and a tab\tand\nlines\n\n",
                              "h\xc3\xa9llo \xf0\x9f\x98\x80 \xe6\x97\xa5\xe6\x9c\xac",
                              " leading",
                              "\xff\xfe bytes that \xc3 are no UTF-8 \xe2\x82",
                              "\x01\x7f",
                              "<s> as text </s>"};

TEST(SentencePiece, EncodesAsTheLibraryDoes) {
  const Tokenizer t = Tokenizer::from_sentencepiece(trained_model(), "m");
  sentencepiece::SentencePieceProcessor library;
  ASSERT_TRUE(library.LoadFromSerializedProto(trained_model()).ok());
  for (const std::string& text : {kTexts[0], kTexts[1], kTexts[2], kTexts[3]}) {
    std::vector<int> want;
    ASSERT_TRUE(library.Encode(text, &want).ok());
    EXPECT_EQ(t.encode(text), want) << text;
  }
  EXPECT_EQ(t.vocab_size(), library.GetPieceSize());
  EXPECT_TRUE(t.is_special(library.bos_id()));
  EXPECT_EQ(t.special_id("<s>"), library.bos_id());
  EXPECT_STREQ(t.kind(), "SentencePiece");
}

TEST(SentencePiece, AnyBytesRoundTrip) {
  const Tokenizer t = Tokenizer::from_sentencepiece(trained_model(), "m");
  for (const std::string& text : kTexts) EXPECT_EQ(t.decode(t.encode(text)), text) << text;
  Rng rng(11);
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (uint64_t n = rng.below(12); n > 0; --n) text += static_cast<char>(rng.below(256));
    EXPECT_EQ(t.decode(t.encode(text)), text) << "case " << i;
  }
}

TEST(SentencePiece, SpecialTokensOnRequest) {
  const Tokenizer t = Tokenizer::from_sentencepiece(trained_model(), "m");
  const std::vector<int32_t> ids = t.encode("<s>and</s>", Specials::kParse);
  EXPECT_EQ(ids.front(), t.special_id("<s>"));
  EXPECT_EQ(ids.back(), t.special_id("</s>"));
  EXPECT_EQ(t.decode(ids), "and");
  EXPECT_NE(t.encode("<s>and</s>").front(), t.special_id("<s>"));
}

TEST(SentencePiece, GgufHoldsTheSameTokenizer) {
  const Tokenizer t = Tokenizer::from_sentencepiece(trained_model(), "m");
  ModelConfig c = test::small_config();
  c.hidden = c.intermediate = 128;
  c.layers = 1;
  c.vocab = 360;
  const test::TempFolder folder;
  save_gguf(synth_model(c, 0.4, 9), &t, folder.path() / "m.gguf", {});
  const ModelFile file = open_model_file(folder.path() / "m.gguf");
  ASSERT_TRUE(file.tokenizer.has_value());
  for (const std::string& text : kTexts) {
    EXPECT_EQ(file.tokenizer->encode(text), t.encode(text)) << text;
    EXPECT_EQ(file.tokenizer->decode(t.encode(text)), text);
  }
}

TEST(SentencePiece, GgufRefusesWhatItCannotSay) {
  // Fields appended to a model file hold: each makes one that "llama" tokenizers are not.
  const std::pair<std::string, const char*> cases[] = {
      {std::string("\x12\x02\x18\x01", 4), "another type than BPE"},
      {std::string("\x12\x05\x18\x02\xc0\x01\x01", 7), "spaces at the ends of words"},
      {std::string("\x1a\x02\x28\x00", 4), "unescaped spaces"}};
  const test::TempFolder folder;
  ModelConfig c = test::small_config();
  c.hidden = c.intermediate = 128;
  c.layers = 1;
  c.vocab = 360;
  const Model model = synth_model(c, 0.4, 9);
  for (const auto& [fields, words] : cases) {
    const Tokenizer t = Tokenizer::from_sentencepiece(trained_model() + fields, "m");
    test::expect_error([&, &t = t] { save_gguf(model, &t, folder.path() / "m.gguf", {}); }, words);
  }
}

TEST(SentencePiece, FoldersPreferTheModelFile) {
  const test::TempFolder folder;
  save_synth_tokenizer(300, folder.path());
  EXPECT_NE(Tokenizer::load(folder.path()).bpe(), nullptr);
  std::ofstream(folder.path() / "tokenizer.model", std::ios::binary) << trained_model();
  EXPECT_NE(Tokenizer::load(folder.path()).pieces(), nullptr);
}

/// A folder with the model and what it adds.
void write_added(const test::TempFolder& folder, const std::string& added) {
  std::ofstream(folder.path() / "tokenizer.model", std::ios::binary) << trained_model();
  std::ofstream(folder.path() / "added_tokens.json") << added;
}

TEST(SentencePiece, AddedTokensBesideTheModelAreFoundFirst) {
  const Tokenizer plain = Tokenizer::from_sentencepiece(trained_model(), "m");
  const auto size = static_cast<int32_t>(plain.vocab_size());
  const test::TempFolder folder;
  write_added(folder, fmt::format(R"({{"</line>": {}, "<pad>": {}, "<s>": 1, "it came": {}}})",
                                  size + 1, size, size + 2));
  std::ofstream(folder.path() / "special_tokens_map.json")
      << R"({"bos_token": "<s>", "pad_token": {"content": "<pad>", "lstrip": false}, "n": [3]})";
  const Tokenizer t = Tokenizer::load(folder.path());
  EXPECT_EQ(t.vocab_size(), size + 3);
  const std::vector<int32_t> ids = t.encode("and</line>to");
  EXPECT_EQ(std::count(ids.begin(), ids.end(), size + 1), 1);
  EXPECT_EQ(
      t.encode("and it came to").size(),
      plain.encode("and ").size() + 1 + plain.encode("x to").size() - plain.encode("x").size());
  EXPECT_TRUE(t.is_special(size));
  EXPECT_FALSE(t.is_special(size + 1));
  EXPECT_EQ(t.encode("<pad>"), plain.encode("<pad>"));  // special tokens in a text are text
  for (const std::string& text : kTexts) EXPECT_EQ(t.decode(t.encode(text)), text) << text;
  const std::string text = "</line> it came</line>";
  EXPECT_EQ(t.decode(t.encode(text)), text);

  // GGUF says the same.
  ModelConfig c = test::small_config();
  c.hidden = c.intermediate = 128;
  c.layers = 1;
  c.vocab = 360;
  save_gguf(synth_model(c, 0.4, 9), &t, folder.path() / "m.gguf", {});
  const ModelFile file = open_model_file(folder.path() / "m.gguf");
  ASSERT_TRUE(file.tokenizer.has_value());
  EXPECT_EQ(file.tokenizer->encode(text), t.encode(text));
  EXPECT_EQ(file.tokenizer->encode("<pad>"), t.encode("<pad>"));
}

TEST(SentencePiece, NamesWhatIsWrongWithAddedTokens) {
  const auto size = Tokenizer::from_sentencepiece(trained_model(), "m").vocab_size();
  const auto refuse = [&](const std::string& added, const std::string& words) {
    const test::TempFolder folder;
    write_added(folder, added);
    test::expect_error([&] { Tokenizer::load(folder.path()); }, "added_tokens.json: " + words);
  };
  refuse("[", "not valid JSON");
  refuse("[]", "expected an object");
  refuse(R"({"": 400})", "a token without content");
  refuse(R"({"a": "b"})", "'a': not an integer in");
  refuse(R"({"<s>": 2})", "'<s>' has id 2, the model's piece 1");
  refuse(fmt::format(R"({{"<a>": {}, "<b>": {}}})", size, size), "'<b>' and '<a>' have id");
  refuse(fmt::format(R"({{"<a>": {}}})", size + 1),
         fmt::format("'<a>' has id {}, the next after those before it is {}", size + 1, size));
  refuse(R"({"<a>": 5})", "'<a>' has id 5, the next");
}

TEST(SentencePiece, RefusesWhatIsNone) {
  const auto refuse = [](std::string bytes, const std::string& words) {
    test::expect_error([&] { Tokenizer::from_sentencepiece(std::move(bytes), "t.model"); }, words);
  };
  refuse("", "t.model: no pieces");
  refuse(trained_model().substr(0, 100), "the file has");
  refuse("\x0f", "wire type 7");
  refuse(std::string(11, '\xff'), "longer than 64 bits");
}

}  // namespace
}  // namespace tercet
