// SPDX-License-Identifier: Apache-2.0
// The float kernels on every vector target against the reference's, bit for bit.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "fast_test_util.h"
#include "model/attention.h"
#include "model/fast/float_kernel.h"
#include "model/fast/head_kernel.h"
#include "model/lanes.h"
#include "model/math.h"
#include "model/ops.h"
#include "test_util.h"

namespace tercet {
namespace {

using Floats = std::vector<float>;

// Whole vectors of every target and whole lanes, one more and one less, and the sizes of a real
// model.
const std::vector<int64_t> kSizes = {1,  3,   8,   10,  15,  16,  17,  31,   64,
                                     80, 100, 127, 128, 129, 192, 250, 2560, 6912};

/// Random values with zeros of both signs, subnormals and halves among them.
Floats awkward_floats(int64_t n, uint64_t seed, float range) {
  Floats values = test::random_floats(n, seed, range);
  const float odd[] = {0.0f, -0.0f, 1e-40f, -1e-40f, 0.5f, -0.5f, 1.5f, 2.5f};
  for (size_t i = 0; i < values.size(); i += 7) values[i] = odd[i / 7 % std::size(odd)];
  return values;
}

TEST(FastOps, QuantisesNormedTokensAsTheReference) {
  test::on_every_target([] {
    for (const int64_t n : kSizes) {
      for (const float range : {0.0f, 1e-30f, 1e-6f, 0.3f, 1.0f, 127.0f, 1e17f}) {
        for (const float weights : {0.0f, 1e-5f, 1.0f, 30.0f}) {
          const Floats x = awkward_floats(n, static_cast<uint64_t>(n), range);
          const Floats weight = awkward_floats(n, 77, weights);
          std::vector<int8_t> want(x.size());
          std::vector<int8_t> got(x.size());
          const float want_scale =
              quantize_normed(x.data(), weight.data(), n, 1e-5f, want.data(), "x");
          float got_scale = 0.0f;
          ASSERT_TRUE(
              fast::quantize_normed(x.data(), weight.data(), n, 1e-5f, got.data(), &got_scale));
          ASSERT_EQ(want, got) << n << " values below " << range;
          test::expect_same_bits({want_scale}, {got_scale});
        }
      }
    }
  });
}

TEST(FastOps, QuantisingTellsNanAndInfinityAtEveryPlace) {
  constexpr int64_t kN = 163;  // a tail after whole lanes
  const Floats ones(kN, 1.0f);
  const auto refused = [&](const Floats& x, const Floats& weight) {
    std::vector<int8_t> q(kN);
    float scale = 0.0f;
    return !fast::quantize_normed(x.data(), weight.data(), kN, 1e-5f, q.data(), &scale);
  };
  test::on_every_target([&] {
    for (const float bad :
         {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
          std::numeric_limits<float>::quiet_NaN()}) {
      for (size_t at = 0; at < kN; ++at) {
        Floats x = ones;
        x[at] = bad;
        ASSERT_TRUE(refused(x, ones)) << "at " << at;
      }
    }
    Floats x = ones;
    x[150] = 3e38f;  // its square is infinite
    ASSERT_TRUE(refused(x, ones));
    Floats weight = ones;
    weight[3] = 3e38f;
    x[150] = 1.0f;
    ASSERT_FALSE(refused(x, weight));
    x[3] = 2.0f;  // so is the product
    ASSERT_TRUE(refused(x, weight));
  });
}

TEST(FastOps, DequantisesAsTheReference) {
  test::on_every_target([] {
    for (const int64_t n : kSizes) {
      Rng rng(static_cast<uint64_t>(n));
      std::vector<int32_t> acc(static_cast<size_t>(n));
      for (int32_t& a : acc) a = static_cast<int32_t>(rng.below(1 << 24)) - (1 << 23);
      Floats want(acc.size());
      Floats got(acc.size());
      dequantize(acc.data(), n, 0.031f, want.data());
      fast::dequantize(acc.data(), n, 0.031f, got.data());
      test::expect_same_bits(want, got);
      Floats hidden = awkward_floats(n, 4, 1.0f);
      Floats fused = hidden;
      add(hidden.data(), want.data(), n);
      fast::dequantize_add(acc.data(), n, 0.031f, fused.data());
      test::expect_same_bits(hidden, fused);
    }
  });
}

TEST(FastOps, SumsAsTheReference) {
  test::on_every_target([] {
    for (int64_t n = 1; n <= 300; ++n) {
      const Floats a = awkward_floats(n, 23, 2.0f);
      const Floats b = awkward_floats(n, 24, 2.0f);
      test::expect_same_bits({dot(a.data(), b.data(), n)}, {fast::dot(a.data(), b.data(), n)});
    }
  });
}

/// Every exponent, both signs, significands at the ends and some between; and what is no number.
Floats floats_of_every_exponent() {
  Floats values;
  Rng rng(5);
  for (uint32_t exponent = 0; exponent < 512; ++exponent) {  // the sign above it
    for (const uint32_t fraction : {0u, 1u, 0x400000u, 0x7fffffu}) {
      values.push_back(bit_cast<float>(exponent << 23 | fraction));
    }
    for (int i = 0; i < 40; ++i) {
      values.push_back(bit_cast<float>(exponent << 23 | static_cast<uint32_t>(rng.below(1 << 23))));
    }
  }
  return values;
}

TEST(FastOps, RaisesTwoToAnyPowerAsTheReference) {
  Floats powers = floats_of_every_exponent();
  for (const float more : test::random_floats(20000, 6, 130.0f)) powers.push_back(more);
  const auto n = static_cast<int64_t>(powers.size());
  Floats want;
  for (const float x : powers) want.push_back(exp2_f32(x));
  test::on_every_target([&] {
    Floats got(powers.size());
    fast::exp2(powers.data(), n, got.data());
    test::expect_same_bits(want, got);
  });
}

TEST(FastOps, NormsRotatesAndActivatesAsTheReference) {
  test::on_every_target([] {
    for (const int64_t n : kSizes) {
      const Floats x = awkward_floats(n, 5, 3.0f);
      const Floats weight = test::random_floats(n, 6);
      Floats want(x.size());
      Floats got(x.size());
      rms_norm(x.data(), weight.data(), n, 1e-5f, want.data());
      fast::rms_norm(x.data(), weight.data(), n, 1e-5f, got.data());
      test::expect_same_bits(want, got);

      const int64_t head_dim = 2 * ((n + 1) / 2);
      const Floats cos = test::random_floats(head_dim / 2, 7);
      const Floats sin = test::random_floats(head_dim / 2, 8);
      want = awkward_floats(head_dim, 9, 2.0f);
      got = want;
      rope_rotate(want.data(), cos.data(), sin.data(), head_dim);
      fast::rope_rotate(got.data(), cos.data(), sin.data(), head_dim);
      test::expect_same_bits(want, got);

      for (const Activation activation : {Activation::kSilu, Activation::kRelu2}) {
        want = awkward_floats(n, 10, 95.0f);  // beyond both ends of exp2_f32
        got = want;
        gated_activation(activation, want.data(), weight.data(), n);
        fast::gated_activation(activation, got.data(), weight.data(), n);
        test::expect_same_bits(want, got);
      }
    }
  });
}

TEST(FastOps, AttendsAsTheReference) {
  test::on_every_target([] {
    for (const int64_t head_dim : {int64_t{2}, int64_t{10}, int64_t{16}, int64_t{64}, int64_t{96},
                                   int64_t{128}, int64_t{136}}) {
      for (const int64_t positions : {1, 2, 4, 5, 16, 19, 130, 257}) {
        const int64_t stride = head_dim + 3;
        const Floats query = awkward_floats(head_dim, 11, 2.0f);
        const Floats keys = awkward_floats(positions * stride, 12, 2.0f);
        const Floats values = awkward_floats(positions * stride, 13, 2.0f);
        Floats scores(static_cast<size_t>(positions));
        Floats want(static_cast<size_t>(head_dim));
        Floats got(want.size());
        attend(query.data(), keys.data(), values.data(), positions, stride, head_dim, scores.data(),
               want.data());
        fast::attend(query.data(), keys.data(), values.data(), positions, stride, head_dim,
                     scores.data(), got.data());
        test::expect_same_bits(want, got);
      }
    }
  });
}

/// A matrix of random blocks, their scales (the first or the last half of each) finite.
FloatMatrix random_blocks(int64_t n, int64_t k, DType dtype, size_t misaligned) {
  const auto size = static_cast<size_t>(dtype_size(dtype));
  const auto blocks = static_cast<size_t>(n * k / dtype_block(dtype));
  auto bytes = std::make_shared<std::vector<uint8_t>>(blocks * size + misaligned);
  Rng rng(19);
  for (uint8_t& byte : *bytes) byte = static_cast<uint8_t>(rng.below(256));
  for (size_t i = 0; i < blocks; ++i) {
    const auto scale = static_cast<uint16_t>(rng.below(0x7c00) | rng.below(2) << 15);
    const size_t at = dtype == DType::kQ80 ? 0 : size - sizeof(scale);
    std::memcpy(bytes->data() + misaligned + i * size + at, &scale, sizeof(scale));
  }
  const uint8_t* data = bytes->data() + misaligned;
  return FloatMatrix("head", n, k, dtype, data, std::move(bytes));
}

/// A matrix of random finite elements of `dtype`, subnormals and zeros of both signs among them.
FloatMatrix random_head(int64_t n, int64_t k, DType dtype, size_t misaligned) {
  if (dtype_block(dtype) > 1) return random_blocks(n, k, dtype, misaligned);
  const auto size = static_cast<size_t>(dtype_size(dtype));
  const auto count = static_cast<size_t>(n * k);
  auto bytes = std::make_shared<std::vector<uint8_t>>(count * size + misaligned);
  Rng rng(17);
  for (size_t i = 0; i < count; ++i) {
    uint32_t bits = 0;
    if (dtype == DType::kF32) {
      bits = bit_cast<uint32_t>(static_cast<float>(rng.uniform() - 0.5));
    } else if (dtype == DType::kBF16) {
      bits = bit_cast<uint32_t>(static_cast<float>(rng.uniform() - 0.5)) >> 16;
    } else {
      bits = static_cast<uint32_t>(rng.below(0x7c00) | rng.below(2) << 15);  // every finite F16
    }
    std::memcpy(bytes->data() + misaligned + i * size, &bits, size);
  }
  const uint8_t* data = bytes->data() + misaligned;
  return FloatMatrix("head", n, k, dtype, data, std::move(bytes));
}

TEST(FastOps, MultipliesTheHeadAsTheReferenceInEveryTypeAtAnyAddress) {
  test::on_every_target([] {
    for (const DType dtype : {DType::kBF16, DType::kF16, DType::kF32, DType::kQ80, DType::kQ6K}) {
      for (const int64_t k : kSizes) {
        if (k % dtype_block(dtype) != 0) continue;
        for (const int64_t n : {1, 4, 7}) {
          const FloatMatrix head = random_head(n, k, dtype, 3);
          constexpr int64_t kTokens = 6;
          const Floats x = awkward_floats(kTokens * k, 18, 2.0f);
          Floats want(static_cast<size_t>(kTokens * n));
          Floats row(static_cast<size_t>(k));
          for (int64_t v = 0; v < n; ++v) {
            head.read_row(v, row.data());
            for (int64_t t = 0; t < kTokens; ++t) {
              want[static_cast<size_t>(t * n + v)] = dot(x.data() + t * k, row.data(), k);
            }
          }
          fast::HeadInput input;
          input.assign(x.data(), kTokens, k, dtype);
          Floats got(want.size());
          fast::head_rows(head, 0, n, input, got.data());
          test::expect_same_bits(want, got);
        }
      }
    }
  });
}

TEST(FastOps, ReadsEveryFiniteHalfExactly) {
  constexpr int64_t kInputs = 16;
  std::vector<uint16_t> halves;
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    if ((bits & 0x7c00) != 0x7c00) halves.push_back(static_cast<uint16_t>(bits));
  }
  const auto n = static_cast<int64_t>(halves.size()) / kInputs;
  const auto* data = reinterpret_cast<const uint8_t*>(halves.data());
  const FloatMatrix head("head", n, kInputs, DType::kF16, data, nullptr);
  Floats units(kInputs * kInputs);  // token t has a one at t: its product is element t of a row
  for (size_t t = 0; t < kInputs; ++t) units[t * kInputs + t] = 1.0f;
  test::on_every_target([&] {
    fast::HeadInput input;
    input.assign(units.data(), kInputs, kInputs, DType::kF16);
    Floats got(halves.size());
    fast::head_rows(head, 0, n, input, got.data());
    for (size_t i = 0; i < halves.size(); ++i) {
      const size_t at = i % kInputs * static_cast<size_t>(n) + i / kInputs;
      ASSERT_EQ(got[at], f16_to_float(halves[i])) << halves[i];
    }
  });
}

}  // namespace
}  // namespace tercet
