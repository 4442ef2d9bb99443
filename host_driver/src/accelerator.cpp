// SPDX-License-Identifier: Apache-2.0
// Uploads weights, cuts products into commands, puts the results together.
#include "tercet/accelerator.h"

#include <algorithm>

#include "tercet/packing.h"
#include "tercet/stopwatch.h"

namespace tercet {
namespace {

// Buffers start on a 4 KiB page, where AXI bursts may not cross, so all bursts are full ones.
constexpr uint64_t kPage = 4096;

}  // namespace

Accelerator::Accelerator(Transport& transport, const tercet_config& machine,
                         uint64_t timeout_cycles)
    : driver_(transport, machine, timeout_cycles),
      memory_(kFirstAddress, transport.mem_size(), kPage) {}

int64_t Accelerator::choose_m_tile(const tercet_config& machine, int64_t m, int64_t k) {
  const int64_t passes = divide_up(m, max_m_tile(machine, k));
  return divide_up(m, passes);
}

Accelerator::WeightId Accelerator::upload(const TernaryMatrix& w, Packing packing) {
  const Stopwatch watch;
  if (w.n() < 1 || w.k() < 1) fail("{}: N = {}, K = {}: both must be >= 1", w.name(), w.n(), w.k());
  if (w.n() > TERCET_MAX_CMD_N) {
    fail("{}: N = {} is over the limit {}", w.name(), w.n(), static_cast<int>(TERCET_MAX_CMD_N));
  }
  Weights weights{w.name(), w.n(), w.k(), packing, {}, 0};
  const int64_t rows = machine().rows;
  const int64_t longest = machine().k_max / rows * rows;
  for (int64_t k0 = 0; k0 < w.k(); k0 += longest) {
    const int64_t k = std::min(longest, w.k() - k0);
    const uint64_t bytes =
        static_cast<uint64_t>(weight_beats(machine(), packing, w.n(), k)) * machine().axi_bytes;
    try {
      weights.parts.push_back({k0, k, memory_.allocate(bytes)});
    } catch (const Error& error) {
      for (const Part& part : weights.parts) memory_.release(part.address);
      fail("{}: {}", w.name(), error.what());
    }
    uint64_t address = weights.parts.back().address;
    pack_weights(machine(), packing, w, k0, k, [&](const uint8_t* data, size_t size) {
      driver_.transport().mem_write(address, data, size);
      address += size;
    });
    weights.bytes += bytes;
  }
  weight_bytes_ += weights.bytes;
  weights_.push_back(std::move(weights));
  times_.packing += watch.seconds();
  return weights_.size() - 1;
}

void Accelerator::release(WeightId id) {
  if (id >= weights_.size() || weights_[id].parts.empty()) fail("weights {} are not uploaded", id);
  for (const Part& part : weights_[id].parts) memory_.release(part.address);
  weight_bytes_ -= weights_[id].bytes;
  weights_[id] = {};
}

void Accelerator::gemm(WeightId id, const int8_t* q, int64_t m, int32_t* acc) {
  if (id >= weights_.size() || weights_[id].parts.empty()) fail("weights {} are not uploaded", id);
  const Weights& w = weights_[id];
  if (m < 1) fail("{}: M = {} must be >= 1", w.name, m);
  for (int64_t m0 = 0; m0 < m; m0 += TERCET_MAX_CMD_M) {
    const int64_t rows = std::min<int64_t>(TERCET_MAX_CMD_M, m - m0);
    try {
      gemm_rows(w, q + m0 * w.k, rows, acc + m0 * w.n);
    } catch (const DeviceError& error) {
      throw DeviceError(error.code(), w.name + ": " + error.what());
    } catch (const TimeoutError& error) {
      throw TimeoutError(w.name + ": " + error.what());
    }
  }
}

void Accelerator::reserve(Scratch* scratch, uint64_t bytes) {
  if (bytes <= scratch->bytes) return;
  if (scratch->bytes != 0) memory_.release(scratch->address);
  scratch->bytes = 0;
  scratch->address = memory_.allocate(bytes);
  scratch->bytes = bytes;
}

void Accelerator::gemm_rows(const Weights& w, const int8_t* q, int64_t m, int32_t* acc) {
  Stopwatch watch;
  Transport& transport = driver_.transport();
  const auto round = [](int64_t bytes) {
    return divide_up(bytes, static_cast<int64_t>(kPage)) * static_cast<int64_t>(kPage);
  };
  const int64_t act_bytes = activation_beats(machine(), m, w.parts.front().k) * machine().rows;
  const int64_t out_bytes = output_bytes(machine(), m, w.n);
  const auto parts = static_cast<int64_t>(w.parts.size());
  reserve(&activations_, static_cast<uint64_t>(parts * round(act_bytes)));
  reserve(&outputs_, static_cast<uint64_t>(parts * round(out_bytes)));
  host_.resize(static_cast<size_t>(std::max(act_bytes, out_bytes)));

  std::vector<Gemm> commands;
  for (int64_t i = 0; i < parts; ++i) {
    const Part& part = w.parts[static_cast<size_t>(i)];
    Gemm gemm;
    gemm.m = m;
    gemm.n = w.n;
    gemm.k = part.k;
    gemm.m_tile = choose_m_tile(machine(), m, part.k);
    gemm.packing = w.packing;
    gemm.activations = activations_.address + static_cast<uint64_t>(i * round(act_bytes));
    gemm.weights = part.address;
    gemm.outputs = outputs_.address + static_cast<uint64_t>(i * round(out_bytes));
    pack_activations(machine(), q, m, w.k, part.k0, part.k, gemm.m_tile, host_.data());
    transport.mem_write(
        gemm.activations, host_.data(),
        static_cast<uint64_t>(activation_beats(machine(), m, part.k)) * machine().rows);
    commands.push_back(gemm);
  }
  times_.host += watch.lap();

  const uint64_t begin = transport.cycle();
  for (const Gemm& gemm : commands) driver_.start(gemm);
  driver_.wait_all();
  times_.device += watch.lap();
  if (observer_) observer_({w.name, m, w.n, w.k, w.packing, begin, transport.cycle()});

  for (const Gemm& gemm : commands) {
    transport.mem_read(gemm.outputs, host_.data(), static_cast<uint64_t>(out_bytes));
    unpack_outputs(machine(), host_.data(), m, w.n, gemm.m_tile,
                   gemm.activations != commands[0].activations, acc);
  }
  times_.host += watch.lap();
}

}  // namespace tercet
