// SPDX-License-Identifier: Apache-2.0
// GGUF: every cut of a file is refused, tokenizers come back from it.
#include <gtest/gtest.h>

#include "model/formats/checkpoint.h"
#include "model/formats/model_file.h"
#include "model/synth.h"
#include "test_util.h"

namespace tercet {
namespace {

ModelConfig gguf_sized_config() {
  ModelConfig c = test::small_config();
  c.hidden = 128;
  c.intermediate = 128;
  c.layers = 1;
  c.vocab = 300;
  c.bos_id = 298;
  c.eos_ids = {299, 297};
  return c;
}

BpeVocab small_vocab(BpeVocab::Split split) {
  const test::TempFolder folder;
  save_synth_tokenizer(258, folder.path());
  BpeVocab vocab = *Tokenizer::load(folder.path()).bpe();
  vocab.tokens.resize(256);
  vocab.kinds.resize(256);
  for (const char* token : {"he", "ll", "hell", "hello"}) {
    vocab.tokens.emplace_back(token);
    vocab.kinds.push_back(TokenKind::kNormal);
  }
  vocab.merges = {{"l", "l"}, {"h", "e"}, {"he", "ll"}};
  vocab.tokens.emplace_back("<|end|>");
  vocab.kinds.push_back(TokenKind::kControl);
  vocab.tokens.emplace_back("<tool>");
  vocab.kinds.push_back(TokenKind::kUserDefined);
  vocab.tokens.emplace_back("<reserved>");
  vocab.kinds.push_back(TokenKind::kUnused);
  vocab.split = split;
  vocab.ignore_merges = split == BpeVocab::Split::kLlama3;
  return vocab;
}

std::string gguf_bytes(const Tokenizer* tokenizer) {
  const Model model = synth_model(gguf_sized_config(), 0.4, 9);
  const test::TempFolder folder;
  save_gguf(model, tokenizer, folder.path() / "m.gguf", {});
  return read_text(folder.path() / "m.gguf", 1 << 24);
}

TEST(Gguf, EveryCutOfAFileIsRefused) {
  const Tokenizer tokenizer = Tokenizer::from_vocab(small_vocab(BpeVocab::Split::kLlama3), "t");
  const std::string bytes = gguf_bytes(&tokenizer);
  const auto load = [](std::string content) {
    Gguf file(memory_file("m.gguf", std::move(content)));
    std::vector<std::string> notes;
    Tokenizer::from_gguf(file, notes);
    load_gguf(file);
  };
  load(bytes);
  // All of the header, then steps that are no multiple of a tensor's size.
  for (size_t size = 1; size < bytes.size(); size += size < 12000 ? 1 : 997) {
    test::expect_error([&] { load(bytes.substr(0, size)); }, "m.gguf");
    if (HasFailure()) FAIL() << "cut at " << size << " of " << bytes.size();
  }
}

TEST(Gguf, ConfigComesBack) {
  Gguf file(memory_file("m.gguf", gguf_bytes(nullptr)));
  const ModelConfig want = gguf_sized_config();
  const ModelConfig got = gguf_config(file);
  EXPECT_EQ(config_to_json(got), [&] {
    ModelConfig packed = want;
    packed.packed = true;
    return config_to_json(packed);
  }());
}

TEST(Gguf, TokenizersComeBack) {
  const std::string text = "hello <tool> h\xc3\xa9ll \xf0\x9f\x98\x80 12345 \xff\xc3 don't <|end|>";
  for (const auto split : {BpeVocab::Split::kGpt2, BpeVocab::Split::kLlama3}) {
    const Tokenizer tokenizer = Tokenizer::from_vocab(small_vocab(split), "t");
    Gguf file(memory_file("m.gguf", gguf_bytes(&tokenizer)));
    std::vector<std::string> notes;
    const auto copy = Tokenizer::from_gguf(file, notes);
    ASSERT_TRUE(copy.has_value());
    EXPECT_TRUE(notes.empty());
    for (const auto specials : {Specials::kAsText, Specials::kParse}) {
      EXPECT_EQ(copy->encode(text, specials), tokenizer.encode(text, specials));
    }
    EXPECT_EQ(copy->decode(copy->encode(text)), text);
    EXPECT_EQ(tokenizer_json(*copy->bpe()), tokenizer_json(*tokenizer.bpe()));
    const Tokenizer json = Tokenizer::parse(tokenizer_json(*copy->bpe()), "t.json");
    EXPECT_EQ(json.encode(text, Specials::kParse), tokenizer.encode(text, Specials::kParse));
  }
}

TEST(Gguf, AMissingPreTokenizerIsLlama3sAndSaid) {
  const Tokenizer tokenizer = Tokenizer::from_vocab(small_vocab(BpeVocab::Split::kLlama3), "t");
  std::string bytes = gguf_bytes(&tokenizer);
  const std::string key = "tokenizer.ggml.pre";
  bytes.replace(bytes.find(key), key.size(), "tokenizer.ggml.prx");
  Gguf file(memory_file("m.gguf", bytes));
  std::vector<std::string> notes;
  const auto copy = Tokenizer::from_gguf(file, notes);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("no tokenizer.ggml.pre"), std::string::npos) << notes[0];
  EXPECT_EQ(copy->encode("12345 hello"), tokenizer.encode("12345 hello"));
  // llama-bpe takes a word that is a token whole, though no merge makes it.
  EXPECT_EQ(copy->encode("hello"), (std::vector<int32_t>{259}));
}

TEST(Gguf, RowsWithoutATokenGetFillers) {
  const Tokenizer tokenizer = Tokenizer::from_vocab(small_vocab(BpeVocab::Split::kLlama3), "t");
  const Gguf file(memory_file("m.gguf", gguf_bytes(&tokenizer)));
  const auto tokens = file.texts("tokenizer.ggml.tokens");
  ASSERT_EQ(tokens.size(), 300u);
  EXPECT_EQ(tokens[263], "[PAD263]");
  EXPECT_EQ(tokens[299], "[PAD299]");
  EXPECT_EQ(file.integers("tokenizer.ggml.token_type")[299], 5);
  std::vector<std::string> notes;
  EXPECT_EQ(Tokenizer::from_gguf(file, notes)->vocab_size(), 263);
  const Gguf without(memory_file("m.gguf", gguf_bytes(nullptr)));
  EXPECT_EQ(without.text("tokenizer.ggml.model"), "no_vocab");
  EXPECT_FALSE(Tokenizer::from_gguf(without, notes).has_value());
}

TEST(Gguf, I2sFilesSayTheirLayout) {
  const Model model = synth_model(gguf_sized_config(), 0.4, 9);
  const test::TempFolder folder;
  for (const TernaryLayout layout : {TernaryLayout::kI2s, TernaryLayout::kI2sArm}) {
    save_gguf(model, nullptr, folder.path() / "m.gguf", {layout, ""});
    std::string bytes = read_text(folder.path() / "m.gguf", 1 << 24);
    const auto load = [&](const LoadOptions& options) {
      Gguf file(memory_file("m.gguf", bytes));
      return load_gguf(file, options);
    };
    const auto same = [&](const Model& other) {
      std::vector<int8_t> got(128), want(128);
      other.layers[0].q.unpack_row(5, got.data());
      model.layers[0].q.unpack_row(5, want.data());
      return got == want;
    };
    LoadOptions given, other;
    given.i2s = layout;
    other.i2s = layout == TernaryLayout::kI2s ? TernaryLayout::kI2sArm : TernaryLayout::kI2s;
    EXPECT_TRUE(same(load({})) && same(load(given)));
    EXPECT_TRUE(load({}).notes.empty());
    test::expect_error([&] { load(other); }, "tercet.i2s_layout");
    const std::string key = kI2sLayoutKey;
    bytes.replace(bytes.find(key), key.size(), "nobody.i2s_layout");  // as if nothing were said
    ASSERT_EQ(load({}).notes.size(), 1u);
    EXPECT_NE(load({}).notes[0].find("is a guess"), std::string::npos);
    EXPECT_EQ(same(load({})), layout == TernaryLayout::kI2s);
    EXPECT_TRUE(same(load(given)) && !same(load(other)) && load(given).notes.empty());
  }
}

TEST(Gguf, TheArchitectureIsOneThatTheFilesReaderKnows) {
  ModelConfig c = gguf_sized_config();
  c.activation = Activation::kRelu2;
  EXPECT_EQ(gguf_architecture(c, {TernaryLayout::kI2s, ""}), "bitnet-b1.58");
  EXPECT_EQ(gguf_architecture(c, {TernaryLayout::kTq2, ""}), "bitnet");
  EXPECT_EQ(gguf_architecture(c, {TernaryLayout::kTq1, "bitnet-25"}), "bitnet-25");
  c.activation = Activation::kSilu;
  EXPECT_EQ(gguf_architecture(c, {TernaryLayout::kI2s, ""}), "bitnet");
}

TEST(Gguf, RefusesTokenizersWithoutAName) {
  BpeVocab vocab = small_vocab(BpeVocab::Split::kLlama3);
  vocab.ignore_merges = false;
  const Tokenizer tokenizer = Tokenizer::from_vocab(vocab, "t");
  test::expect_error([&] { gguf_bytes(&tokenizer); }, "GGUF has no name");
}

}  // namespace
}  // namespace tercet
