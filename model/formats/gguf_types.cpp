// SPDX-License-Identifier: Apache-2.0
// The tables of GGUF's types (ggml-org/ggml, include/ggml.h; microsoft/BitNet for I2_S and TL).
#include "model/formats/gguf_types.h"

#include <fmt/format.h>

#include <utility>

namespace tercet {
namespace {

constexpr GgmlFormat kFormats[] = {
    {GgmlType::kF32, "F32", 1, 4, 0},      {GgmlType::kF16, "F16", 1, 2, 0},
    {GgmlType::kBF16, "BF16", 1, 2, 0},    {GgmlType::kQ80, "Q8_0", 32, 34, 0},
    {GgmlType::kQ6K, "Q6_K", 256, 210, 0}, {GgmlType::kTq1, "TQ1_0", 256, 54, 0},
    {GgmlType::kTq2, "TQ2_0", 256, 66, 0}, {GgmlType::kI2s, "I2_S", 4, 1, 32},
};

constexpr std::pair<uint32_t, const char*> kOthers[] = {
    {2, "Q4_0"},  {3, "Q4_1"},  {6, "Q5_0"},  {7, "Q5_1"}, {10, "Q2_K"},
    {11, "Q3_K"}, {12, "Q4_K"}, {13, "Q5_K"}, {38, "TL1"}, {39, "TL2 or MXFP4"},
};

struct ValueType {
  const char* name;
  size_t size;
};

/// In the order of GgufType.
constexpr ValueType kValueTypes[kGgufTypes] = {
    {"U8", 1},   {"I8", 1},   {"U16", 2},    {"I16", 2}, {"U32", 4}, {"I32", 4}, {"F32", 4},
    {"bool", 1}, {"text", 8}, {"array", 12}, {"U64", 8}, {"I64", 8}, {"F64", 8},
};

}  // namespace

size_t gguf_type_size(GgufType type) { return kValueTypes[static_cast<size_t>(type)].size; }
const char* gguf_type_name(GgufType type) { return kValueTypes[static_cast<size_t>(type)].name; }

const GgmlFormat* find_ggml_format(uint32_t type) {
  for (const GgmlFormat& format : kFormats) {
    if (static_cast<uint32_t>(format.type) == type) return &format;
  }
  return nullptr;
}

std::string ggml_type_name(uint32_t type) {
  const GgmlFormat* format = find_ggml_format(type);
  if (format != nullptr) return format->name;
  for (const auto& [id, name] : kOthers) {
    if (id == type) return fmt::format("type {} ({})", type, name);
  }
  return fmt::format("type {}", type);
}

std::string ggml_type_list() {
  std::string list;
  for (const GgmlFormat& format : kFormats) {
    list += (list.empty() ? "" : ", ") + std::string(format.name);
  }
  return list;
}

}  // namespace tercet
