// SPDX-License-Identifier: Apache-2.0
// A platform of host, machine and memory, and slices of simulated time.
#include "sim/systemc/systemc_device.h"

#include <tlm.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <memory>
#include <systemc>

#include "base/error.h"
#include "sim/dram/machine_memory.h"
#include "sim/dram/memory_image.h"
#include "sim/systemc/memory.h"
#include "sim/systemc/top.h"

namespace tercet {
namespace {

/// A kernel of its own: SystemC 2.3.4 keeps all that elaboration and simulation change in an
/// sc_simcontext, which it finds through one global pointer.
class Kernel {
 public:
  Kernel() : context_(std::make_unique<sc_core::sc_simcontext>()) {
    use();
    // That simulated time passes with nothing to do is the normal case here.
    sc_core::sc_report_handler::set_actions(sc_core::SC_ID_NO_SC_START_ACTIVITY_,
                                            sc_core::SC_DO_NOTHING);
  }
  ~Kernel() {
    use();  // or its end would make another one
    context_.reset();
    set_current(nullptr);
  }
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  /// Makes it the current one.
  void use() { set_current(context_.get()); }

 private:
  static void set_current(sc_core::sc_simcontext* context) {
    sc_core::sc_curr_simcontext = context;
    sc_core::sc_default_global_context = context;
  }

  std::unique_ptr<sc_core::sc_simcontext> context_;
};

/// The host's end of the register bus and of the interrupt line. Lives outside simulated time: it
/// is called between two runs of the kernel.
class Host : public sc_core::sc_module {
 public:
  explicit Host(const sc_core::sc_module_name& name)
      : sc_module(name), socket("socket"), irq("irq") {
    SC_HAS_PROCESS(Host);
    SC_METHOD(on_irq);
    sensitive << irq.pos();
    dont_initialize();
  }

  tlm_utils::simple_initiator_socket<Host> socket;
  sc_core::sc_in<bool> irq;

  /// One register access. Adds its duration to `delay`.
  BusResponse access(bool write, uint32_t offset, uint32_t* value, sc_core::sc_time* delay) {
    tlm::tlm_generic_payload payload;
    payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(offset);
    payload.set_data_ptr(reinterpret_cast<uint8_t*>(value));
    payload.set_data_length(sizeof(*value));
    payload.set_streaming_width(sizeof(*value));
    socket->b_transport(payload, *delay);
    return payload.is_response_ok() ? BusResponse::kOkay : BusResponse::kSlverr;
  }

  /// Whether a rising interrupt line pauses the kernel.
  void pause_on_irq(bool pause) { pause_ = pause; }

 private:
  void on_irq() {
    if (pause_) sc_core::sc_pause();
  }

  bool pause_ = false;
};

/// The machine; throws Error unless the outputs of one token fill beats, as everywhere in rtl/.
const tercet_config& checked(const tercet_config& machine) {
  const uint64_t bytes = machine.cols * sizeof(int32_t);
  if (bytes == 0 || bytes % machine.axi_bytes != 0) {
    fail("SystemC model of '{}': cols = {} outputs of 4 bytes do not fill beats of axi_bytes = {}",
         machine.name, machine.cols, machine.axi_bytes);
  }
  return machine;
}

}  // namespace

struct SystemcDevice::Platform {
  Platform(const tercet_config& machine, const SystemcOptions& options)
      : shared(machine, options.format, options.latencies, options.trace),
        image(options.memory_bytes),
        generated(machine, options.generated, options.memory_bytes),
        irq("irq"),
        host("host"),
        top("tercet", shared),
        memory("memory", shared, image, generated, machine_dram(options.timing, machine),
               options.faults) {
    host.socket.bind(top.host_port.socket);
    top.dma.socket.bind(memory.read_socket);
    top.write_port.socket.bind(memory.write_socket);
    top.csr.irq(irq);
    host.irq(irq);
  }

  Kernel kernel;
  Shared shared;
  MemoryImage image;
  GeneratedMemory generated;
  sc_core::sc_signal<bool> irq;
  Host host;
  TercetTop top;
  Memory memory;
};

SystemcDevice::SystemcDevice(const tercet_config& machine, const SystemcOptions& options)
    : platform_(std::make_unique<Platform>(checked(machine), options)) {
  run_to(0);
}

SystemcDevice::~SystemcDevice() { platform_->kernel.use(); }

BusResponse SystemcDevice::csr_read(uint32_t offset, uint32_t* value) {
  uint32_t data = 0;
  const BusResponse response = access(false, offset, &data);
  *value = data;
  return response;
}

BusResponse SystemcDevice::csr_write(uint32_t offset, uint32_t value) {
  return access(true, offset, &value);
}

/// The access happens in the middle of a cycle: after all that its beginning has brought.
BusResponse SystemcDevice::access(bool write, uint32_t offset, uint32_t* value) {
  run_to(cycle_);
  Platform& p = *platform_;
  sc_core::sc_time delay;
  const BusResponse response = p.host.access(write, offset, value, &delay);
  const uint64_t cycles = delay.value() / (p.shared.clock.period().value());
  if (p.shared.trace != nullptr) {
    p.shared.trace->slice({TraceTrack::kHost, "csr", 0, offset, cycle_, cycle_ + cycles});
  }
  run_to(cycle_ + cycles);
  return response;
}

bool SystemcDevice::wait_irq(uint64_t max_cycles) {
  Platform& p = *platform_;
  run_to(cycle_);
  if (p.top.csr.irq_line() || max_cycles == 0) return p.top.csr.irq_line();
  p.host.pause_on_irq(true);
  run_to(cycle_ + max_cycles);
  p.host.pause_on_irq(false);
  if (p.top.csr.irq_line()) return true;
  if (p.top.busy() && !sc_core::sc_pending_activity()) {
    fail("systemc: deadlock in cycle {}: {}", cycle_, p.top.waits_for());
  }
  return false;
}

/// Runs to the middle of `cycle`, or to the interrupt.
void SystemcDevice::run_to(uint64_t cycle) {
  Platform& p = *platform_;
  p.kernel.use();
  const sc_core::sc_time duration = p.shared.clock.until_middle(cycle);
  if (duration != sc_core::SC_ZERO_TIME) sc_core::sc_start(duration);
  cycle_ = p.shared.clock.now();
}

void SystemcDevice::mem_read(uint64_t address, void* data, uint64_t bytes) {
  platform_->kernel.use();
  platform_->memory.settle();
  if (platform_->generated.contains(address, bytes)) {
    platform_->generated.read(address, data, bytes);
  } else {
    platform_->image.read(address, data, bytes);
  }
}

void SystemcDevice::mem_write(uint64_t address, const void* data, uint64_t bytes) {
  platform_->image.write(address, data, bytes);
}

uint64_t SystemcDevice::mem_size() const { return platform_->image.size(); }

DramStats SystemcDevice::dram_stats() const {
  platform_->kernel.use();
  platform_->memory.settle();
  return platform_->memory.dram_stats();
}

EngineCounts SystemcDevice::engine_counts() const { return platform_->top.engine_counts(); }

std::unique_ptr<TimedDevice> make_systemc_device(const tercet_config& machine,
                                                 const SystemcOptions& options) {
  return std::make_unique<SystemcDevice>(machine, options);
}

}  // namespace tercet

/// libsystemc has a main() that calls this. Programs that use devices have a main() of their own,
/// so it is only here to be found by the linker.
int sc_main(int, char**) { return 1; }
