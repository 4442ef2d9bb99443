// SPDX-License-Identifier: Apache-2.0
// Byte-level BPE: round trips, merges, pre-tokenisation, refusals.
#include "model/tokenizer/tokenizer.h"

#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "base/input.h"
#include "base/printable.h"
#include "model/synth.h"
#include "test_util.h"

namespace tercet {
namespace {

using Json = nlohmann::json;

/// 256 bytes, then merges; ids 256 "he", 257 "ll", 258 "hell", 259 "Ġa" (space a), 260 end.
Json small_tokenizer() {
  const test::TempFolder folder;
  save_synth_tokenizer(258, folder.path());
  Json json = Json::parse(read_text(folder.path() / "tokenizer.json", 1 << 20));
  Json& vocab = json["model"]["vocab"];
  vocab["he"] = 256;
  vocab["ll"] = 257;
  vocab["hell"] = 258;
  vocab["\u0120a"] = 259;
  json["model"]["merges"] = {"l l", "h e", "he ll", "\u0120 a"};
  json["added_tokens"] = {{{"id", 260}, {"content", "<|end|>"}, {"special", true}}};
  return json;
}

Tokenizer parse(const Json& json) { return Tokenizer::parse(json.dump(), "t.json"); }

using Ids = std::vector<int32_t>;

TEST(Tokenizer, MergesByRank) {
  const Tokenizer t = parse(small_tokenizer());
  EXPECT_EQ(t.vocab_size(), 261);
  EXPECT_EQ(t.encode("hello"), (Ids{258, 'o'}));
  EXPECT_EQ(t.encode("lll"), (Ids{257, 'l'}));  // leftmost first
  EXPECT_EQ(t.encode("llll"), (Ids{257, 257}));
  EXPECT_EQ(t.encode("hel"), (Ids{256, 'l'}));
  EXPECT_EQ(t.encode("a a"), (Ids{'a', 259}));
  EXPECT_EQ(t.encode(""), Ids{});
  EXPECT_EQ(t.encode("<|end|>"), (Ids{'<', '|', 'e', 'n', 'd', '|', '>'}));  // text, not special
}

TEST(Tokenizer, AddedTokensAreFoundFirstAndTheLongestWins) {
  Json json = small_tokenizer();
  json["added_tokens"].push_back({{"id", 261}, {"content", "<t>"}, {"special", false}});
  json["added_tokens"].push_back({{"id", 262}, {"content", "<t>l"}, {"special", false}});
  const Tokenizer t = parse(json);
  EXPECT_EQ(t.encode("l<t>ll<t>"), (Ids{'l', 262, 'l', 261}));
  EXPECT_EQ(t.encode("<|end|>l", Specials::kParse), (Ids{260, 'l'}));
  EXPECT_EQ(t.encode("<|end|>l", Specials::kParse).size() + 6, t.encode("<|end|>l").size());
  EXPECT_EQ(t.decode({'l', 262, 260, 'l'}), "l<t>ll");
  json["added_tokens"][1]["lstrip"] = true;
  test::expect_error([&] { parse(json); }, "lstrip must be false");
}

TEST(Tokenizer, VocabularyTokensMayBeAddedToo) {
  Json json = small_tokenizer();
  json["added_tokens"].push_back({{"id", 'l'}, {"content", "l"}, {"special", false}});
  json["added_tokens"].push_back({{"id", 256}, {"content", "he"}, {"special", false}});
  const Tokenizer t = parse(json);
  EXPECT_EQ(t.encode("hello"), (Ids{256, 'l', 'l', 'o'}));  // found first, so never merged
  EXPECT_EQ(t.decode(t.encode("hello")), "hello");
  const Tokenizer copy = Tokenizer::parse(tokenizer_json(*t.bpe()), "copy");
  EXPECT_EQ(copy.encode("hello a"), t.encode("hello a"));
  // Other readers look for what merges name in the model's own vocabulary.
  const Json written = Json::parse(tokenizer_json(*t.bpe()));
  EXPECT_EQ(written["model"]["vocab"]["l"], 'l');
  EXPECT_EQ(written["model"]["vocab"]["he"], 256);
  EXPECT_FALSE(written["model"]["vocab"].contains("<|end|>"));
}

TEST(Tokenizer, ASequenceOfOneByteLevelIsThatOne) {
  Json json = small_tokenizer();
  json["pre_tokenizer"] = {{"type", "Sequence"},
                           {"pretokenizers", {small_tokenizer()["pre_tokenizer"]}}};
  EXPECT_EQ(parse(json).encode("l'll"), (Ids{'l', '\'', 257}));
  json["pre_tokenizer"]["pretokenizers"][0]["use_regex"] = false;
  test::expect_error([&] { parse(json); }, "pretokenizers[0]: use_regex is false");
  json["pre_tokenizer"]["pretokenizers"][0]["type"] = "Digits";
  test::expect_error([&] { parse(json); }, "expected ByteLevel, or Split and then ByteLevel");
}

TEST(Tokenizer, NotesATokenThatWouldEndAText) {
  const Json special = {{"SpecialToken", {{"id", "<|end|>"}, {"type_id", 0}}}};
  const Json text = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
  const auto notes = [](const Json& post) {
    Json json = small_tokenizer();
    json["post_processor"] = post;
    std::vector<std::string> notes;
    EXPECT_EQ(Tokenizer::parse(json.dump(), "t.json", &notes).encode("a"), Ids{'a'});
    return notes;
  };
  const auto single = [](const Json& parts) {
    return Json{{"type", "TemplateProcessing"}, {"single", parts}};
  };
  const Json ends = single(Json::array({special, text, special}));
  const std::vector<std::string> want = {
      "t.json: post_processor puts '<|end|>' after a text; a prompt goes without, to be continued"};
  EXPECT_EQ(notes(ends), want);
  EXPECT_EQ(notes({{"type", "Sequence"}, {"processors", {{{"type", "ByteLevel"}}, ends}}}), want);
  EXPECT_EQ(notes({{"type", "RobertaProcessing"}, {"sep", {"<|end|>", 260}}}), want);
  for (const Json& none : {single(Json::array({special, text})), Json{{"type", "ByteLevel"}},
                           Json(nullptr), Json(3), Json{{"type", "TemplateProcessing"}},
                           single(Json::array({text, {{"SpecialToken", 3}}})), single(Json(1))}) {
    EXPECT_EQ(notes(none), std::vector<std::string>()) << none;
  }
}

TEST(Tokenizer, AcceptsMergesAsPairs) {
  Json json = small_tokenizer();
  json["model"]["merges"] = Json::parse(R"([["l", "l"], ["h", "e"], ["he", "ll"]])");
  EXPECT_EQ(parse(json).encode("hell a"), (Ids{258, ' ', 'a'}));
}

TEST(Tokenizer, SplitsAsGpt2Does) {
  // With "lo" never merged across a split: l'l, "l l", "1l" stay apart.
  const Tokenizer t = parse(small_tokenizer());
  EXPECT_EQ(t.encode("l'll"), (Ids{'l', '\'', 257}));
  EXPECT_EQ(t.encode("l\nl"), (Ids{'l', '\n', 'l'}));
  EXPECT_EQ(t.encode("  a"), (Ids{' ', 259}));  // the last space goes with the letter
  EXPECT_EQ(t.encode("l1l"), (Ids{'l', '1', 'l'}));
}

TEST(Tokenizer, Llama3PatternAndIgnoreMerges) {
  Json json = small_tokenizer();
  json["pre_tokenizer"] = Json::parse(
      R"({"type": "Sequence", "pretokenizers": [
           {"type": "Split", "behavior": "Isolated", "invert": false,
            "pattern": {"Regex": "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}},
           {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
            "use_regex": false}]})");
  json["model"]["vocab"]["hello"] = 261;
  json["model"]["ignore_merges"] = true;
  const Tokenizer t = parse(json);
  EXPECT_EQ(t.encode("hello"), Ids{261});  // no merge leads there
  EXPECT_EQ(t.encode("hellow"), (Ids{258, 'o', 'w'}));
  json["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = "(a+)+b";
  test::expect_error([&] { parse(json); }, "unknown split pattern");
}

TEST(Tokenizer, RoundTripsEveryByteAndRandomBytes) {
  const Tokenizer t = parse(small_tokenizer());
  for (int b = 0; b < 256; ++b) {
    for (const std::string& text : {std::string(1, static_cast<char>(b)),
                                    "he" + std::string(3, static_cast<char>(b)) + "ll"}) {
      EXPECT_EQ(t.decode(t.encode(text)), text) << b;
    }
  }
  Rng rng(1);
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (uint64_t n = rng.below(40); n > 0; --n) {
      // Bytes that often make up UTF-8, whole or broken.
      const char* pool = "hel a\n1'\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xff\xed\xa0\xc0";
      text += i % 2 == 0 ? static_cast<char>(rng.next()) : pool[rng.below(22)];
    }
    ASSERT_EQ(t.decode(t.encode(text)), text);
    StreamDecoder stream(t);
    std::string streamed;
    for (const int32_t id : t.encode(text)) streamed += stream.push(id);
    ASSERT_EQ(streamed + stream.flush(), text);
  }
}

TEST(Tokenizer, RoundTripsUtf8OfEveryLength) {
  const Tokenizer t = parse(small_tokenizer());
  const std::string text = u8"h\u00e9llo \u4f60\u597d \U0001f600\U0001f469\u200d\U0001f4bb \u0410";
  EXPECT_EQ(t.decode(t.encode(text)), text);
}

TEST(Tokenizer, StreamHoldsBackUnfinishedCharacters) {
  const Tokenizer t = parse(small_tokenizer());
  StreamDecoder stream(t);
  EXPECT_EQ(stream.push('a'), "a");
  EXPECT_EQ(stream.push(0xe2), "");
  EXPECT_EQ(stream.push(0x82), "");
  EXPECT_EQ(stream.push(0xac), "\xe2\x82\xac");
  EXPECT_EQ(stream.push(0xe2), "");
  EXPECT_EQ(stream.push('b'),
            "\xe2"
            "b");                   // it can no longer become a character
  EXPECT_EQ(stream.push(260), "");  // special
  EXPECT_EQ(stream.push(0xf0), "");
  EXPECT_EQ(stream.flush(), "\xf0");
  EXPECT_EQ(stream.flush(), "");
}

TEST(Tokenizer, KnowsItsSpecialTokens) {
  const Tokenizer t = parse(small_tokenizer());
  EXPECT_TRUE(t.is_special(260));
  EXPECT_FALSE(t.is_special('a'));
  EXPECT_FALSE(t.is_special(-1));
  EXPECT_EQ(t.special_id("<|end|>"), 260);
  EXPECT_EQ(t.special_id("hell"), std::nullopt);
  EXPECT_EQ(t.decode({'a', 260, 'b'}), "ab");
  test::expect_error([&] { t.decode({261}); }, "token 261 is not in the vocabulary of 261");
  test::expect_error([&] { t.decode({-1}); }, "token -1");
}

TEST(Tokenizer, LongWordsTakeNoQuadraticTime) {
  const Tokenizer t = parse(small_tokenizer());
  const std::string word(2'000'000, 'l');
  const std::clock_t start = std::clock();
  const Ids ids = t.encode(word);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  EXPECT_EQ(ids, Ids(1'000'000, 257));
  EXPECT_LT(seconds, 30.0);  // quadratic would take hours
  EXPECT_EQ(t.decode(t.encode(std::string(500'000, ' ') + "x")).size(), 500'001u);
}

TEST(Tokenizer, NamesWhatItRefuses) {
  const auto refuse = [](auto change, const char* message) {
    Json json = small_tokenizer();
    change(json);
    test::expect_error([&] { parse(json); }, message);
  };
  refuse([](Json& j) { j["model"]["type"] = "Unigram"; }, "type is not BPE");
  refuse([](Json& j) { j["model"]["dropout"] = 0.1; }, "dropout is not supported");
  refuse([](Json& j) { j["model"]["byte_fallback"] = true; }, "byte_fallback");
  refuse([](Json& j) { j["model"]["end_of_word_suffix"] = "</w>"; }, "end_of_word_suffix");
  refuse([](Json& j) { j["model"]["extra"] = 1; }, "unknown key 'extra'");
  refuse([](Json& j) { j["extra"] = 1; }, "unknown key 'extra'");
  refuse([](Json& j) { j["normalizer"] = {{"type", "NFC"}}; }, "normalizer is not supported");
  refuse([](Json& j) { j.erase("model"); }, "key 'model' is missing");
  refuse([](Json& j) { j["model"].erase("merges"); }, "key 'merges' is missing");
  refuse([](Json& j) { j.erase("pre_tokenizer"); }, "key 'pre_tokenizer' is missing");
  refuse([](Json& j) { j["pre_tokenizer"]["type"] = "Whitespace"; }, "'Whitespace'");
  refuse([](Json& j) { j["pre_tokenizer"]["use_regex"] = false; }, "nothing else splits");
  refuse([](Json& j) { j["pre_tokenizer"]["add_prefix_space"] = true; }, "add_prefix_space");
  refuse([](Json& j) { j["model"]["vocab"]["zz"] = 999; }, "ids are not 0 to");
  refuse([](Json& j) { j["model"]["vocab"]["zz"] = 97; }, "ids are not 0 to");
  refuse([](Json& j) { j["model"]["vocab"]["zz"] = -1; }, "vocab");
  refuse([](Json& j) { j["model"]["vocab"]["z z"] = 261; }, "'z z' is not byte-level");
  refuse(
      [](Json& j) {
        j["model"]["vocab"].erase("Z");
        j["model"]["vocab"]["ZZ"] = 'Z';
      },
      "no token for byte 0x5a");
  refuse([](Json& j) { j["model"]["merges"] = {"x y"}; }, "'xy' is not in the vocabulary");
  refuse([](Json& j) { j["model"]["merges"] = {"hell"}; }, "is no pair");
  refuse([](Json& j) { j["model"]["merges"] = {7}; }, "neither text nor a pair");
  refuse([](Json& j) { j["added_tokens"][0]["id"] = "x"; }, "id");
  refuse([](Json& j) { j["model"]["vocab"][""] = 261; }, "t.json: vocab: token 261 is empty");
  refuse(
      [](Json& j) {
        j["added_tokens"].push_back({{"id", 261}, {"content", ""}, {"special", false}});
      },
      "t.json: added_tokens: token 261 is empty");
  refuse(
      [](Json& j) {
        j["added_tokens"].push_back({{"id", 1}, {"content", "he"}, {"special", true}});
      },
      "has ids 256 and 1");
  test::expect_error([] { Tokenizer::parse("{", "t.json"); }, "t.json: not valid JSON");
  test::expect_error([] { Tokenizer::load("/nonexistent"); }, "/nonexistent");
}

TEST(Printable, OneLineThatATerminalCanShow) {
  EXPECT_EQ(printable("m.gguf: h\xc3\xa9"), "m.gguf: h\xc3\xa9");
  EXPECT_EQ(printable("a\nb\x1b[2J\x7f"), "a\\x0ab\\x1b[2J\\x7f");
  EXPECT_EQ(printable("\xf0\xff z"), "\\xf0\\xff z");
  EXPECT_EQ(printable("\xc2\x9b"
                      "2J\xc2\xa0"),
            "\\xc2\\x9b2J\xc2\xa0");  // CSI in one
  EXPECT_EQ(printable_lines("a\n\tb\r\x1b"), "a\n\tb\\x0d\\x1b");
  EXPECT_EQ(printable_lines(std::string(5000, 'x')), std::string(5000, 'x'));
  EXPECT_EQ(printable(Error(std::string("a\0b\r", 4)).what()), "a\\x00b\\x0d");
  EXPECT_EQ(printable(std::string(5000, 'x')), std::string(1001, 'x') + "...");
}

}  // namespace
}  // namespace tercet
