// SPDX-License-Identifier: Apache-2.0
// A machine for tests of the driver alone: registers, rings, and products in plain loops over the
// streams of docs/machine.md. It checks nothing; what goes wrong is ordered by the test.
#pragma once

#include <cstring>
#include <deque>
#include <map>
#include <vector>

#include "host_driver/command_port.h"
#include "host_driver/command_queue.h"
#include "host_driver/trit5.h"

namespace tercet {

/// Bit `row` of plane `plane` of a beat.
inline int plane_bit(const tercet_config& machine, const uint8_t* beat, int64_t plane,
                     int64_t row) {
  return beat[plane * machine.rows / 8 + row / 8] >> (row % 8) & 1;
}

/// Weight (n, k) of a stream whose inputs are `tiles` k_tiles; 2 if its bits are no trit.
inline int weight_at(const tercet_config& machine, Packing packing, const uint8_t* stream,
                     int64_t tiles, int64_t n, int64_t k) {
  const int64_t cols = machine.cols;
  const int64_t rows = machine.rows;
  const int64_t column = (n / cols * tiles + k / rows) * cols + n % cols;
  const int64_t i = column % columns_per_beat(packing);
  const uint8_t* beat = stream + column / columns_per_beat(packing) * rows;
  if (packing == Packing::kTwoBit) {
    const int nz = plane_bit(machine, beat, 2 * i, k % rows);
    const int neg = plane_bit(machine, beat, 2 * i + 1, k % rows);
    return nz < neg ? 2 : nz - 2 * neg;
  }
  int code = 0;
  for (int b = 0; b < 8; ++b) code |= plane_bit(machine, beat, b, k % rows) << b;
  return decode_trit5(static_cast<uint8_t>(code))[static_cast<size_t>(i)];
}

class LoopDevice : public Transport {
 public:
  static constexpr uint64_t kCommandCycles = 100;
  static constexpr uint32_t kHang = UINT32_MAX;

  explicit LoopDevice(const tercet_config& machine, uint64_t memory_bytes = uint64_t{1} << 22)
      : machine_(machine), memory_(memory_bytes) {
    registers[TERCET_CSR_ID] = TERCET_HW_ID;
    registers[TERCET_CSR_VERSION] = TERCET_HW_VERSION;
    registers[TERCET_CSR_CONFIG_HASH] = machine.config_hash;
    registers[TERCET_CSR_GEOMETRY] = machine.geometry;
  }

  std::map<uint32_t, uint32_t> registers;  ///< by offset, the core's memories too
  std::deque<uint32_t> outcomes;  ///< error codes of the next commands, or kHang; then none
  uint32_t refused = UINT32_MAX;  ///< the register that answers SLVERR
  uint32_t boot_phase = TERCET_FW_PHASE_READY;
  uint64_t most_in_flight = 0;

  BusResponse csr_read(uint32_t offset, uint32_t* value) override {
    ++cycle_;
    if (offset == refused) return BusResponse::kSlverr;
    *value = registers[offset];
    if (offset == TERCET_CSR_STATUS) {
      tercet_status status{};
      status.idle = commands_.empty() ? 1 : 0;
      *value = tercet_status_pack(status);
    } else if (offset == TERCET_CSR_CORE_STATUS) {
      tercet_core_status status{};
      status.stopped = running() ? 0 : 1;
      *value = tercet_core_status_pack(status);
    }
    return BusResponse::kOkay;
  }

  BusResponse csr_write(uint32_t offset, uint32_t value) override {
    ++cycle_;
    if (offset == refused) return BusResponse::kSlverr;
    if (offset == TERCET_CSR_IRQ || offset == TERCET_CSR_HOST_IRQ) {
      registers[offset] &= ~value;
      return BusResponse::kOkay;
    }
    registers[offset] = value;
    if (offset == TERCET_CSR_START) commands_.push_back(shadow());
    if (offset == TERCET_CSR_CTRL) control(tercet_ctrl_unpack(value));
    if (offset == TERCET_CSR_CORE_CTRL) {
      registers[TERCET_CSR_FW_STATE] = running() ? boot_phase : uint32_t{TERCET_FW_PHASE_OFF};
    }
    while (offset == TERCET_CSR_ABORT && in_ring() != 0) retire(TERCET_ERR_ABORTED);
    most_in_flight = std::max<uint64_t>(most_in_flight, commands_.size() + in_ring());
    return BusResponse::kOkay;
  }

