// SPDX-License-Identifier: Apache-2.0
// From power-on to a firmware that serves the ring: docs/programming.md, "Boot".
#include <algorithm>
#include <utility>

#include "host_driver/command_queue.h"

namespace tercet {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kBootCycles = 1'000'000;
constexpr uint64_t kPollCycles = 64;

uint32_t low(uint64_t address) { return static_cast<uint32_t>(address); }
uint32_t high(uint64_t address) { return static_cast<uint32_t>(address >> 32); }

void check_page(const char* name, uint64_t value) {
  if (value % kPage != 0) fail("queue: {} = {:#x} is not a multiple of {}", name, value, kPage);
}

void check_range(const tercet_config& machine, const char* name, uint64_t base, uint64_t bytes) {
  const uint64_t space = uint64_t{1} << machine.addr_bits;
  if (base > space || bytes > space - base) {
    fail("queue: {} [{:#x}, +{:#x}) is not inside the address space of {:#x} bytes", name, base,
         bytes, space);
  }
}

void check_log2(const char* name, uint32_t value, uint32_t least) {
  if (value < least || value > TERCET_MAX_QUEUE_LOG2) {
    fail("queue: {} = {} is not in [{}, {}]", name, value, least,
         static_cast<int>(TERCET_MAX_QUEUE_LOG2));
  }
}

}  // namespace

uint64_t ring_bytes(uint32_t log2) {
  return std::max(kPage, uint64_t{TERCET_RECORD_BYTES} << log2);
}

tercet_boot_block make_boot_block(const tercet_config& machine, const QueueOptions& options) {
  check_log2("queue_log2", options.queue_log2, 1);
  check_log2("completion_log2", options.completion_log2, options.queue_log2);
  check_page("command ring", options.queue);
  check_page("completion ring", options.completions);
  check_range(machine, "command ring", options.queue, ring_bytes(options.queue_log2));
  check_range(machine, "completion ring", options.completions, ring_bytes(options.completion_log2));
  if (options.windows.size() > TERCET_WINDOWS) {
    fail("queue: {} windows, the limit is {}", options.windows.size(),
         static_cast<int>(TERCET_WINDOWS));
  }
  tercet_boot_block boot{};
  boot.magic = TERCET_BOOT_MAGIC;
  boot.config_hash = machine.config_hash;
  boot.queue_lo = low(options.queue);
  boot.queue_hi = high(options.queue);
  boot.completion_lo = low(options.completions);
  boot.completion_hi = high(options.completions);
  boot.queue_log2 = options.queue_log2;
  boot.completion_log2 = options.completion_log2;
  boot.windows = static_cast<uint32_t>(options.windows.size());
  boot.watchdog = options.watchdog;
  uint32_t* const fields[][3] = {{&boot.window0_base, &boot.window0_pages, &boot.window0_access},
                                 {&boot.window1_base, &boot.window1_pages, &boot.window1_access},
                                 {&boot.window2_base, &boot.window2_pages, &boot.window2_access},
                                 {&boot.window3_base, &boot.window3_pages, &boot.window3_access}};
  for (size_t i = 0; i < options.windows.size(); ++i) {
    const Window& window = options.windows[i];
    check_page("window base", window.base);
    check_page("window bytes", window.bytes);
    check_range(machine, "window", window.base, window.bytes);
    *fields[i][0] = static_cast<uint32_t>(window.base / kPage);
    *fields[i][1] = static_cast<uint32_t>(window.bytes / kPage);
    *fields[i][2] = window.access;
  }
  return boot;
}

CommandQueue::CommandQueue(Transport& transport, const tercet_config& machine, FirmwareImage image,
                           QueueOptions options)
    : transport_(transport),
      machine_(machine),
      registers_(transport, machine),
      image_(std::move(image)),
      options_(std::move(options)) {
  registers_.check_identity();
  boot();
}

void CommandQueue::stop() {
  registers_.write(TERCET_CSR_CORE_CTRL, 0);
  wait_stopped();
  registers_.write(TERCET_CSR_HOST_IRQ_ENABLE, 0);
}

void CommandQueue::boot() {
  const tercet_boot_block boot = make_boot_block(machine_, options_);
  stop();
  registers_.reset_engine(false);
  load_image();
  std::array<uint32_t, TERCET_BOOT_BLOCK_WORDS> words{};
  tercet_boot_block_pack(&boot, words.data());
  for (uint32_t i = 0; i < words.size(); ++i) {
    registers_.write(TERCET_HOST_DTCM_WINDOW + 4 * i, words[i]);
  }
  for (const uint32_t count : {TERCET_CSR_DOORBELL, TERCET_CSR_RETIRED, TERCET_CSR_CONSUMED}) {
    registers_.write(count, 0);
  }
  rung_ = completed_ = boot_base_ = pushed_;
  registers_.write(TERCET_CSR_HOST_IRQ, UINT32_MAX);
  registers_.write(TERCET_CSR_HOST_IRQ_ENABLE, UINT32_MAX);
  tercet_core_ctrl ctrl{};
  ctrl.run = 1;
  registers_.write(TERCET_CSR_CORE_CTRL, tercet_core_ctrl_pack(ctrl));
  wait_ready();
}

void CommandQueue::load_image() {
  for (uint32_t i = 0; 4 * i < image_.code_bytes; ++i) {
    registers_.write(TERCET_HOST_ITCM_WINDOW + 4 * i, image_.itcm[i]);
  }
  for (uint32_t i = TERCET_BOOT_BLOCK_WORDS; 4 * i < image_.data_bytes; ++i) {
    registers_.write(TERCET_HOST_DTCM_WINDOW + 4 * i, image_.dtcm[i]);
  }
}

void CommandQueue::wait_stopped() {
  const uint64_t end = transport_.cycle() + kBootCycles;
  while (tercet_core_status_unpack(registers_.read(TERCET_CSR_CORE_STATUS)).stopped == 0) {
    if (transport_.cycle() >= end) {
      throw TimeoutError(fmt::format("firmware {}: the core has not stopped after {} cycles",
                                     image_.name, kBootCycles));
    }
    transport_.wait_irq(kPollCycles);
  }
}

void CommandQueue::wait_ready() {
  const uint64_t end = transport_.cycle() + kBootCycles;
  for (;;) {
    const tercet_fw_state state = tercet_fw_state_unpack(registers_.read(TERCET_CSR_FW_STATE));
    if (state.phase == TERCET_FW_PHASE_READY) return;
    if (state.phase != TERCET_FW_PHASE_OFF) fail_with_firmware("boot");
    if (transport_.cycle() >= end) {
      throw TimeoutError(fmt::format("firmware {}: not ready {} cycles after its start, pc {:#x}",
                                     image_.name, kBootCycles,
                                     registers_.read(TERCET_CSR_CORE_PC)));
    }
    transport_.wait_irq(kPollCycles);
  }
}

void CommandQueue::fail_with_firmware(const char* when) {
  const tercet_fw_state state = tercet_fw_state_unpack(registers_.read(TERCET_CSR_FW_STATE));
  if (state.phase == TERCET_FW_PHASE_BAD_BOOT) {
    throw FirmwareError(fmt::format("firmware {}: {}: word {} of the boot block is refused",
                                    image_.name, when, state.detail));
  }
  throw FirmwareError(fmt::format("firmware {}: {}: stopped in phase {}, cause {:#x}, pc {:#x}",
                                  image_.name, when, state.phase, state.detail,
                                  registers_.read(TERCET_CSR_CORE_PC)));
}

}  // namespace tercet
