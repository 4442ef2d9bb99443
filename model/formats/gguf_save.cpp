// SPDX-License-Identifier: Apache-2.0
// A Model and its tokenizer as a GGUF file.
#include <string>
#include <utility>

#include "base/error.h"
#include "model/formats/checkpoint.h"
#include "model/formats/gguf_writer.h"
#include "model/formats/tensor_source.h"

namespace tercet {
namespace {

struct Form {
  GgmlType type;
  int64_t file_type;  ///< general.file_type
};

Form form_of(TernaryLayout layout) {
  switch (layout) {
    case TernaryLayout::kI2s:
    case TernaryLayout::kI2sArm:
      return {GgmlType::kI2s, 40};
    case TernaryLayout::kTq1:
      return {GgmlType::kTq1, 36};
    case TernaryLayout::kTq2:
      return {GgmlType::kTq2, 37};
    default:
      fail("GGUF has no {} tensors", layout_name(layout));
  }
}

GgmlType float_form(DType dtype) {
  for (const auto& [type, known] : kGgufFloats) {
    if (known == dtype) return type;
  }
  fail("GGUF has no {} tensors", dtype_name(dtype));
}

void put(std::ostream& out, const void* data, int64_t bytes) {
  out.write(static_cast<const char*>(data), bytes);
}

void add_config(const ModelConfig& c, const GgufOptions& options, GgufWriter& writer) {
  const std::string a = gguf_architecture(c, options);
  writer.text("general.architecture", a);
  writer.integer("general.quantization_version", 2);  // ggml's, of all block formats
  writer.integer("general.file_type", form_of(options.layout).file_type);
  if (form_of(options.layout).type == GgmlType::kI2s) {
    writer.text(kI2sLayoutKey, i2s_layout_name(options.layout));
  }
  writer.integer(a + ".vocab_size", c.vocab);
  writer.integer(a + ".context_length", c.max_positions);
  writer.integer(a + ".embedding_length", c.hidden);
  writer.integer(a + ".block_count", c.layers);
  writer.integer(a + ".feed_forward_length", c.intermediate);
  writer.integer(a + ".rope.dimension_count", c.head_dim());
  writer.integer(a + ".attention.head_count", c.heads);
  writer.integer(a + ".attention.head_count_kv", c.kv_heads);
  writer.number(a + ".attention.layer_norm_rms_epsilon", c.rms_eps);
  const auto theta = static_cast<float>(c.rope_theta);
  if (static_cast<double>(theta) != c.rope_theta) {
    fail("rope_theta {} is no float, which GGUF's rope.freq_base is", c.rope_theta);
  }
  writer.number(a + ".rope.freq_base", theta);
  writer.text(a + ".hidden_activation", c.activation == Activation::kSilu ? "silu" : "relu2");
  if (c.bos_id >= 0) writer.integer("tokenizer.ggml.bos_token_id", c.bos_id);
  writer.boolean("tokenizer.ggml.add_bos_token", c.bos_id >= 0 && c.add_bos);
  if (c.eos_ids.size() > 2) fail("{} end-of-text tokens; GGUF has room for 2", c.eos_ids.size());
  if (!c.eos_ids.empty()) writer.integer("tokenizer.ggml.eos_token_id", c.eos_ids[0]);
  if (c.eos_ids.size() > 1) writer.integer("tokenizer.ggml.eot_token_id", c.eos_ids[1]);
}

std::vector<int32_t> kind_numbers(const std::vector<TokenKind>& kinds) {
  std::vector<int32_t> numbers;
  for (const TokenKind kind : kinds) numbers.push_back(static_cast<int32_t>(kind));
  return numbers;
}

/// llama.cpp takes the embedding's rows to be as many as tokens, so fillers follow them.
template <typename Vocab>
Vocab padded(Vocab vocab, int64_t size) {
  while (static_cast<int64_t>(vocab.tokens.size()) < size) {
    vocab.tokens.push_back(pad_token(vocab.tokens.size()));
    vocab.kinds.push_back(TokenKind::kUnused);
  }
  return vocab;
}

void add_bpe(const BpeVocab& vocab, GgufWriter& writer) {
  const bool llama3 = vocab.split == BpeVocab::Split::kLlama3;
  if (llama3 != vocab.ignore_merges) {
    fail("the tokenizer splits as {} with ignore_merges {}, for which GGUF has no name",
         llama3 ? "Llama 3" : "GPT-2", vocab.ignore_merges);
  }
  writer.text("tokenizer.ggml.model", "gpt2");
  writer.text("tokenizer.ggml.pre", llama3 ? "llama-bpe" : "gpt-2");
  writer.texts("tokenizer.ggml.tokens", vocab.tokens);
  writer.integers("tokenizer.ggml.token_type", kind_numbers(vocab.kinds));
  std::vector<std::string> merges;
  for (const auto& [left, right] : vocab.merges) merges.push_back(left + " " + right);
  writer.texts("tokenizer.ggml.merges", merges);
}

void add_pieces(const PieceVocab& vocab, GgufWriter& writer) {
  if (!vocab.beyond_gguf.empty()) {
    fail("the SentencePiece model has {}, which GGUF cannot say", vocab.beyond_gguf);
  }
  writer.text("tokenizer.ggml.model", "llama");
  writer.texts("tokenizer.ggml.tokens", vocab.tokens);
  std::vector<float> scores = vocab.scores;
  scores.resize(vocab.tokens.size());
  writer.numbers("tokenizer.ggml.scores", scores);
  writer.integers("tokenizer.ggml.token_type", kind_numbers(vocab.kinds));
  writer.boolean("tokenizer.ggml.add_space_prefix", vocab.dummy_prefix);
  writer.boolean("tokenizer.ggml.remove_extra_whitespaces", vocab.remove_extra);
}

class Tensors {
 public:
  Tensors(GgufWriter& writer, TernaryLayout layout) : writer_(writer), layout_(layout) {}

