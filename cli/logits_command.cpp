// SPDX-License-Identifier: Apache-2.0
// `tercet logits`: a model's logits as a file of floats, for others to check.
#include <algorithm>
#include <charconv>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/input.h"
#include "base/interrupt.h"
#include "base/output.h"
#include "base/progress.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "sim/backend_session.h"
#include "study/report/machine_report.h"
#include "study/run/model_source.h"

namespace tercet {
namespace {

constexpr int64_t kMaxIdsFile = int64_t{1} << 28;
constexpr int64_t kBatch = 64;  // tokens of logits held at once; more change nothing but memory

struct LogitsCommand {
  CLI::App* app = nullptr;  // to ask which flags were given
  std::string model;
  ModelOptions model_options;
  std::string ids;
  std::string out;
  bool single = false;
  SessionOptions session;
  MachineOptions machine;
};

/// Whitespace-separated token ids.
std::vector<int32_t> read_ids(const std::string& file, int64_t vocab) {
  const std::string text = read_input(file, kMaxIdsFile);
  constexpr const char* kSpace = " \t\r\n";
  std::vector<int32_t> ids;
  for (size_t begin = text.find_first_not_of(kSpace); begin != std::string::npos;) {
    const size_t end = std::min(text.find_first_of(kSpace, begin), text.size());
    int64_t id = -1;
    const auto [last, error] = std::from_chars(text.data() + begin, text.data() + end, id);
    if (error != std::errc() || last != text.data() + end || id < 0 || id >= vocab) {
      fail("{}: '{}' (number {}) is not a token id in [0, {})", file,
           text.substr(begin, end - begin), ids.size(), vocab);
    }
    ids.push_back(static_cast<int32_t>(id));
    begin = text.find_first_not_of(kSpace, end);
  }
  if (ids.empty()) fail("{}: no token ids", file);
  return ids;
}

std::string_view bytes_of(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

int logits(const LogitsCommand& command) {
  check(command.machine);
  check(command.session, command.model_options, command.machine);
  const ModelFile named = open_model(command.model, command.model_options);
  Answer::note(named, true);
  const ModelConfig& config = named.model.config;
  const std::vector<int32_t> ids = read_ids(command.ids, config.vocab);
  const auto total = static_cast<int64_t>(ids.size());
  if (!command.single && total > config.max_positions) {
    fail("{}: {} ids exceed the model's context of {}", command.ids, total, config.max_positions);
  }
  const Interrupt interrupt;
  BackendSession backend(command.machine, named.model, {command.session});
  backend.load();
  Sequence& sequence = backend.sequence();
  OutputFile out(command.out);
  Progress progress;
  const int64_t step = command.single ? 1 : kBatch;
  for (int64_t done = 0; done < total; done += step) {
    if (command.single) sequence.reset();
    out.write(bytes_of(
        sequence.forward(ids.data() + done, std::min(step, total - done), LogitsRows::kAll)));
    Interrupt::poll();
    progress.show(fmt::format("[{}/{} tokens]", std::min(done + step, total), total));
  }
  progress.clear();
  out.keep();
  tell("{}: {} x {} float32\n", command.out, total, config.vocab);
  if (Machine* machine = backend.machine()) {
    check_reached(command.machine.trace, machine->finish_waveform());
  }
  return 0;
}

}  // namespace

void add_logits(CLI::App& app, Action& action) {
  const auto options = std::make_shared<LogitsCommand>();
  CLI::App& command = add_command(
      app, "logits",
      "Writes the logits after each token of a sequence: little-endian float32 [n][vocab].", action,
      [options] {
        check_layout_flags(*options->app, options->machine);
        return logits(*options);
      });
  options->app = &command;
  options->machine.backend = Backend::kModel;
  required(add_model(command, options->model, options->model_options));
  required(
      add_file(command, "--ids", options->ids, "file of token ids with white space between them"));
  required(add_file(command, "--out", options->out, "file for the logits"));
  add_flag(command, "--single", options->single,
           "each id is a sequence of its own, one token at position 0");
  add_session(command, options->session, options->model_options);
  add_machine(command, options->machine);
}

}  // namespace tercet
