// SPDX-License-Identifier: Apache-2.0
// Boot, commands in order, completions, abort.
#include "sim/functional/ring_interpreter.h"

#include <algorithm>
#include <utility>

#include "firmware/version.h"

namespace tercet {
namespace {

constexpr int kStoreTries = 4;

uint64_t address(uint32_t lo, uint32_t hi) { return uint64_t{hi} << 32 | lo; }

}  // namespace

RingInterpreter::RingInterpreter(const tercet_config& machine, CoreControl& control, MemoryBus& bus,
                                 std::function<uint32_t(const Command&)> run_gemm)
    : machine_(machine), control_(control), bus_(bus), run_gemm_(std::move(run_gemm)) {}

void RingInterpreter::boot() {
  next_at_ = kNever;
  doorbell_ = abort_left_ = 0;
  const uint32_t* words = control_.dtcm().data();
  const int wrong = check_boot_block(machine_, words);
  if (wrong >= 0) {
    stop(TERCET_FW_PHASE_BAD_BOOT, static_cast<uint32_t>(wrong));
    return;
  }
  tercet_boot_block boot;
  tercet_boot_block_unpack(words, &boot);
  queue_ = address(boot.queue_lo, boot.queue_hi);
  completions_ = address(boot.completion_lo, boot.completion_hi);
  queue_entries_ = 1u << boot.queue_log2;
  completion_entries_ = 1u << boot.completion_log2;
  windows_ = boot_windows(words);
  ready_ = true;
  control_.fw_state = TERCET_FW_PHASE_READY;
  control_.doorbell_rang = control_.abort_asked = false;
}

void RingInterpreter::stop(uint32_t phase, uint32_t detail) {
  ready_ = false;
  next_at_ = kNever;
  tercet_fw_state state{};
  state.phase = phase;
  state.detail = detail;
  control_.fw_state = tercet_fw_state_pack(state);
  tercet_host_irq_set set{};
  set.fault = 1;
  control_.host_irq |= tercet_host_irq_set_pack(set);
}

void RingInterpreter::look(uint64_t cycle) {
  if (!control_.run || !ready_) return;
  if (control_.doorbell_rang) {
    control_.doorbell_rang = false;
    // A count that is further ahead than the ring is long says nothing about the ring.
    const uint32_t ahead = control_.doorbell - control_.retired;
    if (ahead <= queue_entries_ && ahead >= doorbell_ - control_.retired) {
      doorbell_ = control_.doorbell;
    }
  }
  if (control_.abort_asked) {
    control_.abort_asked = false;
    abort_left_ = doorbell_ - control_.retired;
  }
  if (next_at_ == kNever) schedule(cycle);
}

void RingInterpreter::schedule(uint64_t cycle) {
  const uint32_t unread = control_.retired - control_.consumed;
  const bool work = ready_ && doorbell_ != control_.retired && unread < completion_entries_;
  next_at_ = work ? cycle + kCommandCycles : kNever;
}

void RingInterpreter::step(uint64_t cycle) {
  Record words{};
  Verdict verdict;
  try {
    words = read_record(queue_, control_.retired & (queue_entries_ - 1));
    if (abort_left_ == 0) verdict = execute(words);
  } catch (const BusError& error) {  // of the ring: nobody knows what the command was
    verdict = {error.code, 0};
  }
  if (abort_left_ != 0) {
    --abort_left_;
    if (verdict.status == TERCET_ERR_NONE) verdict.status = TERCET_ERR_ABORTED;
  }
  complete(words, verdict);
  schedule(cycle);
}

Verdict RingInterpreter::execute(const Record& words) {
  const Verdict verdict = check_descriptor(machine_, windows_, words);
  if (verdict.status != TERCET_ERR_NONE) return verdict;
  tercet_gemm_command gemm;
  try {
    switch (words[0] & 0xff) {
      case TERCET_OPCODE_GEMM:
        tercet_gemm_command_unpack(words.data(), &gemm);
        return {run_gemm_(engine_command(gemm)), 0};
      case TERCET_OPCODE_COPY:
        return {copy(words), 0};
      case TERCET_OPCODE_GET_INFO:
        get_info(words);
        return {};
      default:  // nop and fence
        return {};
    }
  } catch (const BusError& error) {
    return {error.code, 0};
  }
}

uint32_t RingInterpreter::copy(const Record& words) {
  tercet_copy_command command;
  tercet_copy_command_unpack(words.data(), &command);
  const uint32_t beat = machine_.axi_bytes;
  const uint64_t src = address(command.src_lo, command.src_hi);
  const uint64_t dst = address(command.dst_lo, command.dst_hi);
  for (uint64_t at = 0; at < command.bytes; at += beat) {
    bus_.write_beat(dst + at, bus_.read_beat(src + at), beat);
  }
  return TERCET_ERR_NONE;
}

void RingInterpreter::get_info(const Record& words) {
  tercet_plain_command command;
  tercet_plain_command_unpack(words.data(), &command);
  tercet_info info{};
  info.id = TERCET_HW_ID;
  info.version = TERCET_HW_VERSION;
  info.config_hash = machine_.config_hash;
  info.geometry = machine_.geometry;
  info.firmware_version = TERCET_FIRMWARE_VERSION;
  tercet_boot_block boot;
  tercet_boot_block_unpack(control_.dtcm().data(), &boot);
  info.queue_log2 = boot.queue_log2;
  info.completion_log2 = boot.completion_log2;
  info.windows = boot.windows;
  for (const uint32_t opcode : {TERCET_OPCODE_NOP, TERCET_OPCODE_GEMM, TERCET_OPCODE_COPY,
                                TERCET_OPCODE_FENCE, TERCET_OPCODE_GET_INFO}) {
    info.opcodes |= 1u << opcode;
  }
  Record record;
  tercet_info_pack(&info, record.data());
  write_record(address(command.dst_lo, command.dst_hi), record);
}

void RingInterpreter::complete(const Record& words, const Verdict& verdict) {
  tercet_completion completion{};
  completion.sequence = words[1];
  completion.status = verdict.status;
  completion.opcode = words[0] & 0xff;
  completion.field = verdict.field;
  completion.index = control_.retired;
  Record record;
  tercet_completion_pack(&completion, record.data());
  const uint32_t place = control_.retired & (completion_entries_ - 1);
  for (int tries = 1;; ++tries) {
    try {
      write_record(completions_ + uint64_t{place} * TERCET_RECORD_BYTES, record);
      break;
    } catch (const BusError&) {
      if (tries < kStoreTries) continue;
      stop(TERCET_FW_PHASE_FAULT, TERCET_FAULT_COMPLETION_RING);
      return;
    }
  }
  ++control_.retired;
  tercet_host_irq_set set{};
  set.completion = 1;
  control_.host_irq |= tercet_host_irq_set_pack(set);
}

Record RingInterpreter::read_record(uint64_t ring, uint32_t place) {
  const uint32_t beat = machine_.axi_bytes;
  const uint64_t from = ring + uint64_t{place} * TERCET_RECORD_BYTES;
  Record words{};
  auto* bytes = reinterpret_cast<uint8_t*>(words.data());
  for (uint64_t at = 0; at < TERCET_RECORD_BYTES;) {
    const uint64_t skip = (from + at) % beat;
    const uint64_t take = std::min<uint64_t>(beat - skip, TERCET_RECORD_BYTES - at);
    std::memcpy(bytes + at, bus_.read_beat(from + at - skip) + skip, take);
    at += take;
  }
  return words;
}

void RingInterpreter::write_record(uint64_t to, const Record& words) {
  const uint32_t beat = machine_.axi_bytes;
  const auto* bytes = reinterpret_cast<const uint8_t*>(words.data());
  if (beat <= TERCET_RECORD_BYTES) {
    for (uint64_t at = 0; at < TERCET_RECORD_BYTES; at += beat) {
      bus_.write_beat(to + at, bytes + at, beat);
    }
    return;
  }
  const uint64_t start = to / beat * beat;  // a half of a beat: the other goes back as it came
  const uint8_t* old = bus_.read_beat(start);
  std::vector<uint8_t> whole(old, old + beat);
  std::memcpy(whole.data() + (to - start), bytes, TERCET_RECORD_BYTES);
  bus_.write_beat(start, whole.data(), beat);
}

}  // namespace tercet
