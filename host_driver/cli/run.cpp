// SPDX-License-Identifier: Apache-2.0
// Generates text through a machine.
#include <algorithm>
#include <cstdio>
#include <functional>

#include "progress.h"
#include "run_command.h"
#include "sim/dram/machine_memory.h"
#include "sim/report/atomic_file.h"
#include "tercet/sliced_transport.h"
#include "tercet/stopwatch.h"

namespace tercet {
namespace {

/// Standard output, token by token, with the status line out of its way.
class TextOutput {
 public:
  TextOutput(const std::optional<Tokenizer>& tokenizer, Progress& progress) : progress_(progress) {
    if (tokenizer.has_value()) decoder_.emplace(*tokenizer);
    vocab_ = tokenizer.has_value() ? tokenizer->vocab_size() : 0;
  }
  ~TextOutput() { write("\n"); }
  TextOutput(const TextOutput&) = delete;
  TextOutput& operator=(const TextOutput&) = delete;

  /// Returns the text that could be shown. Without a tokenizer, ids are shown and there is no text.
  std::string push(int32_t id) {
    if (!decoder_.has_value()) {
      write(std::to_string(id) + " ");
      return "";
    }
    return id < vocab_ ? write(decoder_->push(id)) : "";  // padding of the vocabulary has no text
  }
  std::string flush() { return decoder_.has_value() ? write(decoder_->flush()) : ""; }
  std::string write(const std::string& text) {
    progress_.clear();
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    return text;
  }

 private:
  Progress& progress_;
  std::optional<StreamDecoder> decoder_;
  int64_t vocab_ = 0;
};

/// Tells how long a block took, however it is left.
class Timed {
 public:
  explicit Timed(double* seconds) : seconds_(seconds) {}
  ~Timed() { *seconds_ = watch_.seconds(); }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  double seconds() const { return watch_.seconds(); }

