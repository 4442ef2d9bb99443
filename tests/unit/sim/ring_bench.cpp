// SPDX-License-Identifier: Apache-2.0
// Random operands everywhere, so that any command finds some.
#include "tests/unit/sim/ring_bench.h"

#include <algorithm>
#include <cstring>

#include "firmware/embedded.h"
#include "tests/unit/host_driver/device_buffers.h"

namespace tercet {
namespace {

uint32_t low(uint64_t address) { return static_cast<uint32_t>(address); }

}  // namespace

QueueOptions RingLayout::options(uint32_t queue_log2, uint32_t completion_log2) {
  QueueOptions options;
  options.queue_log2 = queue_log2;
  options.completion_log2 = completion_log2;
  options.queue = kPage;
  options.completions = 6 * kPage;
  options.windows = {kReadable, kWritable, kBoth, kNone};
  options.watchdog = 2'000'000;
  return options;
}

RingBench::RingBench(const Backend& backend, uint64_t seed, const QueueOptions& options,
                     const std::vector<MemoryFault>& faults)
    : backend_(backend),
      transport_(backend.make(faults, RingLayout::kBytes)),
      guards_(RingLayout::kBytes) {
  Rng rng(seed);
  for (size_t i = 0; i < guards_.size(); i += sizeof(uint64_t)) {
    const uint64_t bytes = rng.next();
    std::memcpy(&guards_[i], &bytes, sizeof bytes);
  }
  transport_->mem_write(0, guards_.data(), guards_.size());
  queue_ = std::make_unique<CommandQueue>(*transport_, machine(),
                                          parse_firmware("built-in", embedded_firmware()), options);
}

std::vector<tercet_completion> RingBench::run(const std::vector<Descriptor>& commands) {
  for (const Descriptor& words : commands) queue_->push(words);
  queue_->ring();
  queue_->wait(queue_->pushed(), kPatience);
  std::vector<tercet_completion> completions;
  tercet_completion completion;
  while (queue_->take(&completion)) completions.push_back(completion);
  return completions;
}

std::vector<uint8_t> RingBench::memory() const {
  std::vector<uint8_t> bytes(RingLayout::kBytes);
  transport_->mem_read(0, bytes.data(), bytes.size());
  return bytes;
}

std::string RingBench::check_outside() const {
  std::vector<uint8_t> now = memory();
  const QueueOptions& options = queue_->options();
  std::vector<Window> free = {
      {options.queue, uint64_t{TERCET_RECORD_BYTES} << options.queue_log2, 0},
      {options.completions, uint64_t{TERCET_RECORD_BYTES} << options.completion_log2, 0}};
  for (const Window& window : options.windows) {
    if ((window.access & TERCET_WINDOW_ACCESS_WRITE) != 0) free.push_back(window);
  }
  for (const Window& window : free) {
    std::copy_n(guards_.begin() + static_cast<int64_t>(window.base), window.bytes,
                now.begin() + static_cast<int64_t>(window.base));
  }
  const auto [at, guard] = std::mismatch(now.begin(), now.end(), guards_.begin());
  if (at == now.end()) return "";
  return fmt::format("byte {:#x} is {:#x}, was {:#x}", at - now.begin(), *at, *guard);
}

std::string RingBench::check_good_command() {
  const Problem problem = random_problem(2, machine().cols + 3, machine().rows + 5, 7);
  // In the window for both, which may hold anything after this.
  const DeviceBuffers buffers(*transport_, machine(), problem, Packing::kTrit5, 2,
                              RingLayout::kBoth.base);
  const Gemm& gemm = buffers.gemm();
  tercet_gemm_command command{};
  command.opcode = TERCET_OPCODE_GEMM;
  command.packing = static_cast<uint32_t>(gemm.packing);
  command.m = static_cast<uint32_t>(gemm.m);
  command.m_tile = static_cast<uint32_t>(gemm.m_tile);
  command.n = static_cast<uint32_t>(gemm.n);
  command.k = static_cast<uint32_t>(gemm.k);
  command.wbeats = static_cast<uint32_t>(weight_beats(machine(), gemm.packing, gemm.n, gemm.k));
  command.act_lo = low(gemm.activations);
  command.wgt_lo = low(gemm.weights);
  command.out_lo = low(gemm.outputs);
  Descriptor words{};
  tercet_gemm_command_pack(&command, words.data());
  const std::vector<tercet_completion> completions = run({words});
  if (completions.size() != 1) return fmt::format("{} completions", completions.size());
  if (completions[0].status != TERCET_ERR_NONE) return tercet_error_name(completions[0].status);
  return buffers.check_done();
}

uint64_t DescriptorSource::place(const Window& window, uint64_t bytes) {
  const uint64_t beat = std::max<uint64_t>(machine_.axi_bytes, TERCET_RECORD_BYTES);
  return window.base + rng_.below((window.bytes - bytes) / beat + 1) * beat;
}

Descriptor DescriptorSource::gemm() {
  tercet_gemm_command command{};
  command.opcode = TERCET_OPCODE_GEMM;
  command.packing = static_cast<uint32_t>(rng_.below(2));
  command.m = static_cast<uint32_t>(1 + rng_.below(5));
  command.m_tile = static_cast<uint32_t>(1 + rng_.below(command.m));
  command.n = static_cast<uint32_t>(1 + rng_.below(2 * machine_.cols));
  command.k = static_cast<uint32_t>(1 + rng_.below(3 * machine_.rows));
  const auto packing = static_cast<Packing>(command.packing);
  const int64_t beats = weight_beats(machine_, packing, command.n, command.k);
  command.wbeats = static_cast<uint32_t>(beats);
  // Readable and writable windows are not the same: a product may be read before the one ahead of
  // it is written, so their buffers must be apart for the result to have one meaning.
  const auto acts = static_cast<uint64_t>(activation_beats(machine_, command.m, command.k));
  command.act_lo = low(place(RingLayout::kReadable, acts * machine_.axi_bytes));
  command.wgt_lo =
      low(place(RingLayout::kReadable, static_cast<uint64_t>(beats) * machine_.axi_bytes));
  command.out_lo = low(place(RingLayout::kWritable,
                             static_cast<uint64_t>(output_bytes(machine_, command.m, command.n))));
  Descriptor words{};
  tercet_gemm_command_pack(&command, words.data());
  return words;
}

Descriptor DescriptorSource::good() {
  Descriptor words{};
  const uint64_t kind = rng_.below(10);
  if (kind < 6) return gemm();
  if (kind < 8) {
    tercet_copy_command command{};
    command.opcode = TERCET_OPCODE_COPY;
    command.bytes = static_cast<uint32_t>((1 + rng_.below(70)) * machine_.axi_bytes);
    command.src_lo = low(place(RingLayout::kReadable, command.bytes));
    command.dst_lo =
        low(place(rng_.below(2) == 0 ? RingLayout::kBoth : RingLayout::kWritable, command.bytes));
    tercet_copy_command_pack(&command, words.data());
    return words;
  }
  tercet_plain_command command{};
  command.opcode = kind == 8            ? TERCET_OPCODE_GET_INFO
                   : rng_.below(2) == 0 ? TERCET_OPCODE_NOP
                                        : TERCET_OPCODE_FENCE;
  if (kind == 8) command.dst_lo = low(place(RingLayout::kBoth, TERCET_RECORD_BYTES));
  tercet_plain_command_pack(&command, words.data());
  return words;
}

Descriptor DescriptorSource::mutated() {
  Descriptor words = good();
  const uint64_t kind = rng_.below(8);
  if (kind == 0) {
    for (uint32_t& word : words) word = static_cast<uint32_t>(rng_.next());
    // Else nearly all would be of an opcode that nobody knows.
    if (rng_.below(4) != 0) words[0] = static_cast<uint32_t>(rng_.below(6));
    return words;
  }
  for (uint64_t i = 0; i <= kind / 3; ++i) {
    uint32_t& word = words[rng_.below(words.size())];
    switch (rng_.below(4)) {
      case 0:
        word = static_cast<uint32_t>(rng_.next());
        break;
      case 1:
        word = rng_.below(2) == 0 ? 0 : UINT32_MAX;
        break;
      case 2:
        word += static_cast<uint32_t>(rng_.below(3)) - 1;
        break;
      default:
        word ^= 1u << rng_.below(32);
    }
  }
  return words;
}

}  // namespace tercet
