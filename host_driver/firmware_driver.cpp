// SPDX-License-Identifier: Apache-2.0
// Tickets over the queue: waits, errors in words, reboots after a hang.
#include "host_driver/firmware_driver.h"

namespace tercet {
namespace {

constexpr uint64_t kSpareCycles = 1'000'000;  // for the firmware to end a command by itself

uint64_t address(uint32_t lo, uint32_t hi) { return uint64_t{hi} << 32 | lo; }

std::string describe_command(const Descriptor& words) {
  tercet_gemm_command gemm;
  tercet_copy_command copy;
  tercet_plain_command plain;
  switch (words[0] & 0xff) {
    case TERCET_OPCODE_GEMM:
      tercet_gemm_command_unpack(words.data(), &gemm);
      return "gemm " + describe({gemm.m, gemm.n, gemm.k, gemm.m_tile, Packing{gemm.packing}});
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

QueueOptions FirmwareDriver::place_rings(const Transport& transport, uint64_t timeout_cycles) {
  QueueOptions options;
  const uint64_t end = transport.mem_size() / kPageBytes * kPageBytes;
  const uint64_t rings = ring_bytes(options.queue_log2) + ring_bytes(options.completion_log2);
  if (end <= rings) fail("device memory: {} bytes leave no room for rings of {}", end, rings);
  options.queue = end - rings;
  options.completions = options.queue + ring_bytes(options.queue_log2);
  options.windows = {{0, options.queue, TERCET_WINDOW_ACCESS_READ | TERCET_WINDOW_ACCESS_WRITE}};
  if (timeout_cycles > UINT32_MAX) {
    fail("timeout {}: the watchdog's limit is {}", timeout_cycles, UINT32_MAX);
  }
  options.watchdog = static_cast<uint32_t>(timeout_cycles);
  return options;
}

FirmwareDriver::FirmwareDriver(Transport& transport, const tercet_config& machine,
                               const FirmwareImage& image, uint64_t timeout_cycles)
    : queue_(transport, machine, image, place_rings(transport, timeout_cycles)),
      timeout_cycles_(timeout_cycles) {
  base_ = queue_.registers().read_counters();
}

uint64_t FirmwareDriver::start(const Gemm& gemm) { return start_all({gemm}).front(); }

std::vector<uint64_t> FirmwareDriver::start_all(const std::vector<Gemm>& gemms) {
  std::vector<uint64_t> tickets;
  for (const Gemm& gemm : gemms) check_fields(machine(), gemm);
  for (const Gemm& gemm : gemms) tickets.push_back(push(gemm));
  queue_.ring();
  return tickets;
}

uint64_t FirmwareDriver::push(const Gemm& gemm) {
  tercet_gemm_command command{};
  command.opcode = TERCET_OPCODE_GEMM;
  command.packing = static_cast<uint32_t>(gemm.packing);
  command.m = static_cast<uint32_t>(gemm.m);
  command.m_tile = static_cast<uint32_t>(gemm.m_tile);
  command.n = static_cast<uint32_t>(gemm.n);
  command.k = static_cast<uint32_t>(gemm.k);
  command.wbeats = static_cast<uint32_t>(weight_beats(machine(), gemm.packing, gemm.n, gemm.k));
  command.act_lo = low_word(gemm.activations);
  command.act_hi = high_word(gemm.activations);
  command.wgt_lo = low_word(gemm.weights);
  command.wgt_hi = high_word(gemm.weights);
  command.out_lo = low_word(gemm.outputs);
  command.out_hi = high_word(gemm.outputs);
  Descriptor words{};
  tercet_gemm_command_pack(&command, words.data());
  return push(words, timeout_cycles_ != 0 ? timeout_cycles_ + kSpareCycles
                                          : default_timeout(machine(), gemm));
}

void FirmwareDriver::copy(uint64_t source, uint64_t target, uint32_t bytes) {
  tercet_copy_command command{};
  command.opcode = TERCET_OPCODE_COPY;
  command.bytes = bytes;
  command.src_lo = low_word(source);
  command.src_hi = high_word(source);
  command.dst_lo = low_word(target);
  command.dst_hi = high_word(target);
  Descriptor words{};
  tercet_copy_command_pack(&command, words.data());
  const uint64_t ticket = push(words, kSpareCycles + 64 * uint64_t{bytes} / machine().axi_bytes);
  queue_.ring();
  wait(ticket);
}

uint64_t FirmwareDriver::push(const Descriptor& words, uint64_t cycles) {
  while (queue_.full()) {
    queue_.ring();
    wait(pending_.front().ticket);
  }
  const uint64_t ticket = queue_.push(words);
  pending_.push_back({ticket, words, cycles});
  return ticket;
}

void FirmwareDriver::wait(uint64_t ticket) {
  if (ticket > queue_.pushed()) fail("ticket {} was not given out", ticket);
  for (;;) {
    settle(ticket);
    if (done_ticket_ >= ticket) return;
    if (pending_.empty() || pending_.front().ticket > ticket) {
      fail("ticket {} was dropped by a reset", ticket);
    }
    try {
      queue_.wait(pending_.front().ticket, pending_.front().cycles);
    } catch (const TimeoutError& error) {
      fail_with_timeout(error.what());
    } catch (const FirmwareError&) {
      reset();
      throw;
    }
  }
}

/// Takes completions up to that of `ticket`: a later one that failed is told to whoever waits for
/// it.
void FirmwareDriver::settle(uint64_t ticket) {
  tercet_completion completion;
  while (done_ticket_ < ticket && queue_.take(&completion)) {
    const Pending done = pending_.front();
    pending_.pop_front();
    if (completion.status == TERCET_ERR_NONE) {
      done_ticket_ = done.ticket;
      continue;
    }
    const std::string what =
        fmt::format("command {} ({})", done.ticket,
                    describe_failure(machine(), queue_.options(), done.words, completion));
    drain();
    throw DeviceError(completion.status, what);
  }
}

/// The commands behind one that failed end as they may.
void FirmwareDriver::drain() {
  try {
    if (queue_.pending() != 0) {
      uint64_t cycles = 0;
      for (const Pending& pending : pending_) cycles += pending.cycles;
      queue_.abort(cycles);
    }
  } catch (const Error&) {
    queue_.boot();
  }
  tercet_completion completion;
  while (queue_.take(&completion)) {
  }
  pending_.clear();
}

void FirmwareDriver::wait_all() {
  if (!pending_.empty()) wait(pending_.back().ticket);
}

void FirmwareDriver::fail_with_timeout(const std::string& what) {
  std::string after;
  try {
    reset();
  } catch (const Error& error) {
    after = fmt::format("; {}", error.what());
  }
  throw TimeoutError(what + after);
}

void FirmwareDriver::reset() {
  pending_.clear();
  queue_.boot();
  tercet_completion completion;
  while (queue_.take(&completion)) {
  }
}

Counters FirmwareDriver::read_counters() {
  wait_all();  // the firmware reads counters too, and there is one latch
  Counters counters = queue_.registers().read_counters();
  for (uint32_t i = 0; i < TERCET_COUNTER_COUNT; ++i) {
    if (i != TERCET_COUNTER_LAST_CYCLES) counters[i] -= base_[i];
  }
  if (counters[TERCET_COUNTER_CYCLES_BUSY] == 0) counters[TERCET_COUNTER_LAST_CYCLES] = 0;
  return counters;
}

void FirmwareDriver::clear_counters() {
  wait_all();
  base_ = queue_.registers()
              .read_counters();  // CTRL is the firmware's, and it takes differences itself
}

}  // namespace tercet
