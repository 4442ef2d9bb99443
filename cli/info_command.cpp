// SPDX-License-Identifier: Apache-2.0
// `tercet info`: a model, a machine, and what the one takes on the other.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/output_file.h"
#include "base/stopwatch.h"
#include "base/table.h"
#include "cli/commands.h"
#include "cli/device_options.h"
#include "cli/model_source.h"
#include "study/bench/resident_memory.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

struct InfoOptions {
  std::string model;
  ModelOptions model_options;
  std::string config = "edge";
  std::string json;
};

Json machine_json(const tercet_config& m) {
  return {{"name", m.name},
          {"rows", m.rows},
          {"cols", m.cols},
          {"tokens", m.tokens},
          {"axi_bytes", m.axi_bytes},
          {"act_sram_bytes", m.act_sram_bytes},
          {"clock_mhz", m.clock_mhz},
          {"k_max", m.k_max},
          {"config_hash", m.config_hash},
          {"dram", m.dram}};
}

Json model_json(const NamedModel& named, const WeightCounts& counts) {
  const ModelConfig& c = named.model.config;
  return {
      {"name", named.name},
      {"layers", c.layers},
      {"hidden", c.hidden},
      {"intermediate", c.intermediate},
      {"heads", c.heads},
      {"kv_heads", c.kv_heads},
      {"vocab", c.vocab},
      {"context", c.max_positions},
      {"activation", c.activation == Activation::kRelu2 ? "relu2" : "silu"},
      {"tied_head", c.tied_head},
      {"tokenizer", named.tokenizer.has_value()},
      {"tokenizer_kind", named.tokenizer.has_value() ? named.tokenizer->kind() : "none"},
      {"ternary_weights", counts.weights},
      {"zero_weights", counts.zeros},
      {"zero_fraction", static_cast<double>(counts.zeros) / static_cast<double>(counts.weights)}};
}

/// How long loading took, and the memory that it left.
Json load_json(double seconds) {
  const ResidentMemory memory = resident_memory();
  return {{"seconds", seconds}, {"own_bytes", memory.own}, {"mapped_bytes", memory.mapped}};
}

void print_model(const Json& model, const Json& load) {
  Table table(model["name"].get<std::string>());
  for (const char* key :
       {"layers", "hidden", "intermediate", "heads", "kv_heads", "vocab", "context"}) {
    table.add(key, grouped(model[key].get<uint64_t>()));
  }
  table.add("activation", model["activation"].get<std::string>());
  table.add("head",
            model["tied_head"].get<bool>() ? "the embedding (tied)" : "a matrix of its own");
  table.add("tokenizer", model["tokenizer_kind"].get<std::string>());
  table.add("ternary weights", grouped(model["ternary_weights"].get<uint64_t>()));
  table.add("  zero", fmt::format("{:.2f} %", 100.0 * model["zero_fraction"].get<double>()));
  table.add("loaded in", fmt::format("{:.2f} s", load["seconds"].get<double>()));
  table.add("  memory", fmt::format("{}B of its own, {}B of the file's pages",
                                    scaled(load["own_bytes"].get<double>(), ""),
                                    scaled(load["mapped_bytes"].get<double>(), "")));
  fmt::print("{}\n", table.text());
}

void print_machine(const tercet_config& m, const Json& packed, int64_t weights) {
  Table table(std::string("machine ") + m.name);
  table.add("array", fmt::format("{} × {}, {} tokens per tile", m.rows, m.cols, m.tokens));
  table.add("AXI beat", fmt::format("{} B on each of {} port(s), {} MHz", m.axi_bytes, m.axi_ports,
                                    m.clock_mhz));
  table.add("activation SRAM", fmt::format("{}B", scaled(m.act_sram_bytes, "")));
  table.add("longest K of a command", grouped(m.k_max));
  table.add("DRAM", m.dram);
  for (const auto& [name, bytes] : packed.items()) {
    const double bits = 8.0 * bytes.get<double>() / static_cast<double>(weights);
    table.add("weights as " + name, fmt::format("{} bytes, {:.3f} bits per weight",
                                                grouped(bytes.get<uint64_t>()), bits));
  }
  fmt::print("{}", table.text());
}

int info(const InfoOptions& options) {
  if (!options.json.empty()) check_writable(options.json);
  const tercet_config& machine = find_machine(options.config);
  const Stopwatch watch;
  const NamedModel named = open_model(options.model, options.model_options);
  const Json load = load_json(watch.seconds());
  note_tokenizer(named);
  const WeightCounts counts = count_weights(named.model);
  Json packed;
  for (const Packing packing : {Packing::kTwoBit, Packing::kTrit5}) {
    packed[packing_name(packing)] = packed_bytes(machine, packing, named.model);
  }
  const Json model = model_json(named, counts);
  print_model(model, load);
  print_machine(machine, packed, counts.weights);
  if (!options.json.empty()) {
    const Json json = {{"model", model},
                       {"load", load},
                       {"machine", machine_json(machine)},
                       {"packed_bytes", packed}};
    write_json(options.json, json);
  }
  return 0;
}

}  // namespace

void add_info(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("info", "Describes a model, a machine, and the model's size on it.");
  const auto options = std::make_shared<InfoOptions>();
  command->add_option("--model", options->model, kModelHelp)->required();
  add_i2s_option(*command, options->model_options);
  command->add_option("--config", options->config, "machine of rtl/spec/configs")
      ->check(CLI::IsMember(machine_names()))
      ->capture_default_str();
  command->add_option("--json", options->json, "file for the results");
  command->callback([options, &action] { action = [options] { return info(*options); }; });
}

}  // namespace tercet
