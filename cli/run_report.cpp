// SPDX-License-Identifier: Apache-2.0
// A run as a table and as JSON.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/table.h"
#include "cli/run_command.h"
#include "cli/waveform_report.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

double seconds_at_clock(const tercet_config& machine, uint64_t cycles) {
  return static_cast<double>(cycles) / (machine.clock_mhz * 1e6);
}

/// Cycles of the single-token steps: all but the prompt's.
std::vector<uint64_t> decode_cycles(const RunResult& result) {
  if (result.forward_cycles.empty()) return {};
  return {result.forward_cycles.begin() + 1, result.forward_cycles.end()};
}

uint64_t mean(const std::vector<uint64_t>& values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), uint64_t{0}) / values.size();
}

Json energy_json(const RunResult& result) {
  return {{"label", "arithmetic only"},           {"profile", result.energy_profile},
          {"additions", result.energy.additions}, {"zeros_skipped", result.energy.zeros_skipped},
          {"ternary_j", result.energy.ternary_j}, {"fp16_j", result.energy.fp16_j},
          {"ratio", result.energy.ratio()},       {"operator_ratio", result.energy.operator_ratio}};
}

Json times_json(const RunTimes& times) {
  return {{"load", times.load},
          {"packing", times.packing},
          {"simulation", times.simulation},
          {"host", times.host},
          {"reference", times.reference},
          {"prompt", times.prompt},
          {"generation", times.generation},
          {"total", times.total}};
}

Json timeline_json(const RunOptions& options, const TimelineCounts& counts) {
  return {{"file", options.perfetto.file},
          {"bytes", counts.bytes},
          {"slices", counts.slices},
          {"left_out_by_detail", counts.left_out_by_detail},
          {"left_out_by_window", counts.left_out_by_window}};
}

/// Where --flip-bit altered the weights.
std::string flip_text(const RunOptions& options, const RunResult& result) {
  return fmt::format(
      "bit {}, {}", *options.flip_bit,
      result.flipped.empty() ? "between two matrices, where no weight is" : "in " + result.flipped);
}

/// Tokens a second of the host: the prompt, and then a token at a time.
void add_host_speed(const RunResult& result, Table* table) {
  const RunTimes& times = result.times;
  if (!result.simd.empty()) {
    table->add("vectors and threads", fmt::format("{}, {}", result.simd, result.threads));
  }
  table->add("prompt tokens/s",
             fmt::format("{:.1f}", static_cast<double>(result.prompt.size()) / times.prompt));
  if (result.tokens.size() > 1) {
    const double seconds = times.generation - times.prompt;
    table->add("tokens/s",
               fmt::format("{:.2f}", static_cast<double>(result.tokens.size() - 1) / seconds));
  }
}

}  // namespace

Json run_json(const RunOptions& options, const RunResult& result) {
  const tercet_config& machine = find_machine(options.device.config);
  Json check = {{"enabled", options.check},
                {"compared", result.check.compared},
                {"logits", result.check.logits},
                {"mismatches", result.check.mismatches}};
  if (!result.first_mismatch.empty()) check["first_mismatch"] = result.first_mismatch;
  Json json = {{"complete", !result.stopped.has_value() && result.first_mismatch.empty()},
               {"model", options.model},
               {"backend", options.device.backend},
               {"threads", result.threads},
               {"config", options.device.config},
               {"packing", options.device.packing},
               {"memory", options.device.memory_name()},
               {"control", options.device.machine() ? Json(options.device.control) : Json()},
               {"firmware", options.device.machine() ? control_json(options.device) : Json()},
               {"seed", options.sampler.seed},
               {"temperature", options.sampler.temperature},
               {"top_k", options.sampler.top_k},
               {"top_p", options.sampler.top_p},
               {"prompt", options.prompt.value_or("")},
               {"prompt_ids", result.prompt},
               {"tokens", result.tokens.size()},
               {"token_ids", result.tokens},
               {"text", result.text},
               {"check", check},
               {"cycles", result.cycles},
               {"clock_mhz", machine.clock_mhz},
               {"forward_cycles", result.forward_cycles}};
  if (!result.simd.empty()) json["simd"] = result.simd;
  if (result.stopped.has_value()) json["stopped_by"] = result.stopped->what();
  json.update(to_json(result.report));
  if (result.dram.has_value()) json["dram"] = to_json(*result.dram);
  if (result.timeline.has_value()) json["perfetto"] = timeline_json(options, *result.timeline);
  if (result.waveform.has_value()) json["trace"] = waveform_json(options.device, *result.waveform);
  json["matmuls"] = result.counts.matmuls;
  json["ternary_products"] = result.counts.products;
  json["packed_weight_bytes"] = result.packed_bytes;
  json["weights"] = result.weights.weights;
  json["zero_weights"] = result.weights.zeros;
  json["energy"] = energy_json(result);
  if (result.ledger.has_value()) json["ledger"] = to_json(*result.ledger);
  if (options.flip_bit.has_value()) {
    json["flip_bit"] = {{"bit", *options.flip_bit},
                        {"matrix", result.flipped.empty() ? Json() : Json(result.flipped)}};
    for (const char* key : {"energy", "ledger"}) {
      if (json.contains(key)) json[key]["weights_altered"] = !result.flipped.empty();
    }
  }
  json["wall_seconds"] = times_json(result.times);
  return json;
}

