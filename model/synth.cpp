// SPDX-License-Identifier: Apache-2.0
// Random models: packed weights straight from the generator, sixteen at a time.
#include "model/synth.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/rng.h"
#include "model/math.h"

namespace tercet {
namespace {

constexpr int kDraws = 1 << 16;  // values of a 16-bit draw

/// For each 16-bit draw a byte of four weight codes, as often as four iid weights would make it (to
/// the nearest 2^-16).
std::vector<uint8_t> packed_byte_table(double zeros) {
  const double share[3] = {(1.0 - zeros) / 2.0, zeros, (1.0 - zeros) / 2.0};
  std::vector<uint8_t> table;
  double cumulative = 0.0;
  for (int i = 0; i < 81; ++i) {
    const int code[4] = {i % 3, i / 3 % 3, i / 9 % 3, i / 27};
    cumulative += ((share[code[0]] * share[code[1]]) * share[code[2]]) * share[code[3]];
    const auto end = static_cast<size_t>(std::lround(cumulative * kDraws));
    const int byte = code[0] | code[1] << 2 | code[2] << 4 | code[3] << 6;
    while (table.size() < end && table.size() < kDraws) table.push_back(static_cast<uint8_t>(byte));
  }
  while (table.size() < kDraws) table.push_back(table.back());
  return table;
}

constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kBlock = size_t{256} << 20;
constexpr size_t kAlign = 64;  // a cache line, and the widest vector

size_t round_up(size_t size, size_t unit) { return (size + unit - 1) / unit * unit; }

std::shared_ptr<uint8_t> map_block(size_t size) {
  const size_t mapped = size + kHugePage;  // so that a huge page can begin where the block does
  void* address = mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED) fail("no memory for {} bytes: {}", size, std::strerror(errno));
  const auto base = reinterpret_cast<uintptr_t>(address);
  auto* block = static_cast<uint8_t*>(address) + (round_up(base, kHugePage) - base);
  madvise(block, size, MADV_HUGEPAGE);  // a wish: where it is refused, all is as correct
  return {block, [address, mapped](uint8_t*) { munmap(address, mapped); }};
}

/// Zeroed memory for large weights. Hands out pieces of large blocks. Streaming from 2 MiB pages is
/// a sixth faster than from 4 KiB ones, but a page each would waste much of them, so pieces share
/// blocks. A block lives as long as any of its pieces.
class ByteArena {
 public:
  /// `size` zero bytes at a multiple of 64. Throws Error if there is no memory.
  std::shared_ptr<uint8_t> take(size_t size) {
    if (block_ == nullptr || size > size_ - used_) {
      size_ = std::max(kBlock, round_up(size, kHugePage));
      block_ = map_block(size_);
      used_ = 0;
    }
    std::shared_ptr<uint8_t> piece(block_, block_.get() + used_);
    used_ = std::min(size_, round_up(used_ + size, kAlign));
    return piece;
  }

 private:
  std::shared_ptr<uint8_t> block_;
  size_t used_ = 0;
  size_t size_ = 0;
};

class Synthesizer {
 public:
  Synthesizer(const ModelConfig& config, double zeros, uint64_t seed)
      : config_(config), zeros_(zeros), table_(packed_byte_table(zeros)), rng_(seed) {}

  Model make() {
    const ModelConfig& c = config_;
    Model model;
    model.config = c;
    model.config.packed = true;
    model.embedding = embedding("model.embed_tokens.weight");
    for (int64_t i = 0; i < c.layers; ++i) {
      const std::string prefix = fmt::format("model.layers.{}.", i);
      Layer layer;
      layer.input_norm = norm(c.hidden);
      layer.q = projection(prefix + "self_attn.q_proj", c.hidden, c.hidden);
      layer.k = projection(prefix + "self_attn.k_proj", c.kv_size(), c.hidden);
      layer.v = projection(prefix + "self_attn.v_proj", c.kv_size(), c.hidden);
      layer.attn_sub_norm = norm(c.hidden);
      layer.o = projection(prefix + "self_attn.o_proj", c.hidden, c.hidden);
      layer.post_norm = norm(c.hidden);
      layer.gate = projection(prefix + "mlp.gate_proj", c.intermediate, c.hidden);
      layer.up = projection(prefix + "mlp.up_proj", c.intermediate, c.hidden);
      layer.ffn_sub_norm = norm(c.intermediate);
      layer.down = projection(prefix + "mlp.down_proj", c.hidden, c.intermediate);
      model.layers.push_back(std::move(layer));
    }
    model.norm = norm(c.hidden);
    model.head = c.tied_head ? model.embedding : embedding("lm_head.weight");
    return model;
  }

