// SPDX-License-Identifier: Apache-2.0
// Commands in flight: start, wait, errors, resets; their registers.
#include "host_driver/driver.h"

#include <algorithm>

namespace tercet {
namespace {

constexpr size_t kMaxInFlight = 2;

}  // namespace

Driver::Driver(Transport& transport, const tercet_config& machine, uint64_t timeout_cycles)
    : transport_(transport),
      machine_(machine),
      registers_(transport, machine),
      timeout_cycles_(timeout_cycles) {
  registers_.check_identity();
  reset();
}

uint64_t Driver::start(const Gemm& gemm) {
  check_fields(machine_, gemm);
  update();
  while (pending_.size() >= kMaxInFlight) wait(pending_.front().ticket);
  const uint64_t limit = transport_.cycle() + deadline(gemm);
  while (tercet_status_unpack(read(TERCET_CSR_STATUS)).start_pending != 0) {
    if (transport_.cycle() >= limit) fail_with_timeout(deadline(gemm));
    transport_.wait_irq(RegisterAccess::kPollCycles);
    update();
  }
  write_command(gemm);
  pending_.push_back({next_ticket_, gemm});
  return next_ticket_++;
}

void Driver::wait(uint64_t ticket) {
  if (ticket >= next_ticket_) fail("ticket {} was not given out", ticket);
  update();
  while (done_ticket_ < ticket) {
    if (pending_.empty() || pending_.front().ticket > ticket) {
      fail("ticket {} was dropped by a reset", ticket);
    }
    const uint64_t limit = deadline(pending_.front().gemm);
    const uint64_t end = transport_.cycle() + limit;
    while (!update()) {
      const uint64_t now = transport_.cycle();
      if (now >= end) fail_with_timeout(limit);
      transport_.wait_irq(end - now);
    }
  }
}

void Driver::wait_all() {
  if (!pending_.empty()) wait(pending_.back().ticket);
}

bool Driver::update() {
  // The bits are cleared before they are acted on: what happens later raises the line again.
  const uint32_t irq = read(TERCET_CSR_IRQ);
  if (irq == 0) return false;
  write(TERCET_CSR_IRQ, irq);
  const uint32_t completed = read(TERCET_CSR_COMPLETED);
  const uint32_t news = completed - completed_;
  if (news > pending_.size()) {
    fail("device: COMPLETED rose by {} with {} commands in flight", news, pending_.size());
  }
  for (uint32_t i = 0; i < news; ++i) {
    done_ticket_ = pending_.front().ticket;
    pending_.pop_front();
  }
  completed_ = completed;
  if (tercet_irq_unpack(irq).error != 0) {
    fail_with_error(tercet_error_unpack(read(TERCET_CSR_ERROR)).code);
  }
  return news != 0;
}

void Driver::reset() {
  pending_.clear();
  registers_.reset_engine(true);
  completed_ = read(TERCET_CSR_COMPLETED);
}

uint64_t Driver::deadline(const Gemm& gemm) const {
  return timeout_cycles_ != 0 ? timeout_cycles_ : default_timeout(machine_, gemm);
}

void Driver::fail_with_error(uint32_t code) {
  const std::string what = pending_.empty()
                               ? "no command in flight"
                               : fmt::format("command {} ({})", pending_.front().ticket,
                                             describe(pending_.front().gemm));
  reset();
  throw DeviceError(code,
                    fmt::format("{}: device error {} ({})", what, tercet_error_name(code), code));
}

void Driver::fail_with_timeout(uint64_t limit) {
  const std::string what = pending_.empty()
                               ? "next command"
                               : fmt::format("command {} ({})", pending_.front().ticket,
                                             describe(pending_.front().gemm));
  std::string after;
  try {
    reset();
  } catch (const TimeoutError& error) {
    after = fmt::format("; {}", error.what());
  }
  throw TimeoutError(fmt::format("{}: not done after {} cycles{}", what, limit, after));
}

void Driver::write_command(const Gemm& gemm) {
  tercet_cmd_flags flags{};
  flags.packing = static_cast<uint32_t>(gemm.packing);
  tercet_start start{};
  start.go = 1;
  write(TERCET_CSR_CMD_M, static_cast<uint32_t>(gemm.m));
  write(TERCET_CSR_CMD_N, static_cast<uint32_t>(gemm.n));
  write(TERCET_CSR_CMD_K, static_cast<uint32_t>(gemm.k));
  write(TERCET_CSR_CMD_MTILE, static_cast<uint32_t>(gemm.m_tile));
  write(TERCET_CSR_CMD_FLAGS, tercet_cmd_flags_pack(flags));
  write(TERCET_CSR_CMD_WBEATS,
        static_cast<uint32_t>(weight_beats(machine_, gemm.packing, gemm.n, gemm.k)));
  write(TERCET_CSR_CMD_ACT_LO, low_word(gemm.activations));
  write(TERCET_CSR_CMD_ACT_HI, high_word(gemm.activations));
  write(TERCET_CSR_CMD_WGT_LO, low_word(gemm.weights));
  write(TERCET_CSR_CMD_WGT_HI, high_word(gemm.weights));
  write(TERCET_CSR_CMD_OUT_LO, low_word(gemm.outputs));
  write(TERCET_CSR_CMD_OUT_HI, high_word(gemm.outputs));
  write(TERCET_CSR_START, tercet_start_pack(start));
}

void Driver::clear_counters() {
  tercet_ctrl ctrl{};
  ctrl.irq_enable = 1;
  ctrl.perf_clear = 1;
  write(TERCET_CSR_CTRL, tercet_ctrl_pack(ctrl));
}

}  // namespace tercet
