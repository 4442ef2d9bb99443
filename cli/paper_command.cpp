// SPDX-License-Identifier: Apache-2.0
// `tercet paper`: the figures of the BitNet papers, and the same questions asked of this machine.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/output_file.h"
#include "cli/commands.h"
#include "cli/device_options.h"
#include "cli/number_range.h"
#include "sim/dram/machine_memory.h"
#include "study/paper/paper_report.h"

namespace tercet {
namespace {

int paper(const PaperOptions& options) {
  if (!options.json.empty()) check_writable(options.json);
  const PaperResult result = reproduce_papers(options);
  fmt::print("{}", paper_text(options, result));
  write_json(options.json, paper_json(options, result));
  const std::string fault = paper_fault(result);
  if (!fault.empty()) fail("paper: {}", fault);
  return 0;
}

}  // namespace

void add_paper(CLI::App& app, Action& action) {
  constexpr double kMaxGb = 1e6;
  CLI::App* command = app.add_subcommand(
      "paper", "Reproduces the BitNet papers' figures, and asks the same of the machine here.");
  const auto options = std::make_shared<PaperOptions>();
  command->add_option("--config", options->config, "machine of rtl/spec/configs")
      ->check(CLI::IsMember(machine_names()))
      ->capture_default_str();
  command->add_option("--memory", options->memory, "ideal, dram (the configuration's), or a preset")
      ->check(CLI::IsMember(memory_names()))
      ->capture_default_str();
  command->add_option("--positions", options->positions, "tokens of context a sequence")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 20))
      ->capture_default_str();
  command->add_option("--memory-gb", options->capacity_gb, "memory of the 70B machine, 1e9 bytes")
      ->check(number_range(1.0, kMaxGb))
      ->capture_default_str();
  command->add_option("--json", options->json, "file for the results");
  command->callback([options, &action] { action = [options] { return paper(*options); }; });
}

}  // namespace tercet