std::string run_table(const RunOptions& options, const RunResult& result) {
  const tercet_config& machine = find_machine(options.device.config);
  const RunTimes& times = result.times;
  const DeviceOptions& device = options.device;
  Table table(device.machine()
                  ? fmt::format("{} on {} ({}), {}", options.model, device.config,
                                backend_title(device), device.packing)
                  : fmt::format("{} on the host ({})", options.model, backend_title(device)));
  if (device.machine()) table.add("control", describe_control(device));
  table.add("prompt tokens", grouped(result.prompt.size()));
  table.add("new tokens", grouped(result.tokens.size()));
  table.add("ternary weights",
            fmt::format("{}, {:.1f} % zero, packed for {} {}B",
                        grouped(static_cast<uint64_t>(result.weights.weights)),
                        100.0 * static_cast<double>(result.weights.zeros) /
                            static_cast<double>(result.weights.weights),
                        device.config, scaled(static_cast<double>(result.packed_bytes), "")));
  if (options.flip_bit.has_value()) table.add("flipped weight", flip_text(options, result));
  if (options.device.timed()) {
    add_rows(result.report, &table);
    if (result.dram.has_value()) add_rows(*result.dram, &table);
    table.add("cycles of the prompt",
              grouped(result.forward_cycles.empty() ? 0 : result.forward_cycles[0]));
    const std::vector<uint64_t> decode = decode_cycles(result);
    if (!decode.empty()) {
      const auto [least, most] = std::minmax_element(decode.begin(), decode.end());
      table.add("cycles a token", fmt::format("{} (least {}, most {})", grouped(mean(decode)),
                                              grouped(*least), grouped(*most)));
      table.add(
          fmt::format("tokens/s at {} MHz", machine.clock_mhz),
          fmt::format("{:.0f} (BitLinears only, memory: {})",
                      1.0 / seconds_at_clock(machine, mean(decode)), options.device.memory_name()));
    }
    table.add("simulated",
              fmt::format("{}, {}",
                          scaled(static_cast<double>(result.cycles) / times.simulation, "cycles/s"),
                          scaled(static_cast<double>(result.counts.products) / times.simulation,
                                 "ternary op/s")));
  }
  if (!options.device.machine()) add_host_speed(result, &table);
  if (result.timeline.has_value()) {
    const TimelineCounts& t = *result.timeline;
    table.add("timeline",
              t.bytes == 0
                  ? options.perfetto.file + ": no file, as no cycle of the window came"
                  : fmt::format("{}: {} slices, {}B; left out by detail {}, by window {}",
                                options.perfetto.file, grouped(t.slices),
                                scaled(static_cast<double>(t.bytes), ""),
                                grouped(t.left_out_by_detail), grouped(t.left_out_by_window)));
  }
  if (result.waveform.has_value()) {
    table.add("waveform", describe_waveform(options.device, *result.waveform));
  }
  table.add("wall time",
            fmt::format("{:.2f} s: load {:.2f}, packing {:.2f}, simulation {:.2f}, host {:.2f}",
                        times.total, times.load, times.packing, times.simulation, times.host));
  if (options.check) {
    table.add("reference", fmt::format("{:.2f} s on a second thread", times.reference));
  }
  const ArithmeticEnergy& energy = result.energy;
  table.add("energy as the papers count it",
            fmt::format("{}J, arithmetic only ({})", scaled(energy.ternary_j, ""),
                        result.energy_profile));
  table.add("  INT8 additions", fmt::format("{}, zeros skipped {}", grouped(energy.additions),
                                            grouped(energy.zeros_skipped)));
  table.add("  the same in FP16",
            fmt::format("{}J, {:.1f} x: {:.1f} x an operation, the rest zeros skipped",
                        scaled(energy.fp16_j, ""), energy.ratio(), energy.operator_ratio));
  std::string text = table.text();
  if (!result.flipped.empty()) {
    text += fmt::format(
        "\nThe weights were altered by --flip-bit ({}). What the machine counts is of the altered\n"
        "weights; estimates by formula, such as the FP16 machine's, are of the model's own, so "
        "that\n"
        "energies and ratios are not the model's.\n",
        flip_text(options, result));
  }
  if (result.ledger.has_value()) text += "\n" + energy_text(*result.ledger);
  return text;
}

}  // namespace tercet
