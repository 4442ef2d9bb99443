// SPDX-License-Identifier: Apache-2.0
// Loads, generates, and collects what the machine counted.
#include "study/run/run.h"

#include <algorithm>
#include <memory>

#include "base/stopwatch.h"
#include "sim/dram/machine_memory.h"

namespace tercet {
namespace {

/// Flips bit `bit` of the weights, which begin where the accelerator's memory does. Returns the
/// name of the matrix that it is in, or nothing: matrices begin on pages, with gaps between.
std::string flip_bit(Accelerator& accelerator, uint64_t bit) {
  if (bit / 8 >= accelerator.weight_bytes()) {
    fail("--flip-bit {}: the weights have {} bytes", bit, accelerator.weight_bytes());
  }
  Transport& transport = accelerator.driver().transport();
  const uint64_t address = Accelerator::kFirstAddress + bit / 8;
  uint8_t byte = 0;
  transport.mem_read(address, &byte, 1);
  byte = static_cast<uint8_t>(byte ^ (1u << (bit % 8)));
  transport.mem_write(address, &byte, 1);
  return accelerator.matrix_at(address);
}

std::unique_ptr<Timeline> make_timeline(const RunOptions& options) {
  if (options.timeline.file.empty()) return nullptr;
  TimelineOptions timeline = options.timeline;
  timeline.about = {{"model", options.model},
                    {"backend", options.machine.backend_name()},
                    {"packing", packing_name(options.machine.packing)},
                    {"memory", options.machine.memory_name()}};
  return std::make_unique<Timeline>(timeline, options.machine.machine());
}

/// New tokens as text, or as ids without a tokenizer.
class TextStream {
 public:
  TextStream(const std::optional<Tokenizer>& tokenizer, const RunEvents& events)
      : events_(events), vocab_(tokenizer.has_value() ? tokenizer->vocab_size() : 0) {
    if (tokenizer.has_value()) decoder_.emplace(*tokenizer);
  }
  ~TextStream() { tell("\n"); }
  TextStream(const TextStream&) = delete;
  TextStream& operator=(const TextStream&) = delete;

  /// Returns the text that could be shown. Without a tokenizer, ids are shown and there is no text.
  std::string push(int32_t id) {
    if (!decoder_.has_value()) {
      tell(std::to_string(id) + " ");
      return "";
    }
    return id < vocab_ ? tell(decoder_->push(id)) : "";  // padding of the vocabulary has no text
  }
  std::string flush() { return decoder_.has_value() ? tell(decoder_->flush()) : ""; }
  std::string tell(const std::string& text) {
    if (events_.text) events_.text(text);
    return text;
  }

