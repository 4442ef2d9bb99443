// SPDX-License-Identifier: Apache-2.0
// `tercet eval`: bits per byte, perplexity and multiple choice, on any backend.
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/input.h"
#include "base/interrupt.h"
#include "base/json.h"
#include "base/output.h"
#include "base/progress.h"
#include "base/stopwatch.h"
#include "base/table.h"
#include "cli/backend_session.h"
#include "cli/commands.h"
#include "cli/model_source.h"
#include "cli/session_options.h"
#include "model/eval.h"

namespace tercet {
namespace {

constexpr int64_t kMaxText = int64_t{1} << 28;

struct EvalCommand {
  std::string model;
  ModelOptions model_options;
  std::string text;
  std::string choices;
  EvalOptions eval;
  SessionNames session;
  int64_t max_bytes = 0;  // 0: all
  std::string json;
  DeviceOptions device;
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

void eval_text(const EvalCommand& command, const std::string& text, const NamedModel& named,
               Sequence& sequence, Table& table, Json& json) {
  const EvalOptions options = settle(command.eval, named.model.config.max_positions);
  EvalStatus status("tokens");
  const EvalResult result =
      evaluate(sequence, named.need_tokenizer(), text, options, std::ref(status));
  table.add("bytes", grouped(static_cast<uint64_t>(result.bytes)));
  table.add("tokens", grouped(static_cast<uint64_t>(result.tokens)));
  table.add("bits per byte", fmt::format("{:.5f}", result.bits_per_byte()));
  table.add("perplexity of a token", fmt::format("{:.4f}", result.perplexity()));
  json["text"] = command.text;
  json["window"] = options.window;
  json["stride"] = options.stride;
  json["bytes"] = result.bytes;
  json["tokens"] = result.tokens;
  json["bits"] = result.bits;
  json["bits_per_byte"] = result.bits_per_byte();
  json["perplexity"] = result.perplexity();
}

void eval_choices(const EvalCommand& command, const std::string& text, const NamedModel& named,
                  Sequence& sequence, Table& table, Json& json) {
  const auto items = parse_choices(text, command.choices);
  EvalStatus status("items");
  const ChoiceResult result =
      evaluate_choices(sequence, named.need_tokenizer(), items, std::ref(status));
  const auto all = static_cast<double>(items.size());
  const auto share = [&](int64_t correct) { return static_cast<double>(correct) / all; };
  table.add("items", grouped(items.size()));
  table.add("accuracy", fmt::format("{:.4f}", share(result.correct)));
  table.add("  by bits a byte", fmt::format("{:.4f}", share(result.correct_per_byte)));
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
  if (command.text.empty() == command.choices.empty()) fail("give one of --text and --choices");
  check(command.device);
  const SessionOptions session =
      parse_session(command.session, command.model_options, command.device);
  const std::string& on = command.text.empty() ? command.choices : command.text;
  std::string text = read_input(on, kMaxText);
  const NamedModel named = open_model(command.model, command.model_options);
  named.need_tokenizer();
  const Stopwatch watch;
  const Interrupt interrupt;
  BackendSession backend(command.device, named.model, session);
  Table table(command.model + " on " + on);
  Json json = {{"model", command.model}, {"backend", command.device.backend}};
  if (command.text.empty()) {
    eval_choices(command, text, named, backend.sequence(), table, json);
  } else {
    text = cut_text(std::move(text), command.max_bytes);
    eval_text(command, text, named, backend.sequence(), table, json);
  }
  if (command.device.timed()) {
    json["cycles"] = backend.cycles();
    table.add("cycles", grouped(backend.cycles()));
  }
  table.add("wall time", fmt::format("{:.2f} s", watch.seconds()));
  json["wall_seconds"] = watch.seconds();
  say("{}", table.text());
  write_json(command.json, json);
  backend.finish();
  return 0;
}

}  // namespace

void add_eval(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "eval",
      "Bits per byte and perplexity of a model on a text, or its multiple-choice accuracy.");
  const auto options = std::make_shared<EvalCommand>();
  options->device.backend = "model";
  command->add_option("--model", options->model, kModelHelp)->required();
  CLI::Option* text = command->add_option("--text", options->text, "UTF-8 text file");
  CLI::Option* choices =
      command
          ->add_option("--choices", options->choices,
                       "questions, a line each: "
                       "{\"context\": text, \"choices\": [text, ..], \"answer\": index}")
          ->excludes(text);
  command
      ->add_option("--window", options->eval.window,
                   fmt::format("tokens that are fed together (default: {}, or the model's context "
                               "if that is less)",
                               kDefaultWindow))
      ->check(CLI::Range(int64_t{1}, kMaxPositions))
      ->excludes(choices);
  command
      ->add_option("--stride", options->eval.stride,
                   "tokens from one window to the next (default: the window, so no overlap)")
      ->check(CLI::Range(int64_t{1}, kMaxPositions))
      ->excludes(choices);
  command
      ->add_option("--max-bytes", options->max_bytes,
                   "use no more than this much of the text: whole lines, or whole characters of a "
                   "first line that is longer (default: all)")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 40))
      ->excludes(choices);
  command->add_option("--json", options->json, "file for the results");
  add_i2s_option(*command, options->model_options);
  add_session_options(*command, options->session, options->model_options);
  add_device_options(*command, options->device);
  command->callback([command, options, &action] {
    action = [command, options] {
      check_layout_flags(*command, options->device);
      return eval(*options);
    };
  });
}

}  // namespace tercet
