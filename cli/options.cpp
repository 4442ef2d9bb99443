// SPDX-License-Identifier: Apache-2.0
// Reads numbers and names strictly: the library would take 010 for 8, and -1 for a large number.
#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/names.h"
#include "cli/commands.h"
#include "model/fast/target.h"
#include "model/synth.h"
#include "sim/dram/machine_memory.h"
#include "study/energy/profile.h"

namespace tercet {
namespace {

std::string one_of(const std::string& meaning, const std::vector<std::string>& known) {
  return fmt::format("{}; one of: {}", meaning, fmt::join(known, ", "));
}

constexpr const char* kPackingMeaning = "weights in memory: 2 bits each, or 5 in a byte";
constexpr const char* kMemoryMeaning =
    "memory of the machine: ideal, dram (the configuration's), or a preset";

}  // namespace

CLI::App& add_group(CLI::App& app, const char* name, const char* description) {
  return *app.add_subcommand(name, description)->require_subcommand(1);
}

CLI::App& add_action(CLI::App& parent, const char* name, const char* description, Action& action,
                     Action act) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->callback([&action, act = std::move(act)] { action = act; });
  return *command;
}

CLI::Option* add_value(CLI::App& command, const std::string& flag, const Help& help,
                       std::function<void(const std::string&)> read) {
  CLI::Option* option = command.add_option(
      flag,
      [flag, read = std::move(read)](const CLI::results_t& texts) {
        if (texts.back().empty()) fail_usage("{}: is given, but empty", flag);
        read(texts.back());
        return true;
      },
      help.meaning);
  describe(option, help);
  return option;
}

CLI::Option* add_list(CLI::App& command, const std::string& flag, const Help& help,
                      std::function<void(const std::vector<std::string>&)> read) {
  CLI::Option* option = command.add_option(
      flag,
      [flag, read = std::move(read)](const CLI::results_t& texts) {
        std::vector<std::string> all;
        for (const std::string& text : texts) {
          const std::vector<std::string> parts = split_list(flag, text);
          all.insert(all.end(), parts.begin(), parts.end());
        }
        read(all);
        return true;
      },
      help.meaning);
  describe(option, help);
  return option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
}

std::vector<std::string> split_list(const std::string& flag, const std::string& text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t comma = std::min(text.find(',', begin), text.size());
    if (comma == begin) fail_usage("{} '{}': an element of the list is empty", flag, text);
    parts.push_back(text.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return parts;
}

CLI::Option* add_flag(CLI::App& command, const std::string& flag, bool& value,
                      const std::string& meaning) {
  return command.add_flag(flag, value, meaning);
}

CLI::Option* required(CLI::Option* option) { return option->required(); }
CLI::Option* excludes(CLI::Option* option, CLI::Option* other) { return option->excludes(other); }
CLI::Option* needs(CLI::Option* option, CLI::Option* other) { return option->needs(other); }
bool given(const CLI::Option* option) { return option->count() != 0; }
CLI::Option* option_of(CLI::App& command, const std::string& flag) {
  return command.get_option(flag);
}
void describe(CLI::Option* option, const Help& help) {
  option->type_name(help.kind)->default_str(help.standard)->description(help.meaning);
}

void check_name(const std::string& flag, const std::string& text,
                const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), text) == known.end()) {
    fail_usage("{}", unknown_name(flag, text, known));
  }
}

CLI::Option* add_name(CLI::App& command, const std::string& flag, std::string& value,
                      const std::vector<std::string>& known, const std::string& meaning) {
  return add_value(command, flag, {"NAME", value, one_of(meaning, known)},
                   [flag, &value, known](const std::string& text) {
                     check_name(flag, text, known);
                     value = text;
                   });
}

CLI::Option* add_name(CLI::App& command, const std::string& flag, std::vector<std::string>& values,
                      const std::vector<std::string>& known, const std::string& meaning) {
  return add_list(command, flag,
                  {"NAME,..", fmt::format("{}", fmt::join(values, ",")), one_of(meaning, known)},
                  [flag, &values, known](const std::vector<std::string>& texts) {
                    values.clear();
                    for (const std::string& text : texts) {
                      check_name(flag, text, known);
                      if (std::find(values.begin(), values.end(), text) != values.end()) {
                        fail_usage("{}: '{}' appears twice", flag, text);
                      }
                      values.push_back(text);
                    }
                  });
}

CLI::Option* add_file(CLI::App& command, const std::string& flag, std::string& value,
                      const std::string& meaning) {
  return add_value(command, flag, {"FILE", value, meaning},
                   [&value](const std::string& text) { value = text; });
}

void add_output(CLI::App& command, Output& output) {
  add_file(command, "--json", output.json,
           "write the results as JSON to FILE, or with - to standard output, where the text "
           "otherwise goes; the text then goes to standard error");
  add_flag(command, "--quiet", output.quiet, "print no text but errors");
}

CLI::Option* add_model(CLI::App& command, std::string& model, ModelOptions& options) {
  CLI::Option* option = add_value(
      command, "--model",
      {"MODEL", "",
       "folder with config.json, model.safetensors and tokenizer.json or .model; a GGUF file; or a "
       "random model: synth:SHAPE[,layers=L][,zeros=Z][,seed=S][,vocab=V][,positions=P], such as "
       "synth:2b4t,layers=1"},
      [&model](const std::string& text) { model = text; });
  add_name(
      command, "--i2s-layout", options.i2s_layout, {"auto", "x86", "arm"},
      "order of the weights in an I2_S file, which depends on the machine that wrote it; auto: "
      "as the file says, else x86");
  return option;
}

