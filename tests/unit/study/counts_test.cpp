// SPDX-License-Identifier: Apache-2.0
// What ledgers count beside the array: host arithmetic and bytes, bits, names of products.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "sim/counts/bit_counts.h"
#include "study/energy/meter.h"

namespace tercet {
namespace {

ModelConfig small_config() {
  ModelConfig c;
  c.hidden = 64;
  c.intermediate = 160;
  c.layers = 2;
  c.heads = 4;
  c.kv_heads = 2;
  c.vocab = 512;
  return c;
}

TEST(HostFloatsTest, TwoTokensAreOneAfterTheOtherButForTheHead) {
  const ModelConfig c = small_config();
  FloatCounts one_by_one = host_floats(c, 1, 3);
  one_by_one += host_floats(c, 1, 4);
  const FloatCounts together = host_floats(c, 2, 3);
  EXPECT_DOUBLE_EQ(one_by_one.mul - together.mul, 512.0 * 64);
  EXPECT_DOUBLE_EQ(one_by_one.add - together.add, 512.0 * 64);
  EXPECT_DOUBLE_EQ(one_by_one.other, together.other);
  // One key more: two dot products of 16, a scale, exp (11, 11) and a division, per head and layer.
  EXPECT_DOUBLE_EQ(host_floats(c, 1, 4).mul - host_floats(c, 1, 3).mul, 2 * 4 * (32 + 1 + 11));
  EXPECT_DOUBLE_EQ(host_floats(c, 1, 4).other - host_floats(c, 1, 3).other, 2 * 4);
}

/// Counted by hand in model/transformer.cpp.
TEST(HostFloatsTest, DivisionsAndBytesAreThoseOfTheCode) {
  ModelConfig c = small_config();
  c.activation = Activation::kRelu2;
  // A layer: four norms of 3, four quantisations (q k v share one, gate and up too), an output each
  // of q, o, down (64), k, v (32), gate, up (160); a head's scale 2 and one softmax 1. A last norm.
  const double layer = 4 * 3 + 4 + (3 * 64 + 2 * 32 + 2 * 160) + 4 * (2 + 1);
  EXPECT_DOUBLE_EQ(host_floats(c, 1, 0).other, 2 * layer + 3);
  // Head and an embedding row; keys and values of 2 layers x 2 heads x 16, of 5 positions.
  const HostBytes bytes = host_bytes(c, 1, 4);
  EXPECT_DOUBLE_EQ(bytes.read, 2.0 * (512 * 64 + 64) + 5 * 2.0 * 2 * 2 * 32);
  EXPECT_DOUBLE_EQ(bytes.written, 2.0 * 2 * 2 * 32);
}

TEST(BitCountsTest, TritsAndDifferencesAreThoseOfPlainLoops) {
  uint64_t state = 7;
  for (const uint32_t plane_bytes : {2u, 8u, 16u}) {
    std::vector<uint8_t> data(size_t{24} * 2 * plane_bytes);
    for (uint8_t& byte : data)
      byte = static_cast<uint8_t>((state = state * 6364136223846793005u + 1) >> 56);
    uint64_t used = 0;
    uint64_t negative = 0;
    for (uint32_t column = 0; column < 24; ++column) {
      for (uint32_t bit = 0; bit < 8 * plane_bytes; ++bit) {
        const uint8_t* nz = &data[size_t{column} * 2 * plane_bytes];
        const bool is_used = (nz[bit / 8] >> (bit % 8) & 1) != 0;
        used += is_used;
        negative += is_used && (nz[plane_bytes + bit / 8] >> (bit % 8) & 1) != 0;
      }
    }
    const TritCounts counts = count_trits(data.data(), 24, plane_bytes);
    EXPECT_EQ(counts.used, used);
    EXPECT_EQ(counts.negative, negative);
  }
  const uint8_t a[] = {0, 1, 2, 3, 4, 5, 6, 255};
  const uint8_t b[] = {0, 1, 2, 3, 4, 5, 7, 0};
  EXPECT_EQ(count_differences(a, b, 8), 9u);
  EXPECT_EQ(count_differences(a, a, 8), 0u);
}

TEST(ProductActivityTest, NamesTellLayerAndProjection) {
  const ProductActivity p = {"model.layers.13.self_attn.q_proj", 1, {}};
  EXPECT_EQ(p.layer(), 13);
  EXPECT_EQ(p.projection(), "q_proj");
  EXPECT_EQ((ProductActivity{"w", 1, {}}).layer(), -1);
}

}  // namespace
}  // namespace tercet
