// SPDX-License-Identifier: Apache-2.0
// Technology profiles: energies of operations, one number a row, each with its source.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tercet {

/// One row of a profile. All fields but the note are required and not empty.
struct EnergyRow {
  std::string name;
  double value = 0.0;  ///< finite, >= 0
  std::string unit;    ///< "pJ/op"
  std::string node;
  std::string source;
  std::string kind;  ///< "measured", "synthesised", "literature" or "scaled"
  std::string note;
};

/// A profile file (sim/energy/profiles). Unknown, missing and repeated keys or rows are errors.
class EnergyProfile {
 public:
  /// Throws Error naming file, row and field.
  static EnergyProfile load(const std::filesystem::path& path);
  static EnergyProfile parse(const std::string& text, const std::string& file);
  /// bitnet-paper-7nm, as built in.
  static EnergyProfile paper();

  const std::string& name() const { return name_; }
  const std::string& description() const { return description_; }
  const std::vector<EnergyRow>& rows() const { return rows_; }

  /// The value of row `name` in pJ an operation. Throws Error if it is missing or has another unit.
  double pj_per_op(const std::string& name) const;

 private:
  std::string file_;
  std::string name_;
  std::string description_;
  std::vector<EnergyRow> rows_;
};

}  // namespace tercet
