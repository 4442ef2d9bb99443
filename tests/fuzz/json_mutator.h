// SPDX-License-Identifier: Apache-2.0
// Random damage to JSON values and to bytes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/rng.h"

namespace tercet::fuzz {

using Json = nlohmann::ordered_json;

/// A value that a careless reader would trip over.
inline Json nasty_value(Rng& rng) {
  static const char* const kValues[] = {"null",
                                        "true",
                                        "false",
                                        "0",
                                        "1",
                                        "-1",
                                        "2",
                                        "3",
                                        "4",
                                        "7",
                                        "1.5",
                                        "-0.0",
                                        "1e-300",
                                        "1e308",
                                        "65536",
                                        "65537",
                                        "2147483648",
                                        "4294967296",
                                        "9223372036854775807",
                                        "18446744073709551615",
                                        "-9223372036854775808",
                                        "\"\"",
                                        "\"silu\"",
                                        "\"bitlinear\"",
                                        "\"online\"",
                                        "\"U8\"",
                                        "\"BF16\"",
                                        "\"F16\"",
                                        "\"F32\"",
                                        "\"I64\"",
                                        "\"\\u0000\"",
                                        "\"\\ud83d\\ude00\"",
                                        "\"a b\"",
                                        "[]",
                                        "{}",
                                        "[0]",
                                        "[0,0]",
                                        "[1,0]",
                                        "[0,18446744073709551615]",
                                        "[-1,4]",
                                        "[4611686018427387904,4]",
                                        "[[[[1]]]]",
                                        "{\"a\":{\"a\":{}}}"};
  constexpr size_t kCount = sizeof(kValues) / sizeof(kValues[0]);
  return Json::parse(kValues[rng.below(kCount)]);
}

/// A random element of `json`, found by walking down; the root only if it holds nothing.
inline std::pair<Json*, size_t> random_place(Json& json, Rng& rng) {
  Json* parent = &json;
  while (true) {
    const size_t index = rng.below(parent->size());
    Json& child = *std::next(parent->begin(), static_cast<std::ptrdiff_t>(index));
    if (!child.is_structured() || child.empty() || rng.below(6) == 0) return {parent, index};
    parent = &child;
  }
}

/// Deletes, replaces, renames, swaps or adds one element.
inline void mutate_json(Json& json, Rng& rng) {
  if (!json.is_structured() || json.empty()) return;
  const auto [parent, index] = random_place(json, rng);
  const auto it = std::next(parent->begin(), static_cast<std::ptrdiff_t>(index));
  switch (rng.below(6)) {
    case 0:
      parent->erase(it);
      return;
    case 1:
    case 2:
      *it = nasty_value(rng);
      return;
    case 3:
      if (it->is_number_integer()) {
        *it = static_cast<int64_t>(it->get<uint64_t>() + rng.below(9)) - 4;
      } else if (it->is_string()) {
        *it = it->get<std::string>() + "x";
      }
      return;
    case 4: {  // two values change places: shapes, dtypes, offsets, ids
      const auto [other, position] = random_place(json, rng);
      Json& value = *std::next(other->begin(), static_cast<std::ptrdiff_t>(position));
      const Json copy = value;
      const Json mine = *it;
      value = mine;
      // The first assignment may have freed what `it` points to, so the walk starts anew.
      const auto [third, place] = random_place(json, rng);
      *std::next(third->begin(), static_cast<std::ptrdiff_t>(place)) = copy;
      return;
    }
    default:
      if (parent->is_object()) {
        (*parent)["extra"] = nasty_value(rng);
      } else {
        parent->push_back(nasty_value(rng));
      }
  }
}

/// Flips bits, overwrites, cuts, repeats or inserts bytes in [begin, end) of `bytes`.
inline void mutate_bytes(std::string& bytes, size_t begin, size_t end, Rng& rng) {
  if (begin >= end) return;
  const size_t place = begin + rng.below(end - begin);
  switch (rng.below(6)) {
    case 0:
    case 1:
      for (uint64_t n = 1 + rng.below(4); n > 0; --n) {
        bytes[begin + rng.below(end - begin)] ^= static_cast<char>(1 << rng.below(8));
      }
      return;
    case 2:
      bytes[place] = static_cast<char>(rng.next());
      return;
    case 3:
      bytes.resize(place);
      return;
    case 4:
      bytes.insert(place, bytes.substr(place, rng.below(40)));
      return;
    default:
      bytes.erase(place, 1 + rng.below(8));
  }
}

}  // namespace tercet::fuzz
