// SPDX-License-Identifier: Apache-2.0
// Standard output, standard error, and the JSON's file.
#include "cli/answer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/output.h"
#include "base/printable.h"
#include "tercet_version.h"

namespace tercet {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr int kSchema = 1;  // of all JSON files; raised when a key changes its meaning or goes
constexpr const char* kStandardOutput = "-";

OrderedJson machine_json(const std::string& name) {
  return {{"name", name}, {"config_hash", fmt::format("{:#010x}", find_machine(name).config_hash)}};
}

OrderedJson provenance_json(const Provenance& from) {
  OrderedJson json = {
      {"schema", kSchema},       {"version", TERCET_VERSION},        {"commit", TERCET_COMMIT},
      {"command", from.command}, {"machines", OrderedJson::array()}, {"profile", nullptr},
      {"seed", nullptr}};
  for (const std::string& name : from.machines) json["machines"].push_back(machine_json(name));
  if (from.profile != nullptr) {
    json["profile"] = {{"name", from.profile->name()},
                       {"crc32", fmt::format("{:#010x}", from.profile->crc())}};
  }
  if (from.seed.has_value()) json["seed"] = *from.seed;
  return json;
}

}  // namespace

void Answer::print(const std::string& text) {
  if (output_.quiet) return;
  if (output_.json == kStandardOutput) {
    tell("{}", text);
  } else {
    say("{}", text);
    std::fflush(stdout);  // each piece of text as it is made
  }
}

void Answer::print_raw(const std::string& text) {
  std::FILE* to = output_.json == kStandardOutput ? stderr : stdout;
  if (isatty(fileno(to)) != 0) return print(text);
  if (output_.quiet) return;
  std::fwrite(text.data(), 1, text.size(), to);
  std::fflush(to);
}

void Answer::write(const Provenance& provenance, const OrderedJson& results, int indent) {
  if (!wants_json()) return;
  OrderedJson json = {{"tercet", provenance_json(provenance)}};
  json.update(results);
  write_json(output_.json, json, indent);
}

void Answer::note(const ModelFile& model, bool text_needed) {
  for (const std::string& note : model.model.notes) {
    tell("tercet: note: {}\n", printable(note));
  }
  if (text_needed || model.tokenizer_error.empty()) return;
  tell("tercet: note: no text, only ids: {}\n", printable(model.tokenizer_error));
}

std::vector<std::string> used_machines(const MachineOptions& options) {
  return options.has_machine() ? std::vector<std::string>{options.config}
                               : std::vector<std::string>{};
}

std::string version_text() {
  std::string text = fmt::format("tercet {}, commit {}\n", TERCET_VERSION, TERCET_COMMIT);
  for (const std::string& name : config_names()) {
    text += fmt::format("machine {}: configuration hash {:#010x}\n", name,
                        find_machine(name).config_hash);
  }
  return text;
}

}  // namespace tercet
