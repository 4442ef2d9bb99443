// SPDX-License-Identifier: Apache-2.0
// Commands in, completions out.
#include "host_driver/command_queue.h"

namespace tercet {

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
