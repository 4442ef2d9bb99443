// SPDX-License-Identifier: Apache-2.0
// Threads that share loops. A loop's results must not depend on how it is cut.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace tercet {

/// The caller and threads() - 1 helpers. One thread at a time may call run(), and no task may.
class ThreadPool {
 public:
  /// Throws Error unless threads is in [1, 1024].
  explicit ThreadPool(int64_t threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// `threads`, or the processors of this computer.
  static int64_t resolve(std::optional<int64_t> threads);

  int64_t threads() const { return static_cast<int64_t>(helpers_.size()) + 1; }

  /// Calls task(begin, end, worker) for pieces of at most `grain` items that cover [0, count) once;
  /// worker in [0, threads()) is the thread's number. Tasks must not throw. Whoever is free takes
  /// the next piece, so a thread that does not get a processor delays nobody by more than a piece.
  template <class Task>
  void run(int64_t count, int64_t grain, const Task& task) {
    if (helpers_.empty() || count <= grain) {
      if (count > 0) task(0, count, 0);
      return;
    }
    run_job({[](const void* context, int64_t begin, int64_t end, int64_t worker) {
               (*static_cast<const Task*>(context))(begin, end, worker);
             },
             &task, count, grain});
  }

 private:
  struct Job {
    void (*call)(const void* context, int64_t begin, int64_t end, int64_t worker) = nullptr;
    const void* context = nullptr;
    int64_t count = 0;
    int64_t grain = 1;
  };

  void run_job(const Job& job);
  void help(int64_t worker);
  bool wait_for_job(uint64_t last);
  void take_pieces(int64_t worker);

  Job job_;                         // written while no helper is in it
  std::atomic<int64_t> next_{0};    // first item nobody took
  std::atomic<uint64_t> state_{0};  // job number, open, helpers inside: see thread_pool.cpp
  std::atomic<bool> stop_{false};
  std::atomic<int> sleepers_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::thread> helpers_;
};

}  // namespace tercet
