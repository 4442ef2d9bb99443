// SPDX-License-Identifier: Apache-2.0
// The checks in plain 64-bit arithmetic: no product here reaches 2^63.
#include "sim/functional/descriptor.h"

#include <algorithm>

#include "host_driver/layout.h"

namespace tercet {
namespace {

constexpr uint64_t kPage = 4096;

uint64_t address(uint32_t lo, uint32_t hi) { return uint64_t{hi} << 32 | lo; }

bool allowed(const std::vector<MemoryWindow>& windows, uint64_t first, uint64_t bytes,
             uint32_t access) {
  if (bytes == 0) return true;  // nothing is touched
  return std::any_of(windows.begin(), windows.end(), [&](const MemoryWindow& window) {
    return (window.access & access) != 0 && first >= window.base * kPage &&
           first + bytes <= (window.base + window.pages) * kPage;
  });
}

Verdict check_gemm(const tercet_config& machine, const std::vector<MemoryWindow>& windows,
                   const Record& words) {
  const int reserved = tercet_gemm_command_reserved(words.data());
  if (reserved >= 0) return {TERCET_ERR_RESERVED_BITS, static_cast<uint32_t>(reserved)};
  tercet_gemm_command gemm;
  tercet_gemm_command_unpack(words.data(), &gemm);
  const Command command = engine_command(gemm);
  const auto act_bytes =
      static_cast<uint64_t>(activation_beats(machine, gemm.m, gemm.k)) * machine.axi_bytes;
  const uint64_t wgt_bytes = uint64_t{gemm.wbeats} * machine.axi_bytes;
  const auto out_bytes = static_cast<uint64_t>(output_bytes(machine, gemm.m, gemm.n));
  if (!allowed(windows, command.activations, act_bytes, TERCET_WINDOW_ACCESS_READ)) {
    return {TERCET_ERR_BAD_WINDOW, 6};
  }
  if (!allowed(windows, command.weights, wgt_bytes, TERCET_WINDOW_ACCESS_READ)) {
    return {TERCET_ERR_BAD_WINDOW, 8};
  }
  if (!allowed(windows, command.outputs, out_bytes, TERCET_WINDOW_ACCESS_WRITE)) {
    return {TERCET_ERR_BAD_WINDOW, 10};
  }
  return {check_command(machine, command), 0};
}

Verdict check_copy(const tercet_config& machine, const std::vector<MemoryWindow>& windows,
                   const Record& words) {
  const int reserved = tercet_copy_command_reserved(words.data());
  if (reserved >= 0) return {TERCET_ERR_RESERVED_BITS, static_cast<uint32_t>(reserved)};
  tercet_copy_command copy;
  tercet_copy_command_unpack(words.data(), &copy);
  const uint64_t src = address(copy.src_lo, copy.src_hi);
  const uint64_t dst = address(copy.dst_lo, copy.dst_hi);
  const bool overlap = src < dst + copy.bytes && dst < src + copy.bytes;
  if (copy.bytes == 0 || copy.bytes % machine.axi_bytes != 0 || overlap) {
    return {TERCET_ERR_BAD_LENGTH, 2};
  }
  if (!allowed(windows, src, copy.bytes, TERCET_WINDOW_ACCESS_READ)) {
    return {TERCET_ERR_BAD_WINDOW, 6};
  }
  if (!allowed(windows, dst, copy.bytes, TERCET_WINDOW_ACCESS_WRITE)) {
    return {TERCET_ERR_BAD_WINDOW, 8};
  }
  if (src % machine.axi_bytes != 0) return {TERCET_ERR_BAD_ALIGNMENT, 6};
  if (dst % machine.axi_bytes != 0) return {TERCET_ERR_BAD_ALIGNMENT, 8};
  return {};
}

Verdict check_plain(const std::vector<MemoryWindow>& windows, const Record& words) {
  tercet_plain_command plain;
  tercet_plain_command_unpack(words.data(), &plain);
  int reserved = tercet_plain_command_reserved(words.data());
  if (plain.opcode != TERCET_OPCODE_GET_INFO) {
    for (const int word : {9, 8}) {
      if (words[static_cast<size_t>(word)] != 0 && (reserved < 0 || reserved > word)) {
        reserved = word;
      }
    }
  }
  if (reserved >= 0) return {TERCET_ERR_RESERVED_BITS, static_cast<uint32_t>(reserved)};
  if (plain.opcode != TERCET_OPCODE_GET_INFO) return {};
  const uint64_t dst = address(plain.dst_lo, plain.dst_hi);
  if (!allowed(windows, dst, TERCET_RECORD_BYTES, TERCET_WINDOW_ACCESS_WRITE)) {
    return {TERCET_ERR_BAD_WINDOW, 8};
  }
  if (dst % TERCET_RECORD_BYTES != 0) return {TERCET_ERR_BAD_ALIGNMENT, 8};
  return {};
}

}  // namespace

int check_boot_block(const tercet_config& machine, const uint32_t* words) {
  if (words[0] != TERCET_BOOT_MAGIC) return 0;
  if (words[1] != machine.config_hash) return 1;
  const int reserved = tercet_boot_block_reserved(words);
  if (reserved >= 0) return reserved;
  tercet_boot_block boot;
  tercet_boot_block_unpack(words, &boot);
  if (boot.queue_log2 < 1 || boot.queue_log2 > TERCET_MAX_QUEUE_LOG2) return 6;
  if (boot.completion_log2 < boot.queue_log2 || boot.completion_log2 > TERCET_MAX_QUEUE_LOG2) {
    return 6;
  }
  if (boot.windows > TERCET_WINDOWS) return 6;
  const uint64_t space = uint64_t{1} << 40;
  const auto ends_inside = [&](uint64_t base, uint32_t log2) {
    return base + (uint64_t{TERCET_RECORD_BYTES} << log2) <= space;
  };
  if (boot.queue_lo % kPage != 0) return 2;
  if (!ends_inside(address(boot.queue_lo, boot.queue_hi), boot.queue_log2)) return 3;
  if (boot.completion_lo % kPage != 0) return 4;
  if (!ends_inside(address(boot.completion_lo, boot.completion_hi), boot.completion_log2)) return 5;
  const std::vector<MemoryWindow> windows = boot_windows(words);
  for (size_t i = 0; i < windows.size(); ++i) {
    if (windows[i].base > space / kPage) return static_cast<int>(8 + 2 * i);
    if (windows[i].base + windows[i].pages > space / kPage) return static_cast<int>(9 + 2 * i);
  }
  return -1;
}

std::vector<MemoryWindow> boot_windows(const uint32_t* words) {
  tercet_boot_block boot;
  tercet_boot_block_unpack(words, &boot);
  std::vector<MemoryWindow> windows = {
      {boot.window0_base, boot.window0_pages, boot.window0_access},
      {boot.window1_base, boot.window1_pages, boot.window1_access},
      {boot.window2_base, boot.window2_pages, boot.window2_access},
      {boot.window3_base, boot.window3_pages, boot.window3_access}};
  windows.resize(std::min<size_t>(boot.windows, TERCET_WINDOWS));
  return windows;
}

Verdict check_descriptor(const tercet_config& machine, const std::vector<MemoryWindow>& windows,
                         const Record& words) {
  const uint32_t opcode = words[0] & 0xff;
  switch (opcode) {
    case TERCET_OPCODE_GEMM:
      return check_gemm(machine, windows, words);
    case TERCET_OPCODE_COPY:
      return check_copy(machine, windows, words);
    case TERCET_OPCODE_NOP:
    case TERCET_OPCODE_FENCE:
    case TERCET_OPCODE_GET_INFO:
      return check_plain(windows, words);
    case TERCET_OPCODE_RMS_NORM:
    case TERCET_OPCODE_QUANTISE:
    case TERCET_OPCODE_ROPE:
    case TERCET_OPCODE_SOFTMAX:
    case TERCET_OPCODE_ATTENTION:
    case TERCET_OPCODE_ACTIVATION:
      return {TERCET_ERR_NOT_IMPLEMENTED, 0};
    default:
      return {TERCET_ERR_BAD_OPCODE, 0};
  }
}

Command engine_command(const tercet_gemm_command& gemm) {
  Command command;
  command.m = gemm.m;
  command.n = gemm.n;
  command.k = gemm.k;
  command.m_tile = gemm.m_tile;
  tercet_cmd_flags flags{};
  flags.packing = gemm.packing;
  command.flags = tercet_cmd_flags_pack(flags);
  command.weight_beats = gemm.wbeats;
  command.activations = address(gemm.act_lo, gemm.act_hi);
  command.weights = address(gemm.wgt_lo, gemm.wgt_hi);
  command.outputs = address(gemm.out_lo, gemm.out_hi);
  return command;
}

}  // namespace tercet
