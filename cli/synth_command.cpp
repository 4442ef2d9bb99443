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
#include "cli/answer.h"
#include "cli/commands.h"
#include "model/formats/checkpoint.h"
#include "model/synth.h"
#include "study/run/model_source.h"

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
  const auto options = std::make_shared<SynthOptions>();
  SynthSpec& spec = options->spec;
  CLI::App& command =
      add_command(app, "synth-model", "Writes a random ternary model of a known shape.", action,
                  [options] { return synth(*options); });
  add_shape(command, spec.shape);
  add_layers(command, spec.layers, kMaxLayers);
  add_zeros(command, spec.zeros);
  add_seed(command, spec.seed, "the weights");
  add_number<int64_t>(command, "--vocab", spec.vocab, 1, kMaxVocab,
                      "vocabulary (default: the shape's)", "");
  add_number<int64_t>(command, "--context", spec.max_positions, 1, kMaxPositions,
                      "longest context (default: the shape's)", "");
  required(add_file(command, "--out", options->out, "folder to make"));
}

}  // namespace tercet
