// SPDX-License-Identifier: Apache-2.0
// Bits per byte, in windows.
#include "model/eval.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "model/math.h"

namespace tercet {
namespace {

constexpr double kLn2 = 0.693147180559945309;

}  // namespace

double surprisal_bits(const float* logits, int64_t vocab, int32_t target) {
  const double max = *std::max_element(logits, logits + vocab);
  double sum = 0.0;
  for (int64_t i = 0; i < vocab; ++i) sum += exp_f64(static_cast<double>(logits[i]) - max);
  return (log_f64(sum) - (static_cast<double>(logits[target]) - max)) / kLn2;
}

double EvalResult::perplexity() const { return exp_f64(bits / static_cast<double>(tokens) * kLn2); }

EvalOptions settle(EvalOptions options, int64_t max_positions) {
  if (options.window == 0) options.window = std::min(kDefaultWindow, max_positions);
  if (options.stride == 0) options.stride = options.window;
  if (options.window < 1 || options.window > max_positions) {
    fail("window of {} tokens is not in [1, {}], the model's context", options.window,
         max_positions);
  }
  if (options.stride < 1 || options.stride > options.window) {
    fail("stride of {} tokens is not in [1, {}], the window", options.stride, options.window);
  }
  return options;
}

EvalResult evaluate(Sequence& sequence, const Tokenizer& tokenizer, std::string_view text,
                    const EvalOptions& options, const EvalProgress& progress) {
  const ModelConfig& config = sequence.config();
  if (text.empty()) fail("no text to evaluate");
  if (config.bos_id < 0) fail("the model has no bos_token_id, which evaluation needs");
  const auto [window, stride] = settle(options, config.max_positions);
  const std::vector<int32_t> ids = tokenizer.encode(text);
  const auto total = static_cast<int64_t>(ids.size());
  EvalResult result;
  result.bytes = static_cast<int64_t>(text.size());
  std::vector<int32_t> input;
  for (int64_t begin = 0; result.tokens < total; begin += stride) {
    const int64_t count = std::min(window, total - begin);
    input.assign(1, config.bos_id);
    input.insert(input.end(), ids.begin() + begin, ids.begin() + begin + count - 1);
    sequence.reset();
    const std::vector<float>& logits = sequence.forward(input, LogitsRows::kAll);
    for (int64_t t = result.tokens - begin; t < count; ++t) {
      const int32_t target = ids[static_cast<size_t>(begin + t)];
      if (target >= config.vocab) fail("token {} is not in the model's vocabulary", target);
      result.bits += surprisal_bits(logits.data() + t * config.vocab, config.vocab, target);
    }
    result.tokens = begin + count;
    if (progress) progress(result.tokens, total);
  }
  return result;
}

}  // namespace tercet
