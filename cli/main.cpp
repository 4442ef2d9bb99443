// SPDX-License-Identifier: Apache-2.0
// The `tercet` program: one binary with subcommands.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/output.h"
#include "base/printable.h"
#include "cli/commands.h"
#include "cli/named_files.h"

namespace {

constexpr int kFailed = 1;    // bad input, a mismatch, a machine error
constexpr int kBadUsage = 2;  // the command line itself

/// Returns the exit status. Throws what ended the work.
int run(int argc, char** argv) {
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
  int status = 0;
  tercet::NamedFiles files;
  try {
    app.parse(argc, argv);
    files = tercet::named_files(app);
  } catch (const CLI::ParseError& error) {  // or a call for --help
    status = app.exit(error) == 0 ? 0 : kBadUsage;
    action = nullptr;
  }
  if (action) {
    tercet::check_files(files.inputs, files.outputs);
    status = action();
  }
  tercet::check_stdout();
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  tercet::let_writes_fail();
  try {
    return run(argc, argv);
  } catch (const tercet::Interrupted& stop) {
    // Who reads no more of a report, as head(1) does, wants to hear nothing of it either.
    if (stop.signal() != SIGPIPE) tercet::tell("tercet: {}\n", stop.what());
    return stop.exit_status();
  } catch (const std::bad_alloc&) {
    tercet::tell("tercet: the work needs more memory than there is\n");
    return kFailed;
  } catch (const std::exception& error) {
    tercet::tell("tercet: {}\n", tercet::printable(error.what()));
    return kFailed;
  }
}
