// SPDX-License-Identifier: Apache-2.0
// Opens models and turns prompts into tokens.
#include "study/run/model_source.h"

#include <algorithm>
#include <new>
#include <set>
#include <sstream>

#include "base/error.h"
#include "base/names.h"
#include "model/synth.h"

namespace tercet {
namespace {

constexpr const char* kSynthPrefix = "synth:";

template <class Number>
Number parse_number(const std::string& text, const std::string& where) {
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  Number value{};
  if (text.empty() || text[0] == '-' || !(in >> value) || in.peek() != EOF) {
    fail_usage("{}: '{}' is not a number", where, text);
  }
  return value;
}

/// A count: `least` to `most`.
int64_t parse_count(const std::string& text, const std::string& where, int64_t least,
                    int64_t most) {
  const auto count = parse_number<int64_t>(text, where);
  if (count < least || count > most) {
    fail_usage("{}: {} is not in [{}, {}]", where, count, least, most);
  }
  return count;
}

SynthSpec parse_synth(const std::string& name) {
  SynthSpec spec;
  std::set<std::string> keys;
  std::istringstream parts(name.substr(std::string(kSynthPrefix).size()));
  std::getline(parts, spec.shape, ',');
  std::vector<std::string> known;
  for (const Shape& shape : shapes()) known.emplace_back(shape.name);
  if (std::find(known.begin(), known.end(), spec.shape) == known.end()) {
    fail_usage("--model {}: {}", name, unknown_name("shape", spec.shape, known));
  }
  for (std::string part; std::getline(parts, part, ',');) {
    const size_t equals = part.find('=');
    const std::string key = part.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : part.substr(equals + 1);
    const std::string where = fmt::format("--model {}: {}", name, key);
    if (!keys.insert(key).second) fail_usage("{} is given twice", where);
    if (key == "layers") {
      spec.layers = parse_count(value, where, 1, kMaxLayers);
    } else if (key == "zeros") {
      spec.zeros = parse_number<double>(value, where);
    } else if (key == "seed") {
      spec.seed = parse_number<uint64_t>(value, where);
    } else if (key == "vocab") {
      spec.vocab = parse_count(value, where, 2, kMaxVocab);  // bos and eos
    } else if (key == "positions") {
      spec.max_positions = parse_count(value, where, 1, kMaxPositions);
    } else {
      fail_usage("--model {}: unknown key '{}'; known: layers, zeros, seed, vocab, positions", name,
                 key);
    }
  }
  return spec;
}

}  // namespace

ModelFile open_model(const std::string& name, const ModelOptions& options) {
  std::optional<TernaryLayout> layout;
  if (options.i2s_layout != "auto") {
    layout = options.i2s_layout == "arm" ? TernaryLayout::kI2sArm : TernaryLayout::kI2s;
  }
  if (name.rfind(kSynthPrefix, 0) == 0) {
    if (options.no_weight_quant) fail_usage("--model {}: has no float weights to keep", name);
    if (layout.has_value()) fail_usage("--model {}: has no I2_S tensors for --i2s-layout", name);
    return {name, synth_model(parse_synth(name)), {}, {}};
  }
  LoadOptions load;
  load.quantize_weights = !options.no_weight_quant;
  load.i2s = layout;
  try {
    return open_model_file(name, load);
  } catch (const std::bad_alloc&) {
    fail("{}: the model needs more memory than there is", name);
  }
}

std::vector<int32_t> prompt_tokens(const ModelFile& model, const std::optional<std::string>& text,
                                   const std::vector<int64_t>& ids, int64_t more) {
  const ModelConfig& config = model.model.config;
  std::vector<int32_t> tokens;
  if (text.has_value()) {
    if (text->empty()) fail("--prompt is empty: give it at least one character");
    if (!model.tokenizer.has_value() && model.tokenizer_error.empty()) {
      fail("{}: no tokenizer; give the prompt as --prompt-ids", model.name);
    }
    const std::vector<int32_t> encoded = model.need_tokenizer().encode(*text);
    if (config.bos_id >= 0 && config.add_bos) tokens.push_back(config.bos_id);
    tokens.insert(tokens.end(), encoded.begin(), encoded.end());
  }
  for (const int64_t id : ids) {
    if (id < 0 || id >= config.vocab) {
      fail("--prompt-ids: {} is not in [0, {})", id, config.vocab);
    }
    tokens.push_back(static_cast<int32_t>(id));
  }
  if (tokens.empty()) fail_usage("no prompt: give --prompt or --prompt-ids");
  const auto length = static_cast<int64_t>(tokens.size());
  if (length > config.max_positions) {
    fail("the prompt has {} tokens, the model's context {}", length, config.max_positions);
  }
  // The last token is drawn, but not fed back.
  if (length + more - 1 > config.max_positions) {
    fail("a prompt of {} tokens and {} new ones exceed the model's context of {}", length, more,
         config.max_positions);
  }
  return tokens;
}

std::vector<const TernaryMatrix*> ternary_matrices(const Model& model, size_t layers) {
  std::vector<const TernaryMatrix*> all;
  for (size_t i = 0; i < std::min(layers, model.layers.size()); ++i) {
    for (const TernaryMatrix* w : model.layers[i].projections()) all.push_back(w);
  }
  return all;
}

WeightCounts count_weights(const Model& model) {
  WeightCounts counts;
  for (const TernaryMatrix* w : ternary_matrices(model)) {
    counts.weights += w->n() * w->k();
    counts.zeros += w->zeros();
  }
  return counts;
}

}  // namespace tercet
