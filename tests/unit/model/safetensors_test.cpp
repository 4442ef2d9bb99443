// SPDX-License-Identifier: Apache-2.0
// The safetensors container: one test for each check.
#include "model/formats/safetensors.h"

#include <gtest/gtest.h>

#include "test_util.h"

namespace tercet {
namespace {

using test::TensorFile;

/// Two tensors: a F32 [2][3] at 0, b U8 [5] at 24.
TensorFile two_tensors() {
  TensorFile file;
  file["a"] = {"a", "F32", {2, 3}, std::string(24, '\1')};
  file["b"] = {"b", "U8", {5}, std::string(5, '\2')};
  return file;
}

SafeTensors parse(const std::string& bytes) { return SafeTensors(memory_file("f", bytes)); }

/// Parses two_tensors() with `field` of `tensor` replaced.
void parse_with(const char* tensor, const char* field, const nlohmann::json& value) {
  auto header = two_tensors().header();
  header[tensor][field] = value;
  parse(TensorFile::join(header.dump(), two_tensors().data()));
}

TEST(SafeTensors, HandsOutTensorsWhereTheyLie) {
  auto header = two_tensors().header();
  header["__metadata__"] = {{"format", "pt"}};
  SafeTensors file = parse(TensorFile::join(header.dump() + "   ", two_tensors().data()));
  const TensorView a = file.take("a", {2, 3});
  EXPECT_EQ(a.dtype, DType::kF32);
  EXPECT_EQ(a.bytes, 24);
  EXPECT_EQ(a.data[0], 1);
  EXPECT_TRUE(file.has("b"));
  test::expect_error([&] { file.check_all_taken(); }, "f: unknown tensor b");
  EXPECT_EQ(file.take("b", {5}).data, a.data + 24);
  file.check_all_taken();
}

TEST(SafeTensors, RefusesMissingAndMisshapenTensors) {
  SafeTensors file = parse(two_tensors().write());
  test::expect_error([&] { file.take("c", {1}); }, "f: tensor c is missing");
  test::expect_error([&] { file.take("a", {3, 2}); }, "a has shape [2, 3], expected [3, 2]");
}

TEST(SafeTensors, RefusesABadHeaderLength) {
  test::expect_error([] { parse("1234567"); }, "too short for a header");
  std::string file = two_tensors().write();
  file[7] = '\x7f';
  test::expect_error([&] { parse(file); }, "header of ");
  test::expect_error([] { parse(two_tensors().write().substr(0, 40)); }, "header of ");
  test::expect_error([] { parse(TensorFile::join("{\"a\":", "")); }, "not valid JSON");
  test::expect_error([] { parse(TensorFile::join("[]", "")); }, "header is not an object");
  test::expect_error([] { parse(TensorFile::join("{\"a\":{},\"a\":{}}", "")); }, "twice");
}

TEST(SafeTensors, RefusesBadFields) {
  test::expect_error([] { parse_with("a", "dtype", "I64"); }, "f: a: dtype 'I64'");
  test::expect_error([] { parse_with("a", "dtype", 4); }, "dtype is not a string");
  test::expect_error([] { parse_with("a", "shape", 6); }, "shape is not a list");
  test::expect_error([] { parse_with("a", "shape", {2, 0}); }, "shape: 0 is not in");
  test::expect_error([] { parse_with("a", "shape", {-2, -3}); }, "shape: -2 is not in");
  test::expect_error([] { parse_with("a", "shape", {2.0, 3}); }, "shape: not an integer");
  test::expect_error([] { parse_with("a", "shape", {1ll << 40, 1ll << 40}); }, "too large");
  test::expect_error([] { parse_with("a", "shape", {2, 4}); }, "is 32 bytes, data_offsets hold 24");
  test::expect_error([] { parse_with("a", "stride", 1); }, "unknown key 'stride'");
  test::expect_error([] { parse_with("a", "data_offsets", {0}); }, "not a pair");
  test::expect_error([] { parse_with("a", "data_offsets", {24, 0}); }, "data_offsets: 0 is not in");
  test::expect_error([] { parse_with("b", "data_offsets", {24, 30}); }, "30 is not in [24, 29]");
  auto header = two_tensors().header();
  header["a"].erase("dtype");
  test::expect_error([&] { parse(TensorFile::join(header.dump(), two_tensors().data())); },
                     "key 'dtype' is missing");
}

TEST(SafeTensors, RefusesOverlapHolesAndTrailingBytes) {
  auto header = two_tensors().header();
  header["b"]["data_offsets"] = {20, 25};
  test::expect_error([&] { parse(TensorFile::join(header.dump(), two_tensors().data())); },
                     "b begins at offset 20, the tensor before it ends at 24");
  header["b"]["data_offsets"] = {25, 30};
  test::expect_error([&] { parse(TensorFile::join(header.dump(), two_tensors().data() + "x")); },
                     "b begins at offset 25");
  test::expect_error([] { parse(two_tensors().write() + "x"); },
                     "tensors end at offset 29, the data at 30");
}

}  // namespace
}  // namespace tercet
