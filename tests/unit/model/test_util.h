// SPDX-License-Identifier: Apache-2.0
// What the tests of the model share: random data, small models, files in memory, error checks.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "model/config.h"

namespace tercet::test {

/// n floats, uniform in [-range, range).
inline std::vector<float> random_floats(int64_t n, uint64_t seed, float range = 1.0f) {
  Rng rng(seed);
  std::vector<float> values(static_cast<size_t>(n));
  for (float& v : values) v = static_cast<float>(2.0 * rng.uniform() - 1.0) * range;
  return values;
}

/// n values in {-1, 0, +1}.
inline std::vector<int8_t> random_trits(int64_t n, uint64_t seed) {
  Rng rng(seed);
  std::vector<int8_t> values(static_cast<size_t>(n));
  for (int8_t& v : values) v = static_cast<int8_t>(static_cast<int>(rng.below(3)) - 1);
  return values;
}

/// A model small enough to run in a millisecond; head_dim 10 leaves a tail in the lanes.
inline ModelConfig small_config(Activation activation = Activation::kRelu2) {
  ModelConfig c;
  c.hidden = 40;
  c.intermediate = 52;
  c.layers = 2;
  c.heads = 4;
  c.kv_heads = 2;
  c.vocab = 61;
  c.max_positions = 32;
  c.activation = activation;
  c.bos_id = 59;
  c.eos_ids = {60};
  return c;
}

/// Calls `run`, which must throw Error with a message that holds `part`.
template <typename Run>
void expect_error(Run run, const std::string& part) {
  try {
    run();
    ADD_FAILURE() << "no Error; expected one with: " << part;
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos)
        << "expected: " << part << "\ngot:      " << error.what();
  }
}

/// Tensors by name, to be changed by a test and then written in safetensors form.
struct TensorFile {
  struct Tensor {
    std::string name;
    std::string dtype;
    std::vector<int64_t> shape;
    std::string bytes;
  };
  std::vector<Tensor> tensors;

  Tensor& operator[](const std::string& name) {
    for (Tensor& t : tensors) {
      if (t.name == name) return t;
    }
    tensors.push_back({name, "", {}, ""});
    return tensors.back();
  }

  nlohmann::ordered_json header() const {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    size_t offset = 0;
    for (const Tensor& t : tensors) {
      json[t.name] = {{"dtype", t.dtype},
                      {"shape", t.shape},
                      {"data_offsets", {offset, offset + t.bytes.size()}}};
      offset += t.bytes.size();
    }
    return json;
  }

  std::string data() const {
    std::string all;
    for (const Tensor& t : tensors) all += t.bytes;
    return all;
  }

  static std::string join(const std::string& header, const std::string& data) {
    std::string file;
    for (int i = 0; i < 8; ++i) file += static_cast<char>(header.size() >> (8 * i) & 0xff);
    return file + header + data;
  }

  std::string write() const { return join(header().dump(), data()); }
};

/// The bytes of a vector's elements.
template <typename T>
std::string to_bytes(const std::vector<T>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

/// A fresh folder, removed at the end of the scope.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tercet-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder");
    path_ = name;
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tercet::test
