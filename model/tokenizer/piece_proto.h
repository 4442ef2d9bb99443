// SPDX-License-Identifier: Apache-2.0
// The few fields of SentencePiece's model file that its library does not tell.
#pragma once

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

}  // namespace tercet
