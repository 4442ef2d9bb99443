// SPDX-License-Identifier: Apache-2.0
// Tickets over the queue: waits, errors, reboots after a hang.
#include "host_driver/firmware_driver.h"

#include "host_driver/refusal.h"

namespace tercet {
namespace {

constexpr uint64_t kSpareCycles = 1'000'000;  // for the firmware to end a command by itself

uint32_t low(uint64_t address) { return static_cast<uint32_t>(address); }
uint32_t high(uint64_t address) { return static_cast<uint32_t>(address >> 32); }

}  // namespace

QueueOptions FirmwareDriver::place_rings(const Transport& transport, uint64_t timeout_cycles) {
  constexpr uint64_t kPage = 4096;
  QueueOptions options;
  const uint64_t end = transport.mem_size() / kPage * kPage;
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
  base_ = counters_now();
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
  command.act_lo = low(gemm.activations);
  command.act_hi = high(gemm.activations);
  command.wgt_lo = low(gemm.weights);
  command.wgt_hi = high(gemm.weights);
  command.out_lo = low(gemm.outputs);
  command.out_hi = high(gemm.outputs);
  Descriptor words{};
  tercet_gemm_command_pack(&command, words.data());
  return push(words, timeout_cycles_ != 0 ? timeout_cycles_ + kSpareCycles
                                          : default_timeout(machine(), gemm));
}

void FirmwareDriver::copy(uint64_t source, uint64_t target, uint32_t bytes) {
  tercet_copy_command command{};
  command.opcode = TERCET_OPCODE_COPY;
  command.bytes = bytes;
  command.src_lo = low(source);
  command.src_hi = high(source);
  command.dst_lo = low(target);
  command.dst_hi = high(target);
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

Counters FirmwareDriver::counters_now() {
  Counters counters{};
  for (uint32_t i = 0; i < TERCET_COUNTER_COUNT; ++i) {
    const uint32_t offset = TERCET_COUNTER_BASE + 8 * i;
    const uint64_t lo = queue_.registers().read(offset);  // latches the high half
    counters[i] = static_cast<uint64_t>(queue_.registers().read(offset + 4)) << 32 | lo;
  }
  return counters;
}

Counters FirmwareDriver::read_counters() {
  wait_all();  // the firmware reads counters too, and there is one latch
  Counters counters = counters_now();
  for (uint32_t i = 0; i < TERCET_COUNTER_COUNT; ++i) {
    if (i != TERCET_COUNTER_LAST_CYCLES) counters[i] -= base_[i];
  }
  if (counters[TERCET_COUNTER_CYCLES_BUSY] == 0) counters[TERCET_COUNTER_LAST_CYCLES] = 0;
  return counters;
}

void FirmwareDriver::clear_counters() {
  wait_all();
  base_ = counters_now();  // CTRL is the firmware's, and it takes differences itself
}

}  // namespace tercet
