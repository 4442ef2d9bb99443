// SPDX-License-Identifier: Apache-2.0
// `tercet paper`: the figures of the BitNet papers, and the same questions asked of this machine.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/output.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "sim/dram/machine_memory.h"
#include "study/paper/paper.h"

namespace tercet {
namespace {

int paper(const PaperOptions& options, const Output& output) {
  Answer answer(output);
  const PaperResult result = reproduce_papers(options);
  answer.print(paper_text(options, result));
  answer.write({"paper", {options.config}}, paper_json(options, result));
  const std::string fault = paper_fault(result);
  if (!fault.empty()) fail("paper: {}", fault);
  return 0;
}

}  // namespace

void add_paper(CLI::App& app, Action& action) {
  constexpr double kMaxGb = 1e6;
  struct Options {
    PaperOptions paper;
    Output output;
  };
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      app, "paper", "Reproduces the BitNet papers' figures, and asks the same of the machine here.",
      action, [options] { return paper(options->paper, options->output); });
  add_config(command, options->paper.config);
  add_memory(command, options->paper.memory);
  add_context(command, options->paper.positions);
  add_number(command, "--memory-gb", options->paper.capacity_gb, 1.0, kMaxGb,
             "memory of the 70B machine, 1e9 bytes");
  add_output(command, options->output);
}

}  // namespace tercet
