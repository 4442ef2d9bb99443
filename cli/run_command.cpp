// SPDX-License-Identifier: Apache-2.0
// `tercet run`: options, and what is printed at the end.
#include "cli/run_command.h"

#include <memory>

#include "base/output_file.h"
#include "cli/commands.h"
#include "cli/number_range.h"

namespace tercet {
namespace {

int run_and_report(const RunOptions& options) {
  const RunResult result = run(options);
  if (result.stopped.has_value()) {
    write_json(options.json, run_json(options, result));
    fmt::print(stderr, "tercet: {}: {} of {} tokens are done\n", result.stopped->what(),
               result.tokens.size(), options.tokens);
    return result.stopped->exit_status();
  }
  fmt::print("\n{}", run_text(options, result));
  if (options.check) {
    fmt::print("logits: {} compared\n", result.check.logits);
    fmt::print("bit-exact: {} checked, {} mismatches\n", result.check.compared,
               result.check.mismatches);
  }
  std::fflush(stdout);
  write_json(options.json, run_json(options, result));
  if (result.first_mismatch.empty()) return 0;
  fmt::print(stderr, "tercet: {}\n", result.first_mismatch);
  return 1;
}

}  // namespace

void add_run_options(CLI::App& command, RunOptions& options) {
  constexpr int64_t kMaxTokens = int64_t{1} << 20;
  command.add_option("--model", options.model, kModelHelp);
  add_i2s_option(command, options.model_options);
  CLI::Option* prompt = command.add_option("--prompt", options.prompt, "text to continue");
  command.add_option("--prompt-ids", options.prompt_ids, "token ids to continue, 1,2,3")
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->excludes(prompt);
  command.add_option("--tokens", options.tokens, "new tokens, at most")
      ->check(CLI::Range(int64_t{1}, kMaxTokens))
      ->capture_default_str();
  command.add_flag("--ignore-eos", options.ignore_eos, "go on after an end-of-text token");
  add_device_options(command, options.device);
  command.add_option("--temperature", options.sampler.temperature, "0: always the likeliest token")
      ->check(number_range(0.0f, 100.0f))
      ->capture_default_str();
  command.add_option("--top-k", options.sampler.top_k, "draw from the K likeliest; 0: all")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 22))
      ->capture_default_str();
  command.add_option("--top-p", options.sampler.top_p, "draw from the likeliest of this mass")
      ->check(number_range(0.0f, 1.0f))
      ->capture_default_str();
  command.add_option("--seed", options.sampler.seed, "of the draws")->capture_default_str();
  command.add_option("--energy-profile", options.energy_profile, kEnergyProfileHelp)
      ->capture_default_str();
  command.add_flag("--details", options.details, "print all tables, not the summary alone");
  command.add_option("--json", options.json, "file for the results");
}

void add_run(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "run", "Continues a prompt with every BitLinear on the accelerator, and reports.");
  const auto options = std::make_shared<RunOptions>();
  add_run_options(*command, *options);
  command->get_option("--model")->required();
  command->add_flag("--check", options->check,
                    "compare every BitLinear output and every logit with the reference");
  command->add_option("--flip-bit", options->flip_bit,
                      "flip this bit of the uploaded weights, to see that --check finds it");
  add_perfetto_options(*command, options->perfetto);
  command->callback(
      [options, &action] { action = [options] { return run_and_report(*options); }; });
}

}  // namespace tercet
