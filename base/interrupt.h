// SPDX-License-Identifier: Apache-2.0
// Ctrl-C, SIGTERM and SIGHUP as an exception at a place where work can be given up.
#pragma once

#include <array>
#include <csignal>
#include <stdexcept>

namespace tercet {

/// The user asked the program to stop. Not an Error: nothing is wrong.
class Interrupted : public std::runtime_error {
 public:
  /// what() is "stopped by SIGINT", for example.
  explicit Interrupted(int signal);
  int signal() const { return signal_; }
  /// What shells report for a program that died of the signal: 130 for Ctrl-C, 143 for SIGTERM.
  int exit_status() const { return 128 + signal_; }

 private:
  int signal_;
};

/// While one exists (inside another it adds nothing), the first SIGINT, SIGTERM or SIGHUP is only
/// noted, and poll() throws. A second one, kSecondAfter seconds later or more, ends the program at
/// once. (Sooner it is the same request that came twice: timeout(1) sends to the process and to its
/// group.) SIGHUP stays ignored if it was, as nohup(1) has it.
class Interrupt {
 public:
  static constexpr double kSecondAfter = 0.3;

  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Whether a signal has come, to this one or to the last one that there was.
  static bool noted();
  /// Throws Interrupted once a signal has come, each time it is called.
  static void poll();

 private:
  std::array<struct sigaction, 3> old_{};
};

}  // namespace tercet
