// SPDX-License-Identifier: Apache-2.0
// Knows which options name files.
#include "cli/named_files.h"

#include <CLI/CLI.hpp>
#include <array>
#include <string>

#include "cli/options.h"
#include "model/formats/model_file.h"

namespace tercet {
namespace {

constexpr std::array kInputs = {"--model", "--firmware", "--energy-profile", "--text", "--choices",
                                "--ids",   "--grid"};
constexpr std::array kOutputs = {"--json", "--perfetto", "--trace", "--csv", "--plot", "--out"};

/// What `command` was given for each of the options `names`.
template <class Names>
std::vector<NamedPath> given(const CLI::App& command, const Names& names) {
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

}  // namespace

NamedFiles named_files(const CLI::App& app) {
  if (!app.get_subcommands().empty()) return named_files(*app.get_subcommands().front());
  NamedFiles files;
  files.outputs = given(app, kOutputs);
  for (const NamedPath& input : given(app, kInputs)) {
    for (const auto& file : model_files(input.path)) files.inputs.push_back({input.option, file});
  }
  return files;
}

}  // namespace tercet