 private:
  const RunEvents& events_;
  std::optional<StreamDecoder> decoder_;
  int64_t vocab_;
};

/// Feeds the prompt, then samples and feeds up to options.tokens tokens. `watch` has just started.
void generate(const RunOptions& options, const RunEvents& events, const ModelFile& named,
              BackendSession& backend, Timeline* timeline, RunEnergy& energy,
              const Stopwatch& watch, RunResult* result) {
  const ModelConfig& config = named.model.config;
  Machine* machine = backend.machine();
  const bool timed = options.machine.timed();
  Sampler sampler(options.sampler);
  TextStream output(named.tokenizer, events);
  if (options.prompt.has_value()) output.tell(*options.prompt);
  std::vector<int32_t> next = result->prompt;
  while (static_cast<int64_t>(result->tokens.size()) < options.tokens) {
    const uint64_t before = timed ? machine->cycle() : 0;
    const size_t done = result->tokens.size();
    if (timeline != nullptr) {
      timeline->forward_begins(done == 0 ? "prefill" : fmt::format("token {}", done),
                               static_cast<int64_t>(next.size()), before);
    }
    const std::vector<float>& logits = backend.sequence().forward(next);
    if (done == 0) {
      result->times.prompt = watch.seconds();
      energy.end_prefill();
    }
    if (timeline != nullptr) timeline->forward_ends(machine->cycle());
    result->forwards.push_back(static_cast<int64_t>(next.size()));
    if (timed) {
      result->forward_cycles.push_back(machine->cycle() - before);
      result->cycles += result->forward_cycles.back();
    }
    const int32_t token = sampler.sample(logits.data(), config.vocab);
    const bool end =
        std::find(config.eos_ids.begin(), config.eos_ids.end(), token) != config.eos_ids.end();
    if (end && !options.ignore_eos) break;
    result->tokens.push_back(token);
    result->text += output.push(token);
    if (events.token) {
      events.token(*result, watch.seconds(),
                   machine != nullptr ? machine->accelerator().times().device : 0.0);
    }
    next = {token};
  }
  result->text += output.flush();
}

/// Generates on `backend`, loaded first. Mismatches and stops are in `result`.
void load_and_generate(const RunOptions& options, const RunEvents& events, const ModelFile& named,
                       BackendSession& backend, Timeline* timeline, RunEnergy& energy,
                       RunResult* result) {
  Machine* machine = backend.machine();
  const bool timed = options.machine.timed();
  if (machine != nullptr) {
    machine->accelerator().observe([&](const GemmRecord& record) {
      energy.product(record);
      if (timeline != nullptr) timeline->gemm(record);
    });
  }
  uint64_t start = timed ? machine->cycle() : 0;
  std::optional<Stopwatch> watch;
  try {
    backend.load();
    if (options.flip_bit.has_value()) {
      result->flipped = flip_bit(machine->accelerator(), *options.flip_bit);
    }
    if (machine != nullptr) {
      machine->port().clear_counters();
      energy.restart();
      start = machine->cycle();
    }
    generate(options, events, named, backend, timeline, energy, watch.emplace(), result);
  } catch (const MismatchError& error) {
    result->first_mismatch = error.what();
  } catch (const Interrupted& stop) {
    result->stopped = stop;
    if (timed) result->cycles = machine->cycle() - start;
  }
  if (watch.has_value()) result->times.generation = watch->seconds();
  // The firmware's counters come after the commands that it has begun.
  if (machine != nullptr) machine->set_stoppable(false);
}

/// What the machine and its memory have counted.
void collect_machine(Machine& machine, const RunOptions& options, const EnergyProfile& profile,
                     const ModelConfig& config, Timeline* timeline, const RunEnergy& energy,
                     RunResult* result) {
  result->report = make_machine_report(machine.config(), machine.port().read_counters(),
                                       result->counts.products);
  if (const TimedDevice* device = machine.timed()) {
    const DramConfig dram = machine_dram(options.machine.memory_name(), machine.config());
    result->dram = make_dram_report(dram, machine.config(), device->dram_stats(), result->cycles);
  }
  const bool complete = result->first_mismatch.empty() && !result->stopped.has_value();
  result->waveform = machine.finish_waveform(&result->unwritten);
  try {  // a file that cannot be written must not take the results with it
    if (timeline != nullptr) result->timeline = timeline->finish(complete);
  } catch (const Error& error) {
    if (!result->unwritten.empty()) result->unwritten += "; ";
    result->unwritten += error.what();
  }
  result->ledger = energy.report(profile, config, result->forwards, result->counts,
                                 complete && !options.flip_bit.has_value());
  result->products = energy.products();
  result->times.packing = machine.accelerator().times().packing;
  result->times.simulation = machine.accelerator().times().device;
}

void check(const RunOptions& options) {
  check(options.machine);
  if (options.flip_bit.has_value() && !options.machine.has_machine()) {
    fail_usage("--flip-bit needs a machine: --backend rtl, systemc or functional");
  }
  if (options.check && options.machine.reference()) {
    fail_usage("--check compares with the reference: choose another --backend");
  }
  if (!options.timeline.file.empty() && !options.machine.timed()) {
    fail_usage("--perfetto needs --backend rtl or systemc: '{}' has no timing",
               options.machine.backend_name());
  }
}

}  // namespace

RunResult run(const RunOptions& options, const RunEvents& events) {
  const Stopwatch total;
  const Interrupt interrupt;
  check(options);
  const Sampler valid(options.sampler);
  const EnergyProfile papers = EnergyProfile::open("bitnet-paper-7nm");
  const EnergyProfile profile = EnergyProfile::open(options.energy_profile);
  RunResult result;
  Stopwatch watch;
  const ModelFile named = open_model(options.model, options.model_options);
  result.times.load = watch.lap();
  if (events.loaded) events.loaded(named);
  result.prompt = prompt_tokens(named, options.prompt, options.prompt_ids, options.tokens);
  result.weights = count_weights(named.model);
  result.packed_bytes =
      packed_bytes(options.machine.machine(), options.machine.packing, named.model);

  const std::unique_ptr<Timeline> timeline = make_timeline(options);
  BackendSessionOptions more;
  more.session = options.session;
  more.check = options.check;
  more.together = options.together;
  more.slices = timeline.get();
  BackendSession backend(options.machine, named.model, more);
  Machine* machine = backend.machine();
  RunEnergy energy(options.machine, machine != nullptr ? machine->timed() : nullptr);
  load_and_generate(options, events, named, backend, timeline.get(), energy, &result);
  result.threads = backend.threads();
  result.simd = machine == nullptr ? backend.simd() : "";
  result.counts = backend.counts();
  if (const CheckedSession* checked = backend.checked()) {
    result.check = checked->counts();
    result.times.reference = checked->reference_seconds();
  }
  if (machine != nullptr) {
    collect_machine(*machine, options, profile, named.model.config, timeline.get(), energy,
                    &result);
  }
  result.energy = arithmetic_energy(papers, result.counts.products, result.counts.zero_products);
  result.energy_profile = papers.name();
  result.times.host = result.times.generation - result.times.simulation;
  result.times.total = total.seconds();
  return result;
}

}  // namespace tercet
