// SPDX-License-Identifier: Apache-2.0
// The one exception type for input that cannot be used.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>
#include <utility>

#include "tercet/model/printable.h"

namespace tercet {

/// Bad input: a file, a config, a prompt. The message names the file, the field and the limit.
class Error : public std::runtime_error {
 public:
  /// what() is made printable: a name in the message may hold anything, even a zero byte.
  explicit Error(std::string_view message) : std::runtime_error(printable(message)) {}
};

/// Throws Error with a formatted message: `fail("{}: no such tensor", file)`.
template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace tercet
