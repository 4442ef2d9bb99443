// SPDX-License-Identifier: Apache-2.0
// Helpers spin for a moment between loops, then sleep.
#include "model/fast/thread_pool.h"

#include <algorithm>

#include "base/error.h"

namespace tercet {
namespace {

// state_: the helpers inside the job, whether it may be entered, and its number.
constexpr uint64_t kOneInside = 1;
constexpr uint64_t kInside = (uint64_t{1} << 16) - 1;
constexpr uint64_t kOpen = uint64_t{1} << 16;
constexpr uint64_t kOneJob = uint64_t{1} << 17;

constexpr int64_t kMaxThreads = 1024;
constexpr int kSpins = 4000;        // tens of microseconds: longer than the gaps in a forward pass
constexpr int kSpinsToYield = 256;  // then whoever is waited for may need this processor

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

ThreadPool::ThreadPool(int64_t threads) {
  if (threads < 1 || threads > kMaxThreads) {
    fail("{} threads: must be in [1, {}]", threads, kMaxThreads);
  }
  for (int64_t worker = 1; worker < threads; ++worker) {
    helpers_.emplace_back([this, worker] { help(worker); });
  }
}

int64_t ThreadPool::resolve(std::optional<int64_t> threads) {
  return threads.value_or(std::max(1u, std::thread::hardware_concurrency()));
}

ThreadPool::~ThreadPool() {
  stop_ = true;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    wake_.notify_all();
  }
  for (std::thread& helper : helpers_) helper.join();
}

void ThreadPool::run_job(const Job& job) {
  job_ = job;
  next_.store(0, std::memory_order_relaxed);
  state_ = (state_.load(std::memory_order_relaxed) & ~(kOpen | kInside)) + kOneJob + kOpen;
  // A helper counts itself as a sleeper before it looks at state_ for the last time.
  if (sleepers_ > 0) {
    const std::lock_guard<std::mutex> lock(mutex_);
    wake_.notify_all();
  }
  take_pieces(0);
  // Nobody enters any more; those inside finish their last piece.
  state_ &= ~kOpen;
  for (int spins = 0; (state_.load(std::memory_order_acquire) & kInside) != 0; ++spins) {
    if (spins < kSpinsToYield) {
      pause();
    } else {
      std::this_thread::yield();
    }
  }
}

void ThreadPool::take_pieces(int64_t worker) {
  const Job job = job_;
  for (;;) {
    const int64_t begin = next_.fetch_add(job.grain, std::memory_order_relaxed);
    if (begin >= job.count) return;
    job.call(job.context, begin, std::min(begin + job.grain, job.count), worker);
  }
}

void ThreadPool::help(int64_t worker) {
  uint64_t last = 0;
  while (wait_for_job(last)) {
    uint64_t state = state_.load(std::memory_order_acquire);
    last = state / kOneJob;
    while ((state & kOpen) != 0) {
      if (!state_.compare_exchange_weak(state, state + kOneInside)) continue;
      last = state / kOneJob;
      take_pieces(worker);
      state_.fetch_sub(kOneInside, std::memory_order_release);
      break;
    }
  }
}

bool ThreadPool::wait_for_job(uint64_t last) {
  const auto ready = [&] { return stop_ || state_.load() / kOneJob != last; };
  for (int spins = 0; spins < kSpins; ++spins) {
    if (ready()) return !stop_;
    pause();
  }
  std::unique_lock<std::mutex> lock(mutex_);
  ++sleepers_;
  wake_.wait(lock, ready);
  --sleepers_;
  return !stop_;
}

}  // namespace tercet
