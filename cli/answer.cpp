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
#include "base/table.h"
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

std::string status_line(const RunOptions& options, const RunResult& result, double seconds,
                        double machine_seconds) {
  const auto done = static_cast<double>(result.tokens.size());
  const double rate = seconds > 0.0 ? done / seconds : 0.0;
  const double left = rate > 0.0 ? (static_cast<double>(options.tokens) - done) / rate : 0.0;
  std::string line = fmt::format("[{}/{} tokens  host: {:.2f} tokens/s", result.tokens.size(),
                                 options.tokens, rate);
  if (options.machine.timed() && machine_seconds > 0.0) {
    const double speed = static_cast<double>(result.cycles) / machine_seconds;
    line += "  simulating " + scaled(speed, "cycles/s");
  }
  return line + fmt::format("  {:.0f} s left]", left);
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

std::string version_text() {
  std::string text = fmt::format("tercet {}, commit {}\n", TERCET_VERSION, TERCET_COMMIT);
  for (const std::string& name : config_names()) {
    text += fmt::format("machine {}: configuration hash {:#010x}\n", name,
                        find_machine(name).config_hash);
  }
  return text;
}

RunResult run_live(const RunOptions& options, bool show_text, Answer& answer) {
  Progress progress;
  RunEvents events;
  events.loaded = [&](const ModelFile& model) { Answer::note(model, options.prompt.has_value()); };
  if (show_text) {
    events.text = [&](const std::string& text) {
      progress.clear();
      answer.print_raw(text);
    };
  }
  // Nobody would see the rest of a text that cannot be shown, unless results go to a file.
  const bool only_text = show_text && !answer.wants_json() && options.timeline.file.empty() &&
                         options.machine.trace.file.empty();
  events.token = [&, only_text](const RunResult& result, double seconds, double machine_seconds) {
    if (only_text) check_stdout();
    progress.show(status_line(options, result, seconds, machine_seconds));
  };
  return run(options, events);
}

}  // namespace tercet
