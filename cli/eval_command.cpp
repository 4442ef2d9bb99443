// SPDX-License-Identifier: Apache-2.0
// `tercet eval`: bits per byte, perplexity and multiple choice, on any backend. `tercet logits`: a
// model's logits as a file of floats, for others to check.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/input.h"
#include "base/interrupt.h"
#include "base/output.h"
#include "base/progress.h"
#include "base/stopwatch.h"
#include "base/table.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "model/eval.h"
#include "sim/backend_session.h"
#include "study/report/machine_report.h"
#include "study/run/model_source.h"

namespace tercet {
namespace {

constexpr int64_t kMaxText = int64_t{1} << 28;

/// What feeds given tokens to a model.
struct FeedCommand {
  CLI::App* app = nullptr;  // to ask which flags were given
  std::string model;
  ModelOptions model_options;
  SessionOptions session;
  MachineOptions machine;
};

struct EvalCommand : FeedCommand {
  std::string text;
  std::string choices;
  EvalOptions eval;
  int64_t max_bytes = 0;  // 0: all
  Output output;
};

struct LogitsCommand : FeedCommand {
  std::string ids;
  std::string out;
  std::string against;
  bool single = false;
};

/// Throws UsageError if there is no machine but --config or --packing, as nothing is told of one
/// that is not used; or if there is one, which multiplies int8 only, and something else is asked
/// for.
void check(const FeedCommand& command) {
  check(command.machine);
  for (const char* flag : {"--config", "--packing"}) {
    if (!command.machine.has_machine() && given(option_of(*command.app, flag))) {
      fail_usage("{} needs a machine: --backend rtl, systemc or functional", flag);
    }
  }
  const bool float_weights = command.model_options.no_weight_quant;
  if (!command.machine.has_machine() || (command.session.quantize_activations && !float_weights)) {
    return;
  }
  fail_usage(
      "{} needs --backend model or reference: a machine multiplies int8 by ternary weights only",
      float_weights ? "--no-weight-quant" : "--act-quant none");
}

/// At most `limit` bytes of a text: whole lines, or whole characters of a first line that is
/// longer.
std::string cut_text(std::string text, int64_t limit) {
  if (limit == 0 || static_cast<int64_t>(text.size()) <= limit) return text;
  auto end = static_cast<size_t>(limit);
  const size_t line = text.rfind('\n', end - 1);
  if (line != std::string::npos) {
    end = line + 1;
  } else {
    while (end > 0 && (text[end] & 0xc0) == 0x80) --end;
  }
  text.resize(end);
  return text;
}

/// A status line: what is done, how fast, how long it will take. Where Ctrl-C ends the work.
class EvalStatus {
 public:
  explicit EvalStatus(const char* unit) : unit_(unit) {}
  ~EvalStatus() { progress_.clear(); }
  EvalStatus(const EvalStatus&) = delete;
  EvalStatus& operator=(const EvalStatus&) = delete;

  void operator()(int64_t done, int64_t all) {
    Interrupt::poll();
    const double rate = static_cast<double>(done) / watch_.seconds();
    progress_.show(fmt::format("[{}/{} {}  {:.3g} {}/s  {:.0f} s left]", done, all, unit_, rate,
                               unit_, static_cast<double>(all - done) / rate));
  }

