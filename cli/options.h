// SPDX-License-Identifier: Apache-2.0
// The program's one vocabulary: how options are read, and the options that commands share. Only
// options.cpp and main.cpp see the command-line library.
#pragma once

#include <fmt/ranges.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "cli/commands.h"
#include "model/transformer.h"
#include "sim/machine_options.h"
#include "study/run/model_source.h"

namespace tercet {

/// What a value looks like in --help: its kind, its default (empty: none), and what it means.
struct Help {
  std::string kind;
  std::string standard;
  std::string meaning;
};

/// Adds `flag`, whose text `read` takes (and throws UsageError about). Given twice, the last
/// counts. An empty text is refused.
CLI::Option* add_value(CLI::App& command, const std::string& flag, const Help& help,
                       std::function<void(const std::string&)> read);

/// The same for a list: "a,b,c", or the flag several times. Empty elements are refused; `read` gets
/// all of them at once.
CLI::Option* add_list(CLI::App& command, const std::string& flag, const Help& help,
                      std::function<void(const std::vector<std::string>&)> read);

/// "a,b" in parts. Throws UsageError naming `flag` if one is empty.
std::vector<std::string> split_list(const std::string& flag, const std::string& text);

/// The kind of an option that lists files.
inline constexpr const char* kFileList = "FILE,..";

CLI::Option* add_flag(CLI::App& command, const std::string& flag, bool& value,
                      const std::string& meaning);

CLI::Option* required(CLI::Option* option);
/// It is wrong usage to give both.
CLI::Option* excludes(CLI::Option* option, CLI::Option* other);
/// It is wrong usage to give the first alone.
CLI::Option* needs(CLI::Option* option, CLI::Option* other);
bool given(const CLI::Option* option);
/// The option of `command` that has this flag.
CLI::Option* option_of(CLI::App& command, const std::string& flag);
void describe(CLI::Option* option, const Help& help);

/// All of `text` as a number of plain decimal digits (floats: with a point and an exponent), in
/// [least, most]. Throws UsageError naming `flag`.
int64_t read_integer(const std::string& flag, const std::string& text, int64_t least, int64_t most);
uint64_t read_unsigned(const std::string& flag, const std::string& text, uint64_t least,
                       uint64_t most);
double read_real(const std::string& flag, const std::string& text, double least, double most);

template <class Number>
Number read_number(const std::string& flag, const std::string& text, Number least, Number most) {
  if constexpr (std::is_floating_point_v<Number>) {
    return static_cast<Number>(read_real(flag, text, least, most));
  } else if constexpr (std::is_signed_v<Number>) {
    return static_cast<Number>(read_integer(flag, text, least, most));
  } else {
    return static_cast<Number>(read_unsigned(flag, text, least, most));
  }
}

/// A number in [least, most], whose default is what `value` holds; `shown` replaces that in --help.
template <class Number>
CLI::Option* add_number(CLI::App& command, const std::string& flag, Number& value, Number least,
                        Number most, const std::string& meaning,
                        std::optional<std::string> shown = std::nullopt) {
  return add_value(command, flag, {"N", shown.value_or(fmt::format("{}", value)), meaning},
                   [flag, &value, least, most](const std::string& text) {
                     value = read_number(flag, text, least, most);
                   });
}

template <class Number>
CLI::Option* add_number(CLI::App& command, const std::string& flag, std::optional<Number>& value,
                        Number least, Number most, const std::string& meaning,
                        const std::string& shown = "") {
  return add_value(command, flag, {"N", shown, meaning},
                   [flag, &value, least, most](const std::string& text) {
                     value = read_number(flag, text, least, most);
                   });
}

template <class Number>
CLI::Option* add_numbers(CLI::App& command, const std::string& flag, std::vector<Number>& values,
                         Number least, Number most, const std::string& meaning) {
  return add_list(command, flag, {"N,..", fmt::format("{}", fmt::join(values, ",")), meaning},
                  [flag, &values, least, most](const std::vector<std::string>& texts) {
                    values.clear();
                    for (const std::string& text : texts) {
                      values.push_back(read_number(flag, text, least, most));
                    }
                  });
}

/// Throws UsageError with the nearest of `known`, and all of them.
void check_name(const std::string& flag, const std::string& text,
                const std::vector<std::string>& known);

/// One of `known`, whose default is what `value` holds.
CLI::Option* add_name(CLI::App& command, const std::string& flag, std::string& value,
                      const std::vector<std::string>& known, const std::string& meaning);
CLI::Option* add_names(CLI::App& command, const std::string& flag, std::vector<std::string>& values,
                       const std::vector<std::string>& known, const std::string& meaning);

template <class Value>
std::vector<std::string> names_of(const Names<Value>& names) {
  std::vector<std::string> all;
  for (const auto& [name, value] : names) all.emplace_back(name);
  return all;
}

/// One of `names`, kept as its value.
template <class Value>
CLI::Option* add_choice(CLI::App& command, const std::string& flag, Value& value,
                        const Names<Value>& names, const std::string& meaning) {
  return add_value(command, flag, {"NAME", name_in(names, value), meaning},
                   [flag, &value, &names](const std::string& text) {
                     check_name(flag, text, names_of(names));
                     for (const auto& [name, known] : names) {
                       if (text == name) value = known;
                     }
                   });
}

/// A file's or folder's name.
CLI::Option* add_file(CLI::App& command, const std::string& flag, std::string& value,
                      const std::string& meaning);

// The options that commands share. ----------------------------------------------------------------

/// Where a command's results go.
struct Output {
  std::string json;  ///< file; "-": standard output; empty: nowhere
  bool quiet = false;
};
/// --json, --quiet.
void add_output(CLI::App& command, Output& output);

/// --model, --i2s-layout.
CLI::Option* add_model(CLI::App& command, std::string& model, ModelOptions& options);
/// --i2s-layout alone.
void add_i2s_layout(CLI::App& command, ModelOptions& options);

/// --shape: sizes of a known model, or a list of them.
CLI::Option* add_shape(CLI::App& command, std::string& shape);
CLI::Option* add_shapes(CLI::App& command, std::vector<std::string>& shapes);
/// --layers, --vocab, --zeros: what a random model has other than its shape says.
CLI::Option* add_layers(CLI::App& command, int64_t& layers, int64_t most);
CLI::Option* add_zeros(CLI::App& command, double& zeros);

/// --config: machines of rtl/spec/configs.
CLI::Option* add_config(CLI::App& command, std::string& config);
CLI::Option* add_configs(CLI::App& command, std::vector<std::string>& configs);
/// --packing.
CLI::Option* add_packing(CLI::App& command, Packing& packing);
CLI::Option* add_packings(CLI::App& command, std::vector<std::string>& packings);
/// --memory.
CLI::Option* add_memory(CLI::App& command, std::string& memory);
CLI::Option* add_memory(CLI::App& command, std::optional<std::string>& memory);
CLI::Option* add_memories(CLI::App& command, std::vector<std::string>& memories);
/// --batch: tokens of a step.
CLI::Option* add_batch(CLI::App& command, int64_t& batch);
CLI::Option* add_batches(CLI::App& command, std::vector<int64_t>& batches);
/// --context: positions that a sequence has before it.
CLI::Option* add_context(CLI::App& command, int64_t& context);
/// --seed.
CLI::Option* add_seed(CLI::App& command, uint64_t& seed, const std::string& of);
/// --reps.
CLI::Option* add_reps(CLI::App& command, int64_t& reps, const std::string& meaning);
/// --energy-profile.
CLI::Option* add_energy_profile(CLI::App& command, std::string& profile);
/// --control, --firmware.
void add_control(CLI::App& command, MachineOptions& options);
CLI::Option* add_firmware(CLI::App& command, MachineOptions& options);
/// --simd, --threads.
CLI::Option* add_simd(CLI::App& command, std::string& simd);
CLI::Option* add_threads(CLI::App& command, std::optional<int64_t>& threads);

/// Cycles "FIRST:LAST", LAST excluded.
CLI::Option* add_window(CLI::App& command, const std::string& flag, uint64_t& first, uint64_t& last,
                        const std::string& meaning);

/// --backend and all that chooses a machine.
void add_machine(CLI::App& command, MachineOptions& options);

/// For commands that tell nothing of a machine they do not use. Throws UsageError if `command` was
/// given --config or --packing, and there is none.
void check_layout_flags(CLI::App& command, const MachineOptions& options);

/// The configuration's name, if there is a machine.
std::vector<std::string> used_machines(const MachineOptions& options);

/// --act-quant, --kv, --no-weight-quant: what departs from BitNet's arithmetic, to compare with
/// float peers.
void add_session(CLI::App& command, SessionOptions& session, ModelOptions& model);
/// Throws UsageError if there is a machine, which multiplies int8 only.
void check(const SessionOptions& session, const ModelOptions& model, const MachineOptions& machine);

}  // namespace tercet
