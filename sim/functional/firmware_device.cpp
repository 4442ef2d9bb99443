// SPDX-License-Identifier: Apache-2.0
// The core runs until it has caught up with the host.
#include "sim/functional/firmware_device.h"

#include <algorithm>
#include <utility>

namespace tercet {

FirmwareDevice::FirmwareDevice(const tercet_config& machine, uint64_t memory_bytes,
                               std::vector<MemoryFault> faults)
    : device_(machine, memory_bytes, std::move(faults), CoreModel::kElsewhere), mcu_(*this) {}

BusResponse FirmwareDevice::csr_read(uint32_t offset, uint32_t* value) {
  run();
  return device_.csr_read(offset, value);
}

BusResponse FirmwareDevice::csr_write(uint32_t offset, uint32_t value) {
  run();
  const BusResponse response = device_.csr_write(offset, value);
  if (device_.control().run && !running_) release();
  running_ = device_.control().run;
  return response;
}

bool FirmwareDevice::wait_irq(uint64_t max_cycles) {
  const uint64_t end = device_.cycle() + max_cycles;
  while (!device_.wait_irq(0) && device_.cycle() < end) {
    device_.pass(1);
    run();
  }
  return device_.wait_irq(0);
}

void FirmwareDevice::release() {
  CoreControl& control = device_.control();
  for (uint32_t i = 0; i < control.itcm().size(); ++i) {
    mcu_.hart().write_instruction(4 * i, control.itcm()[i]);
  }
  for (uint32_t i = 0; i < control.dtcm().size(); ++i) {
    mcu_.hart().write_word(4 * i, control.dtcm()[i]);
  }
  mcu_.reset();
  released_at_ = device_.cycle();
}

void FirmwareDevice::run() {
  if (!running_) return;
  rv32::Retire retire;
  while (released_at_ + mcu_.hart().cycle() < device_.cycle()) {
    if (!mcu_.step(&retire)) continue;
    device_.control().core_pc = retire.pc;
    if (observer_) observer_(retire, mcu_.hart().cycle());
  }
}

uint32_t FirmwareDevice::interrupts(uint64_t) {
  return device_.core_irq_line() ? uint32_t{rv32::kExternalInterrupt} : 0;
}

rv32::BusAnswer FirmwareDevice::access(const rv32::BusRequest& request) {
  rv32::BusAnswer answer{};
  const uint64_t now = released_at_ + request.cycle;
  if (now > device_.cycle()) device_.pass(now - device_.cycle());
  const uint32_t in_registers = request.address - TERCET_CORE_BASE_REGISTERS;
  const uint32_t in_buffer = request.address - TERCET_CORE_BASE_MOVER;
  if (in_registers < 1u << 12) {
    BusResponse response = BusResponse::kSlverr;
    if (request.strobes == 0xf) {
      response = request.write ? device_.csr_write(in_registers, request.wdata)
                               : device_.csr_read(in_registers, &answer.rdata);
    }
    answer.error = response != BusResponse::kOkay;
    return answer;
  }
  if (in_buffer < 4 * device_.control().mover().buffer().size() &&
      !device_.control().mover().busy(device_.cycle())) {
    return access_buffer(request, in_buffer / 4);
  }
  answer.error = true;
  return answer;
}

rv32::BusAnswer FirmwareDevice::access_buffer(const rv32::BusRequest& request, uint32_t word) {
  uint32_t& place = device_.control().mover().buffer()[word];
  if (request.write) {
    for (uint32_t byte = 0; byte < 4; ++byte) {
      const uint32_t mask = (request.strobes >> byte & 1) * 0xffu << (8 * byte);
      place = (place & ~mask) | (request.wdata & mask);
    }
  }
  rv32::BusAnswer answer{};
  answer.rdata = place;
  answer.wait = request.write ? 0 : 1;
  return answer;
}

}  // namespace tercet