 private:
  const char* unit_;
  Stopwatch watch_;
  Progress progress_;
};

using Json = nlohmann::ordered_json;

void eval_text(const EvalCommand& command, const std::string& text, const ModelFile& named,
               Sequence& sequence, Table& table, Json& json) {
  const EvalOptions options = settle(command.eval, named.model.config.max_positions);
  EvalStatus status("tokens");
  const EvalResult result =
      evaluate(sequence, named.need_tokenizer(), text, options, std::ref(status));
  table.add("bytes", grouped(static_cast<uint64_t>(result.bytes)));
  table.add("tokens", grouped(static_cast<uint64_t>(result.tokens)));
  table.add("bits per byte", fmt::format("{:.5f}", result.bits_per_byte()));
  table.add("perplexity per token", fmt::format("{:.4f}", result.perplexity()));
  json["text"] = command.text;
  json["window"] = options.window;
  json["stride"] = options.stride;
  json["bytes"] = result.bytes;
  json["tokens"] = result.tokens;
  json["bits"] = result.bits;
  json["bits_per_byte"] = result.bits_per_byte();
  json["perplexity"] = result.perplexity();
}

void eval_choices(const EvalCommand& command, const std::string& text, const ModelFile& named,
                  Sequence& sequence, Table& table, Json& json) {
  const auto items = parse_choices(text, command.choices);
  EvalStatus status("items");
  const ChoiceResult result =
      evaluate_choices(sequence, named.need_tokenizer(), items, std::ref(status));
  const auto all = static_cast<double>(items.size());
  const auto share = [&](int64_t correct) { return static_cast<double>(correct) / all; };
  table.add("items", grouped(items.size()));
  table.add("accuracy", fmt::format("{:.4f}", share(result.correct)));
  table.add("  by bits per byte", fmt::format("{:.4f}", share(result.correct_per_byte)));
  json["choices"] = command.choices;
  json["items"] = items.size();
  json["accuracy"] = share(result.correct);
  json["accuracy_per_byte"] = share(result.correct_per_byte);
  json["scores"] = Json::array();
  for (const ChoiceScore& score : result.items) {
    json["scores"].push_back(
        {{"bits", score.bits}, {"best", score.best}, {"best_per_byte", score.best_per_byte}});
  }
}

int eval(const EvalCommand& command) {
  if (command.text.empty() == command.choices.empty()) {
    fail_usage("give one of --text and --choices");
  }
  check(command);
  Answer answer(command.output);
  const std::string& on = command.text.empty() ? command.choices : command.text;
  std::string text = read_input(on, kMaxText);
  const ModelFile named = open_model(command.model, command.model_options);
  Answer::note(named, true);
  named.need_tokenizer();
  const Stopwatch watch;
  const Interrupt interrupt;
  BackendSession backend(command.machine, named.model, {command.session});
  backend.load();
  Machine* machine = backend.machine();
  const uint64_t start = machine == nullptr ? 0 : machine->cycle();
  Table table(command.model + " on " + on);
  Json json = {{"model", command.model}, {"backend", command.machine.backend_name()}};
  json.update(session_json(command.session));
  table.add("keys and values, head", describe_session(command.session));
  if (command.text.empty()) {
    eval_choices(command, text, named, backend.sequence(), table, json);
  } else {
    text = cut_text(std::move(text), command.max_bytes);
    eval_text(command, text, named, backend.sequence(), table, json);
  }
  if (command.machine.timed()) {
    json["cycles"] = machine->cycle() - start;
    table.add("simulated cycles", grouped(machine->cycle() - start));
  }
  std::optional<WaveformCounts> waveform;
  std::string unwritten;
  if (machine != nullptr) waveform = machine->finish_waveform(&unwritten);
  if (waveform.has_value()) {
    table.add("waveform", describe_waveform(command.machine.trace.file, *waveform));
    json["trace"] = waveform_json(command.machine.trace.file, *waveform);
  }
  table.add("wall time", fmt::format("{:.2f} s", watch.seconds()));
  json["wall_seconds"] = watch.seconds();
  answer.print(table.text());
  if (!unwritten.empty()) tell("tercet: {}\n", unwritten);
  answer.write({"eval", used_machines(command.machine)}, json);
  if (!unwritten.empty()) return 1;
  check_reached(command.machine.trace, waveform);
  return 0;
}

/// Whitespace-separated token ids.
std::vector<int32_t> read_ids(const std::string& file, int64_t vocab) {
  constexpr int64_t kMaxIdsFile = int64_t{1} << 28;
  const std::string text = read_input(file, kMaxIdsFile);
  constexpr const char* kSpace = " \t\r\n";
  std::vector<int32_t> ids;
  for (size_t begin = text.find_first_not_of(kSpace); begin != std::string::npos;) {
    const size_t end = std::min(text.find_first_of(kSpace, begin), text.size());
    int64_t id = -1;
    const auto [last, error] = std::from_chars(text.data() + begin, text.data() + end, id);
    if (error != std::errc() || last != text.data() + end || id < 0 || id >= vocab) {
      fail("{}: '{}' (number {}) is not a token id in [0, {})", file,
           text.substr(begin, end - begin), ids.size(), vocab);
    }
    ids.push_back(static_cast<int32_t>(id));
    begin = text.find_first_not_of(kSpace, end);
  }
  if (ids.empty()) fail("{}: no token ids", file);
  return ids;
}

std::string_view bytes_of(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

/// The largest difference between logits and those of a file, which has as many.
class LogitsChange {
 public:
  /// Throws Error if `file` cannot be read or has not `count` floats.
  LogitsChange(std::string file, int64_t count, int64_t vocab)
      : file_(std::move(file)), vocab_(vocab), before_(map_file(file_)) {
    if (before_.size != count * kSize) {
      fail("{}: {} bytes are not {} floats, the logits of these ids", file_, before_.size, count);
    }
  }

  void add(const std::vector<float>& logits) {
    for (const float now : logits) {
      float before = 0.0f;
      std::memcpy(&before, before_.data + at_ * kSize, sizeof(before));
      const double change = static_cast<double>(now) - static_cast<double>(before);
      squares_ += change * change;
      if (std::fabs(change) > largest_) {
        largest_ = std::fabs(change);
        largest_at_ = at_;
      }
      size_ = std::max(size_, std::fabs(static_cast<double>(before)));
      ++at_;
    }
  }

  std::string text() const {
    return fmt::format(
        "largest change from {}: {:.4g}, of logit {} after token {}; root mean square {:.4g}; the "
        "largest logit there is {:.4g}\n",
        file_, largest_, largest_at_ % vocab_, largest_at_ / vocab_,
        std::sqrt(squares_ / static_cast<double>(at_)), size_);
  }

 private:
  static constexpr int64_t kSize = sizeof(float);
  std::string file_;
  int64_t vocab_;
  FileView before_;  // little-endian floats, in the order of add()
  int64_t at_ = 0;
  int64_t largest_at_ = 0;
  double largest_ = 0.0;
  double squares_ = 0.0;
  double size_ = 0.0;
};

int logits(const LogitsCommand& command) {
  constexpr int64_t kBatch = 64;  // tokens of logits held at once; more change nothing but memory
  check(command);
  const ModelFile named = open_model(command.model, command.model_options);
  Answer::note(named, true);
  const ModelConfig& config = named.model.config;
  const std::vector<int32_t> ids = read_ids(command.ids, config.vocab);
  const auto total = static_cast<int64_t>(ids.size());
  if (!command.single && total > config.max_positions) {
    fail("{}: {} ids exceed the model's context of {}", command.ids, total, config.max_positions);
  }
  std::optional<LogitsChange> change;
  if (!command.against.empty()) change.emplace(command.against, total * config.vocab, config.vocab);
  const Interrupt interrupt;
  BackendSession backend(command.machine, named.model, {command.session});
  backend.load();
  Sequence& sequence = backend.sequence();
  OutputFile out(command.out);
  Progress progress;
  const int64_t step = command.single ? 1 : kBatch;
  for (int64_t done = 0; done < total; done += step) {
    if (command.single) sequence.reset();
    const std::vector<float>& values =
        sequence.forward(ids.data() + done, std::min(step, total - done), LogitsRows::kAll);
    out.write(bytes_of(values));
    if (change.has_value()) change->add(values);
    Interrupt::poll();
    progress.show(fmt::format("[{}/{} tokens]", std::min(done + step, total), total));
  }
  progress.clear();
  out.keep();
  tell("{}: {} x {} float32\n", command.out, total, config.vocab);
  if (change.has_value()) tell("{}", change->text());
  if (Machine* machine = backend.machine()) {
    std::string unwritten;
    const std::optional<WaveformCounts> waveform = machine->finish_waveform(&unwritten);
    if (!unwritten.empty()) fail("{}", unwritten);
    check_reached(command.machine.trace, waveform);
  }
  return 0;
}

/// --model; first of all.
void add_fed_model(CLI::App& command, FeedCommand& options) {
  options.app = &command;
  options.machine.backend = Backend::kModel;
  required(add_model(command, options.model, options.model_options));
}

/// The machine; --kv and --head; and --act-quant, --no-weight-quant: what departs from BitNet's
/// arithmetic, to compare with float peers.
void add_feed_options(CLI::App& command, FeedCommand& options) {
  static const Names<bool> kActivations = {{"int8", true}, {"none", false}};
  add_choice(command, "--act-quant", options.session.quantize_activations, kActivations,
             "activations of BitLinears: int8, or none: floats (not BitNet's arithmetic)");
  add_cache_and_head(command, options.session);
  add_flag(command, "--no-weight-quant", options.model_options.no_weight_quant,
           "keep float projections as they are (not BitNet's arithmetic)");
  add_machine(command, options.machine);
}

}  // namespace

void add_eval(CLI::App& app, Action& action) {
  const auto [command, options] =
      add_command<EvalCommand>(app, "eval",
                               "Measures bits per byte and perplexity of a model on a text, or its "
                               "multiple-choice accuracy.",
                               action, eval);
  add_fed_model(command, options);
  CLI::Option* text = add_file(command, "--text", options.text, "UTF-8 text file");
  CLI::Option* choices =
      excludes(add_file(command, "--choices", options.choices,
                        "questions, a line each: "
                        "{\"context\": text, \"choices\": [text, ..], \"answer\": index}"),
               text);
  excludes(add_number<int64_t>(command, "--window", options.eval.window, 1, kMaxPositions,
                               fmt::format("tokens that are fed together (default: {}, or the "
                                           "model's context if that is less)",
                                           kDefaultWindow),
                               ""),
           choices);
  excludes(add_number<int64_t>(
               command, "--stride", options.eval.stride, 1, kMaxPositions,
               "tokens from one window to the next (default: the window, so no overlap)", ""),
           choices);
  excludes(add_number<int64_t>(command, "--max-bytes", options.max_bytes, 1, int64_t{1} << 40,
                               "use no more than this much of the text: whole lines, or whole "
                               "characters of a first line that is longer (default: all)",
                               ""),
           choices);
  add_feed_options(command, options);
  add_output(command, options.output);
}

void add_logits(CLI::App& app, Action& action) {
  const auto [command, options] = add_command<LogitsCommand>(
      app, "logits",
      "Writes the logits after each token of a sequence: little-endian float32 [n][vocab].", action,
      logits);
  add_fed_model(command, options);
  required(
      add_file(command, "--ids", options.ids, "file of token ids with white space between them"));
  required(add_file(command, "--out", options.out, "file for the logits"));
  add_file(command, "--against", options.against,
           "logits of the same ids, written before: tell the largest change from them");
  add_flag(command, "--single", options.single,
           "each id is a sequence of its own, one token at position 0");
  add_feed_options(command, options);
}

}  // namespace tercet
