// SPDX-License-Identifier: Apache-2.0
// One sequence of tokens in a model, whoever computes it.
#pragma once

#include <cstdint>
#include <vector>

#include "model/config.h"

namespace tercet {

enum class LogitsRows { kLast, kAll };

/// Throws Error if a sequence at `position` cannot take tokens[0..n): there are none, one is not in
/// the vocabulary, or they exceed the context.
void check_tokens(const ModelConfig& config, int64_t position, const int32_t* tokens, int64_t n);

/// The reference (Session) and the fast engine (FastSession) give the same bits.
class Sequence {
 public:
  virtual ~Sequence() = default;

  /// Appends tokens[0..n) to the sequence, all in one batch (m = n in every matmul).
  /// Returns logits: [vocab] after the last token, or [n][vocab]. Valid until the next call.
  /// Throws Error, and changes nothing, if n == 0, a token is not in the vocabulary, or the
  /// context would be exceeded; throws Error naming the projection if an activation is not finite.
  const std::vector<float>& forward(const int32_t* tokens, int64_t n,
                                    LogitsRows rows = LogitsRows::kLast) {
    check_tokens(config(), position_, tokens, n);
    const std::vector<float>& logits = run(tokens, n, rows);
    position_ += n;
    return logits;
  }
  const std::vector<float>& forward(const std::vector<int32_t>& tokens,
                                    LogitsRows rows = LogitsRows::kLast) {
    return forward(tokens.data(), static_cast<int64_t>(tokens.size()), rows);
  }

  virtual const ModelConfig& config() const = 0;
  int64_t position() const { return position_; }  ///< tokens so far
  /// Forgets all tokens after the first `position`, at most position().
  void rewind(int64_t position) { position_ = position; }
  void reset() { rewind(0); }  ///< an empty sequence again

 protected:
  /// forward() of tokens that were checked, at position().
  virtual const std::vector<float>& run(const int32_t* tokens, int64_t n, LogitsRows rows) = 0;

 private:
  int64_t position_ = 0;
};

}  // namespace tercet
