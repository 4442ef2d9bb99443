// SPDX-License-Identifier: Apache-2.0
// The `tercet` program: one binary with subcommands.
#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "commands.h"

namespace {

constexpr int kFailed = 1;    // bad input, a mismatch, a machine error
constexpr int kBadUsage = 2;  // the command line itself

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Tercet: an accelerator for ternary language models, and its simulators."};
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  tercet::Action action;
  tercet::add_run(app, action);
  tercet::add_info(app, action);
  tercet::add_bench(app, action);
  tercet::add_eval(app, action);
  tercet::add_synth_model(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadUsage;
  }
  try {
    return action();
  } catch (const std::exception& error) {
    fmt::print(stderr, "tercet: {}\n", error.what());
    return kFailed;
  }
}
