// SPDX-License-Identifier: Apache-2.0
// From power-on to a firmware that serves the rings; commands in, completions out.
#include "host_driver/command_queue.h"

#include <algorithm>
#include <utility>

namespace tercet {
namespace {

constexpr uint64_t kBootCycles = 1'000'000;

void check_page(const char* name, uint64_t value) {
  if (value % kPageBytes != 0)
    fail("queue: {} = {:#x} is not a multiple of {}", name, value, kPageBytes);
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
  return std::max(kPageBytes, uint64_t{TERCET_RECORD_BYTES} << log2);
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
  boot.queue_lo = low_word(options.queue);
  boot.queue_hi = high_word(options.queue);
  boot.completion_lo = low_word(options.completions);
  boot.completion_hi = high_word(options.completions);
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
    *fields[i][0] = static_cast<uint32_t>(window.base / kPageBytes);
    *fields[i][1] = static_cast<uint32_t>(window.bytes / kPageBytes);
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
  const auto stopped = [this] {
    return tercet_core_status_unpack(registers_.read(TERCET_CSR_CORE_STATUS)).stopped != 0;
  };
  if (registers_.poll(kBootCycles, stopped)) return;
  throw TimeoutError(fmt::format("firmware {}: the core has not stopped after {} cycles",
                                 image_.name, kBootCycles));
}

void CommandQueue::wait_ready() {
  uint32_t phase = TERCET_FW_PHASE_OFF;
  const auto started = [&] {
    phase = tercet_fw_state_unpack(registers_.read(TERCET_CSR_FW_STATE)).phase;
    return phase != TERCET_FW_PHASE_OFF;
  };
  if (!registers_.poll(kBootCycles, started)) {
    throw TimeoutError(fmt::format("firmware {}: not ready {} cycles after its start, pc {:#x}",
                                   image_.name, kBootCycles, registers_.read(TERCET_CSR_CORE_PC)));
  }
  if (phase != TERCET_FW_PHASE_READY) fail_with_firmware("boot");
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

uint64_t CommandQueue::push(Descriptor words) {
  if (full()) fail("queue: all {} places are taken", uint64_t{1} << options_.queue_log2);
  words[1] = static_cast<uint32_t>(++pushed_);
  const uint64_t place = (pushed_ - boot_base_ - 1) & ((uint64_t{1} << options_.queue_log2) - 1);
  transport_.mem_write(options_.queue + place * TERCET_RECORD_BYTES, words.data(),
                       TERCET_RECORD_BYTES);
  return pushed_;
}

void CommandQueue::ring() {
  if (rung_ == pushed_) return;
  rung_ = pushed_;
  registers_.write(TERCET_CSR_DOORBELL, static_cast<uint32_t>(pushed_ - boot_base_));
}

bool CommandQueue::poll() {
  // The bits are cleared before the look: what comes later raises the line again.
  const uint32_t irq = registers_.read(TERCET_CSR_HOST_IRQ);
  if (irq == 0) return false;
  registers_.write(TERCET_CSR_HOST_IRQ, irq);
  const uint32_t retired = registers_.read(TERCET_CSR_RETIRED);
  const uint32_t news = retired - static_cast<uint32_t>(completed_ - boot_base_);
  if (news > rung_ - completed_) {
    fail("queue: RETIRED rose by {} with {} commands in flight", news, rung_ - completed_);
  }
  for (uint32_t i = 0; i < news; ++i) read_completion();
  if (news != 0) registers_.write(TERCET_CSR_CONSUMED, retired);
  if (tercet_host_irq_unpack(irq).fault != 0) fail_with_firmware("at work");
  return news != 0;
}

void CommandQueue::read_completion() {
  const uint64_t index = completed_ - boot_base_;
  const uint64_t place = index & ((uint64_t{1} << options_.completion_log2) - 1);
  Descriptor words{};
  transport_.mem_read(options_.completions + place * TERCET_RECORD_BYTES, words.data(),
                      TERCET_RECORD_BYTES);
  const uint64_t number = completed_ + 1;
  const int reserved = tercet_completion_reserved(words.data());
  if (reserved >= 0) fail("completion of command {}: word {} has reserved bits", number, reserved);
  tercet_completion completion;
  tercet_completion_unpack(words.data(), &completion);
  // A descriptor that could not be read has no sequence.
  const bool unread = completion.sequence == 0 && (completion.status == TERCET_ERR_READ_SLVERR ||
                                                   completion.status == TERCET_ERR_READ_DECERR);
  if (completion.index != static_cast<uint32_t>(index) ||
      (completion.sequence != static_cast<uint32_t>(number) && !unread)) {
    fail("completion of command {}: has sequence {} and index {}, due were {} and {}", number,
         completion.sequence, completion.index, static_cast<uint32_t>(number), index);
  }
  ++completed_;
  taken_.push_back(completion);
}

void CommandQueue::wait(uint64_t number, uint64_t max_cycles) {
  if (number > rung_) fail("queue: command {} was not given to the machine", number);
  poll();
  while (completed_ < number) {
    const uint64_t end = transport_.cycle() + max_cycles;
    while (!poll()) {
      const uint64_t now = transport_.cycle();
      if (now >= end) {
        throw TimeoutError(fmt::format("command {}: not done after {} cycles (core at pc {:#x})",
                                       completed_ + 1, max_cycles,
                                       registers_.read(TERCET_CSR_CORE_PC)));
      }
      transport_.wait_irq(end - now);
    }
  }
}

bool CommandQueue::take(tercet_completion* completion) {
  if (taken_.empty()) return false;
  *completion = taken_.front();
  taken_.pop_front();
  return true;
}

void CommandQueue::abort(uint64_t max_cycles) {
  tercet_abort abort{};
  abort.go = 1;
  registers_.write(TERCET_CSR_ABORT, tercet_abort_pack(abort));
  // Until its bit is clear, a doorbell would add to what it is about.
  const uint64_t end = transport_.cycle() + max_cycles;
  while (tercet_core_irq_unpack(registers_.read(TERCET_CSR_CORE_IRQ)).abort != 0) {
    if (transport_.cycle() >= end) {
      throw TimeoutError(fmt::format("abort: not looked at after {} cycles", max_cycles));
    }
  }
  if (rung_ != completed_) wait(rung_, max_cycles);
}

}  // namespace tercet