  /// A wait that is long enough sees one command end.
  bool wait_irq(uint64_t max_cycles) override {
    if (irq_line()) return true;
    const bool hangs = !outcomes.empty() && outcomes.front() == kHang;
    const bool ends = max_cycles >= kCommandCycles && !hangs;
    cycle_ += ends ? kCommandCycles : max_cycles;
    if (ends && in_ring() != 0) {
      retire(take_outcome());
    } else if (ends && !commands_.empty()) {
      finish(take_outcome());
    }
    return irq_line();
  }

  void mem_read(uint64_t address, void* data, uint64_t bytes) override {
    std::memcpy(data, &memory_.at(address + bytes - 1) - (bytes - 1), bytes);
  }
  void mem_write(uint64_t address, const void* data, uint64_t bytes) override {
    std::memcpy(&memory_.at(address + bytes - 1) - (bytes - 1), data, bytes);
  }
  uint64_t mem_size() const override { return memory_.size(); }
  uint64_t cycle() const override { return cycle_; }

 private:
  static uint64_t address(uint32_t lo, uint32_t hi) { return uint64_t{hi} << 32 | lo; }
  bool running() { return tercet_core_ctrl_unpack(registers[TERCET_CSR_CORE_CTRL]).run != 0; }
  uint32_t in_ring() {
    return running() ? registers[TERCET_CSR_DOORBELL] - registers[TERCET_CSR_RETIRED] : 0;
  }
  bool irq_line() {
    const bool enabled = tercet_ctrl_unpack(registers[TERCET_CSR_CTRL]).irq_enable != 0;
    return (enabled && registers[TERCET_CSR_IRQ] != 0) ||
           (registers[TERCET_CSR_HOST_IRQ] & registers[TERCET_CSR_HOST_IRQ_ENABLE]) != 0;
  }
  uint32_t take_outcome() {
    if (outcomes.empty()) return TERCET_ERR_NONE;
    const uint32_t code = outcomes.front();
    outcomes.pop_front();
    return code;
  }

  void control(const tercet_ctrl& ctrl) {
    for (uint32_t i = 0; ctrl.perf_clear != 0 && i < TERCET_COUNTER_COUNT; ++i) {
      registers[TERCET_COUNTER_BASE + 8 * i] = 0;
    }
    if (ctrl.soft_reset == 0) return;
    commands_.clear();
    registers[TERCET_CSR_IRQ] = registers[TERCET_CSR_COMPLETED] = registers[TERCET_CSR_ERROR] = 0;
  }

  Gemm shadow() {
    const auto at = [this](uint32_t lo) { return address(registers[lo], registers[lo + 4]); };
    const auto flags = tercet_cmd_flags_unpack(registers[TERCET_CSR_CMD_FLAGS]);
    return {registers[TERCET_CSR_CMD_M], registers[TERCET_CSR_CMD_N],
            registers[TERCET_CSR_CMD_K], registers[TERCET_CSR_CMD_MTILE],
            Packing{flags.packing},      at(TERCET_CSR_CMD_ACT_LO),
            at(TERCET_CSR_CMD_WGT_LO),   at(TERCET_CSR_CMD_OUT_LO)};
  }

  /// The oldest command of the registers ends.
  void finish(uint32_t code) {
    tercet_irq irq{};
    if (code == TERCET_ERR_NONE) {
      compute(commands_.front());
      commands_.pop_front();
      ++registers[TERCET_CSR_COMPLETED];
      irq.done = 1;
    } else {
      commands_.clear();
      registers[TERCET_CSR_ERROR] = code;
      irq.error = 1;
    }
    registers[TERCET_CSR_IRQ] |= tercet_irq_pack(irq);
  }

