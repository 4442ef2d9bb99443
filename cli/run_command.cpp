// SPDX-License-Identifier: Apache-2.0
// `tercet run`: options, and what is printed at the end.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/output.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/run_options.h"
#include "study/report/machine_report.h"

namespace tercet {
namespace {

struct RunCommand {
  RunOptions run;
  Output output;
};

int run_and_report(const RunCommand& command) {
  const RunOptions& options = command.run;
  Answer answer(command.output);
  const RunResult result = run_live(options, !command.output.quiet, answer);
  const EnergyProfile profile = EnergyProfile::open(options.energy_profile);
  const Provenance provenance{"run", used_machines(options.machine), &profile,
                              options.sampler.seed};
  if (result.stopped.has_value()) {
    answer.write(provenance, run_json(options, result));
    if (!result.unwritten.empty()) tell("tercet: {}\n", result.unwritten);
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
  if (!result.unwritten.empty()) fail("{}", result.unwritten);
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
  excludes(add_numbers<int64_t>(command, "--prompt-ids", options.prompt_ids, 0, kMaxVocab,
                                "token ids to continue"),
           prompt);
  add_number<int64_t>(command, "--tokens", options.tokens, 1, kMaxTokens, "new tokens, at most");
  add_flag(command, "--ignore-eos", options.ignore_eos, "go on after an end-of-text token");
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
  const auto options = std::make_shared<RunCommand>();
  CLI::App& command = add_command(
      app, "run", "Continues a prompt with every BitLinear on the accelerator, and reports.",
      action, [options] { return run_and_report(*options); });
  add_run_options(command, options->run);
  required(option_of(command, "--model"));
  add_flag(command, "--check", options->run.check,
           "compare every BitLinear output and every logit with the reference");
  add_number<uint64_t>(command, "--flip-bit", options->run.flip_bit, 0, UINT64_MAX,
                       "flip this bit of the uploaded weights, to see that --check finds it");
  TimelineOptions& timeline = options->run.timeline;
  CLI::Option* perfetto =
      add_file(command, "--perfetto", timeline.file,
               "timeline of the run as JSON, for ui.perfetto.dev or chrome://tracing");
  needs(add_choice(command, "--perfetto-detail", timeline.detail, kDetails,
                   "slices down to layers, gemms or tiles"),
        perfetto);
  needs(add_window(command, "--perfetto-window", timeline.first, timeline.last,
                   "write only slices that touch these cycles"),
        perfetto);
  add_output(command, options->output);
}

}  // namespace tercet
