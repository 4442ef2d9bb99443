// SPDX-License-Identifier: Apache-2.0
// The profiles that the program carries: the texts of study/energy/profiles/*.json.
#pragma once

#include <string>
#include <vector>

namespace tercet {

struct BuiltInProfile {
  std::string name;  ///< the file's, without .json
  std::string text;
};

const std::vector<BuiltInProfile>& built_in_profiles();

}  // namespace tercet
