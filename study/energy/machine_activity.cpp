// SPDX-License-Identifier: Apache-2.0
// Sums and differences of activities; counts of model/{transformer,ops,quantize}.cpp in closed
// form.
#include "study/energy/machine_activity.h"

#include <algorithm>

namespace tercet {
namespace {

constexpr FloatCounts kExp = {11, 11, 0};
constexpr FloatCounts kSinCos = {23, 21, 0};  // with the angle

FloatCounts rms_norm(double n) { return {3 * n, n + 1, 3}; }
FloatCounts quantize(double k) { return {k, 2 * k, 1}; }
FloatCounts dequantize(double n) { return {n, 0, n}; }

/// One query head over `positions` keys and values.
FloatCounts attend(double head_dim, double positions) {
  FloatCounts c = {(2 * head_dim + 1) * positions, (2 * head_dim + 2) * positions, positions + 2};
  return c += kExp * positions;
}

FloatCounts gate(const ModelConfig& config) {
  const auto f = static_cast<double>(config.intermediate);
  if (config.activation != Activation::kSilu) return {2 * f, 0, 0};
  FloatCounts c = {f, f, f};
  return c += kExp * f;
}

/// What a token takes in a layer but for attention: the same at every position.
FloatCounts layer_token(const ModelConfig& config) {
  const auto d = static_cast<double>(config.hidden);
  const auto f = static_cast<double>(config.intermediate);
  const auto kv = static_cast<double>(config.kv_size());
  const auto head_dim = static_cast<double>(config.head_dim());
  FloatCounts c;
  c += rms_norm(d) * 3;  // input, attention, post
  c += rms_norm(f);
  c += quantize(d) * 3;  // what q, k, v share; what o reads; what gate and up share
  c += quantize(f);
  c += dequantize(3 * d + 2 * kv + 2 * f);
  c += kSinCos * (head_dim / 2);
  const auto heads = static_cast<double>(config.heads + config.kv_heads);
  c += FloatCounts{2 * head_dim, head_dim, 0} * heads;  // rotations
  c += gate(config);
  c += FloatCounts{0, 2 * d, 0};  // residuals
  return c;
}

}  // namespace

DramActivity dram_activity(const DramStats& s) {
  return {s.activates, s.reads, s.writes, s.refreshes, s.channel_cycles, s.open_cycles};
}

DramActivity operator-(DramActivity a, const DramActivity& b) {
  for (const auto& [name, member] : kDramActivityFields) a.*member -= b.*member;
  return a;
}

DramActivity& operator+=(DramActivity& a, const DramActivity& b) {
  for (const auto& [name, member] : kDramActivityFields) a.*member += b.*member;
  return a;
}

bool operator==(const DramActivity& a, const DramActivity& b) {
  return std::all_of(kDramActivityFields.begin(), kDramActivityFields.end(),
                     [&](const auto& field) { return a.*field.member == b.*field.member; });
}

MachineActivity& operator+=(MachineActivity& a, const MachineActivity& b) {
  a.engine += b.engine;
  a.dram += b.dram;
  a.host += b.host;
  a.host_memory += b.host_memory;
  a.products += b.products;
  a.cycles += b.cycles;
  a.used_toggles += b.used_toggles;
  return a;
}

MachineActivity operator-(MachineActivity a, const MachineActivity& b) {
  a.engine = a.engine - b.engine;
  a.dram = a.dram - b.dram;
  a.products -= b.products;
  a.cycles -= b.cycles;
  a.used_toggles -= b.used_toggles;
  return a;
}

double used_toggles(const EngineCounts& counts) {
  if (counts.tokens == 0) return 0.0;
  return static_cast<double>(counts.lanes_used()) * static_cast<double>(counts.input_toggles) /
         static_cast<double>(counts.tokens);
}

double input_activity(const EngineCounts& counts, const tercet_config& machine) {
  constexpr double kBits = 8.0;
  const double bits = static_cast<double>(counts.tokens) * machine.rows * kBits;
  return bits > 0.0 ? static_cast<double>(counts.input_toggles) / bits : 0.0;
}

FloatCounts& operator+=(FloatCounts& a, const FloatCounts& b) {
  a.mul += b.mul;
  a.add += b.add;
  a.other += b.other;
  return a;
}

HostBytes& operator+=(HostBytes& a, const HostBytes& b) {
  a.read += b.read;
  a.written += b.written;
  return a;
}

FloatCounts operator*(const FloatCounts& a, double factor) {
  return {a.mul * factor, a.add * factor, a.other * factor};
}

HostBytes host_bytes(const ModelConfig& config, int64_t m, int64_t position) {
  constexpr double kHalf = 2.0;  // FP16
  const auto tokens = static_cast<double>(m);
  const auto d = static_cast<double>(config.hidden);
  const double key_and_value =
      2 * static_cast<double>(config.layers) * static_cast<double>(config.kv_size()) * kHalf;
  // Each token sees the keys before it and its own.
  const double keys = tokens * static_cast<double>(position) + tokens * (tokens + 1) / 2;
  return {(static_cast<double>(config.vocab) * d + tokens * d) * kHalf + keys * key_and_value,
          tokens * key_and_value};
}

FloatCounts host_floats(const ModelConfig& config, int64_t m, int64_t position) {
  const auto tokens = static_cast<double>(m);
  const auto d = static_cast<double>(config.hidden);
  const auto head_dim = static_cast<double>(config.head_dim());
  FloatCounts layer = layer_token(config) * tokens;
  // Token t sees position + t + 1 keys.
  const double keys = tokens * static_cast<double>(position) + tokens * (tokens + 1) / 2;
  FloatCounts attention = attend(head_dim, 1) * keys;
  attention.other += 2 * (tokens - keys);  // the scale is worked out once a token and head
  layer += attention * static_cast<double>(config.heads);
  FloatCounts all = layer * static_cast<double>(config.layers);
  all += rms_norm(d) * tokens;
  const auto vocab = static_cast<double>(config.vocab);
  return all += FloatCounts{vocab * d, vocab * d, 0};
}

}  // namespace tercet
