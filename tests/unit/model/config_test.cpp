// SPDX-License-Identifier: Apache-2.0
// config.json: what is read, and one test line for each thing that is refused.
#include "model/config.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "test_util.h"

namespace tercet {
namespace {

using Json = nlohmann::json;

/// The config of microsoft/bitnet-b1.58-2B-4T.
Json real_config() {
  return Json::parse(R"({
    "architectures": ["BitNetForCausalLM"],
    "auto_map": {"AutoConfig": "configuration_bitnet.BitNetConfig"},
    "bos_token_id": 128000, "eos_token_id": 128001, "hidden_act": "relu2",
    "hidden_size": 2560, "initializer_range": 0.02, "intermediate_size": 6912,
    "max_position_embeddings": 4096, "model_type": "bitnet", "rms_norm_eps": 1e-05,
    "num_attention_heads": 20, "num_hidden_layers": 30, "num_key_value_heads": 5,
    "rope_theta": 500000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
    "use_cache": true, "vocab_size": 128256,
    "quantization_config": {"quant_method": "bitnet", "linear_class": "autobitlinear",
                            "quantization_mode": "offline"}})");
}

TEST(Config, ReadsTheShapeOf2B4T) {
  const ModelConfig c = parse_config(real_config().dump(), "config.json");
  EXPECT_EQ(c.hidden, 2560);
  EXPECT_EQ(c.intermediate, 6912);
  EXPECT_EQ(c.layers, 30);
  EXPECT_EQ(c.heads, 20);
  EXPECT_EQ(c.kv_heads, 5);
  EXPECT_EQ(c.head_dim(), 128);
  EXPECT_EQ(c.kv_size(), 640);
  EXPECT_EQ(c.vocab, 128256);
  EXPECT_EQ(c.max_positions, 4096);
  EXPECT_EQ(c.rms_eps, 1e-5f);
  EXPECT_EQ(c.rope_theta, 500000.0);
  EXPECT_EQ(c.activation, Activation::kRelu2);
  EXPECT_TRUE(c.tied_head);
  EXPECT_TRUE(c.packed);
  EXPECT_EQ(c.scale_form, ScaleForm::kMultiply);
  EXPECT_EQ(c.bos_id, 128000);
  EXPECT_EQ(c.eos_ids, std::vector<int32_t>{128001});
}

TEST(Config, ReadsTheVariants) {
  Json json = real_config();
  json["hidden_act"] = "silu";
  json["tie_word_embeddings"] = false;
  json["eos_token_id"] = {5, 6};
  json["bos_token_id"] = nullptr;
  json["rope_scaling"] = nullptr;
  json["quantization_config"]["modules_to_not_convert"] = {"lm_head"};
  json["head_dim"] = 128;
  json["attention_bias"] = false;
  json["quantization_config"]["linear_class"] = "bitlinear";
  ModelConfig c = parse_config(json.dump(), "config.json");
  EXPECT_EQ(c.activation, Activation::kSilu);
  EXPECT_FALSE(c.tied_head);
  EXPECT_EQ(c.eos_ids, (std::vector<int32_t>{5, 6}));
  EXPECT_EQ(c.bos_id, -1);
  EXPECT_EQ(c.scale_form, ScaleForm::kDivide);

  json["quantization_config"] = {{"quant_method", "bitnet"}};  // as transformers completes it
  EXPECT_EQ(parse_config(json.dump(), "config.json").scale_form, ScaleForm::kDivide);
  EXPECT_TRUE(parse_config(json.dump(), "config.json").packed);

  json["quantization_config"]["quantization_mode"] = "online";
  test::expect_error([&] { parse_config(json.dump(), "c.json"); },
                     "needs linear_class autobitlinear");
  json["quantization_config"]["linear_class"] = "autobitlinear";
  EXPECT_FALSE(parse_config(json.dump(), "config.json").packed);
  json.erase("quantization_config");
  EXPECT_FALSE(parse_config(json.dump(), "config.json").packed);
}

TEST(Config, TakesWhatChangesNothing) {
  Json json = real_config();
  const std::string want = config_to_json(parse_config(json.dump(), "config.json"));
  json["layer_types"] = Json(30, "full_attention");
  json["_attn_implementation_autoset"] = true;
  json["id2label"] = {{"0", "LABEL_0"}};
  json["torchscript"] = false;
  json["temperature"] = 1.0;
  json["unsloth_version"] = "1";
  EXPECT_EQ(config_to_json(parse_config(json.dump(), "config.json")), want);
  json["num_key_value_heads"] = nullptr;  // as many as heads
  EXPECT_EQ(parse_config(json.dump(), "config.json").kv_heads, 20);
}

TEST(Config, WritesWhatItReads) {
  const ModelConfig c = parse_config(real_config().dump(), "config.json");
  const std::string text = config_to_json(c);
  EXPECT_EQ(config_to_json(parse_config(text, "config.json")), text);
}

TEST(Config, EveryRequiredKeyIsRequired) {
  for (const char* key :
       {"model_type", "hidden_act", "hidden_size", "intermediate_size", "max_position_embeddings",
        "rms_norm_eps", "num_attention_heads", "num_hidden_layers", "num_key_value_heads",
        "rope_theta", "tie_word_embeddings", "vocab_size"}) {
    Json json = real_config();
    json.erase(key);
    test::expect_error([&] { parse_config(json.dump(), "c.json"); },
                       fmt::format("c.json: key '{}' is missing", key));
  }
  Json json = real_config();
  json["quantization_config"].erase("quant_method");
  test::expect_error([&] { parse_config(json.dump(), "c.json"); },
                     "quantization_config: key 'quant_method' is missing");
}

TEST(Config, NamesFieldAndLimitOfWhatItRefuses) {
  struct Case {
    const char* key;
    Json value;
    const char* message;
  };
  const std::vector<Case> cases = {
      {"model_type", "llama",
       "'llama' is neither bitnet nor llama with the class BitnetForCausalLM"},
      {"model_type", 3, "model_type is not a string"},
      {"hidden_act", "gelu", "hidden_act 'gelu'"},
      {"hidden_size", 0, "hidden_size: 0 is not in [1, 65536]"},
      {"hidden_size", 65537, "hidden_size"},
      {"hidden_size", -2560, "hidden_size"},
      {"hidden_size", 2560.5, "hidden_size"},
      {"hidden_size", 18446744073709551615u, "hidden_size"},
      {"hidden_size", "2560", "hidden_size"},
      {"hidden_size", 2561, "not an even head size"},
      {"num_attention_heads", 2560, "not an even head size"},
      {"num_key_value_heads", 6, "no multiple of num_key_value_heads"},
      {"num_key_value_heads", 40, "num_key_value_heads is 40, not in [1, 20]"},
      {"num_hidden_layers", 100000, "num_hidden_layers"},
      {"max_position_embeddings", 1 << 21, "max_position_embeddings"},
      {"vocab_size", 100, "bos_token_id"},
      {"rms_norm_eps", 0, "rms_norm_eps"},
      {"rope_theta", -1, "rope_theta"},
      {"rope_theta", nullptr, "rope_theta is not a number"},
      {"tie_word_embeddings", 1, "tie_word_embeddings"},
      {"eos_token_id", 128256, "eos_token_id"},
      {"eos_token_id", {1, "x"}, "eos_token_id"},
      {"head_dim", 64, "head_dim"},
      {"attention_bias", true, "attention_bias must be false"},
      {"rope_scaling", {{"type", "linear"}}, "rope_scaling: type 'linear' is not supported"},
      {"rope_scaling", {{"rope_type", "llama3"}, {"factor", 8.0}}, "rope_type 'llama3'"},
      {"rope_parameters", {{"rope_type", "yarn"}, {"rope_theta", 1e4}}, "rope_type 'yarn'"},
      {"rope_parameters",
       {{"rope_theta", 1e4}},
       "rope_theta is not that of rope_parameters, 10000"},
      {"layer_types", {"full_attention"}, "layer_types is not 30 times full_attention"},
      {"layer_types", Json(30, "sliding_attention"), "layer_types is not 30 times"},
      {"add_cross_attention", true, "add_cross_attention must be false"},
      {"attention_multiplier", 0.5, "unknown key 'attention_multiplier'"},
      {"sliding_window", 4096, "sliding_window is not supported"},
      {"quantization_config", 7, "expected an object"},
      {"quantization_config", {{"quant_method", "gptq"}}, "quant_method is not bitnet"},
  };
  for (const Case& c : cases) {
    Json json = real_config();
    json[c.key] = c.value;
    test::expect_error([&] { parse_config(json.dump(), "c.json"); }, c.message);
  }
  const std::vector<Case> quantization = {
      {"linear_class", "linear", "linear_class 'linear'"},
      {"quantization_mode", "later", "quantization_mode 'later'"},
      {"use_rms_norm", true, "use_rms_norm must be false"},
      {"modules_to_not_convert", {"lm_head", "x"}, "modules_to_not_convert is neither null"},
      {"bits", 2, "unknown key 'bits'"},
  };
  for (const Case& c : quantization) {
    Json json = real_config();
    json["quantization_config"][c.key] = c.value;
    test::expect_error([&] { parse_config(json.dump(), "c.json"); }, c.message);
  }
}

TEST(Config, RefusesWhatIsNoJsonObject) {
  test::expect_error([] { parse_config("", "c.json"); }, "c.json: not valid JSON");
  test::expect_error([] { parse_config("{\"a\": 1", "c.json"); }, "not valid JSON");
  test::expect_error([] { parse_config("[1]", "c.json"); }, "expected an object, found array");
  test::expect_error([] { parse_config("{\"a\": 1, \"a\": 2}", "c.json"); }, "'a' appears twice");
  test::expect_error([] { parse_config(std::string(100000, '['), "c.json"); }, "not valid JSON");
}

}  // namespace
}  // namespace tercet
