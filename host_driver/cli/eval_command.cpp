// SPDX-License-Identifier: Apache-2.0
// `tercet eval`: bits per byte of a model on a text, on the reference.
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "model_source.h"
#include "progress.h"
#include "sim/report/atomic_file.h"
#include "sim/report/table.h"
#include "tercet/model/error.h"
#include "tercet/model/eval.h"
#include "tercet/model/mapped_file.h"
#include "tercet/stopwatch.h"

namespace tercet {
namespace {

struct EvalOptions {
  std::string model;
  std::string text;
  int64_t window = 256;
  int64_t max_bytes = 0;  // 0: all
  std::string json;
};

/// At most `limit` bytes of a text, cut after a line if there is one, else between characters.
std::string cut_text(std::string text, int64_t limit) {
  if (limit == 0 || static_cast<int64_t>(text.size()) <= limit) return text;
  auto end = static_cast<size_t>(limit);
  const size_t line = text.rfind('\n', end - 1);
  if (line != std::string::npos) {
    end = line + 1;
  } else {
    while (end > 0 && (text[end] & 0xc0) == 0x80) --end;
  }
  text.resize(end);
  return text;
}

int eval(const EvalOptions& options) {
  constexpr int64_t kMaxText = int64_t{1} << 32;
  if (!options.json.empty()) check_writable(options.json);
  const NamedModel named = open_model(options.model);
  if (!named.tokenizer.has_value()) fail("{}: no tokenizer.json", options.model);
  const std::string text = cut_text(read_text(options.text, kMaxText), options.max_bytes);
  ReferenceEngine engine;
  const Stopwatch watch;
  Progress progress;
  const EvalResult result = evaluate(
      named.model, engine, *named.tokenizer, text, options.window, [&](int64_t done, int64_t all) {
        const double rate = static_cast<double>(done) / watch.seconds();
        progress.show(fmt::format("[{}/{} tokens  {:.0f} tokens/s  {:.0f} s left]", done, all, rate,
                                  static_cast<double>(all - done) / rate));
      });
  progress.clear();
  Table table(options.model + " on " + options.text);
  table.add("bytes", grouped(static_cast<uint64_t>(result.bytes)));
  table.add("tokens", grouped(static_cast<uint64_t>(result.tokens)));
  table.add("bits per byte", fmt::format("{:.5f}", result.bits_per_byte()));
  table.add("wall time", fmt::format("{:.2f} s", watch.seconds()));
  fmt::print("{}", table.text());
  if (!options.json.empty()) {
    const nlohmann::ordered_json json = {{"model", options.model},
                                         {"text", options.text},
                                         {"window", options.window},
                                         {"bytes", result.bytes},
                                         {"tokens", result.tokens},
                                         {"bits", result.bits},
                                         {"bits_per_byte", result.bits_per_byte()},
                                         {"wall_seconds", watch.seconds()}};
    write_file(options.json, json.dump(2) + "\n");
  }
  return 0;
}

}  // namespace

void add_eval(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("eval", "Bits per byte of a model on a text (reference arithmetic).");
  const auto options = std::make_shared<EvalOptions>();
  command->add_option("--model", options->model, kModelHelp)->required();
  command->add_option("--text", options->text, "UTF-8 text file")->required();
  command->add_option("--window", options->window, "tokens a window; windows do not overlap")
      ->check(CLI::Range(int64_t{1}, kMaxPositions))
      ->capture_default_str();
  command
      ->add_option("--max-bytes", options->max_bytes,
                   "use no more than this much of the text, whole lines (default: all)")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 40));
  command->add_option("--json", options->json, "file for the results");
  command->callback([options, &action] { action = [options] { return eval(*options); }; });
}

}  // namespace tercet
