// SPDX-License-Identifier: Apache-2.0
// `tercet eval`: bits per byte, perplexity and multiple choice, on any backend.
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/input.h"
#include "base/interrupt.h"
#include "base/output.h"
#include "base/printable.h"
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

constexpr int64_t kMaxText = int64_t{1} << 32;

struct EvalCommand {
  CLI::App* app = nullptr;  // to ask which flags were given
  std::string model;
  ModelOptions model_options;
  std::string text;
  std::string choices;
  EvalOptions eval;
  SessionOptions session;
  int64_t max_bytes = 0;  // 0: all
  MachineOptions machine;
  Output output;
};

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
  check(command.machine);
  check(command.session, command.model_options, command.machine);
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
  if (machine != nullptr) waveform = machine->finish_waveform();
  if (waveform.has_value()) {
    table.add("waveform", describe_waveform(command.machine.trace.file, *waveform));
    json["trace"] = waveform_json(command.machine.trace.file, *waveform);
  }
  table.add("wall time", fmt::format("{:.2f} s", watch.seconds()));
  json["wall_seconds"] = watch.seconds();
  answer.print(table.text());
  answer.write({"eval", used_machines(command.machine)}, json);
  check_reached(command.machine.trace, waveform);
  return 0;
}

}  // namespace

void add_eval(CLI::App& app, Action& action) {
  const auto options = std::make_shared<EvalCommand>();
  CLI::App& command = add_command(app, "eval",
                                  "Measures bits per byte and perplexity of a model on a text, or "
                                  "its multiple-choice accuracy.",
                                  action, [options] {
                                    check_layout_flags(*options->app, options->machine);
                                    return eval(*options);
                                  });
  options->app = &command;
  options->machine.backend = Backend::kModel;
  required(add_model(command, options->model, options->model_options));
  CLI::Option* text = add_file(command, "--text", options->text, "UTF-8 text file");
  CLI::Option* choices =
      excludes(add_file(command, "--choices", options->choices,
                        "questions, a line each: "
                        "{\"context\": text, \"choices\": [text, ..], \"answer\": index}"),
               text);
  excludes(add_number<int64_t>(command, "--window", options->eval.window, 1, kMaxPositions,
                               fmt::format("tokens that are fed together (default: {}, or the "
                                           "model's context if that is less)",
                                           kDefaultWindow),
                               ""),
           choices);
  excludes(add_number<int64_t>(
               command, "--stride", options->eval.stride, 1, kMaxPositions,
               "tokens from one window to the next (default: the window, so no overlap)", ""),
           choices);
  excludes(add_number<int64_t>(command, "--max-bytes", options->max_bytes, 1, int64_t{1} << 40,
                               "use no more than this much of the text: whole lines, or whole "
                               "characters of a first line that is longer (default: all)",
                               ""),
           choices);
  add_session(command, options->session, options->model_options);
  add_machine(command, options->machine);
  add_output(command, options->output);
}

}  // namespace tercet
