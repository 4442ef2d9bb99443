// SPDX-License-Identifier: Apache-2.0
// Random models of true shapes, for tests and measurements.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "model/transformer.h"

namespace tercet {

/// A named model shape. `source` says where the numbers come from.
struct Shape {
  const char* name;  ///< "2b4t"
  ModelConfig config;
  const char* source;
};

/// All known shapes, smallest first.
const std::vector<Shape>& shapes();

/// Throws Error listing the known names if `name` is none of them.
const Shape& find_shape(const std::string& name);

struct SynthSpec {
  std::string shape = "2b4t";
  int64_t layers = 0;    ///< 0: as the shape says
  double zeros = 0.422;  ///< share of zero weights; +1 and -1 share the rest equally
  uint64_t seed = 1;
  int64_t vocab = 0;          ///< 0: as the shape says; smaller makes head and embedding cheaper
  int64_t max_positions = 0;  ///< 0: as the shape says
};

/// A random BitNet: iid ternary weights, scales that keep activations near 1, BF16 embedding.
/// The same spec gives the same bytes everywhere. Throws Error on a bad spec.
Model synth_model(const SynthSpec& spec);

/// The same for any config (sizes checked; outputs of every projection a multiple of 4).
Model synth_model(const ModelConfig& config, double zeros, uint64_t seed);

/// Writes a tokenizer.json of `vocab` entries: 256 bytes, filler, and bos / eos as the last two.
void save_synth_tokenizer(int64_t vocab, const std::filesystem::path& folder);

}  // namespace tercet
