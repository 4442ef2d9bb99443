// SPDX-License-Identifier: Apache-2.0
// Tokens that a folder adds to its SentencePiece model.
#pragma once

#include <filesystem>
#include <string>

namespace tercet {

/// `proto`, the model in `file`, with the tokens of the added_tokens.json beside it as pieces:
/// found in text before anything is split, or special if special_tokens_map.json names them. The
/// same if there is no such file. Throws Error naming file and token if ids do not follow the
/// model's.
std::string with_added_pieces(std::string proto, const std::filesystem::path& file);

}  // namespace tercet
