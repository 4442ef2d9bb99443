// SPDX-License-Identifier: Apache-2.0
// Prompt, sample, stream.
#include "cli/generate.h"

#include <algorithm>
#include <cstdio>

#include "base/progress.h"
#include "base/stopwatch.h"
#include "base/table.h"

namespace tercet {
namespace {

/// Standard output, token by token, with the status line out of its way.
class TextOutput {
 public:
  TextOutput(const std::optional<Tokenizer>& tokenizer, bool show, Progress& progress)
      : progress_(progress), show_(show) {
    if (tokenizer.has_value()) decoder_.emplace(*tokenizer);
    vocab_ = tokenizer.has_value() ? tokenizer->vocab_size() : 0;
  }
  ~TextOutput() { write("\n"); }
  TextOutput(const TextOutput&) = delete;
  TextOutput& operator=(const TextOutput&) = delete;

  /// Returns the text that could be shown. Without a tokenizer, ids are shown and there is no text.
  std::string push(int32_t id) {
    if (!decoder_.has_value()) {
      write(std::to_string(id) + " ");
      return "";
    }
    return id < vocab_ ? write(decoder_->push(id)) : "";  // padding of the vocabulary has no text
  }
  std::string flush() { return decoder_.has_value() ? write(decoder_->flush()) : ""; }
  std::string write(const std::string& text) {
    if (!show_) return text;
    progress_.clear();
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    return text;
  }

 private:
  Progress& progress_;
  bool show_;
  std::optional<StreamDecoder> decoder_;
  int64_t vocab_ = 0;
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

std::string status_line(const RunOptions& options, const RunResult& result, double seconds,
                        double simulation_seconds) {
  const auto done = static_cast<double>(result.tokens.size());
  const double rate = seconds > 0.0 ? done / seconds : 0.0;
  const double left = rate > 0.0 ? (static_cast<double>(options.tokens) - done) / rate : 0.0;
  std::string line = fmt::format("[{}/{} tokens  host: {:.2f} tokens/s", result.tokens.size(),
                                 options.tokens, rate);
  if (options.device.timed() && simulation_seconds > 0.0) {
    const double speed = static_cast<double>(result.cycles) / simulation_seconds;
    line += "  simulating " + scaled(speed, "cycles/s");
  }
  return line + fmt::format("  {:.0f} s left]", left);
}

}  // namespace

void generate(const RunOptions& options, const NamedModel& named, const Generator& generator,
              RunResult* result) {
  const ModelConfig& config = named.model.config;
  const auto cycle = [&generator] { return generator.cycle ? generator.cycle() : 0; };
  Sampler sampler(options.sampler);
  Progress progress;
  TextOutput output(named.tokenizer, options.show_text, progress);
  if (options.prompt.has_value()) output.write(*options.prompt);
  const Timed watch(&result->times.generation);
  std::vector<int32_t> next = result->prompt;
  while (static_cast<int64_t>(result->tokens.size()) < options.tokens) {
    const uint64_t before = cycle();
    const size_t done = result->tokens.size();
    if (generator.timeline != nullptr) {
      generator.timeline->forward_begins(done == 0 ? "prefill" : fmt::format("token {}", done),
                                         static_cast<int64_t>(next.size()), before);
    }
    const std::vector<float>& logits = generator.forward(next);
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
    progress.show(status_line(options, *result, watch.seconds(),
                              generator.machine_seconds ? generator.machine_seconds() : 0.0));
    next = {token};
  }
  result->text += output.flush();
}

}  // namespace tercet