  /// The oldest command of the ring ends.
  void retire(uint32_t code) {
    uint32_t words[TERCET_BOOT_BLOCK_WORDS];
    for (uint32_t i = 0; i < TERCET_BOOT_BLOCK_WORDS; ++i) {
      words[i] = registers[TERCET_HOST_DTCM_WINDOW + 4 * i];
    }
    tercet_boot_block boot;
    tercet_boot_block_unpack(words, &boot);
    const uint32_t index = registers[TERCET_CSR_RETIRED]++;
    const auto place = [index](uint32_t lo, uint32_t hi, uint32_t log2) {
      return address(lo, hi) + uint64_t{index & ((1u << log2) - 1)} * TERCET_RECORD_BYTES;
    };
    Descriptor command{};
    mem_read(place(boot.queue_lo, boot.queue_hi, boot.queue_log2), command.data(),
             TERCET_RECORD_BYTES);
    if (code == TERCET_ERR_NONE) execute(command);
    tercet_completion done{};
    done.sequence = command[1];
    done.status = code;
    done.opcode = command[0] & 0xff;
    done.index = index;
    Descriptor record{};
    tercet_completion_pack(&done, record.data());
    mem_write(place(boot.completion_lo, boot.completion_hi, boot.completion_log2), record.data(),
              TERCET_RECORD_BYTES);
    tercet_host_irq irq{};
    irq.completion = 1;
    registers[TERCET_CSR_HOST_IRQ] |= tercet_host_irq_pack(irq);
  }

  void execute(const Descriptor& words) {
    if ((words[0] & 0xff) == TERCET_OPCODE_GEMM) {
      tercet_gemm_command c;
      tercet_gemm_command_unpack(words.data(), &c);
      compute({c.m, c.n, c.k, c.m_tile, Packing{c.packing}, address(c.act_lo, c.act_hi),
               address(c.wgt_lo, c.wgt_hi), address(c.out_lo, c.out_hi)});
    } else if ((words[0] & 0xff) == TERCET_OPCODE_COPY) {
      tercet_copy_command c;
      tercet_copy_command_unpack(words.data(), &c);
      std::memmove(&memory_.at(address(c.dst_lo, c.dst_hi)),
                   &memory_.at(address(c.src_lo, c.src_hi)), c.bytes);
    }
  }

  void compute(const Gemm& g) {
    const int64_t rows = machine_.rows;
    const int64_t cols = machine_.cols;
    const int64_t tiles = k_tiles(machine_, g.k);
    for (int64_t n = 0; n < g.n; ++n) {
      for (int64_t m = 0; m < g.m; ++m) {
        // Before a token lie whole tiles of m_tile tokens, then its own tile's k_tiles and tokens.
        const int64_t m0 = m / g.m_tile * g.m_tile;
        const int64_t tokens = std::min(g.m_tile, g.m - m0);
        int32_t sum = 0;
        for (int64_t k = 0; k < g.k; ++k) {
          const int64_t beat = m0 * tiles + k / rows * tokens + m - m0;
          const uint64_t at = g.activations + static_cast<uint64_t>(beat * rows + k % rows);
          sum += static_cast<int8_t>(memory_.at(at)) *
                 weight_at(machine_, g.packing, &memory_.at(g.weights), tiles, n, k);
        }
        const int64_t beat = m0 * n_tiles(machine_, g.n) + n / cols * tokens + m - m0;
        mem_write(g.outputs + static_cast<uint64_t>(4 * (beat * cols + n % cols)), &sum, 4);
      }
    }
    registers[TERCET_CSR_CYCLES_BUSY_LO] += kCommandCycles;
    registers[TERCET_CSR_WEIGHT_BEATS_LO] += static_cast<uint32_t>(
        divide_up(g.m, g.m_tile) * weight_beats(machine_, g.packing, g.n, g.k));
  }

  const tercet_config& machine_;
  std::vector<uint8_t> memory_;
  std::deque<Gemm> commands_;  // started by registers, not completed
  uint64_t cycle_ = 0;
};

}  // namespace tercet
