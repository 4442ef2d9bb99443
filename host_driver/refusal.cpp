// SPDX-License-Identifier: Apache-2.0
// From status and field of a completion to a sentence.
#include "host_driver/refusal.h"

#include "host_driver/command_port.h"

namespace tercet {
namespace {

uint64_t address(uint32_t lo, uint32_t hi) { return uint64_t{hi} << 32 | lo; }

std::string describe_command(const Descriptor& words) {
  tercet_gemm_command gemm;
  tercet_copy_command copy;
  tercet_plain_command plain;
  switch (words[0] & 0xff) {
    case TERCET_OPCODE_GEMM:
      tercet_gemm_command_unpack(words.data(), &gemm);
      return fmt::format("gemm M={} N={} K={} m_tile={} packing={}", gemm.m, gemm.n, gemm.k,
                         gemm.m_tile, packing_name(static_cast<Packing>(gemm.packing)));
    case TERCET_OPCODE_COPY:
      tercet_copy_command_unpack(words.data(), &copy);
      return fmt::format("copy {} bytes {:#x} to {:#x}", copy.bytes,
                         address(copy.src_lo, copy.src_hi), address(copy.dst_lo, copy.dst_hi));
    case TERCET_OPCODE_GET_INFO:
      tercet_plain_command_unpack(words.data(), &plain);
      return fmt::format("get_info to {:#x}", address(plain.dst_lo, plain.dst_hi));
    case TERCET_OPCODE_NOP:
      return "nop";
    case TERCET_OPCODE_FENCE:
      return "fence";
    default:
      return fmt::format("opcode {}", words[0] & 0xff);
  }
}

/// "outputs [0x1000, +0x100)" for the word where an address starts.
std::string describe_buffer(const tercet_config& machine, const Descriptor& words, uint32_t field) {
  if (field + 1 >= words.size()) return fmt::format("word {}", field);
  const uint64_t first = address(words[field], words[field + 1]);
  tercet_gemm_command gemm;
  tercet_gemm_command_unpack(words.data(), &gemm);
  const bool is_gemm = gemm.opcode == TERCET_OPCODE_GEMM;
  const auto range = [&](const char* name, uint64_t bytes) {
    return fmt::format("{} [{:#x}, +{:#x})", name, first, bytes);
  };
  if (is_gemm && field == 6) {
    return range("activations", static_cast<uint64_t>(activation_beats(machine, gemm.m, gemm.k)) *
                                    machine.axi_bytes);
  }
  if (is_gemm && field == 8) return range("weights", uint64_t{gemm.wbeats} * machine.axi_bytes);
  if (is_gemm && field == 10) {
    return range("outputs", static_cast<uint64_t>(output_bytes(machine, gemm.m, gemm.n)));
  }
  const bool is_copy = gemm.opcode == TERCET_OPCODE_COPY;
  return range(field == 6 ? "source" : "destination",
               is_copy ? words[2] : uint64_t{TERCET_RECORD_BYTES});
}

std::string describe_limit(const tercet_config& machine, const QueueOptions& options,
                           const Descriptor& words, const tercet_completion& completion) {
  tercet_gemm_command gemm;
  tercet_gemm_command_unpack(words.data(), &gemm);
  const bool writes =
      (words[0] & 0xff) == TERCET_OPCODE_GEMM ? completion.field == 10 : completion.field == 8;
  std::string text;
  switch (completion.status) {
    case TERCET_ERR_RESERVED_BITS:
      return fmt::format("word {} = {:#010x}", completion.field,
                         words[completion.field % words.size()]);
    case TERCET_ERR_BAD_WINDOW:
      text = fmt::format("{} is in no window that allows {}; windows:",
                         describe_buffer(machine, words, completion.field),
                         writes ? "writing" : "reading");
      for (const Window& window : options.windows) {
        text += fmt::format(" [{:#x}, +{:#x}){}{}", window.base, window.bytes,
                            (window.access & TERCET_WINDOW_ACCESS_READ) != 0 ? "r" : "",
                            (window.access & TERCET_WINDOW_ACCESS_WRITE) != 0 ? "w" : "");
      }
      return text;
    case TERCET_ERR_BAD_LENGTH:
      return fmt::format("bytes = {}: at least one beat of {}, a multiple of it, and no overlap",
                         words[2], machine.axi_bytes);
    case TERCET_ERR_BAD_ALIGNMENT:
      if (completion.opcode == TERCET_OPCODE_GEMM) {
        return fmt::format("addresses {:#x}, {:#x}, {:#x} are multiples of {}",
                           address(gemm.act_lo, gemm.act_hi), address(gemm.wgt_lo, gemm.wgt_hi),
                           address(gemm.out_lo, gemm.out_hi), machine.axi_bytes);
      }
      return fmt::format("{}: not a multiple of {}",
                         describe_buffer(machine, words, completion.field),
                         completion.opcode == TERCET_OPCODE_COPY ? machine.axi_bytes
                                                                 : uint32_t{TERCET_RECORD_BYTES});
    case TERCET_ERR_BAD_SHAPE:
      return fmt::format("M, N and K are at least 1, K at most {}", machine.k_max);
    case TERCET_ERR_BAD_TILE:
      return fmt::format("m_tile is 1 to {}, and {} beats fit on chip", machine.tokens,
                         machine.act_sram_beats);
    case TERCET_ERR_BAD_WEIGHT_BEATS:
      return fmt::format("wbeats = {}, the shape needs {}", gemm.wbeats,
                         weight_beats(machine, static_cast<Packing>(gemm.packing), gemm.n, gemm.k));
    case TERCET_ERR_WATCHDOG:
      return fmt::format("limit {} cycles", options.watchdog);
    default:
      return "";
  }
}

}  // namespace

std::string describe_failure(const tercet_config& machine, const QueueOptions& options,
                             const Descriptor& words, const tercet_completion& completion) {
  const std::string limit = describe_limit(machine, options, words, completion);
  return fmt::format("{}: device error {} ({}){}{}", describe_command(words),
                     tercet_error_name(completion.status), completion.status,
                     limit.empty() ? "" : ": ", limit);
}

}  // namespace tercet
