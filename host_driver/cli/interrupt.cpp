// SPDX-License-Identifier: Apache-2.0
// A handler that notes the first signal, and gives way to the second.
#include "interrupt.h"

#include <ctime>

namespace tercet {
namespace {

// A signal handler can only reach static objects.
volatile std::sig_atomic_t g_signal = 0;
timespec g_when;  // written by the handler only

void on_signal(int signal) {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (g_signal == 0) {
    g_when = now;
    g_signal = signal;
    return;
  }
  const double since = static_cast<double>(now.tv_sec - g_when.tv_sec) +
                       static_cast<double>(now.tv_nsec - g_when.tv_nsec) * 1e-9;
  if (since < Interrupt::kSecondAfter) return;
  std::signal(signal, SIG_DFL);
  raise(signal);  // delivered when the handler returns
}

}  // namespace

const char* Interrupted::what() const noexcept {
  return signal_ == SIGINT ? "stopped by SIGINT" : "stopped by SIGTERM";
}

Interrupt::Interrupt() {
  g_signal = 0;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaddset(&action.sa_mask, SIGINT);
  sigaddset(&action.sa_mask, SIGTERM);
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
}

Interrupt::~Interrupt() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
}

void Interrupt::poll() {
  const int signal = g_signal;
  if (signal != 0) throw Interrupted(signal);
}

}  // namespace tercet
