// SPDX-License-Identifier: Apache-2.0
// Reads and writes a model folder in Hugging Face form: config.json and model.safetensors.
#pragma once

#include <filesystem>
#include <string>

#include "tercet/model/mapped_file.h"
#include "tercet/model/transformer.h"

namespace tercet {

/// Loads `folder`. Packed U8 projections and the embedding are used in the mapping; BF16, F16 or
/// F32 projections are quantised. Throws Error on anything missing, unknown, misshapen or not
/// finite.
Model load_model(const std::filesystem::path& folder);

/// The same from bytes: the text of config.json, and a safetensors file.
Model load_model(const std::string& config_json, const std::string& config_name,
                 const FileView& tensors);

/// Writes config.json and model.safetensors (projections packed, scales F32) into `folder`, made if
/// need be. Throws Error if a projection's outputs are no multiple of 4, or on an I/O error.
void save_model(const Model& model, const std::filesystem::path& folder);

}  // namespace tercet
