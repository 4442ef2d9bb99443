// SPDX-License-Identifier: Apache-2.0
// A handler that notes the first signal, and gives way to the second.
#include "base/interrupt.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <ctime>

namespace tercet {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

// A signal handler can only reach static objects, and runs in any thread.
std::atomic<int> g_signal{0};
std::atomic<int64_t> g_when{0};  // nanoseconds
int g_alive = 0;                 // of the main thread
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<int64_t>::is_always_lock_free);

int64_t nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void on_signal(int signal) {
  const int64_t now = nanoseconds();
  if (g_signal == 0) {
    g_when = now;
    g_signal = signal;
    return;
  }
  if (static_cast<double>(now - g_when) < Interrupt::kSecondAfter * 1e9) return;
  std::signal(signal, SIG_DFL);
  raise(signal);  // delivered when the handler returns
}

}  // namespace

Interrupted::Interrupted(int signal)
    : std::runtime_error(fmt::format("stopped by SIG{}", sigabbrev_np(signal))), signal_(signal) {}

Interrupt::Interrupt() {
  if (g_alive++ == 0) g_signal = 0;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (const int signal : kSignals) sigaddset(&action.sa_mask, signal);
  for (size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &old_[i]);
    const bool ignored = kSignals[i] == SIGHUP && old_[i].sa_handler == SIG_IGN;
    if (!ignored) sigaction(kSignals[i], &action, nullptr);
  }
}

Interrupt::~Interrupt() {
  --g_alive;
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &old_[i], nullptr);
}

bool Interrupt::noted() { return g_signal != 0; }

void Interrupt::poll() {
  const int signal = g_signal;
  if (signal != 0) throw Interrupted(signal);
}

}  // namespace tercet
