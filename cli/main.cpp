// SPDX-License-Identifier: Apache-2.0
// The `tercet` program: one binary with subcommands.
#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/printable.h"
#include "cli/commands.h"

namespace {

constexpr int kFailed = 1;    // bad input, a mismatch, a machine error
constexpr int kBadUsage = 2;  // the command line itself

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Tercet: an accelerator for ternary language models, and its simulators."};
  app.require_subcommand(1);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return fmt::format("tercet: {} (see --help)\n", tercet::printable(error.what()));
  });
  tercet::Action action;
  tercet::add_run(app, action);
  tercet::add_info(app, action);
  tercet::add_bench(app, action);
  tercet::add_eval(app, action);
  tercet::add_logits(app, action);
  tercet::add_pack(app, action);
  tercet::add_synth_model(app, action);
  tercet::add_validate(app, action);
  tercet::add_sweep(app, action);
  tercet::add_paper(app, action);
  tercet::add_energy(app, action);
  tercet::add_compare(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadUsage;
  }
  try {
    const int status = action();
    if (std::fflush(stdout) != 0) tercet::fail("standard output cannot be written");
    return status;
  } catch (const tercet::Interrupted& stop) {
    fmt::print(stderr, "tercet: {}\n", stop.what());
    return stop.exit_status();
  } catch (const std::exception& error) {
    fmt::print(stderr, "tercet: {}\n", tercet::printable(error.what()));
    return kFailed;
  }
}
