// SPDX-License-Identifier: Apache-2.0
// Every fixed latency of the machine, in cycles, with the registers of the RTL that cause it.
#pragma once

#include <cstdint>

namespace tercet {

/// "a -> b" is the number of cycles from a to b when nothing else holds b back.
struct TimingTable {
  // Registers: tercet_axil, tercet_csr.
  uint64_t csr_access = 2;     ///< request -> next request: bvalid_o or rvalid_o
  uint64_t window_read = 1;    ///< read of a core's memory -> one cycle more: answer_q
  uint64_t start_pending = 1;  ///< START written -> dispatch sees it: pending_q

  // Control core: tercet_control, tercet_mover_buffer. Instructions have the cycles of sim/rv32.
  uint64_t control = 1;      ///< register written -> lines, core and mover see it
  uint64_t release = 1;      ///< CORE_CTRL.run written -> the core's cycle 0, or the end: run_q
  uint64_t buffer_read = 1;  ///< the mover's buffer read by the core -> data: answer_q

  // Mover: tercet_mover.
  uint64_t mover_request =
      1;                    ///< MOVER_GO or write response -> the read port sees a burst: state_q
  uint64_t mover_ask = 1;   ///< MOVER_GO or last beat read -> asks for the write channels: state_q
  uint64_t mover_beat = 1;  ///< channels granted -> first beat on W: wvalid_q
  uint64_t mover_done = 1;  ///< last response -> MOVER_STATUS, CORE_IRQ.mover: mover_irq_q
  uint64_t write_port = 1;  ///< its write response -> the output stage may announce: state_q

  // Dispatch: tercet_dispatch. One cycle a bit of the longer of M and k_tiles comes on top.
  uint64_t dispatch = 3;  ///< seen -> may start: StIdle, the StMultiply that sees 0, StJudge

  // Read streams and read port: tercet_read_stream, tercet_read_port.
  uint64_t stream_active = 1;  ///< start -> first burst is chosen: active_q
  uint64_t credit = 1;         ///< beat consumed -> its room is free: used_q
  uint64_t request = 1;        ///< burst chosen -> the port sees it: valid_q
  uint64_t request_gap = 1;    ///< taken by the port -> next burst is chosen: valid_q
  uint64_t address = 1;        ///< taken by the port -> handshake on AR: arvalid_o
  uint64_t outstanding = 1;    ///< last beat -> another burst may be taken: u_tags, acts_q
  uint64_t stream_idle = 1;    ///< last burst taken -> dispatch sees fetch idle: valid_q

  // Weight stream: tercet_weight_stream, tercet_sram_fifo.
  uint64_t weight_fifo = 2;    ///< beat on the bus -> leaves the FIFO: wptr_q, head_q
  uint64_t group = 1;          ///< beat leaves the FIFO -> its group loads: group_q
  uint64_t tile_valid = 1;     ///< last group loads -> tile may be used: full_q
  uint64_t tile_free = 1;      ///< tile's last token -> the next tile may load: full_q
  uint32_t group_columns = 8;  ///< columns that load at a time, a port: GroupCols of tercet_top

  // Activation buffer: tercet_act_buffer.
  uint64_t activation = 1;  ///< beat on the bus -> may be read: level_q

  // Sequencer: tercet_sequencer and the command queue in tercet_top.
  uint64_t queue = 1;        ///< start -> the sequencer sees the command: u_queue
  uint64_t queue_room = 1;   ///< command taken -> the queue has room: u_queue
  uint64_t sequencer = 1;    ///< command taken -> its first tile may start: active_q
  uint64_t bank_free = 1;    ///< bank drained -> its next tile may start: busy_q
  uint32_t queue_depth = 2;  ///< commands: u_queue
  uint32_t in_flight = 4;    ///< commands: u_starts in tercet_perf

  // Output stage: tercet_sequencer's job registers, tercet_output.
  uint64_t job = 3;          ///< last token -> output stage sees the job: job_valid_q[1:0], u_jobs
  uint64_t announce = 1;     ///< job seen -> its first AW is made: announcing_q
  uint64_t next_job = 1;     ///< last beat of a job made -> the next job is seen: u_jobs
  uint64_t burst = 1;        ///< AW made -> the burst's first beat may be made: u_bursts
  uint64_t write_beat = 1;   ///< beat made -> on W: wvalid_o
  uint64_t burst_room = 1;   ///< first beat of a burst made -> room for another AW: u_bursts
  uint64_t answer_room = 1;  ///< B -> room for another AW: u_tags
  uint32_t bursts = 4;       ///< AW ahead of their data: depth of u_bursts
  uint32_t answers = 16;     ///< AW without B: depth of u_tags

  // Completion and errors: tercet_csr, tercet_supervisor.
  uint64_t done = 1;   ///< B of a command's last burst -> IRQ, COMPLETED: irq_done_q
  uint64_t drain = 1;  ///< error or soft reset -> nothing new is issued: state_q
  uint64_t stop = 1;   ///< bus quiet -> halted or flushed: state_q
};

}  // namespace tercet
