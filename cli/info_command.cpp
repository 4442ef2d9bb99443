// SPDX-License-Identifier: Apache-2.0
// `tercet info`: a model, a machine, and what the one takes on the other.
#include <fmt/format.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/stopwatch.h"
#include "base/table.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "study/run/model_source.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

struct InfoOptions {
  std::string model;
  ModelOptions model_options;
  std::string config = "edge";
  Output output;
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

Json model_json(const ModelFile& named, const WeightCounts& counts) {
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

/// How long loading took, and the resident memory that it left, as Linux counts it: heap and
/// stacks, and pages of files, which the system can drop and read again. Zeros where the system
/// does not tell.
Json load_json(double seconds) {
  Json json = {{"seconds", seconds}, {"own_bytes", 0}, {"mapped_bytes", 0}};
  std::ifstream status("/proc/self/status");
  for (std::string field; status >> field;) {
    int64_t kib = 0;
    if (field == "RssAnon:" && status >> kib) json["own_bytes"] = kib * 1024;
    if (field == "RssFile:" && status >> kib) json["mapped_bytes"] = kib * 1024;
    status.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return json;
}

std::string model_text(const Json& model, const Json& load) {
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
  return table.text() + "\n";
}

std::string machine_text(const tercet_config& m, const Json& packed, int64_t weights) {
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
  return table.text();
}

int info(const InfoOptions& options) {
  Answer answer(options.output);
  const tercet_config& machine = find_machine(options.config);
  const Stopwatch watch;
  const ModelFile named = open_model(options.model, options.model_options);
  const Json load = load_json(watch.seconds());
  Answer::note(named, false);
  const WeightCounts counts = count_weights(named.model);
  Json packed;
  for (const Packing packing : {Packing::kTwoBit, Packing::kTrit5}) {
    packed[packing_name(packing)] = packed_bytes(machine, packing, named.model);
  }
  const Json model = model_json(named, counts);
  answer.print(model_text(model, load) + machine_text(machine, packed, counts.weights));
  answer.write({"info", {options.config}}, {{"model", model},
                                            {"load", load},
                                            {"machine", machine_json(machine)},
                                            {"packed_bytes", packed}});
  return 0;
}

}  // namespace

void add_info(CLI::App& app, Action& action) {
  const auto [command, options] = add_command<InfoOptions>(
      app, "info", "Describes a model, a machine, and the model's size on it.", action, info);
  required(add_model(command, options.model, options.model_options));
  add_config(command, options.config);
  add_output(command, options.output);
}

}  // namespace tercet
