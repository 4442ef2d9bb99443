// SPDX-License-Identifier: Apache-2.0
// How a command answers: text for people, JSON for programs.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "cli/options.h"
#include "study/energy/profile.h"

namespace tercet {

/// What a result depends on beside the options that its JSON repeats.
struct Provenance {
  std::string command;                     ///< "bench rtl"
  std::vector<std::string> machines = {};  ///< of rtl/spec/configs
  const EnergyProfile* profile = nullptr;
  std::optional<uint64_t> seed = std::nullopt;
};

class Answer {
 public:
  explicit Answer(const Output& output) : output_(output) {}

  /// Text: to standard output; to standard error if the JSON goes there; nowhere if quiet.
  /// check_stdout() tells what could not be written.
  void print(const std::string& text);
  /// A model's own text: the bytes as they are, unless a terminal would take control characters
  /// among them for commands.
  void print_raw(const std::string& text);

  /// The JSON, if it is asked for: `results` behind a "tercet" object of where they come from
  /// (docs/json.md). Throws Error if it cannot be written.
  void write(const Provenance& provenance, const nlohmann::ordered_json& results, int indent = 2);
  bool wants_json() const { return !output_.json.empty(); }

  /// Notes on standard error about what loading a model had to decide. `text`: whether the command
  /// can do without a tokenizer.
  static void note(const ModelFile& model, bool text_needed);

 private:
  const Output& output_;
};

/// The configuration's name, if there is a machine.
std::vector<std::string> used_machines(const MachineOptions& options);

/// "tercet 0.2.0, commit abc, ...": the program and its machines' configuration hashes.
std::string version_text();

}  // namespace tercet
