// SPDX-License-Identifier: Apache-2.0
// The one exception type for input that cannot be used.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace tercet {

/// Bad input: a file, a config, a prompt. The message names the file, the field and the limit.
class Error : public std::runtime_error {
 public:
  explicit Error(std::string message) : std::runtime_error(show_zeros(std::move(message))) {}

 private:
  /// A name in the message may hold anything, but what() would end at a zero byte.
  static std::string show_zeros(std::string text) {
    for (size_t at = 0; (at = text.find('\0', at)) != std::string::npos;)
      text.replace(at, 1, "\\x00");
    return text;
  }
};

/// The command line itself makes no sense: the program's exit status is 2 instead of 1.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// Throws UsageError with a formatted message.
template <typename... Args>
[[noreturn]] void fail_usage(fmt::format_string<Args...> format, Args&&... args) {
  throw UsageError(fmt::format(format, std::forward<Args>(args)...));
}

/// Throws Error with a formatted message: `fail("{}: no such tensor", file)`.
template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace tercet
