// SPDX-License-Identifier: Apache-2.0
// The few fields of SentencePiece's model file that its library does not tell, and the tokens that
// a folder adds to it.
#pragma once

#include <filesystem>
#include <string>

#include "model/tokenizer/vocabulary.h"

namespace tercet {

/// Reads a model file. Throws Error, prefixed with `where`, if it is cut or malformed.
PieceVocab parse_pieces(std::string proto, const std::string& where);

/// A model file (type BPE, which is how GGUF's "llama" tokenizers merge) of all but `vocab.proto`.
std::string write_pieces(const PieceVocab& vocab);

/// Appends a piece to a model file.
void append_piece(std::string& proto, const std::string& text, float score, TokenKind kind);

/// `text` as pieces spell it: U+2581 for each space.
std::string piece_of(const std::string& text);

/// `proto` without a dummy prefix; all else stays.
std::string without_prefix(const std::string& proto);

/// `proto`, the model in `file`, with the tokens of the added_tokens.json beside it as pieces:
/// found in text before anything is split, or special if special_tokens_map.json names them. The
/// same if there is no such file. Throws Error naming file and token if ids do not follow the
/// model's.
std::string with_added_pieces(std::string proto, const std::filesystem::path& file);

}  // namespace tercet