 private:
  Stopwatch watch_;
  double* seconds_;
};

std::string status_line(const RunOptions& options, const RunResult& result, double seconds,
                        double simulation_seconds) {
  const auto done = static_cast<double>(result.tokens.size());
  const double rate = seconds > 0.0 ? done / seconds : 0.0;
  const double left = rate > 0.0 ? (static_cast<double>(options.tokens) - done) / rate : 0.0;
  std::string line =
      fmt::format("[{}/{} tokens  {:.2f} tokens/s", result.tokens.size(), options.tokens, rate);
  if (options.device.timed() && simulation_seconds > 0.0) {
    line += "  " + scaled(static_cast<double>(result.cycles) / simulation_seconds, "cycles/s");
  }
  return line + fmt::format("  {:.0f} s left]", left);
}

/// The generating loop. `forward` runs tokens and returns the last one's logits.
void generate(const RunOptions& options, const NamedModel& named, Accelerator& accelerator,
              Timeline* timeline,
              const std::function<const std::vector<float>&(const std::vector<int32_t>&)>& forward,
              Sampler sampler, RunResult* result) {
  const ModelConfig& config = named.model.config;
  Transport& transport = accelerator.driver().transport();
  Progress progress;
  TextOutput output(named.tokenizer, progress);
  if (options.prompt.has_value()) output.write(*options.prompt);
  const Timed watch(&result->times.generation);
  std::vector<int32_t> next = result->prompt;
  while (static_cast<int64_t>(result->tokens.size()) < options.tokens) {
    const uint64_t before = transport.cycle();
    if (timeline != nullptr) {
      const size_t done = result->tokens.size();
      timeline->forward_begins(done == 0 ? "prefill" : fmt::format("token {}", done),
                               static_cast<int64_t>(next.size()), before);
    }
    const std::vector<float>& logits = forward(next);
    if (timeline != nullptr) timeline->forward_ends(transport.cycle());
    if (options.device.timed()) {
      result->forward_cycles.push_back(transport.cycle() - before);
      result->cycles += result->forward_cycles.back();
    }
    const int32_t token = sampler.sample(logits.data(), config.vocab);
    const bool end =
        std::find(config.eos_ids.begin(), config.eos_ids.end(), token) != config.eos_ids.end();
    if (end && !options.ignore_eos) break;
    result->tokens.push_back(token);
    result->text += output.push(token);
    progress.show(status_line(options, *result, watch.seconds(), accelerator.times().device));
    next = {token};
  }
  result->text += output.flush();
}

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

}  // namespace

RunResult run(const RunOptions& options) {
  const Stopwatch total;
  const Interrupt interrupt;
  check(options.device);
  check(options.perfetto, options.device);
  if (!options.json.empty()) check_writable(options.json);
  Sampler sampler(options.sampler);
  const EnergyProfile profile = options.energy_profile.empty()
                                    ? EnergyProfile::paper()
                                    : EnergyProfile::load(options.energy_profile);
  RunResult result;
  Stopwatch watch;
  const NamedModel named = open_model(options.model, options.model_options);
  result.times.load = watch.lap();
  result.prompt = prompt_tokens(named, options.prompt, options.prompt_ids, options.tokens);
  result.weights = count_weights(named.model);

  const tercet_config& machine = find_machine(options.device.config);
  const Packing packing = parse_packing(options.device.packing);
  result.packed_bytes = packed_bytes(machine, packing, named.model);
  const std::unique_ptr<Timeline> timeline =
      make_timeline(options.perfetto, options.device, options.model);
  const std::unique_ptr<Transport> transport =
      make_device(options.device, result.packed_bytes, timeline.get());
  bool ready = false;  // to be stopped, and to say how far it got
  SlicedTransport sliced(*transport, [&ready] {
    if (ready) Interrupt::poll();
  });
  Accelerator accelerator(make_port(options.device, sliced));
  if (timeline != nullptr) {
    accelerator.observe([&timeline](const GemmRecord& record) { timeline->gemm(record); });
  }
  DeviceEngine engine(accelerator, packing);
  uint64_t start = transport->cycle();
  ready = true;

  try {
    engine.preload(named.model);
    if (options.flip_bit.has_value()) flip_bit(accelerator, *options.flip_bit);
    accelerator.driver().clear_counters();
    start = transport->cycle();
    if (options.check) {
      CheckedSession session(named.model, engine);
      const auto save = [&] {
        result.check = session.counts();
        result.times.reference = session.reference_seconds();
      };
      try {
        generate(
            options, named, accelerator, timeline.get(),
            [&](const std::vector<int32_t>& t) -> const std::vector<float>& {
              return session.forward(t);
            },
            sampler, &result);
      } catch (...) {
        save();
        throw;
      }
      save();
    } else {
      Session session(named.model, engine);
      generate(
          options, named, accelerator, timeline.get(),
          [&](const std::vector<int32_t>& t) -> const std::vector<float>& {
            return session.forward(t);
          },
          sampler, &result);
    }
  } catch (const MismatchError& error) {
    result.first_mismatch = error.what();
  } catch (const Interrupted& stop) {
    ready = false;  // the firmware's counters come after the commands that it has begun
    result.stopped = stop;
    result.cycles = options.device.timed() ? transport->cycle() - start : 0;
  }

  result.counts = engine.counts();
  result.report =
      make_machine_report(machine, accelerator.driver().read_counters(), result.counts.products);
  if (const TimedDevice* device = timed(*transport)) {
    result.dram = make_dram_report(machine_dram(options.device.memory_name(), machine), machine,
                                   device->dram_stats(), result.cycles);
  }
  if (timeline != nullptr)
    result.timeline =
        timeline->finish(result.first_mismatch.empty() && !result.stopped.has_value());
  result.energy = arithmetic_energy(profile, result.counts.products, result.counts.zero_products);
  result.energy_profile = profile.name();
  result.times.packing = accelerator.times().packing;
  result.times.simulation = accelerator.times().device;
  result.times.host = result.times.generation - result.times.simulation;
  result.times.total = total.seconds();
  return result;
}

}  // namespace tercet
