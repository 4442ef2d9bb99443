// SPDX-License-Identifier: Apache-2.0
// The program's one vocabulary: how options are read, and the options that commands share. Only
// options.cpp and main.cpp see the command-line library.
#pragma once

#include <fmt/ranges.h>

#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "sim/machine_options.h"
#include "study/run/model_source.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library names it
class App;
class Option;
}  // namespace CLI

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
template <class Number>
Number read_number(const std::string& flag, const std::string& text, Number least, Number most) {
  constexpr bool kReal = std::is_floating_point_v<Number>;
  std::conditional_t<kReal, double, Number> value{};
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || last != end || !(value >= least && value <= most)) {
    fail_usage("{} {}: must be {} from {} to {}", flag, text, kReal ? "a number" : "a whole number",
               least, most);
  }
  return static_cast<Number>(value);
}

/// A number in [least, most], whose default is what `value` holds, if it is no std::optional;
/// `shown` replaces that in --help.
template <class Number, class Value>
CLI::Option* add_number(CLI::App& command, const std::string& flag, Value& value, Number least,
                        Number most, const std::string& meaning,
                        const std::optional<std::string>& shown = std::nullopt) {
  std::string standard;
  if constexpr (std::is_same_v<Number, Value>) standard = fmt::format("{}", value);
  return add_value(command, flag, {"N", shown.value_or(standard), meaning},
                   [flag, &value, least, most](const std::string& text) {
                     value = read_number<Number>(flag, text, least, most);
                   });
}

template <class Number>
CLI::Option* add_number(CLI::App& command, const std::string& flag, std::vector<Number>& values,
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

/// One of `known`, or a list of them, whose default is what `value` holds.
CLI::Option* add_name(CLI::App& command, const std::string& flag, std::string& value,
                      const std::vector<std::string>& known, const std::string& meaning);
CLI::Option* add_name(CLI::App& command, const std::string& flag, std::vector<std::string>& values,
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

/// --shape: sizes of a known model, or of a list of them.
std::vector<std::string> shape_names();
template <class NameOrNames>
CLI::Option* add_shape(CLI::App& command, NameOrNames& shape) {
  return add_name(command, "--shape", shape, shape_names(), "model to take the sizes of");
}
/// --layers, --vocab, --zeros: what a random model has other than its shape says.
CLI::Option* add_layers(CLI::App& command, int64_t& layers, int64_t most);
CLI::Option* add_zeros(CLI::App& command, double& zeros);

/// --config: machines of rtl/spec/configs.
template <class NameOrNames>
CLI::Option* add_config(CLI::App& command, NameOrNames& config) {
  return add_name(command, "--config", config, config_names(), "machine of rtl/spec/configs");
}
/// --packing.
CLI::Option* add_packing(CLI::App& command, Packing& packing);
CLI::Option* add_packing(CLI::App& command, std::vector<std::string>& packings);
/// --memory.
CLI::Option* add_memory(CLI::App& command, std::string& memory);
CLI::Option* add_memory(CLI::App& command, std::optional<std::string>& memory);
CLI::Option* add_memory(CLI::App& command, std::vector<std::string>& memories);
/// --batch: tokens of a step, or a list of them.
template <class NumberOrNumbers>
CLI::Option* add_batch(CLI::App& command, NumberOrNumbers& batch) {
  return add_number<int64_t>(command, "--batch", batch, 1, TERCET_MAX_CMD_M,
                             "tokens that share a pass over the weights");
}
/// --seed.
CLI::Option* add_seed(CLI::App& command, uint64_t& seed, const std::string& of);
/// --reps.
CLI::Option* add_reps(CLI::App& command, int64_t& reps, const std::string& meaning);
/// --energy-profile.
CLI::Option* add_energy_profile(CLI::App& command, std::string& profile);
/// --control, --firmware.
void add_control(CLI::App& command, MachineOptions& options);
CLI::Option* add_firmware(CLI::App& command, MachineOptions& options);
/// --kv, --head: how keys, values and the head are kept.
void add_cache_and_head(CLI::App& command, SessionOptions& options);
/// --simd.
CLI::Option* add_simd(CLI::App& command, std::string& simd);

/// Cycles "FIRST:LAST", LAST excluded.
CLI::Option* add_window(CLI::App& command, const std::string& flag, uint64_t& first, uint64_t& last,
                        const std::string& meaning);

/// --backend and all that chooses a machine.
void add_machine(CLI::App& command, MachineOptions& options);

}  // namespace tercet
