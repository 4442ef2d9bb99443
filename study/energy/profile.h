// SPDX-License-Identifier: Apache-2.0
// Technology profiles: energies, powers and areas, one number a row, each with its source.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace tercet {

/// One row of a profile. All fields but the note are required and not empty.
struct EnergyRow {
  std::string name;
  double value = 0.0;  ///< finite, >= 0
  std::string unit;    ///< "pJ/op" and others of docs/energy.md
  std::string node;    ///< "7 nm" and others
  std::string source;
  std::string kind;  ///< "measured", "synthesised", "literature" or "scaled"
  std::string note;
};

/// Throws Error prefixed with `where` if a field is not what it must be.
void check_energy_row(const EnergyRow& row, const std::string& where);

/// Throws Error prefixed with `where` unless a ledger, an area or the papers' recipe reads rows of
/// this name, or scripts/characterise.py writes them for its own tables.
void check_row_name(const std::string& name, const std::string& where);

/// A profile file (study/energy/profiles). Unknown, missing and repeated keys or rows are errors.
class EnergyProfile {
 public:
  /// Throws Error naming file, row and field.
  static EnergyProfile load(const std::filesystem::path& path);
  static EnergyProfile parse(const std::string& text, const std::string& file);

  /// Names of study/energy/profiles/*.json, which are built in.
  static const std::vector<std::string>& built_in_names();
  /// One of built_in_names(), else a file.
  static EnergyProfile open(const std::string& name);

  const std::string& name() const { return name_; }
  const std::string& file() const { return file_; }
  /// CRC-32 of the profile's text.
  uint32_t crc() const { return crc_; }
  const std::vector<EnergyRow>& rows() const { return rows_; }
  /// Whether the profile says itself, in its key "not_included", that it has no row of this name:
  /// then what is counted of it is in no figure. Without that, a missing row leaves none.
  bool leaves_out(const std::string& name) const { return not_included_.count(name) > 0; }

  /// nullptr if there is no such row.
  const EnergyRow* find(const std::string& name) const;
  /// Throws Error if the row is missing or has another unit.
  double value(const std::string& name, const std::string& unit) const;
  double pj_per_op(const std::string& name) const { return value(name, "pJ/op"); }

 private:
  std::string file_;
  std::string name_;
  uint32_t crc_ = 0;
  std::vector<EnergyRow> rows_;
  std::set<std::string> not_included_;
};

struct BuiltInProfile {
  std::string name;  ///< the file's, without .json
  std::string text;
};
/// The texts of study/energy/profiles/*.json, which the program carries.
const std::vector<BuiltInProfile>& built_in_profiles();

}  // namespace tercet
