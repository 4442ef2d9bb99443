// SPDX-License-Identifier: Apache-2.0
// The `tercet` program: one binary with subcommands.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <csignal>
#include <exception>
#include <map>
#include <new>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/names.h"
#include "base/output.h"
#include "base/printable.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "model/formats/model_file.h"

namespace tercet {
namespace {

constexpr int kFailed = 1;    // bad input, a mismatch, a machine error
constexpr int kBadUsage = 2;  // the command line itself

int complain(const std::string& message, int status) {
  tell("tercet: {}\n", printable(message));
  return status;
}

/// The innermost subcommand that was named.
const CLI::App& innermost(const CLI::App& app) {
  const std::vector<CLI::App*> named = app.get_subcommands();
  return named.empty() ? app : innermost(*named.back());
}

/// What a word that nothing expects could have been.
std::string unexpected(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known;
  const bool option = word.rfind('-', 0) == 0;
  if (option) {
    for (const CLI::Option* each : app.get_options()) known.push_back(each->get_name());
  } else {
    for (const CLI::App* each : app.get_subcommands({})) known.push_back(each->get_name());
  }
  const std::string place = app.get_parent() == nullptr ? "tercet" : "tercet " + app.get_name();
  if (known.empty()) return fmt::format("'{}' was not expected (see {} --help)", word, place);
  const std::string name = option ? word.substr(0, word.find('=')) : word;
  const std::optional<std::string> nearest = nearest_name(name, known);
  if (!option) return unknown_name("command", word, known);
  return fmt::format("option '{}' is unknown to {};{} see {} --help", name, place,
                     nearest.has_value() ? fmt::format(" did you mean '{}'?", *nearest) : "",
                     place);
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = innermost(app);
  const std::vector<std::string> extras = command.remaining();
  if (!extras.empty()) return complain(unexpected(command, extras.front()), kBadUsage);
  return complain(fmt::format("{} (see --help)", error.what()), kBadUsage);
}

/// Spellings of version 0.1, for scripts that have them yet.
std::string renamed(const std::string& word) {
  static const std::map<std::string, std::string> kNames = {
      {"--model-shape", "--shape"}, {"--models", "--shape"},          {"--configs", "--config"},
      {"--base", "--config"},       {"--batches", "--batch"},         {"--packings", "--packing"},
      {"--dram", "--memory"},       {"--tokens-per-step", "--batch"}, {"--positions", "--context"}};
  const size_t end = word.find('=');
  const auto found = kNames.find(word.substr(0, end));
  if (found == kNames.end()) return word;
  tell("tercet: note: {} is now {}\n", found->first, found->second);
  return found->second + (end == std::string::npos ? "" : word.substr(end));
}

// Options that name files: known by their own names, the same in every command.
constexpr std::array kInputs = {"--model", "--firmware", "--energy-profile", "--text", "--choices",
                                "--ids",   "--grid"};
constexpr std::array kOutputs = {"--json", "--perfetto", "--trace", "--csv", "--plot", "--out"};

/// What `command` was given for each of the options `names`.
template <class Names>
std::vector<NamedPath> files_of(const CLI::App& command, const Names& names) {
  std::vector<NamedPath> files;
  for (const char* name : names) {
    const CLI::Option* option = command.get_option_no_throw(name);
    if (option == nullptr || option->count() == 0) continue;
    const bool list = option->get_type_name() == kFileList;
    for (const std::string& text : option->reduced_results()) {
      for (const std::string& file : list ? split_list(name, text) : std::vector{text}) {
        files.push_back({name, file});
      }
    }
  }
  return files;
}

/// check_files() of the chosen subcommand; one that reads a model's folder reads each of its files.
void check_named_files(const CLI::App& app) {
  if (!app.get_subcommands().empty()) return check_named_files(*app.get_subcommands().front());
  std::vector<NamedPath> inputs;
  for (const NamedPath& input : files_of(app, kInputs)) {
    for (const auto& file : model_files(input.path)) inputs.push_back({input.option, file});
  }
  check_files(inputs, files_of(app, kOutputs));
}

int run_program(int argc, char** argv) {
  CLI::App app{"Tercet: an accelerator for ternary language models, and its simulators."};
  app.require_subcommand(1);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.set_version_flag("--version", version_text);
  Action action;
  for (const auto add :
       {add_run, add_info, add_bench, add_eval, add_logits, add_pack, add_synth_model, add_validate,
        add_sweep, add_paper, add_energy, add_compare}) {
    add(app, action);
  }
  try {
    app.name(argv[0]);
    std::vector<std::string> words;  // last first, as the library takes them
    for (int i = argc - 1; i > 0; --i) words.push_back(renamed(argv[i]));
    app.parse(std::move(words));
  } catch (const CLI::Success& success) {  // --help, --version
    app.exit(success);
    check_stdout();
    return 0;
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  check_named_files(app);
  const int status = action();
  check_stdout();
  return status;
}

}  // namespace
}  // namespace tercet

int main(int argc, char** argv) {
  tercet::let_writes_fail();
  try {
    return tercet::run_program(argc, argv);
  } catch (const tercet::UsageError& error) {
    return tercet::complain(error.what(), tercet::kBadUsage);
  } catch (const tercet::Interrupted& stop) {
    // Who reads no more of a report, as head(1) does, wants to hear nothing of it either.
    if (stop.signal() == SIGPIPE) return stop.exit_status();
    return tercet::complain(stop.what(), stop.exit_status());
  } catch (const std::bad_alloc&) {
    return tercet::complain("the work needs more memory than there is", tercet::kFailed);
  } catch (const std::exception& error) {
    return tercet::complain(error.what(), tercet::kFailed);
  }
}