std::vector<std::string> shape_names() {
  std::vector<std::string> names;
  for (const Shape& shape : shapes()) names.emplace_back(shape.name);
  return names;
}

CLI::Option* add_layers(CLI::App& command, int64_t& layers, int64_t most) {
  return add_number<int64_t>(command, "--layers", layers, 1, most,
                             "layers (default: as many as the shape has)", "");
}
CLI::Option* add_zeros(CLI::App& command, double& zeros) {
  return add_number(command, "--zeros", zeros, 0.0, 1.0, "share of weights that are zero");
}

CLI::Option* add_packing(CLI::App& command, Packing& packing) {
  return add_choice(command, "--packing", packing, packing_names(),
                    one_of(kPackingMeaning, names_of(packing_names())));
}
CLI::Option* add_packing(CLI::App& command, std::vector<std::string>& packings) {
  return add_name(command, "--packing", packings, names_of(packing_names()), kPackingMeaning);
}
CLI::Option* add_memory(CLI::App& command, std::string& memory) {
  return add_name(command, "--memory", memory, memory_names(), kMemoryMeaning);
}
CLI::Option* add_memory(CLI::App& command, std::optional<std::string>& memory) {
  return add_value(command, "--memory", {"NAME", "dram", one_of(kMemoryMeaning, memory_names())},
                   [&memory](const std::string& text) {
                     check_name("--memory", text, memory_names());
                     memory = text;
                   });
}
CLI::Option* add_memory(CLI::App& command, std::vector<std::string>& memories) {
  return add_name(command, "--memory", memories, memory_names(), kMemoryMeaning);
}
CLI::Option* add_seed(CLI::App& command, uint64_t& seed, const std::string& of) {
  return add_number<uint64_t>(command, "--seed", seed, 0, UINT64_MAX, "seed of " + of);
}
CLI::Option* add_reps(CLI::App& command, int64_t& reps, const std::string& meaning) {
  return add_number<int64_t>(command, "--reps", reps, 1, 1000, meaning);
}
CLI::Option* add_energy_profile(CLI::App& command, std::string& profile) {
  return add_file(command, "--energy-profile", profile,
                  one_of("technology profile for energies: a file (docs/energy.md), or built in",
                         EnergyProfile::built_in_names()));
}

void add_control(CLI::App& command, MachineOptions& options) {
  add_choice(command, "--control", options.control, control_names(),
             "firmware: commands through the rings that the control core serves; direct: the "
             "driver writes the command registers");
  add_firmware(command, options);
}
CLI::Option* add_firmware(CLI::App& command, MachineOptions& options) {
  return add_file(command, "--firmware", options.firmware,
                  "ELF file for the control core (default: the one of this build)");
}
void add_cache_and_head(CLI::App& command, SessionOptions& options) {
  add_choice(command, "--kv", options.kv, cache_names(),
             "keys and values are kept as 5 to 1 ternary digits with a scale a head, or as f16 or "
             "f32");
  add_choice(command, "--head", options.head, head_names(),
             "weights of the logits are 5 to 1 ternary digits with a scale a row, or the model's "
             "floats");
}
CLI::Option* add_simd(CLI::App& command, std::string& simd) {
  return add_name(command, "--simd", simd, simd_targets(),
                  "vector target for all that runs on the host (default: the best here)");
}
CLI::Option* add_window(CLI::App& command, const std::string& flag, uint64_t& first, uint64_t& last,
                        const std::string& meaning) {
  return add_value(command, flag, {"FIRST:LAST", "", meaning + ", LAST excluded (default: all)"},
                   [flag, &first, &last](const std::string& text) {
                     const size_t colon = std::min(text.find(':'), text.size());
                     const std::string rest = text.substr(std::min(colon + 1, text.size()));
                     try {
                       first = read_number<uint64_t>(flag, text.substr(0, colon), 0, INT64_MAX);
                       last = read_number<uint64_t>(flag, rest, 0, INT64_MAX);
                     } catch (const UsageError&) {
                       fail_usage("{} {}: must be FIRST:LAST, two cycle numbers", flag, text);
                     }
                     if (first >= last) {
                       fail_usage("{} {}: FIRST must be below LAST", flag, text);
                     }
                   });
}

void add_machine(CLI::App& command, MachineOptions& options) {
  add_choice(command, "--backend", options.backend, backend_names(),
             "rtl: the Verilated hardware; systemc: the same machine tile by tile, in the same "
             "cycles, faster; functional: the machine at register level, without time; model: no "
             "machine, the host's vectors and threads; reference: no machine, scalar");
  add_config(command, options.config);
  add_packing(command, options.packing);
  add_control(command, options);
  add_memory(command, options.memory);
  add_number<uint64_t>(command, "--memory-mib", options.memory_mib, 1, uint64_t{1} << 20,
                       "device memory in MiB (default: what the model needs, at least 1024)", "");
  add_number<uint64_t>(command, "--timeout", options.timeout, 1, INT64_MAX,
                       "cycles that one command may take (default: from its size)", "");
  CLI::Option* trace = add_file(command, "--trace", options.trace.file,
                                "write a waveform of the RTL to an FST file (slow)");
  needs(add_window(command, "--trace-window", options.trace.first, options.trace.last,
                   "cycles to trace"),
        trace);
  add_number<int64_t>(command, "--threads", options.threads, 1, 256,
                      "threads for all that runs on the host (default: one a processor)");
  add_simd(command, options.simd);
}

}  // namespace tercet
