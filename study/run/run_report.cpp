// SPDX-License-Identifier: Apache-2.0
// A run as a table and as JSON.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "study/report/machine_report.h"
#include "study/run/run.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

Json energy_json(const RunResult& result) {
  return {{"label", "operators only"},
          {"profile", result.energy_profile},
          {"additions", result.energy.additions},
          {"zeros_skipped", result.energy.zeros_skipped},
          {"ternary_j", result.energy.ternary_j},
          {"fp16_j", result.energy.fp16_j},
          {"ratio", result.energy.ratio()},
          {"operator_ratio", result.energy.operator_ratio}};
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
  return {{"file", options.timeline.file},
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

/// Wall-clock speed of the host's vectors: the prompt, and then a token at a time.
void add_host_speed(const RunResult& result, Table* table) {
  const RunTimes& times = result.times;
  std::string text =
      fmt::format("prefill {:.1f}", static_cast<double>(result.prompt.size()) / times.prompt);
  if (result.tokens.size() > 1) {
    const double seconds = times.generation - times.prompt;
    text +=
        fmt::format(" and decode {:.2f}", static_cast<double>(result.tokens.size() - 1) / seconds);
  }
  table->add("host speed", text + " tokens/s, wall time");
  if (!result.simd.empty()) {
    table->add("vectors", fmt::format("{}, {} threads", result.simd, result.threads));
  }
}

/// Where the machine's cycles went.
std::string cycles_text(const RunResult& result) {
  Table table("Cycles");
  add_rows(result.report, &table);
  if (result.dram.has_value()) add_rows(*result.dram, &table);
  if (result.forward_cycles.size() > 1) {
    const auto [least, most] =
        std::minmax_element(result.forward_cycles.begin() + 1, result.forward_cycles.end());
    table.add("cycles of a decoded token",
              fmt::format("least {}, most {}", grouped(*least), grouped(*most)));
  }
  return table.text();
}

/// What the run took here.
std::string host_text(const RunOptions& options, const RunResult& result) {
  const RunTimes& times = result.times;
  Table table("Host");
  if (options.machine.timed()) {
    const auto rate = [&times](uint64_t count, const char* unit) {
      return scaled(static_cast<double>(count) / times.simulation, unit);
    };
    table.add("simulation speed", rate(result.cycles, "") + " simulated cycles and " +
                                      rate(result.counts.products, "") +
                                      " products per second of wall time");
  }
  table.add("wall time",
            fmt::format("{:.2f} s: load {:.2f}, packing {:.2f}, simulation {:.2f}, host {:.2f}",
                        times.total, times.load, times.packing, times.simulation, times.host));
  if (options.check) {
    table.add("reference", fmt::format("{:.2f} s on a second thread", times.reference));
  }
  return table.text();
}

/// The files of the run's time.
std::string timeline_text(const RunOptions& options, const TimelineCounts& t) {
  if (t.bytes == 0) return options.timeline.file + ": no file, as no cycle of the window came";
  return fmt::format("{}: {} slices, {}; left out by detail {}, by window {}",
                     options.timeline.file, grouped(t.slices),
                     scaled(static_cast<double>(t.bytes), "B"), grouped(t.left_out_by_detail),
                     grouped(t.left_out_by_window));
}

/// The papers' way to count: operators, and nothing around them.
std::string operators_text(const RunResult& result) {
  const ArithmeticEnergy& energy = result.energy;
  Table table("Energy as the BitNet papers count it: operators only, profile " +
              result.energy_profile);
  table.add("INT8 additions",
            fmt::format("{}: {}", grouped(energy.additions), scaled(energy.ternary_j, "J")));
  table.add("zero weights skipped", grouped(energy.zeros_skipped) + " products");
  table.add("the same in FP16", scaled(energy.fp16_j, "J"));
  if (energy.ratio() > 0.0) {
    table.add("ratio",
              fmt::format("{}: {} per operation, times {} because zero weights are skipped",
                          ratio_text(energy.ratio(), 0), ratio_text(energy.operator_ratio, 1),
                          ratio_text(energy.ratio() / energy.operator_ratio, 1)));
  }
  return table.text();
}

}  // namespace

Json run_json(const RunOptions& options, const RunResult& result) {
  const tercet_config& machine = options.machine.machine();
  Json check = {{"enabled", options.check},
                {"compared", result.check.compared},
                {"logits", result.check.logits},
                {"mismatches", result.check.mismatches}};
  if (!result.first_mismatch.empty()) check["first_mismatch"] = result.first_mismatch;
  Json json = {{"complete", !result.stopped.has_value() && result.first_mismatch.empty()},
               {"model", options.model},
               {"backend", options.machine.backend_name()},
               {"threads", result.threads},
               {"config", options.machine.config},
               {"packing", packing_name(options.machine.packing)},
               {"memory", options.machine.memory_name()},
               {"kv", name_in(cache_names(), options.session.kv)},
               {"head", name_in(head_names(), options.session.head)},
               {"control", options.machine.has_machine()
                               ? Json(name_in(control_names(), options.machine.control))
                               : Json()},
               {"firmware", options.machine.has_machine() ? control_json(options.machine) : Json()},
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
  if (result.waveform.has_value()) {
    json["trace"] = waveform_json(options.machine.trace.file, *result.waveform);
  }
  json["matmuls"] = result.counts.matmuls;
  json["ternary_products"] = result.counts.products;
  json["packed_weight_bytes"] = result.packed_bytes;
  json["weights"] = result.weights.weights;
  json["zero_weights"] = result.weights.zeros;
  json["energy"] = energy_json(result);
  if (result.ledger.has_value()) {
    Json ledger = to_json(*result.ledger);
    for (const char* key : {"phases", "speed_up"}) {  // which are of the run, not of its energy
      json[key] = ledger[key];
      ledger.erase(key);
    }
    json["ledger"] = ledger;
  }
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

std::string run_text(const RunOptions& options, const RunResult& result) {
  const MachineOptions& device = options.machine;
  const tercet_config& machine = device.machine();
  Table table(
      device.has_machine()
          ? fmt::format("{} on {} ({}): {} × {} array, {} weights", options.model, device.config,
                        backend_title(device.backend), machine.rows, machine.cols,
                        packing_name(device.packing))
          : fmt::format("{} on the host ({})", options.model, backend_title(device.backend)));
  table.add("tokens", fmt::format("{} of the prompt, {} new", grouped(result.prompt.size()),
                                  grouped(result.tokens.size())));
  table.add("keys and values, head", describe_session(options.session));
  if (options.flip_bit.has_value()) table.add("flipped weight", flip_text(options, result));
  if (!device.has_machine()) add_host_speed(result, &table);
  if (result.ledger.has_value()) add_rows(*result.ledger, &table);
  if (result.dram.has_value()) table.add("memory bandwidth", bandwidth_text(*result.dram));
  if (result.timeline.has_value()) {
    table.add("timeline", timeline_text(options, *result.timeline));
  }
  if (result.waveform.has_value()) {
    table.add("waveform", describe_waveform(options.machine.trace.file, *result.waveform));
  }
  std::string text = table.text();
  if (!result.flipped.empty()) {
    text += wrapped(fmt::format(
        "The weights were altered by --flip-bit ({}). The machine counts the altered weights; "
        "estimates by formula, such as the FP16 machine's, are of the model's own, so energies and "
        "ratios are not the model's.",
        flip_text(options, result)));
  }
  const EnergyLedger* baseline = nullptr;
  if (result.ledger.has_value()) {
    if (result.ledger->baseline) baseline = &*result.ledger->baseline;
    text +=
        options.details ? energy_notes(*result.ledger) : gaps_text(result.ledger->ours, baseline);
  }
  if (!options.details) return text;
  Table weights("Weights");
  weights.add("ternary weights", fmt::format("{}, {} of them zero",
                                             grouped(static_cast<uint64_t>(result.weights.weights)),
                                             percent(static_cast<double>(result.weights.zeros) /
                                                     static_cast<double>(result.weights.weights))));
  weights.add("packed for " + device.config, scaled(static_cast<double>(result.packed_bytes), "B"));
  if (device.has_machine()) weights.add("control", describe_control(device));
  text += "\n" + weights.text();
  if (device.timed()) text += "\n" + cycles_text(result);
  text += "\n" + host_text(options, result) + "\n" + operators_text(result);
  if (result.ledger.has_value()) text += "\n" + energy_text(*result.ledger);
  return text;
}

}  // namespace tercet
