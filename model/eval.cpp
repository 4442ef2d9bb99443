// SPDX-License-Identifier: Apache-2.0
// Bits per byte, in windows; multiple choice, by log-likelihood.
#include "model/eval.h"

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "model/math.h"

namespace tercet {
namespace {

constexpr double kLn2 = 0.693147180559945309;

ChoiceItem parse_item(const std::string& line, const std::string& where) {
  const Json json = parse_json(line, where);
  Fields fields(json, where);
  ChoiceItem item;
  item.where = where;
  item.context = fields.text("context");
  const Json& choices = fields.need("choices");
  if (!choices.is_array() || choices.empty()) fail("{}: choices is not a list of texts", where);
  for (const Json& choice : choices) {
    if (!choice.is_string() || choice.get_ref<const std::string&>().empty()) {
      fail("{}: choices: {} is empty or no text", where, item.choices.size());
    }
    item.choices.push_back(choice.get<std::string>());
  }
  item.answer = fields.integer("answer", 0, static_cast<int64_t>(item.choices.size()) - 1);
  fields.ignore({"id"});
  fields.finish();
  return item;
}

/// An item in tokens.
struct Encoded {
  std::vector<int32_t> context;               // BOS first
  std::vector<std::vector<int32_t>> choices;  // none empty
};

Encoded encode(const ChoiceItem& item, const Tokenizer& tokenizer, const ModelConfig& config) {
  const size_t end = item.context.find_last_not_of(' ') + 1;  // npos + 1 is 0
  const std::string context = item.context.substr(0, end);
  const std::string spaces = item.context.substr(end);
  Encoded encoded;
  std::vector<int32_t> ids = tokenizer.encode(context);
  // BOS, context and all but the last token of a choice are fed.
  const auto room = static_cast<size_t>(config.max_positions);
  size_t longest = 0;
  for (const std::string& choice : item.choices) {
    const std::vector<int32_t> whole = tokenizer.encode(context + spaces + choice);
    if (whole.size() <= ids.size()) {
      fail("{}: choices: {}: '{}' adds no token: with it the text has {}, the context alone {}",
           item.where, encoded.choices.size(), choice, whole.size(), ids.size());
    }
    encoded.choices.emplace_back(whole.begin() + static_cast<std::ptrdiff_t>(ids.size()),
                                 whole.end());
    const size_t length = encoded.choices.back().size();
    if (length > room) {
      fail("{}: choices: {} has {} tokens, the model's context {}", item.where,
           encoded.choices.size() - 1, length, room);
    }
    longest = std::max(longest, length);
  }
  if (ids.size() > room - longest) {
    ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(room - longest));
  }
  encoded.context.assign(1, config.bos_id);
  encoded.context.insert(encoded.context.end(), ids.begin(), ids.end());
  return encoded;
}

/// Bits of `choice` after the context that `sequence` has seen, whose last logits are `logits`.
double choice_bits(Sequence& sequence, const std::vector<float>& logits,
                   std::vector<int32_t> choice) {
  const int64_t vocab = sequence.config().vocab;
  double bits = surprisal_bits(logits.data(), vocab, choice[0]);
  if (choice.size() == 1) return bits;
  const std::vector<int32_t> targets(choice.begin() + 1, choice.end());
  choice.pop_back();
  const std::vector<float>& rows = sequence.forward(choice, LogitsRows::kAll);
  for (size_t t = 0; t < targets.size(); ++t) {
    bits += surprisal_bits(rows.data() + static_cast<int64_t>(t) * vocab, vocab, targets[t]);
  }
  return bits;
}

ChoiceScore score(const ChoiceItem& item, const Encoded& encoded, Sequence& sequence) {
  sequence.reset();
  const std::vector<float> logits = sequence.forward(encoded.context);
  const int64_t context = sequence.position();
  ChoiceScore score;
  const auto per_byte = [&](int64_t i) {
    return score.bits[static_cast<size_t>(i)] /
           static_cast<double>(item.choices[static_cast<size_t>(i)].size());
  };
  for (const std::vector<int32_t>& choice : encoded.choices) {
    const auto index = static_cast<int64_t>(score.bits.size());
    sequence.rewind(context);
    score.bits.push_back(choice_bits(sequence, logits, choice));
    if (score.bits.back() < score.bits[static_cast<size_t>(score.best)]) score.best = index;
    if (per_byte(index) < per_byte(score.best_per_byte)) score.best_per_byte = index;
  }
  return score;
}

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

std::vector<ChoiceItem> parse_choices(const std::string& text, const std::string& file) {
  std::vector<ChoiceItem> items;
  std::istringstream lines(text);
  int64_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    items.push_back(parse_item(line, fmt::format("{}:{}", file, number)));
  }
  if (items.empty()) fail("{}: no items", file);
  return items;
}

ChoiceResult evaluate_choices(Sequence& sequence, const Tokenizer& tokenizer,
                              const std::vector<ChoiceItem>& items, const EvalProgress& progress) {
  const ModelConfig& config = sequence.config();
  if (config.bos_id < 0) fail("the model has no bos_token_id, which evaluation needs");
  std::vector<Encoded> encoded;  // all, so that a bad item costs no work on those before it
  for (const ChoiceItem& item : items) encoded.push_back(encode(item, tokenizer, config));
  ChoiceResult result;
  for (size_t i = 0; i < items.size(); ++i) {
    result.items.push_back(score(items[i], encoded[i], sequence));
    result.correct += result.items.back().best == items[i].answer ? 1 : 0;
    result.correct_per_byte += result.items.back().best_per_byte == items[i].answer ? 1 : 0;
    if (progress) progress(static_cast<int64_t>(i) + 1, static_cast<int64_t>(items.size()));
  }
  return result;
}

}  // namespace tercet
