// SPDX-License-Identifier: Apache-2.0
// Loading and saving whole checkpoints.
#include "model/formats/checkpoint.h"

#include <gtest/gtest.h>

#include <fstream>

#include "model/ops.h"
#include "model/synth.h"
#include "test_util.h"

namespace tercet {
namespace {

using test::random_floats;
using test::TensorFile;
using test::to_bytes;

std::vector<float> logits_of(const Model& model) {
  ReferenceEngine engine;
  Session session(model, engine);
  return session.forward({1, 2, 3}, LogitsRows::kAll);
}

void add_f32(TensorFile& file, const std::string& name, std::vector<int64_t> shape, uint64_t seed) {
  int64_t count = 1;
  for (const int64_t size : shape) count *= size;
  file[name] = {name, "F32", std::move(shape), to_bytes(random_floats(count, seed))};
}

/// A checkpoint of small_config() with F32 masters.
TensorFile master_file(const ModelConfig& c) {
  TensorFile file;
  uint64_t seed = 1;
  add_f32(file, "model.embed_tokens.weight", {c.vocab, c.hidden}, seed++);
  add_f32(file, "model.norm.weight", {c.hidden}, seed++);
  for (int64_t i = 0; i < c.layers; ++i) {
    const std::string p = fmt::format("model.layers.{}.", i);
    add_f32(file, p + "input_layernorm.weight", {c.hidden}, seed++);
    add_f32(file, p + "post_attention_layernorm.weight", {c.hidden}, seed++);
    add_f32(file, p + "self_attn.attn_sub_norm.weight", {c.hidden}, seed++);
    add_f32(file, p + "mlp.ffn_sub_norm.weight", {c.intermediate}, seed++);
    add_f32(file, p + "self_attn.q_proj.weight", {c.hidden, c.hidden}, seed++);
    add_f32(file, p + "self_attn.k_proj.weight", {c.kv_size(), c.hidden}, seed++);
    add_f32(file, p + "self_attn.v_proj.weight", {c.kv_size(), c.hidden}, seed++);
    add_f32(file, p + "self_attn.o_proj.weight", {c.hidden, c.hidden}, seed++);
    add_f32(file, p + "mlp.gate_proj.weight", {c.intermediate, c.hidden}, seed++);
    add_f32(file, p + "mlp.up_proj.weight", {c.intermediate, c.hidden}, seed++);
    add_f32(file, p + "mlp.down_proj.weight", {c.hidden, c.intermediate}, seed++);
  }
  if (!c.tied_head) add_f32(file, "lm_head.weight", {c.vocab, c.hidden}, seed++);
  return file;
}

/// Turns the projections of `file` into packed ones with scales in `form`.
void pack(TensorFile& file, ScaleForm form) {
  const std::vector<TensorFile::Tensor> masters = file.tensors;
  for (const auto& t : masters) {
    if (t.name.find("_proj") == std::string::npos) continue;
    const FloatMatrix master(t.name, t.shape[0], t.shape[1], DType::kF32,
                             reinterpret_cast<const uint8_t*>(t.bytes.data()), nullptr);
    const TernaryMatrix w = quantize_weights(master, t.name);
    const std::string bytes(reinterpret_cast<const char*>(w.packed()),
                            static_cast<size_t>(w.packed_rows() * w.k()));
    file[t.name] = {t.name, "U8", {w.packed_rows(), w.k()}, bytes};
    const float scale = form == ScaleForm::kDivide ? 1.0f / w.scale() : w.scale();
    const std::string name = t.name + "_scale";
    file[name] = {name, "F32", {1}, to_bytes(std::vector<float>{scale})};
  }
}

std::string config_text(ModelConfig c, bool packed = false, ScaleForm form = ScaleForm::kMultiply) {
  c.packed = packed;
  c.scale_form = form;
  return config_to_json(c);
}

Model load(const std::string& config, const TensorFile& file) {
  return load_model(config, "c.json", {memory_file("f", file.write())});
}

TEST(Checkpoint, PackedAndMasterFormsGiveTheSameModel) {
  const ModelConfig config = test::small_config();
  const TensorFile masters = master_file(config);
  const auto expected = logits_of(load(config_text(config), masters));

  TensorFile packed = masters;
  pack(packed, ScaleForm::kMultiply);
  EXPECT_EQ(logits_of(load(config_text(config, true), packed)), expected);
}

TEST(Checkpoint, BitlinearScalesAreInverted) {
  const ModelConfig config = test::small_config();
  TensorFile file = master_file(config);
  pack(file, ScaleForm::kDivide);
  const Model model = load(config_text(config, true, ScaleForm::kDivide), file);
  const auto& stored = file["model.layers.1.mlp.up_proj.weight_scale"].bytes;
  float inverse = 0.0f;
  std::memcpy(&inverse, stored.data(), 4);
  EXPECT_EQ(model.layers[1].up.scale(), 1.0f / inverse);
}

TEST(Checkpoint, Bf16ScaleAndNormsAreWidened) {
  const ModelConfig config = test::small_config();
  TensorFile file = master_file(config);
  pack(file, ScaleForm::kMultiply);
  const std::string name = "model.layers.0.self_attn.q_proj.weight_scale";
  file[name] = {name, "BF16", {1}, to_bytes(std::vector<uint16_t>{0x3fc0})};
  EXPECT_EQ(load(config_text(config, true), file).layers[0].q.scale(), 1.5f);
}

TEST(Checkpoint, SavedModelsLoadToTheSameLogits) {
  for (const bool tied : {true, false}) {
    ModelConfig config = test::small_config(Activation::kSilu);
    config.tied_head = tied;
    const Model model = synth_model(config, 0.3, 3);
    const test::TempFolder folder;
    save_model(model, folder.path());
    const Model loaded = load_model(folder.path());
    EXPECT_EQ(logits_of(loaded), logits_of(model));
    EXPECT_EQ(loaded.config.bos_id, config.bos_id);
    EXPECT_EQ(loaded.layers[1].down.zeros(), model.layers[1].down.zeros());
    EXPECT_EQ(loaded.layers[1].down.name(), "model.layers.1.mlp.down_proj");
  }
}

TEST(Checkpoint, TheModelKeepsItsMappingAlive) {
  const test::TempFolder folder;
  save_model(synth_model(test::small_config(), 0.3, 3), folder.path());
  const Model copy = Model(load_model(folder.path()));  // the loader and the file view are gone
  std::filesystem::remove(folder.path() / "model.safetensors");
  EXPECT_EQ(logits_of(copy), logits_of(synth_model(test::small_config(), 0.3, 3)));
}

TEST(Checkpoint, RefusesWhatDoesNotFitTheConfig) {
  const ModelConfig config = test::small_config();
  const std::string text = config_text(config);
  const std::string packed_text = config_text(config, true);
  const TensorFile good = master_file(config);
  const auto refuse = [&](const std::string& c, const TensorFile& file, const char* message) {
    test::expect_error([&] { load(c, file); }, message);
  };
  TensorFile file = good;
  file["extra"] = {"extra", "F32", {1}, std::string(4, '\0')};
  refuse(text, file, "f: unknown tensor extra");

  file = good;
  file["model.norm.weight"].name = "model.final_norm.weight";
  refuse(text, file, "f: tensor model.norm.weight is missing");

  file = good;
  file["model.norm.weight"].shape = {1, 40};
  refuse(text, file, "model.norm.weight has shape [1, 40], expected [40]");

  file = good;
  const float nan = std::nanf("");
  std::memcpy(file["model.norm.weight"].bytes.data() + 8, &nan, 4);
  refuse(text, file, "f: model.norm.weight: nan at row 0, column 2");

  file = good;
  std::memcpy(file["model.layers.1.mlp.up_proj.weight"].bytes.data(), &nan, 4);
  refuse(text, file, "mlp.up_proj.weight: nan at row 0, column 0");

  file = good;
  file["lm_head.weight"] = {"lm_head.weight", "F32", {61, 40}, std::string(61 * 160, '\0')};
  refuse(text, file, "lm_head.weight is not the embedding, but tie_word_embeddings is true");
  file["lm_head.weight"].bytes = file["model.embed_tokens.weight"].bytes;
  load(text, file);  // a copy of it is harmless

  refuse(packed_text, good, "q_proj.weight: F32 that is not -1, 0 and 1");
  file = good;
  file["model.layers.0.self_attn.q_proj.weight"].dtype = "U8";
  file["model.layers.0.self_attn.q_proj.weight"].bytes.resize(1600);
  refuse(packed_text, file, "has shape [40, 40], expected [10, 40]");
}

TEST(Checkpoint, RefusesBadPackedTensors) {
  const ModelConfig config = test::small_config();
  const std::string text = config_text(config, true);
  TensorFile good = master_file(config);
  pack(good, ScaleForm::kMultiply);
  const std::string weight = "model.layers.0.self_attn.k_proj.weight";
  const std::string scale = weight + "_scale";
  const auto refuse = [&](const TensorFile& file, const std::string& message) {
    test::expect_error([&] { load(text, file); }, message);
  };
  TensorFile file = good;
  file[weight].bytes[43] = '\x30';  // packed row 1, column 3, bits 4 and 5: row 2 * 5 + 1
  refuse(file, "self_attn.k_proj: weight code 0b11 at row 11, column 3");

  for (const float bad : {0.0f, -1.0f, std::nanf(""), INFINITY}) {
    file = good;
    file[scale].bytes = to_bytes(std::vector<float>{bad});
    refuse(file, scale);
  }
  file = good;
  file[scale].shape = {1, 1};
  refuse(file, "weight_scale has shape [1, 1], expected [1]");
  file[scale].shape = {};
  load(text, file);

  file = good;
  file[weight].dtype = "F32";
  file[weight].shape[0] *= 4;
  const auto n = static_cast<size_t>(file[weight].shape[0] * file[weight].shape[1]);
  file[weight].bytes = to_bytes(std::vector<float>(n, 0.5f));
  refuse(file, "F32 that is not -1, 0 and 1, but quantization_mode is offline");
  file[weight].bytes = to_bytes(std::vector<float>(n, -1.0f));
  const Model unpacked = load(text, file);  // as transformers saves what it has unpacked
  EXPECT_EQ(unpacked.layers[0].k.scale(), load(text, good).layers[0].k.scale());

  file = good;
  file["model.embed_tokens.weight"].dtype = "U8";
  file["model.embed_tokens.weight"].bytes.resize(61 * 40);
  refuse(file, "U8 where floats are expected");
}

TEST(Checkpoint, RefusesPackedOutputsThatAreNoMultipleOfFour) {
  ModelConfig config = test::small_config();
  config.intermediate = 50;
  TensorFile file = master_file(config);
  load(config_text(config), file);  // as masters any size will do
  pack(file, ScaleForm::kMultiply);
  test::expect_error([&] { load(config_text(config, true), file); },
                     "50 outputs are no multiple of 4");
  const Model model = load(config_text(config), master_file(config));
  const test::TempFolder folder;
  test::expect_error([&] { save_model(model, folder.path()); }, "no multiple of 4");
}

TEST(Checkpoint, RefusesMissingFilesAndAnEmptyIndex) {
  const test::TempFolder folder;
  test::expect_error([&] { load_model(folder.path()); }, "config.json");
  std::ofstream(folder.path() / "config.json") << config_text(test::small_config());
  test::expect_error([&] { load_model(folder.path()); }, "model.safetensors: cannot open");
  std::ofstream(folder.path() / "model.safetensors.index.json") << "{}";
  test::expect_error([&] { load_model(folder.path()); }, "key 'weight_map' is missing");
  std::ofstream(folder.path() / "model.safetensors") << "";
  test::expect_error([&] { load_model(folder.path()); }, "empty file");
  test::expect_error([] { load_model("/dev"); }, "config.json");
}

TEST(Checkpoint, SavingWhereNothingCanBeWrittenIsAnError) {
  const Model model = synth_model(test::small_config(), 0.3, 3);
  test::expect_error([&] { save_model(model, "/dev/null/folder"); }, "cannot be written");
}

}  // namespace
}  // namespace tercet
