// SPDX-License-Identifier: Apache-2.0
// Reads models from Hugging Face folders and GGUF files, and writes the former.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/input.h"
#include "model/formats/gguf.h"
#include "model/tokenizer/tokenizer.h"
#include "model/transformer.h"

namespace tercet {

/// Our own GGUF key for what the type I2_S leaves open: "x86" or "arm".
inline constexpr const char* kI2sLayoutKey = "tercet.i2s_layout";
inline const char* i2s_layout_name(TernaryLayout layout) {
  return layout == TernaryLayout::kI2sArm ? "arm" : "x86";
}

struct LoadOptions {
  bool quantize_weights = true;  ///< false: float projections stay floats; packed ones are errors
  /// kI2s (x86) or kI2sArm, of I2_S tensors. Absent: what the file's kI2sLayoutKey says; without it
  /// a guess, kI2s, which a note tells.
  std::optional<TernaryLayout> i2s;
};

/// Loads a folder (config.json, and model.safetensors or an index of several) or a GGUF file.
/// Ternary weights and the embedding are used in the mapping; float projections are quantised.
/// Throws Error on anything missing, unknown, misshapen or not finite.
Model load_model(const std::filesystem::path& path, const LoadOptions& options = {});

/// A folder's model from bytes: the text of config.json, and safetensors files.
Model load_model(const std::string& config_json, const std::string& config_name,
                 const std::vector<FileView>& tensors, const LoadOptions& options = {});

/// The model of a GGUF file, whose tensors are taken out of it.
Model load_gguf(Gguf& file, const LoadOptions& options = {});

/// The shape of the model in a GGUF file.
ModelConfig gguf_config(const Gguf& file);

/// Which numbers a written folder holds.
enum class FolderForm {
  kExact,        ///< scales and norms F32, embedding as it is (block formats: F32); nothing is lost
  kBf16,         ///< all BF16, as published checkpoints are; an Error if that would round a value
  kBf16Rounded,  ///< the same, rounded to nearest even
};

/// A value that kBf16 would round.
class RoundingError : public Error {
 public:
  using Error::Error;
};

/// Writes config.json and model.safetensors (projections strided U8, "autobitlinear") into
/// `folder`, made if need be. Throws Error if a projection's outputs are no multiple of 4, on an
/// I/O error, or with kBf16 RoundingError. `between` is called between tensors and may throw.
void save_model(
    const Model& model, const std::filesystem::path& folder, FolderForm form = FolderForm::kExact,
    const std::function<void()>& between = [] {});

struct GgufOptions {
  TernaryLayout layout = TernaryLayout::kI2s;  ///< any but kStrided
  std::string architecture;                    ///< empty: gguf_architecture() chooses
  std::function<void()> between = [] {};       ///< called between tensors; may throw
};

/// general.architecture of a file: as asked for; else bitnet for TQ types and for SiLU, and
/// bitnet-b1.58 for I2_S with ReLU squared.
std::string gguf_architecture(const ModelConfig& config, const GgufOptions& options);

/// Writes a GGUF file: projections in the layout (TQ with block scales 1 and a `.scale` tensor;
/// I2_S with kI2sLayoutKey), norms F32, embedding as it is, the tokenizer unless null. Throws Error
/// if a projection's inputs are no multiple of the layout's block, the tokenizer has no form in
/// GGUF, or on an I/O error.
void save_gguf(const Model& model, const Tokenizer* tokenizer, const std::filesystem::path& path,
               const GgufOptions& options);

}  // namespace tercet
