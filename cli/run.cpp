// SPDX-License-Identifier: Apache-2.0
// Generates text through a machine, or on the host.
#include <memory>

#include "base/atomic_file.h"
#include "base/stopwatch.h"
#include "cli/generate.h"
#include "cli/run_host.h"
#include "host_driver/sliced_transport.h"
#include "model/fast/target.h"
#include "sim/dram/machine_memory.h"

namespace tercet {
namespace {

/// Flips bit `bit` of the weights, which begin where the accelerator's memory does.
void flip_bit(Accelerator& accelerator, uint64_t bit) {
  if (bit / 8 >= accelerator.weight_bytes()) {
    fail("--flip-bit {}: the weights have {} bytes", bit, accelerator.weight_bytes());
  }
  Transport& transport = accelerator.driver().transport();
  const uint64_t address = Accelerator::kFirstAddress + bit / 8;
  uint8_t byte = 0;
  transport.mem_read(address, &byte, 1);
  byte = static_cast<uint8_t>(byte ^ (1u << (bit % 8)));
  transport.mem_write(address, &byte, 1);
}

/// Loads the weights into a machine and generates there.
void run_on_machine(const RunOptions& options, const EnergyProfile& profile,
                    const NamedModel& named, RunResult* result) {
  const tercet_config& machine = find_machine(options.device.config);
  const Packing packing = parse_packing(options.device.packing);
  const std::unique_ptr<Timeline> timeline =
      make_timeline(options.perfetto, options.device, options.model);
  const std::unique_ptr<Transport> transport =
      make_device(options.device, result->packed_bytes, timeline.get());
  bool ready = false;  // to be stopped, and to say how far it got
  SlicedTransport sliced(*transport, [&ready] {
    if (ready) Interrupt::poll();
  });
  Accelerator accelerator(make_port(options.device, sliced));
  RunEnergy energy(options.device, timed(*transport));
  accelerator.observe([&](const GemmRecord& record) {
    energy.product(record);
    if (timeline != nullptr) timeline->gemm(record);
  });
  DeviceEngine engine(accelerator, packing, options.together);
  ThreadPool pool(result->threads);
  uint64_t start = transport->cycle();
  ready = true;

  Generator generator;
  generator.machine_seconds = [&] { return accelerator.times().device; };
  generator.end_prefill = [&] { energy.end_prefill(); };
  generator.timeline = timeline.get();
  if (options.device.timed()) generator.cycle = [&] { return transport->cycle(); };
  try {
    engine.preload(named.model);
    if (options.flip_bit.has_value()) flip_bit(accelerator, *options.flip_bit);
    accelerator.driver().clear_counters();
    energy.restart();
    start = transport->cycle();
    generate_checked(options, named, engine, pool, generator, result);
  } catch (const MismatchError& error) {
    result->first_mismatch = error.what();
  } catch (const Interrupted& stop) {
    ready = false;  // the firmware's counters come after the commands that it has begun
    result->stopped = stop;
    result->cycles = options.device.timed() ? transport->cycle() - start : 0;
  }

  result->counts = engine.counts();
  result->report =
      make_machine_report(machine, accelerator.driver().read_counters(), result->counts.products);
  if (const TimedDevice* device = timed(*transport)) {
    result->dram = make_dram_report(machine_dram(options.device.memory_name(), machine), machine,
                                    device->dram_stats(), result->cycles);
  }
  const bool complete = result->first_mismatch.empty() && !result->stopped.has_value();
  if (timeline != nullptr) result->timeline = timeline->finish(complete);
  result->ledger = energy.report(profile, named.model.config, result->forwards, result->counts,
                                 complete && !options.flip_bit.has_value());
  result->products = energy.products();
  result->times.packing = accelerator.times().packing;
  result->times.simulation = accelerator.times().device;
}

}  // namespace

RunResult run(const RunOptions& options) {
  const Stopwatch total;
  const Interrupt interrupt;
  check(options.device);
  check(options.perfetto, options.device);
  check_host_options(options);
  if (!options.json.empty()) check_writable(options.json);
  force_simd_target(options.device.simd);
  const Sampler valid(options.sampler);
  const EnergyProfile papers = EnergyProfile::open("bitnet-paper-7nm");
  const EnergyProfile profile = EnergyProfile::open(options.energy_profile);
  RunResult result;
  Stopwatch watch;
  const NamedModel named = open_model(options.model, options.model_options);
  result.times.load = watch.lap();
  result.prompt = prompt_tokens(named, options.prompt, options.prompt_ids, options.tokens);
  result.weights = count_weights(named.model);
  result.packed_bytes = packed_bytes(find_machine(options.device.config),
                                     parse_packing(options.device.packing), named.model);
  result.threads = options.device.reference() ? 1 : ThreadPool::resolve(options.device.threads);
  if (options.device.machine()) {
    run_on_machine(options, profile, named, &result);
  } else {
    run_on_host(options, named, &result);
  }
  result.energy = arithmetic_energy(papers, result.counts.products, result.counts.zero_products);
  result.energy_profile = papers.name();
  result.times.host = result.times.generation - result.times.simulation;
  result.times.total = total.seconds();
  return result;
}

}  // namespace tercet
