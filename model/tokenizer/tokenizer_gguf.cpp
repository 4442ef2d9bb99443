// SPDX-License-Identifier: Apache-2.0
// The tokenizer in GGUF metadata.
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "model/tokenizer/piece_proto.h"
#include "model/tokenizer/tokenizer.h"

namespace tercet {
namespace {

constexpr const char* kModel = "tokenizer.ggml.model";
constexpr const char* kPre = "tokenizer.ggml.pre";
constexpr const char* kTokens = "tokenizer.ggml.tokens";
constexpr const char* kAddEos = "tokenizer.ggml.add_eos_token";
constexpr const char* kKinds = "tokenizer.ggml.token_type";

std::vector<std::string> read_tokens(const Gguf& file) {
  std::vector<std::string> tokens;
  for (const std::string_view token : file.texts(kTokens)) {
    if (token.empty()) fail("{}: {}: {} is empty", file.file().name, kTokens, tokens.size());
    if (utf8_prefix(token) != token.size())
      fail("{}: {}: {} is no UTF-8", file.file().name, kTokens, tokens.size());
    tokens.emplace_back(token);
  }
  return tokens;
}

/// Kinds by id; normal where the file says nothing.
std::vector<TokenKind> read_kinds(const Gguf& file, size_t size) {
  if (!file.has(kKinds)) return std::vector<TokenKind>(size, TokenKind::kNormal);
  std::vector<TokenKind> kinds;
  for (const int64_t kind : file.integers(kKinds)) {
    if (kind < 1 || kind > 6) {
      fail("{}: {}: {} is {}, not in [1, 6]", file.file().name, kKinds, kinds.size(), kind);
    }
    kinds.push_back(static_cast<TokenKind>(kind));
  }
  if (kinds.size() != size) {
    fail("{}: {} has {} entries, {} has {}", file.file().name, kKinds, kinds.size(), kTokens, size);
  }
  return kinds;
}

/// The split pattern. Microsoft's own file of BitNet b1.58 2B4T lacks the key; its tokenizer is
/// Llama 3's, which is what a missing key is taken for.
void read_split(const Gguf& file, BpeVocab& vocab, std::vector<std::string>& notes) {
  std::string pre = "llama-bpe";
  if (file.has(kPre)) {
    pre = file.text(kPre);
  } else {
    notes.push_back(
        fmt::format("{}: no {}; text is split as for llama-bpe", file.file().name, kPre));
  }
  if (pre == "llama-bpe" || pre == "llama3" || pre == "llama-v3") {
    vocab.split = BpeVocab::Split::kLlama3;
    vocab.ignore_merges = true;
  } else if (pre == "gpt-2") {
    vocab.split = BpeVocab::Split::kGpt2;
  } else {
    fail("{}: {} '{}' is neither llama-bpe nor gpt-2", file.file().name, kPre, pre);
  }
}

/// Drops fillers at the end: rows of the embedding that have no token.
template <typename Vocab>
void drop_padding(Vocab& vocab) {
  while (!vocab.tokens.empty() && vocab.kinds.back() == TokenKind::kUnused &&
         vocab.tokens.back() == pad_token(vocab.tokens.size() - 1)) {
    vocab.tokens.pop_back();
    vocab.kinds.pop_back();
  }
}

Tokenizer read_bpe(const Gguf& file, std::vector<std::string>& notes) {
  BpeVocab vocab;
  vocab.tokens = read_tokens(file);
  vocab.kinds = read_kinds(file, vocab.tokens.size());
  for (size_t i = 0; i < vocab.kinds.size(); ++i) {
    if (vocab.kinds[i] == TokenKind::kUnknown || vocab.kinds[i] == TokenKind::kByte) {
      fail("{}: {}: {} is of a kind that byte-level BPE has not", file.file().name, kKinds, i);
    }
  }
  drop_padding(vocab);
  const char* merges = "tokenizer.ggml.merges";
  for (const std::string_view merge : file.texts(merges)) {
    vocab.merges.push_back(split_merge(merge, file.file().name));
  }
  read_split(file, vocab, notes);
  return Tokenizer::from_vocab(std::move(vocab), file.file().name);
}

Tokenizer read_pieces(const Gguf& file) {
  const auto flag = [&](const char* key, bool missing) {
    return file.has(key) ? file.boolean(key) : missing;
  };
  PieceVocab vocab;
  vocab.tokens = read_tokens(file);
  vocab.scores = file.floats("tokenizer.ggml.scores");
  vocab.kinds = read_kinds(file, vocab.tokens.size());
  if (vocab.scores.size() != vocab.tokens.size()) {
    fail("{}: tokenizer.ggml.scores has {} entries, {} has {}", file.file().name,
         vocab.scores.size(), kTokens, vocab.tokens.size());
  }
  for (size_t i = 0; i < vocab.scores.size(); ++i) {
    if (std::isfinite(vocab.scores[i])) continue;
    fail("{}: tokenizer.ggml.scores: {} is {}", file.file().name, i, vocab.scores[i]);
  }
  drop_padding(vocab);
  vocab.scores.resize(vocab.tokens.size());
  vocab.dummy_prefix = flag("tokenizer.ggml.add_space_prefix", true);
  vocab.remove_extra = flag("tokenizer.ggml.remove_extra_whitespaces", false);
  return Tokenizer::from_sentencepiece(write_pieces(vocab), file.file().name);
}

}  // namespace

std::optional<Tokenizer> Tokenizer::from_gguf(const Gguf& file, std::vector<std::string>& notes) {
  if (!file.has(kModel)) return std::nullopt;
  const std::string model = file.text(kModel);
  if (model == "gpt2" || model == "llama") {
    Tokenizer tokenizer = model == "gpt2" ? read_bpe(file, notes) : read_pieces(file);
    if (file.has(kAddEos) && file.boolean(kAddEos)) {
      notes.push_back(fmt::format("{}: {} is true; a prompt goes without, to be continued",
                                  file.file().name, kAddEos));
    }
    return tokenizer;
  }
  if (model == "none" || model == "no_vocab") return std::nullopt;
  fail("{}: {} '{}' is none of gpt2, llama, none", file.file().name, kModel, model);
}

}  // namespace tercet
