// SPDX-License-Identifier: Apache-2.0
// Bits per byte of a model on a text.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "tercet/model/engine.h"
#include "tercet/model/tokenizer.h"
#include "tercet/model/transformer.h"

namespace tercet {

struct EvalResult {
  int64_t bytes = 0;
  int64_t tokens = 0;
  double bits = 0.0;  ///< sum of -log2 p over all tokens
  double bits_per_byte() const { return bits / static_cast<double>(bytes); }
};

/// The text is encoded whole and cut into windows of `window` tokens that do not overlap (the last
/// may be shorter); each is fed as [BOS, t0 .. tW-2] and predicts t0 .. tW-1. `progress`, if set,
/// is called after each window with (tokens done, tokens in all). Throws Error if the text is
/// empty, the model has no BOS, or the window is not in [1, max_positions].
EvalResult evaluate(const Model& model, MatmulEngine& engine, const Tokenizer& tokenizer,
                    std::string_view text, int64_t window = 256,
                    const std::function<void(int64_t, int64_t)>& progress = {});

/// -log2 softmax(logits)[target], in double.
double surprisal_bits(const float* logits, int64_t vocab, int32_t target);

}  // namespace tercet
