// SPDX-License-Identifier: Apache-2.0
// A tokenizer's vocabulary as files state it, for readers and writers of any form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tercet {

/// As GGUF and SentencePiece number them.
enum class TokenKind : uint8_t {
  kNormal = 1,
  kUnknown = 2,      ///< SentencePiece: what no other piece can spell
  kControl = 3,      ///< special: found in text only on request, and no text itself
  kUserDefined = 4,  ///< always found in text, before anything is split
  kUnused = 5,
  kByte = 6,  ///< SentencePiece: "<0x41>"
};

/// What converters call a row of the embedding that has no token: "[PAD7]".
inline std::string pad_token(size_t id) { return "[PAD" + std::to_string(id) + "]"; }

/// Byte-level BPE.
struct BpeVocab {
  enum class Split { kGpt2, kLlama3 };

  std::vector<std::string> tokens;  ///< by id; normal ones in GPT-2's byte alphabet
  std::vector<TokenKind> kinds;     ///< by id; no kUnknown, no kByte
  std::vector<std::pair<std::string, std::string>> merges;  ///< in order of rank
  Split split = Split::kGpt2;
  bool ignore_merges = false;  ///< a word that is a token is taken whole, whatever the merges say
};

/// A merge written as "left right". Throws Error, prefixed with `where`, if there is no space.
std::pair<std::string, std::string> split_merge(std::string_view text, const std::string& where);

/// A SentencePiece model. `proto` is its file; the rest is what the file says, by id.
struct PieceVocab {
  std::string proto;
  std::vector<std::string> tokens;
  std::vector<float> scores;
  std::vector<TokenKind> kinds;
  bool dummy_prefix = true;  ///< a space is put before every text
  bool remove_extra = true;  ///< runs of spaces become one, and those at the ends go
  std::string beyond_gguf;   ///< what GGUF's "llama" tokenizers do not do; empty: nothing
};

}  // namespace tercet
