// SPDX-License-Identifier: Apache-2.0
// What every RTL test shares: a Verilated unit with its clock, stalls, and access to wide ports.
#pragma once

#include <verilated.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "base/rng.h"
#include "sim/verilated/axi_stalls.h"
#include "sim/verilated/verilated_coverage.h"

namespace tercet {

/// TERCET_SEED, or 1. Tests print it with INFO, so a failure names it.
inline uint64_t test_seed() {
  const char* text = std::getenv("TERCET_SEED");
  return text == nullptr ? 1 : std::strtoull(text, nullptr, 0);
}

/// A Verilated unit; its inputs are 0 at first.
template <class Top>
class Unit {
 public:
  Unit() = default;
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;
  ~Unit() {
    top_.final();
    save_coverage(context_);
  }
  Top* operator->() { return &top_; }
  Top& top() { return top_; }
  /// Lets outputs follow inputs within the cycle.
  void settle() { top_.eval(); }

 private:
  VerilatedContext context_;
  Top top_{&context_};
};

template <class Top, class = void>
struct HasReset : std::false_type {};
template <class Top>
struct HasReset<Top, std::void_t<decltype(std::declval<Top>().rst_ni)>> : std::true_type {};

/// A unit with a clock, out of reset. Throws Error after `limit` cycles, so that nothing hangs.
template <class Top>
class Bench : public Unit<Top> {
 public:
  explicit Bench(uint64_t limit = 100000) : limit_(limit) {
    tick();
    if constexpr (HasReset<Top>::value) {
      tick();
      this->top().rst_ni = 1;
    }
    this->settle();
  }

  void tick() {
    if (cycle_++ == limit_) fail("no end after {} cycles", limit_);
    this->settle();
    this->top().clk_i = 1;
    this->settle();
    this->top().clk_i = 0;
    this->settle();
  }
  uint64_t cycle() const { return cycle_; }

 private:
  uint64_t limit_;
  uint64_t cycle_ = 0;
};

/// Asked once a cycle: does this side of a handshake hold still?
class Stall {
 public:
  Stall(StallMode mode, uint64_t seed) : stalls_(mode, seed) {}
  bool operator()() { return stalls_.stalled(AxiChannel::kAr, cycle_++); }

 private:
  AxiStalls stalls_;
  uint64_t cycle_ = 0;
};

/// Every kind of stall, for GENERATE.
inline auto stall_modes() {
  return Catch::Generators::values({StallMode::kNone, StallMode::kOneInFour, StallMode::kRandom});
}

/// Bits [lsb, lsb + width) of a port of any width, width <= 64.
template <class Port>
uint64_t get_bits(const Port& port, uint32_t lsb, uint32_t width) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(&port);
  uint64_t value = 0;
  for (uint32_t i = 0; i < width; ++i) {
    const uint32_t bit = lsb + i;
    value |= static_cast<uint64_t>(bytes[bit / 8] >> (bit % 8) & 1) << i;
  }
  return value;
}

template <class Port>
int64_t get_signed(const Port& port, uint32_t lsb, uint32_t width) {
  return static_cast<int64_t>(get_bits(port, lsb, width) << (64 - width)) >> (64 - width);
}

template <class Port>
void set_bits(Port& port, uint32_t lsb, uint32_t width, uint64_t value) {
  auto* bytes = reinterpret_cast<uint8_t*>(&port);
  for (uint32_t i = 0; i < width; ++i) {
    const uint32_t bit = lsb + i;
    const auto mask = static_cast<uint8_t>(1 << (bit % 8));
    bytes[bit / 8] = static_cast<uint8_t>(bytes[bit / 8] & ~mask);
    if ((value >> i & 1) != 0) bytes[bit / 8] |= mask;
  }
}

template <class Port>
void set_random(Port& port, uint32_t width, Rng& rng) {
  for (uint32_t i = 0; i < width; ++i) set_bits(port, i, 1, rng.below(2));
}

}  // namespace tercet
