// SPDX-License-Identifier: Apache-2.0
// Results of one engine, in order, on their way to the thread that compares them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/engine.h"

namespace tercet {

/// Inputs and outputs of one MatmulEngine::matmul.
struct MatmulRecord {
  std::string name;
  int64_t m = 0;
  int64_t n = 0;
  int64_t k = 0;
  std::vector<int8_t> q;     ///< [m][k]
  std::vector<int32_t> acc;  ///< [m][n]
};

/// The thread at the other end has stopped, for a reason of its own.
class QueueClosedError : public Error {
 public:
  using Error::Error;
};

/// A bounded queue between two threads.
class MatmulQueue {
 public:
  /// At most `limit` records wait.
  explicit MatmulQueue(size_t limit) : limit_(limit) {}

  /// Both wait. Both throw QueueClosedError once the queue is closed (and, for pop, empty).
  void push(MatmulRecord record);
  MatmulRecord pop();

  void close();
  /// Empty and open again.
  void reopen();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<MatmulRecord> records_;
  size_t limit_;
  bool closed_ = false;
};

/// The reference, telling a queue what it computed.
class RecordingEngine : public MatmulEngine {
 public:
  explicit RecordingEngine(MatmulQueue& queue) : queue_(queue) {}

  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override;

 private:
  MatmulQueue& queue_;
  ReferenceEngine reference_;
};

}  // namespace tercet
