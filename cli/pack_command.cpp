// SPDX-License-Identifier: Apache-2.0
// `tercet pack`: any model into any form that this project writes. `tercet synth-model`: a random
// BitNet of true shapes.
#include <filesystem>
#include <map>
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

namespace fs = std::filesystem;

struct PackCommand {
  std::string model;
  ModelOptions model_options;
  std::string format = "tercet";
  std::string out;
  std::string architecture;
  bool round = false;
};

/// The formats that are GGUF files; the others are folders.
const std::map<std::string, TernaryLayout> kGgufLayouts = {{"i2s", TernaryLayout::kI2s},
                                                           {"i2s-arm", TernaryLayout::kI2sArm},
                                                           {"tq1", TernaryLayout::kTq1},
                                                           {"tq2", TernaryLayout::kTq2}};

/// nullptr if there is none. Throws Error if there is one that cannot be converted.
const Tokenizer* packed_tokenizer(const ModelFile& named) {
  if (!named.tokenizer.has_value() && named.tokenizer_error.empty()) return nullptr;
  return &named.need_tokenizer();
}

/// What the reader that a file is for does not do, in one place for all who write one.
void note_peers(const GgufOptions& options, const ModelConfig& config) {
  const bool tq = options.layout == TernaryLayout::kTq1 || options.layout == TernaryLayout::kTq2;
  const std::string architecture = gguf_architecture(config, options);
  const char* reader = tq ? "llama.cpp" : "bitnet.cpp";
  const bool silu = config.activation == Activation::kSilu;
  if (architecture == "bitnet" && !silu) {
    say("note: {} runs general.architecture bitnet with SiLU; this model has ReLU squared\n",
        reader);
  } else if (architecture != "bitnet" && tq) {
    say("note: llama.cpp knows general.architecture bitnet only\n");
  } else if (architecture != "bitnet" && silu) {
    say("note: bitnet.cpp runs general.architecture {} with ReLU squared; this model has SiLU\n",
        architecture);
  }
  if (!config.tied_head) {
    say("note: {} has no head apart from the embedding, and refuses this file or uses the "
        "embedding\n",
        reader);
  }
}

/// The tokenizer's files as the source has them, else written from what the source says.
void save_tokenizer(const ModelFile& named, const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(named.name, error)) {
    for (const char* name : kCompanionFiles) {
      const fs::path from = fs::path(named.name) / name;
      if (!fs::exists(from, error)) continue;
      // What save_model() wrote says less.
      fs::copy_file(from, folder / name, fs::copy_options::overwrite_existing, error);
      if (error) {
        fail("{}: cannot be copied to {}: {}", from.string(), folder.string(), error.message());
      }
    }
    return;
  }
  const Tokenizer* tokenizer = packed_tokenizer(named);
  if (tokenizer == nullptr) return;
  if (const BpeVocab* vocab = tokenizer->bpe()) {
    write_file(folder / "tokenizer.json", tokenizer_json(*vocab));
  } else {
    write_file(folder / "tokenizer.model", tokenizer->pieces()->proto);
  }
}

void write_model(const PackCommand& command, const ModelFile& named, const fs::path& part) {
  const auto gguf = kGgufLayouts.find(command.format);
  if (gguf != kGgufLayouts.end()) {
    const GgufOptions options = {gguf->second, command.architecture, Interrupt::poll};
    save_gguf(named.model, packed_tokenizer(named), part, options);
    note_peers(options, named.model.config);
    return;
  }
  FolderForm form = FolderForm::kExact;
  if (command.format == "hf") form = command.round ? FolderForm::kBf16Rounded : FolderForm::kBf16;
  save_model(named.model, part, form, Interrupt::poll);
  save_tokenizer(named, part);
}

/// write_model(); an error that does not begin with a file is of the model.
void write_named(const PackCommand& command, const ModelFile& named, const fs::path& part) {
  try {
    write_model(command, named, part);
  } catch (const RoundingError& error) {
    fail("{}: {} (--round allows that)", named.name, error.what());
  } catch (const Error& error) {
    const std::string what = error.what();
    const auto begins = [&](const std::string& file) { return what.rfind(file, 0) == 0; };
    if (begins(named.name) || begins(part.string())) throw;
    fail("{}: {}", named.name, what);
  }
}

/// --out. Throws Error if it exists.
fs::path new_path(const std::string& out) {
  std::error_code error;
  fs::path path = fs::path(out).lexically_normal();
  if (fs::exists(path, error)) fail("{}: exists; choose another --out", out);
  return path;
}

int pack(const PackCommand& command) {
  const fs::path out = new_path(command.out);
  if (command.round && command.format != "hf") fail_usage("--round needs --format hf");
  const bool gguf = kGgufLayouts.count(command.format) != 0;
  if (!command.architecture.empty() && !gguf) fail_usage("--arch needs a GGUF --format");
  const ModelFile named = open_model(command.model, command.model_options);
  Answer::note(named, true);
  const Interrupt interrupt;
  make_whole(out, [&](const fs::path& part) {
    write_named(command, named, part);
    Interrupt::poll();
  });
  say("{}: {} as {}\n", command.out, command.model, command.format);
  return 0;
}

struct SynthOptions {
  SynthSpec spec;
  std::string out;
};

int synth(const SynthOptions& options) {
  const fs::path out = new_path(options.out);
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

void add_pack(CLI::App& app, Action& action) {
  const auto [command, options] =
      add_command<PackCommand>(app, "pack", "Converts a model, exactly.", action, pack);
  required(add_model(command, options.model, options.model_options));
  add_name(command, "--format", options.format, {"tercet", "hf", "i2s", "i2s-arm", "tq1", "tq2"},
           "tercet: a folder that keeps every bit; hf: a folder all of BF16, as published; i2s, "
           "i2s-arm: a GGUF file for bitnet.cpp; tq1, tq2: one for llama.cpp");
  required(add_file(command, "--out", options.out, "folder or file to make"));
  add_name(command, "--arch", options.architecture, {"bitnet", "bitnet-b1.58", "bitnet-25"},
           "general.architecture of a GGUF file (default: bitnet for SiLU and for llama.cpp, else "
           "bitnet-b1.58)");
  add_flag(command, "--round", options.round,
           "hf: round values that BF16 cannot hold, instead of refusing them");
}

void add_synth_model(CLI::App& app, Action& action) {
  const auto [command, options] = add_command<SynthOptions>(
      app, "synth-model", "Writes a random ternary model of a known shape.", action, synth);
  SynthSpec& spec = options.spec;
  add_shape(command, spec.shape);
  add_layers(command, spec.layers, kMaxLayers);
  add_zeros(command, spec.zeros);
  add_seed(command, spec.seed, "the weights");
  add_number<int64_t>(command, "--vocab", spec.vocab, 1, kMaxVocab,
                      "vocabulary (default: the shape's)", "");
  add_number<int64_t>(command, "--context", spec.max_positions, 1, kMaxPositions,
                      "longest context (default: the shape's)", "");
  required(add_file(command, "--out", options.out, "folder to make"));
}

}  // namespace tercet
