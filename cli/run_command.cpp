// SPDX-License-Identifier: Apache-2.0
// `tercet run`: options, and what is printed at the end.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/output.h"
#include "base/progress.h"
#include "base/table.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "study/run/run.h"

namespace tercet {
namespace {

using RunCommand = Reported<RunOptions>;

std::string status_line(const RunOptions& options, const RunResult& result, double seconds,
                        double machine_seconds) {
  const auto done = static_cast<double>(result.tokens.size());
  const double rate = seconds > 0.0 ? done / seconds : 0.0;
  const double left = rate > 0.0 ? (static_cast<double>(options.tokens) - done) / rate : 0.0;
  std::string line = fmt::format("[{}/{} tokens  host: {:.2f} tokens/s", result.tokens.size(),
                                 options.tokens, rate);
  if (options.machine.timed() && machine_seconds > 0.0) {
    const double speed = static_cast<double>(result.cycles) / machine_seconds;
    line += "  simulating " + scaled(speed, "cycles/s");
  }
  return line + fmt::format("  {:.0f} s left]", left);
}

/// A run whose text goes to `answer` as it is made, with a status line on a terminal.
RunResult run_live(const RunOptions& options, bool show_text, Answer& answer) {
  Progress progress;
  RunEvents events;
  events.loaded = [&](const ModelFile& model) { Answer::note(model, options.prompt.has_value()); };
  if (show_text) {
    events.text = [&](const std::string& text) {
      progress.clear();
      answer.print_raw(text);
    };
  }
  // Nobody would see the rest of a text that cannot be shown, unless results go to a file.
  const bool only_text = show_text && !answer.wants_json() && options.timeline.file.empty() &&
                         options.machine.trace.file.empty();
  events.token = [&, only_text](const RunResult& result, double seconds, double machine_seconds) {
    if (only_text) check_stdout();
    progress.show(status_line(options, result, seconds, machine_seconds));
  };
  return run(options, events);
}

int run_and_report(const RunCommand& options) {
  Answer answer(options.output);
  const RunResult result = run_live(options, !options.output.quiet, answer);
  const EnergyProfile profile = EnergyProfile::open(options.energy_profile);
  const Provenance provenance{"run", used_machines(options.machine), &profile,
                              options.sampler.seed};
  if (!result.unwritten.empty()) tell("tercet: {}\n", result.unwritten);
  if (result.stopped.has_value()) {
    answer.write(provenance, run_json(options, result));
    tell("tercet: {}: {} of {} tokens are done\n", result.stopped->what(), result.tokens.size(),
         options.tokens);
    return result.stopped->exit_status();
  }
  std::string text = "\n" + run_text(options, result);
  if (options.check) {
    text += fmt::format("logits: {} compared\nbit-exact: {} checked, {} mismatches\n",
                        result.check.logits, result.check.compared, result.check.mismatches);
  }
  answer.print(text);
  answer.write(provenance, run_json(options, result));
  if (!result.first_mismatch.empty()) fail("{}", result.first_mismatch);
  if (!result.unwritten.empty()) return 1;
  check_reached(options.machine.trace, result.waveform);
  if (result.timeline.has_value()) {
    check_reached("--perfetto-window", options.timeline.first, options.timeline.last,
                  result.timeline->bytes, result.timeline->run_last);
  }
  return 0;
}

}  // namespace

void add_run_options(CLI::App& command, RunOptions& options) {
  constexpr int64_t kMaxTokens = int64_t{1} << 20;
  add_model(command, options.model, options.model_options);
  CLI::Option* prompt = add_value(command, "--prompt", {"TEXT", "", "text to continue"},
                                  [&options](const std::string& text) { options.prompt = text; });
  excludes(add_number<int64_t>(command, "--prompt-ids", options.prompt_ids, 0, kMaxVocab,
                               "token ids to continue"),
           prompt);
  add_number<int64_t>(command, "--tokens", options.tokens, 1, kMaxTokens, "new tokens, at most");
  add_flag(command, "--ignore-eos", options.ignore_eos, "go on after an end-of-text token");
  add_cache_and_head(command, options.session);
  add_machine(command, options.machine);
  add_number(command, "--temperature", options.sampler.temperature, 0.0f, 100.0f,
             "0: always the likeliest token");
  add_number<int64_t>(command, "--top-k", options.sampler.top_k, 0, int64_t{1} << 22,
                      "draw from the K likeliest tokens; 0: from all");
  add_number(command, "--top-p", options.sampler.top_p, 0.0f, 1.0f,
             "draw from the likeliest tokens of this probability mass");
  add_seed(command, options.sampler.seed, "the draws");
  add_energy_profile(command, options.energy_profile);
  add_flag(command, "--details", options.details, "print all tables, not the summary alone");
}

void add_run(CLI::App& app, Action& action) {
  static const Names<TimelineDetail> kDetails = {{"layers", TimelineDetail::kLayers},
                                                 {"gemms", TimelineDetail::kGemms},
                                                 {"tiles", TimelineDetail::kTiles}};
  const auto [command, options] = add_command<RunCommand>(
      app, "run", "Continues a prompt with every BitLinear on the accelerator, and reports.",
      action, run_and_report);
  add_run_options(command, options);
  required(option_of(command, "--model"));
  add_flag(command, "--check", options.check,
           "compare every BitLinear output and every logit with the reference");
  add_number<uint64_t>(command, "--flip-bit", options.flip_bit, 0, UINT64_MAX,
                       "flip this bit of the uploaded weights, to see that --check finds it");
  TimelineOptions& timeline = options.timeline;
  CLI::Option* perfetto =
      add_file(command, "--perfetto", timeline.file,
               "timeline of the run as JSON, for ui.perfetto.dev or chrome://tracing");
  needs(add_choice(command, "--perfetto-detail", timeline.detail, kDetails,
                   "slices down to layers, gemms or tiles"),
        perfetto);
  needs(add_window(command, "--perfetto-window", timeline.first, timeline.last,
                   "write only slices that touch these cycles"),
        perfetto);
  add_output(command, options.output);
}

}  // namespace tercet
