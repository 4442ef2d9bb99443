// SPDX-License-Identifier: Apache-2.0
// Commands in flight: start, wait, errors, resets.
#include "tercet/driver.h"

#include <algorithm>

namespace tercet {
namespace {

constexpr size_t kMaxInFlight = 2;
constexpr uint64_t kResetCycles = 1'000'000;  // for outstanding bus transactions to finish
constexpr uint64_t kPollCycles = 64;          // between two looks at STATUS

}  // namespace

std::string describe(const Gemm& gemm) {
  return fmt::format("M={} N={} K={} m_tile={} packing={}", gemm.m, gemm.n, gemm.k, gemm.m_tile,
                     packing_name(gemm.packing));
}

uint64_t Driver::default_timeout(const tercet_config& machine, const Gemm& gemm) {
  const int64_t m = std::max<int64_t>(gemm.m, 1);
  const int64_t m_tiles = divide_up(m, std::max<int64_t>(gemm.m_tile, 1));
  const int64_t tiles = n_tiles(machine, gemm.n) * k_tiles(machine, gemm.k);
  const int64_t beats = m_tiles * weight_beats(machine, gemm.packing, gemm.n, gemm.k) +
                        activation_beats(machine, m, gemm.k) +
                        output_bytes(machine, m, gemm.n) / machine.axi_bytes;
  return 1'000'000 + 64 * static_cast<uint64_t>(beats + m * tiles);
}

Driver::Driver(Transport& transport, const tercet_config& machine, uint64_t timeout_cycles)
    : transport_(transport), machine_(machine), timeout_cycles_(timeout_cycles) {
  expect(TERCET_CSR_ID, "ID", TERCET_HW_ID);
  expect(TERCET_CSR_VERSION, "VERSION", TERCET_HW_VERSION);
  expect(TERCET_CSR_CONFIG_HASH, "CONFIG_HASH", machine.config_hash);
  expect(TERCET_CSR_GEOMETRY, "GEOMETRY", machine.geometry);
  reset();
}

uint64_t Driver::start(const Gemm& gemm) {
  check_fields(gemm);
  update();
  while (pending_.size() >= kMaxInFlight) wait(pending_.front().ticket);
  const uint64_t limit = transport_.cycle() + deadline(gemm);
  while (tercet_status_unpack(read(TERCET_CSR_STATUS)).start_pending != 0) {
    if (transport_.cycle() >= limit) fail_with_timeout(deadline(gemm));
    transport_.wait_irq(kPollCycles);
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
  tercet_ctrl ctrl{};
  ctrl.irq_enable = 1;
  ctrl.soft_reset = 1;
  write(TERCET_CSR_CTRL, tercet_ctrl_pack(ctrl));
  const uint64_t end = transport_.cycle() + kResetCycles;
  while (tercet_status_unpack(read(TERCET_CSR_STATUS)).idle == 0) {
    if (transport_.cycle() >= end) {
      throw TimeoutError(
          fmt::format("device: not idle {} cycles after a soft reset", kResetCycles));
    }
    transport_.wait_irq(kPollCycles);
  }
  write(TERCET_CSR_IRQ, read(TERCET_CSR_IRQ));
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

}  // namespace tercet
