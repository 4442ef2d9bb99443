// SPDX-License-Identifier: Apache-2.0
// Prompt, sample, feed.
#include "study/run/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/stopwatch.h"
#include "model/tokenizer/tokenizer.h"

namespace tercet {
namespace {

/// New tokens as text, or as ids without a tokenizer.
class TextStream {
 public:
  TextStream(const std::optional<Tokenizer>& tokenizer, const RunEvents& events)
      : events_(events), vocab_(tokenizer.has_value() ? tokenizer->vocab_size() : 0) {
    if (tokenizer.has_value()) decoder_.emplace(*tokenizer);
  }
  ~TextStream() { tell("\n"); }
  TextStream(const TextStream&) = delete;
  TextStream& operator=(const TextStream&) = delete;

  /// Returns the text that could be shown. Without a tokenizer, ids are shown and there is no text.
  std::string push(int32_t id) {
    if (!decoder_.has_value()) {
      tell(std::to_string(id) + " ");
      return "";
    }
    return id < vocab_ ? tell(decoder_->push(id)) : "";  // padding of the vocabulary has no text
  }
  std::string flush() { return decoder_.has_value() ? tell(decoder_->flush()) : ""; }
  std::string tell(const std::string& text) {
    if (events_.text) events_.text(text);
    return text;
  }

 private:
  const RunEvents& events_;
  std::optional<StreamDecoder> decoder_;
  int64_t vocab_;
};

/// Tells how long a block took, however it is left.
class Timed {
 public:
  explicit Timed(double* seconds) : seconds_(seconds) {}
  ~Timed() { *seconds_ = watch_.seconds(); }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  double seconds() const { return watch_.seconds(); }

 private:
  Stopwatch watch_;
  double* seconds_;
};

}  // namespace

void generate(const RunOptions& options, const RunEvents& events, const ModelFile& named,
              const Generator& generator, RunResult* result) {
  const ModelConfig& config = named.model.config;
  const auto cycle = [&generator] { return generator.cycle ? generator.cycle() : 0; };
  Sampler sampler(options.sampler);
  TextStream output(named.tokenizer, events);
  if (options.prompt.has_value()) output.tell(*options.prompt);
  const Timed watch(&result->times.generation);
  std::vector<int32_t> next = result->prompt;
  while (static_cast<int64_t>(result->tokens.size()) < options.tokens) {
    const uint64_t before = cycle();
    const size_t done = result->tokens.size();
    if (generator.timeline != nullptr) {
      generator.timeline->forward_begins(done == 0 ? "prefill" : fmt::format("token {}", done),
                                         static_cast<int64_t>(next.size()), before);
    }
    const std::vector<float>& logits = generator.sequence.forward(next);
    if (done == 0) {
      result->times.prompt = watch.seconds();
      generator.end_prefill();
    }
    if (generator.timeline != nullptr) generator.timeline->forward_ends(cycle());
    result->forwards.push_back(static_cast<int64_t>(next.size()));
    if (generator.cycle) {
      result->forward_cycles.push_back(cycle() - before);
      result->cycles += result->forward_cycles.back();
    }
    const int32_t token = sampler.sample(logits.data(), config.vocab);
    const bool end =
        std::find(config.eos_ids.begin(), config.eos_ids.end(), token) != config.eos_ids.end();
    if (end && !options.ignore_eos) break;
    result->tokens.push_back(token);
    result->text += output.push(token);
    if (events.token) {
      events.token(*result, watch.seconds(),
                   generator.machine_seconds ? generator.machine_seconds() : 0.0);
    }
    next = {token};
  }
  result->text += output.flush();
}

}  // namespace tercet
