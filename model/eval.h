// SPDX-License-Identifier: Apache-2.0
// How well a model predicts: bits per byte and perplexity of a text, and multiple choice.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/sequence.h"
#include "model/tokenizer/tokenizer.h"

namespace tercet {

struct EvalOptions {
  int64_t window = 0;  ///< tokens that are fed together; 0: kDefaultWindow, or what the model holds
  int64_t stride = 0;  ///< tokens from one window to the next; 0: window, so without overlap
};
inline constexpr int64_t kDefaultWindow = 256;

/// The options with what they leave open for a model of `max_positions`. Throws Error if the window
/// is not in [1, max_positions], or the stride not in [1, window].
EvalOptions settle(EvalOptions options, int64_t max_positions);

struct EvalResult {
  int64_t bytes = 0;
  int64_t tokens = 0;
  double bits = 0.0;  ///< sum of -log2 p over all tokens
  double bits_per_byte() const { return bits / static_cast<double>(bytes); }
  double perplexity() const;  ///< 2^(bits / tokens)
};

/// Called with (done, in all).
using EvalProgress = std::function<void(int64_t, int64_t)>;

/// The text is encoded whole. Windows of `window` tokens begin every `stride` (the last may be
/// shorter); each is fed as [BOS, t0 .. tW-2] and predicts t0 .. tW-1, of which those count that no
/// window before it has counted. Throws Error if the text is empty, the model has no BOS, or
/// settle() does.
EvalResult evaluate(Sequence& sequence, const Tokenizer& tokenizer, std::string_view text,
                    const EvalOptions& options = {}, const EvalProgress& progress = {});

/// A question with answers to choose from.
struct ChoiceItem {
  std::string context;
  std::vector<std::string> choices;  ///< continuations of the context, as they are
  int64_t answer = 0;                ///< index of the right one
  std::string where;                 ///< "questions.jsonl:7", for errors
};

/// JSON lines {"context": text, "choices": [text, ..], "answer": index}; an "id" is ignored.
/// Throws Error naming `file` and the line.
std::vector<ChoiceItem> parse_choices(const std::string& text, const std::string& file);

struct ChoiceScore {
  std::vector<double> bits;   ///< -log2 p of each choice after the context
  int64_t best = 0;           ///< the fewest bits; of equals the first
  int64_t best_per_byte = 0;  ///< the fewest bits a byte of the choice
};

struct ChoiceResult {
  std::vector<ChoiceScore> items;
  int64_t correct = 0;           ///< by best
  int64_t correct_per_byte = 0;  ///< by best_per_byte
};

/// Scores every choice of every item. As in EleutherAI's lm-evaluation-harness, spaces at the end
/// of a context count as the choice's, the tokens of a choice are those by which context and choice
/// together are longer than the context alone, and a context too long loses its beginning: for all
/// choices of an item the same, by the longest. Throws Error if the model has no BOS, or, before
/// anything is scored, if a choice of any item adds no token or more than the model's context.
ChoiceResult evaluate_choices(Sequence& sequence, const Tokenizer& tokenizer,
                              const std::vector<ChoiceItem>& items,
                              const EvalProgress& progress = {});

/// -log2 softmax(logits)[target], in double.
double surprisal_bits(const float* logits, int64_t vocab, int32_t target);

}  // namespace tercet