  void matrix(const TensorName& name, const FloatMatrix& m) {
    writer_.tensor(gguf_name(kNoLayer, name) + ".weight", float_form(m.dtype()), {m.k(), m.n()},
                   m.bytes(), [&m](std::ostream& out) { put(out, m.data(), m.bytes()); });
  }

  void vector(int64_t layer, const TensorName& name, const std::vector<float>& v) {
    const auto size = static_cast<int64_t>(v.size());
    writer_.tensor(gguf_name(layer, name) + ".weight", GgmlType::kF32, {size}, 4 * size,
                   [&v, size](std::ostream& out) { put(out, v.data(), 4 * size); });
  }

  void projection(int64_t layer, const TensorName& name, const TernaryMatrix& w) {
    const std::string base = gguf_name(layer, name);
    const bool i2s = form_of(layout_).type == GgmlType::kI2s;
    const int64_t bytes = ternary_bytes(layout_, w.n(), w.k(), base + ".weight");
    constexpr int64_t kTail = 32;  // the scale, then padding
    const auto put_scale = [&w](std::ostream& out) {
      const float scale = w.scale();
      put(out, &scale, sizeof(scale));
    };
    writer_.tensor(base + ".weight", form_of(layout_).type, {w.k(), w.n()},
                   bytes + (i2s ? kTail : 0), [=, &w, layout = layout_](std::ostream& out) {
                     const std::vector<uint8_t> packed = pack_ternary(w, layout);
                     put(out, packed.data(), bytes);
                     if (!i2s) return;
                     put_scale(out);
                     out << std::string(kTail - sizeof(float), '\0');
                   });
    if (!i2s) writer_.tensor(base + ".scale", GgmlType::kF32, {1}, 4, put_scale);
  }

 private:
  GgufWriter& writer_;
  TernaryLayout layout_;
};

}  // namespace

std::string gguf_architecture(const ModelConfig& config, const GgufOptions& options) {
  if (!options.architecture.empty()) return options.architecture;
  // llama.cpp, which TQ files are for, knows but one of the names.
  const bool tq = form_of(options.layout).type != GgmlType::kI2s;
  return tq || config.activation == Activation::kSilu ? "bitnet" : "bitnet-b1.58";
}

void save_gguf(const Model& model, const Tokenizer* tokenizer, const std::filesystem::path& path,
               const GgufOptions& options) {
  GgufWriter writer;
  add_config(model.config, options, writer);
  if (tokenizer == nullptr) {
    writer.text("tokenizer.ggml.model", "no_vocab");  // "none" is newer
  } else if (tokenizer->bpe() != nullptr) {
    add_bpe(padded(*tokenizer->bpe(), model.config.vocab), writer);
  } else {
    add_pieces(padded(*tokenizer->pieces(), model.config.vocab), writer);
  }
  Tensors tensors(writer, options.layout);
  tensors.matrix(names::kEmbedding, model.embedding);
  for (size_t i = 0; i < model.layers.size(); ++i) {
    const Layer& layer = model.layers[i];
    const auto index = static_cast<int64_t>(i);
    tensors.vector(index, names::kInputNorm, layer.input_norm);
    tensors.vector(index, names::kAttnSubNorm, layer.attn_sub_norm);
    tensors.vector(index, names::kPostNorm, layer.post_norm);
    tensors.vector(index, names::kFfnSubNorm, layer.ffn_sub_norm);
    const auto projections = layer.projections();
    for (size_t p = 0; p < projections.size(); ++p) {
      tensors.projection(index, names::kProjections[p], *projections[p]);
    }
  }
  tensors.vector(kNoLayer, names::kNorm, model.norm);
  if (!model.config.tied_head) tensors.matrix(names::kHead, model.head);
  writer.write(path, options.between);
}

}  // namespace tercet
