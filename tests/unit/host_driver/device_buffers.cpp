// SPDX-License-Identifier: Apache-2.0
// Builds and checks the memory around a command.
#include "tests/unit/host_driver/device_buffers.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/rng.h"
#include "host_driver/packing.h"

namespace tercet {
namespace {

constexpr size_t kGuard = 320;  // bytes at least

Problem finish(int64_t m, int64_t n, int64_t k, std::vector<int8_t> q, std::vector<int8_t> trits) {
  Problem p{m, n, k, std::move(q), std::move(trits), {}};
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      p.expected.push_back(std::inner_product(p.q.begin() + i * k, p.q.begin() + (i + 1) * k,
                                              p.trits.begin() + j * k, int32_t{0}));
    }
  }
  return p;
}

}  // namespace

Problem random_problem(int64_t m, int64_t n, int64_t k, uint64_t seed) {
  Rng rng(seed);
  std::vector<int8_t> q(static_cast<size_t>(m * k));
  std::vector<int8_t> w(static_cast<size_t>(n * k));
  for (int8_t& x : q) x = static_cast<int8_t>(static_cast<int64_t>(rng.below(256)) - 128);
  for (int8_t& x : w) x = static_cast<int8_t>(static_cast<int64_t>(rng.below(3)) - 1);
  return finish(m, n, k, std::move(q), std::move(w));
}

Problem constant_problem(int64_t m, int64_t n, int64_t k, int8_t activation, int8_t weight) {
  return finish(m, n, k, std::vector<int8_t>(static_cast<size_t>(m * k), activation),
                std::vector<int8_t>(static_cast<size_t>(n * k), weight));
}

DeviceBuffers::DeviceBuffers(Transport& transport, const tercet_config& machine,
                             const Problem& problem, Packing packing, int64_t m_tile, uint64_t base)
    : transport_(transport), machine_(machine), problem_(problem), base_(base) {
  const std::vector<uint8_t> weights = pack_weights(machine, packing, problem.w());
  std::vector<uint8_t> activations(
      static_cast<size_t>(activation_beats(machine, problem.m, problem.k)) * machine.rows);
  pack_activations(machine, problem.q.data(), problem.m, problem.k, 0, problem.k, m_tile,
                   activations.data());
  const auto outputs = static_cast<size_t>(output_bytes(machine, problem.m, problem.n));
  const size_t beat = machine.axi_bytes;
  const size_t guard = (kGuard + beat - 1) / beat * beat;
  const size_t act_at = guard;
  const size_t wgt_at = act_at + activations.size() + guard;
  const size_t out_at = wgt_at + weights.size() + guard;
  image_.resize(out_at + outputs + guard);
  Rng rng(image_.size());
  for (uint8_t& byte : image_) byte = static_cast<uint8_t>(rng.next());
  std::memcpy(&image_[act_at], activations.data(), activations.size());
  std::memcpy(&image_[wgt_at], weights.data(), weights.size());
  transport.mem_write(base, image_.data(), image_.size());
  gemm_ = {problem.m, problem.n,     problem.k,     m_tile,
           packing,   base + act_at, base + wgt_at, base + out_at};
}

std::vector<uint8_t> DeviceBuffers::read() const {
  std::vector<uint8_t> now(image_.size());
  transport_.mem_read(base_, now.data(), now.size());
  return now;
}

std::string DeviceBuffers::check_done() const {
  std::vector<uint8_t> now = read();
  const size_t out_at = gemm_.outputs - base_;
  std::vector<int32_t> acc(problem_.expected.size());
  unpack_outputs(machine_, &now[out_at], problem_.m, problem_.n, gemm_.m_tile, false, acc.data());
  for (size_t i = 0; i < acc.size(); ++i) {
    if (acc[i] != problem_.expected[i]) {
      return fmt::format("{}: output {} is {}, expected {}", describe(gemm_), i, acc[i],
                         problem_.expected[i]);
    }
  }
  // Put the outputs' old bytes back: then nothing may differ from before.
  const auto cols = static_cast<int64_t>(machine_.cols);
  const int64_t tiles = n_tiles(machine_, problem_.n);
  for (int64_t m0 = 0; m0 < problem_.m; m0 += gemm_.m_tile) {
    const int64_t tokens = std::min(gemm_.m_tile, problem_.m - m0);
    for (int64_t n = 0; n < problem_.n; ++n) {
      for (int64_t t = 0; t < tokens; ++t) {
        const int64_t at = (m0 * tiles + n / cols * tokens + t) * cols + n % cols;
        std::memcpy(&now[out_at + 4 * static_cast<size_t>(at)],
                    &image_[out_at + 4 * static_cast<size_t>(at)], 4);
      }
    }
  }
  for (size_t i = 0; i < now.size(); ++i) {
    if (now[i] != image_[i]) {
      return fmt::format("{}: guard byte {:#x} changed (outputs at {:#x})", describe(gemm_),
                         base_ + i, gemm_.outputs);
    }
  }
  return "";
}

std::string DeviceBuffers::check_untouched() const {
  return read() == image_ ? "" : describe(gemm_) + ": memory changed";
}

std::string run(CommandPort& driver, const Problem& problem, Packing packing, int64_t m_tile) {
  const DeviceBuffers buffers(driver.transport(), driver.machine(), problem, packing, m_tile);
  driver.wait(driver.start(buffers.gemm()));
  return buffers.check_done();
}

}  // namespace tercet