 private:
  TernaryMatrix projection(const std::string& name, int64_t n, int64_t k) {
    if (n % 4 != 0) fail("{}: {} outputs are no multiple of 4", name, n);
    const auto size = static_cast<size_t>(n / 4 * k);
    std::shared_ptr<uint8_t> bytes = arena_.take(size);
    uint8_t* to = bytes.get();
    uint64_t bits = 0;
    for (size_t i = 0; i < size; ++i) {
      if (i % 4 == 0) bits = rng_.next();
      to[i] = table_[bits & 0xffff];
      bits >>= 16;
    }
    // Inputs of about unit variance then give outputs of about unit variance.
    const double nonzero = static_cast<double>(k) * (1.0 - zeros_) + 1.0;
    const auto scale = static_cast<float>(1.0 / std::sqrt(nonzero));
    return TernaryMatrix(name, n, k, scale, to, std::move(bytes));
  }

  /// BF16 values j / 128, j uniform in [-128, 127]: all exact.
  FloatMatrix embedding(const std::string& name) {
    const int64_t count = config_.vocab * config_.hidden;
    std::shared_ptr<uint8_t> bytes = arena_.take(static_cast<size_t>(2 * count));
    uint8_t* to = bytes.get();
    uint64_t bits = 0;
    for (int64_t i = 0; i < count; ++i) {
      if (i % 8 == 0) bits = rng_.next();
      const float value = static_cast<float>(static_cast<int8_t>(bits & 0xff)) / 128.0f;
      const uint32_t bf16 = bit_cast<uint32_t>(value) >> 16;
      to[2 * i] = static_cast<uint8_t>(bf16);
      to[2 * i + 1] = static_cast<uint8_t>(bf16 >> 8);
      bits >>= 8;
    }
    return FloatMatrix(name, config_.vocab, config_.hidden, DType::kBF16, to, std::move(bytes));
  }

  /// Values in [0.75, 1.25).
  std::vector<float> norm(int64_t n) {
    std::vector<float> values(static_cast<size_t>(n));
    for (float& v : values) v = 0.75f + static_cast<float>(rng_.below(64)) / 128.0f;
    return values;
  }

  const ModelConfig& config_;
  double zeros_;
  std::vector<uint8_t> table_;
  Rng rng_;
  ByteArena arena_;
};

}  // namespace

Model synth_model(const ModelConfig& config, double zeros, uint64_t seed) {
  validate(config, "synthetic model");
  if (!(zeros >= 0.0 && zeros <= 1.0)) fail("share of zeros {} is not in [0, 1]", zeros);
  return Synthesizer(config, zeros, seed).make();
}

Model synth_model(const SynthSpec& spec) {
  ModelConfig config = find_shape(spec.shape).config;
  if (spec.layers != 0) config.layers = spec.layers;
  if (spec.vocab != 0) config.vocab = spec.vocab;
  if (spec.max_positions != 0) config.max_positions = spec.max_positions;
  if (config.vocab < 2) fail("vocabulary of {} has no room for two special tokens", config.vocab);
  config.bos_id = static_cast<int32_t>(config.vocab - 2);
  config.eos_ids = {static_cast<int32_t>(config.vocab - 1)};
  return synth_model(config, spec.zeros, spec.seed);
}

}  // namespace tercet
