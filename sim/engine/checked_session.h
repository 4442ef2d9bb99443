// SPDX-License-Identifier: Apache-2.0
// A session on a device, with the reference computing the same beside it, compared bit by bit.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/fast/fast_session.h"
#include "model/transformer.h"

namespace tercet {

/// The device and the reference disagree.
class MismatchError : public Error {
 public:
  using Error::Error;
};

/// What was compared so far.
struct CheckCounts {
  uint64_t compared = 0;  ///< int32 outputs of BitLinears
  uint64_t logits = 0;
  uint64_t mismatches = 0;  ///< of either; the run ends with the first matrix that has some
};

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

/// A bounded queue from one thread to another.
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

/// Runs `device`, then compares each output with the next record of the reference.
class CheckedEngine : public MatmulEngine {
 public:
  CheckedEngine(MatmulEngine& device, MatmulQueue& queue, CheckCounts& counts)
      : device_(device), queue_(queue), counts_(counts) {}

  /// Throws MismatchError naming layer, row (token of this batch), column (output), expected, got.
  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override;
  void matmul_batch(const std::vector<MatmulTask>& tasks) override;

 private:
  void compare(const MatmulTask& task);

  MatmulEngine& device_;
  MatmulQueue& queue_;
  CheckCounts& counts_;
};

/// Two whole sessions on the same tokens: one on `device`, its float steps on vectors and the
/// threads of `pool`; and one that is the scalar reference throughout, with a KV cache and
/// activations of its own, on a thread of its own. What is compared does not depend on timing.
/// Both use the same options, and share a head of digits.
/// The logits that forward() returns are compared too, as bits. It throws MismatchError, or what
/// either session throws, and the sequence is then as before.
class CheckedSession : public Sequence {
 public:
  CheckedSession(const Model& model, MatmulEngine& device, ThreadPool& pool,
                 const SessionOptions& options = {});

  const ModelConfig& config() const override { return device_session_.config(); }
  const CheckCounts& counts() const { return counts_; }
  /// Wall seconds the reference's thread took.
  double reference_seconds() const { return reference_seconds_; }

 private:
  const std::vector<float>& run(const int32_t* tokens, int64_t n, LogitsRows rows) override;
  /// `logits` of both are [rows][vocab]; the last row is what follows position `end`.
  void compare_logits(const std::vector<float>& expected, const std::vector<float>& got,
                      int64_t end);

  SessionOptions options_;  // of both sessions
  CheckCounts counts_;
  MatmulQueue queue_;
  RecordingEngine recorder_;
  CheckedEngine engine_;
  FastSession device_session_;
  Session reference_session_;
  double reference_seconds_ = 0.0;
};

}  // namespace tercet
