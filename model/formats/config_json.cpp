// SPDX-License-Identifier: Apache-2.0
// config.json: what it must say, what it may say, and nothing else.
#include "base/error.h"
#include "base/json.h"
#include "model/config.h"

namespace tercet {
namespace {

constexpr double kMinTheta = 1.0;
constexpr double kMaxTheta = 1e12;

int32_t token_id(const Json& value, const std::string& where, int64_t vocab) {
  return static_cast<int32_t>(to_integer(value, where, 0, vocab - 1));
}

void read_special_ids(Fields& fields, ModelConfig& config) {
  const Json* bos = fields.find("bos_token_id");
  if (bos != nullptr && !bos->is_null()) {
    config.bos_id = token_id(*bos, fields.where() + ": bos_token_id", config.vocab);
  }
  const Json* eos = fields.find("eos_token_id");
  if (eos == nullptr || eos->is_null()) return;
  const std::string where = fields.where() + ": eos_token_id";
  if (!eos->is_array()) {
    config.eos_ids.push_back(token_id(*eos, where, config.vocab));
    return;
  }
  for (const Json& id : *eos) config.eos_ids.push_back(token_id(id, where, config.vocab));
}

void read_quantization(Fields& parent, ModelConfig& config) {
  const Json* json = parent.find("quantization_config");
  if (json == nullptr || json->is_null()) return;  // float masters
  Fields fields(*json, parent.where() + ": quantization_config");
  if (fields.text("quant_method") != "bitnet")
    fail("{}: quant_method is not bitnet", fields.where());
  // What transformers assumes where the file says nothing.
  const std::string linear = fields.has("linear_class") ? fields.text("linear_class") : "bitlinear";
  if (linear != "bitlinear" && linear != "autobitlinear") {
    fail("{}: linear_class '{}' is neither bitlinear nor autobitlinear", fields.where(), linear);
  }
  config.scale_form = linear == "bitlinear" ? ScaleForm::kDivide : ScaleForm::kMultiply;
  const std::string mode =
      fields.has("quantization_mode") ? fields.text("quantization_mode") : "offline";
  if (mode != "offline" && mode != "online") {
    fail("{}: quantization_mode '{}' is neither offline nor online", fields.where(), mode);
  }
  if (linear == "bitlinear" && mode == "online") {
    fail("{}: quantization_mode online needs linear_class autobitlinear", fields.where());
  }
  config.packed = mode == "offline";
  config.online = !config.packed;
  const Json* skipped = fields.find("modules_to_not_convert");
  if (skipped != nullptr && !skipped->is_null() && *skipped != Json::array({"lm_head"})) {
    fail("{}: modules_to_not_convert is neither null nor lm_head alone", fields.where());
  }
  fields.expect_false("use_rms_norm");
  fields.ignore({"rms_norm_eps"});  // of that norm, which is off
  fields.finish();
}

/// RoPE's scaling, of which only "default", none, is supported.
void expect_default_rope(Fields& fields) {
  for (const char* key : {"rope_type", "type"}) {
    if (!fields.has(key)) continue;
    const std::string type = fields.text(key);
    if (type != "default") fail("{}: {} '{}' is not supported", fields.where(), key, type);
  }
  fields.finish();
}

/// `rope_theta`, which newer versions of transformers keep in `rope_parameters`.
double read_rope(Fields& fields) {
  const Json* scaling = fields.find("rope_scaling");
  if (scaling != nullptr && !scaling->is_null()) {
    Fields inner(*scaling, fields.where() + ": rope_scaling");
    expect_default_rope(inner);
  }
  const Json* parameters = fields.find("rope_parameters");
  if (parameters == nullptr || parameters->is_null()) {
    return fields.number("rope_theta", kMinTheta, kMaxTheta);
  }
  Fields inner(*parameters, fields.where() + ": rope_parameters");
  const double theta = inner.number("rope_theta", kMinTheta, kMaxTheta);
  expect_default_rope(inner);
  if (fields.has("rope_theta") && fields.number("rope_theta", kMinTheta, kMaxTheta) != theta) {
    fail("{}: rope_theta is not that of rope_parameters, {}", fields.where(), theta);
  }
  return theta;
}

/// transformers' own name, or that of the models of the first paper, whose class is their own.
void check_model_type(Fields& fields) {
  const std::string type = fields.text("model_type");
  if (type == "bitnet") return;
  const Json* classes = fields.find("architectures");
  if (type == "llama" && classes != nullptr && *classes == Json::array({"BitnetForCausalLM"}))
    return;
  fail("{}: model_type '{}' is neither bitnet nor llama with the class BitnetForCausalLM",
       fields.where(), type);
}

/// As many as query heads if null, as transformers has it.
int64_t read_kv_heads(Fields& fields, int64_t heads) {
  const char* key = "num_key_value_heads";
  return fields.need(key).is_null() ? heads : fields.integer(key, 1, kMaxInputs);
}

void check_layer_types(Fields& fields, int64_t layers) {
  const Json* types = fields.find("layer_types");
  if (types == nullptr || types->is_null()) return;
  if (*types != Json(static_cast<size_t>(layers), "full_attention")) {
    fail("{}: layer_types is not {} times full_attention", fields.where(), layers);
  }
}

/// What any model of transformers may have in its config, and what others add: no effect on what
/// the model computes.
void ignore_the_rest(Fields& fields) {
  fields.ignore({"architectures", "attention_dropout", "auto_map", "dtype", "initializer_range",
                 "model_max_length", "pad_token_id", "sep_token_id", "tokenizer_class",
                 "torch_dtype", "transformers_version", "unsloth_fixed", "unsloth_version",
                 "use_cache"});
  fields.ignore({"_attn_implementation",
                 "_attn_implementation_autoset",
                 "_attn_implementation_internal",
                 "_commit_hash",
                 "_name_or_path",
                 "attn_implementation",
                 "chunk_size_feed_forward",
                 "finetuning_task",
                 "id2label",
                 "is_decoder",
                 "is_encoder_decoder",
                 "label2id",
                 "name_or_path",
                 "num_labels",
                 "output_attentions",
                 "output_hidden_states",
                 "problem_type",
                 "return_dict",
                 "task_specific_params",
                 "tf_legacy_loss",
                 "torchscript",
                 "use_bfloat16"});
  // Of generation, which is the caller's.
  fields.ignore({"bad_words_ids",
                 "begin_suppress_tokens",
                 "decoder_start_token_id",
                 "diversity_penalty",
                 "do_sample",
                 "early_stopping",
                 "encoder_no_repeat_ngram_size",
                 "exponential_decay_length_penalty",
                 "forced_bos_token_id",
                 "forced_eos_token_id",
                 "length_penalty",
                 "max_length",
                 "min_length",
                 "no_repeat_ngram_size",
                 "num_beam_groups",
                 "num_beams",
                 "num_return_sequences",
                 "output_scores",
                 "prefix",
                 "remove_invalid_values",
                 "repetition_penalty",
                 "return_dict_in_generate",
                 "suppress_tokens",
                 "temperature",
                 "top_k",
                 "top_p",
                 "typical_p"});
}

}  // namespace

ModelConfig parse_config(const std::string& text, const std::string& file) {
  const Json json = parse_json(text, file);
  Fields fields(json, file);
  check_model_type(fields);
  ModelConfig c;
  c.hidden = fields.integer("hidden_size", 1, kMaxInputs);
  c.intermediate = fields.integer("intermediate_size", 1, kMaxInputs);
  c.layers = fields.integer("num_hidden_layers", 1, kMaxLayers);
  c.heads = fields.integer("num_attention_heads", 1, kMaxInputs);
  c.kv_heads = read_kv_heads(fields, c.heads);
  c.vocab = fields.integer("vocab_size", 1, kMaxVocab);
  c.max_positions = fields.integer("max_position_embeddings", 1, kMaxPositions);
  c.rms_eps = static_cast<float>(fields.number("rms_norm_eps", 1e-12, 1.0));
  c.rope_theta = read_rope(fields);
  c.tied_head = fields.boolean("tie_word_embeddings");
  const std::string act = fields.text("hidden_act");
  if (act != "silu" && act != "relu2") {
    fail("{}: hidden_act '{}' is neither silu nor relu2", file, act);
  }
  c.activation = act == "silu" ? Activation::kSilu : Activation::kRelu2;
  validate(c, file);

  read_special_ids(fields, c);
  read_quantization(fields, c);
  const int64_t hd = c.head_dim();
  if (fields.has("head_dim")) fields.integer("head_dim", hd, hd);
  fields.expect_false("attention_bias");
  fields.expect_false("mlp_bias");
  fields.expect_null("sliding_window");
  // Widths of the first models: those of BitNet b1.58.
  if (fields.has("weight_bits")) fields.integer("weight_bits", 1, 1);
  if (fields.has("input_bits")) fields.integer("input_bits", 8, 8);
  if (fields.has("pretraining_tp")) fields.integer("pretraining_tp", 1, 1);
  check_layer_types(fields, c.layers);
  fields.expect_false("add_cross_attention");
  ignore_the_rest(fields);
  fields.finish();
  return c;
}

std::string config_to_json(const ModelConfig& c) {
  nlohmann::ordered_json json = {
      {"architectures", {"BitNetForCausalLM"}},
      {"model_type", "bitnet"},
      {"hidden_act", c.activation == Activation::kSilu ? "silu" : "relu2"},
      {"hidden_size", c.hidden},
      {"intermediate_size", c.intermediate},
      {"num_hidden_layers", c.layers},
      {"num_attention_heads", c.heads},
      {"num_key_value_heads", c.kv_heads},
      {"vocab_size", c.vocab},
      {"max_position_embeddings", c.max_positions},
      {"rms_norm_eps", c.rms_eps},
      {"rope_theta", c.rope_theta},
      {"tie_word_embeddings", c.tied_head},
  };
  if (c.bos_id >= 0) json["bos_token_id"] = c.bos_id;
  if (c.eos_ids.size() == 1) json["eos_token_id"] = c.eos_ids[0];
  if (c.eos_ids.size() > 1) json["eos_token_id"] = c.eos_ids;
  if (c.packed) {
    json["quantization_config"] = {
        {"quant_method", "bitnet"},
        {"linear_class", c.scale_form == ScaleForm::kDivide ? "bitlinear" : "autobitlinear"},
        {"quantization_mode", "offline"}};
  }
  return json.dump(2) + "\n";
}

}  // namespace tercet
