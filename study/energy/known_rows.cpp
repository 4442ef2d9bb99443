// SPDX-License-Identifier: Apache-2.0
// Names of rows: those that something reads, and those that are kept for their readers.
#include <algorithm>
#include <array>
#include <set>

#include "base/error.h"
#include "base/names.h"
#include "sim/dram/dram_presets.h"
#include "study/energy/profile.h"

namespace tercet {
namespace {

std::set<std::string> used_names() {
  std::set<std::string> names = {
      "ternary_add", "ternary_zero", "decode_two_bit", "decode_trit5", "core_instruction",
      "sram_8k", "sram_32k", "sram_1m", "wire", "smallest_cell",
      // Operators: `tercet paper`, the host's arithmetic, and what other rows are made of.
      "int8_add", "int8_mul", "int32_add", "fp16_add", "fp16_mul", "fp32_add", "fp32_mul",
      "fp32_other"};
  for (const std::string kind : {"ternary", "int8", "fp16"}) {
    const std::string prefix = kind == "ternary" ? "" : kind + "_";
    if (!prefix.empty()) names.insert(kind + "_mac");
    for (const char* end : {"_activity", "_still"}) names.insert(kind + end);
    names.insert("idle_" + kind + "_lane");
    names.insert(prefix + "accumulate");
    names.insert(prefix + "tile_register");
    for (const char* what : {"area_", "cells_", "leakage_"}) {
      names.insert(what + kind + "_lane");
      names.insert(what + prefix + "accumulate");
    }
  }
  for (const char* what : {"area_", "cells_", "leakage_"}) {
    names.insert(std::string(what) + "decode");
    if (std::string(what) != "cells_") names.insert(std::string(what) + "sram");
  }
  for (const DramPreset& preset : dram_presets()) {
    for (const char* row :
         {"activate", "refresh", "read", "write", "active_standby", "precharge_standby"}) {
      names.insert(std::string("dram/") + preset.name + "/" + row);
    }
  }
  return names;
}

/// What scripts/characterise.py writes beside the rows of a ledger: elements, slices, lanes with
/// one tensor's operands, longest paths.
bool is_characterisation(const std::string& name) {
  static const std::set<std::string> kNames = [] {
    std::set<std::string> names;
    for (const std::string kind : {"ternary", "int8", "fp16"}) {
      names.insert(kind + "_element");
      const std::string prefix = kind == "ternary" ? "" : kind + "_";
      for (const char* what : {"area_", "cells_", "path_", "leakage_"}) {
        names.insert(what + kind + "_element");
        names.insert(what + kind + "_slice_16x8");
      }
      names.insert("path_" + kind + "_lane");
      names.insert("path_" + prefix + "accumulate");
    }
    names.insert("path_decode");
    return names;
  }();
  if (kNames.count(name) > 0) return true;
  static const std::array<std::string, 3> kLanes = {"ternary_lane/", "int8_lane/", "fp16_lane/"};
  return std::any_of(kLanes.begin(), kLanes.end(),
                     [&name](const std::string& begin) { return name.rfind(begin, 0) == 0; });
}

}  // namespace

void check_row_name(const std::string& name, const std::string& where) {
  static const std::set<std::string> kUsed = used_names();
  if (kUsed.count(name) > 0 || is_characterisation(name)) return;
  fail("{}: unknown row '{}'{}", where, name, did_you_mean(name, {kUsed.begin(), kUsed.end()}));
}

}  // namespace tercet
