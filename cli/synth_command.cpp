// SPDX-License-Identifier: Apache-2.0
// `tercet synth-model`: writes a random BitNet of true shapes.
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <system_error>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/output.h"
#include "base/table.h"
#include "cli/commands.h"
#include "cli/model_source.h"
#include "cli/number_range.h"
#include "model/formats/checkpoint.h"
#include "model/synth.h"

namespace tercet {
namespace {

struct SynthOptions {
  SynthSpec spec;
  std::string out;
};

int synth(const SynthOptions& options) {
  namespace fs = std::filesystem;
  const fs::path out = fs::path(options.out).lexically_normal();
  std::error_code error;
  if (fs::exists(out, error)) fail("{}: exists; choose another --out", options.out);
  const Model model = synth_model(options.spec);
  const Interrupt interrupt;
  make_whole(out, [&](const fs::path& part) {
    save_model(model, part, FolderForm::kExact, Interrupt::poll);
    save_synth_tokenizer(model.config.vocab, part);
    Interrupt::poll();
  });
  const WeightCounts counts = count_weights(model);
  say("{}: {} layers, {} ternary weights, {:.2f} % zero\n", options.out, model.config.layers,
      grouped(static_cast<uint64_t>(counts.weights)),
      100.0 * static_cast<double>(counts.zeros) / static_cast<double>(counts.weights));
  return 0;
}

}  // namespace

void add_synth_model(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("synth-model", "Writes a random ternary model of a known shape.");
  const auto options = std::make_shared<SynthOptions>();
  SynthSpec& spec = options->spec;
  std::vector<std::string> names;
  for (const Shape& shape : shapes()) names.emplace_back(shape.name);
  command->add_option("--shape", spec.shape, "known shape")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  command->add_option("--layers", spec.layers, "layers (default: the shape's)")
      ->check(CLI::Range(int64_t{1}, kMaxLayers));
  command->add_option("--zeros", spec.zeros, "share of zero weights")
      ->check(number_range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--seed", spec.seed, "of the weights")->capture_default_str();
  command->add_option("--vocab", spec.vocab, "vocabulary (default: the shape's)")
      ->check(CLI::Range(int64_t{1}, kMaxVocab));
  command->add_option("--positions", spec.max_positions, "context (default: the shape's)")
      ->check(CLI::Range(int64_t{1}, kMaxPositions));
  command->add_option("--out", options->out, "folder to make")->required();
  command->callback([options, &action] { action = [options] { return synth(*options); }; });
}

}  // namespace tercet
