// SPDX-License-Identifier: Apache-2.0
// What a machine can do wrong.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace tercet {

/// The machine answered with one of its error codes (TERCET_ERR_*).
class DeviceError : public Error {
 public:
  DeviceError(uint32_t code, const std::string& message) : Error(message), code_(code) {}
  uint32_t code() const { return code_; }

 private:
  uint32_t code_;
};

/// The machine did not finish in time.
class TimeoutError : public Error {
 public:
  using Error::Error;
};

/// The firmware refused to boot or stopped.
class FirmwareError : public Error {
 public:
  using Error::Error;
};

}  // namespace tercet
