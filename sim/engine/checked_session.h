// SPDX-License-Identifier: Apache-2.0
// A session on a device, with the reference computing the same beside it, compared bit by bit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/fast/fast_session.h"
#include "model/transformer.h"
#include "sim/engine/matmul_queue.h"

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
class CheckedSession : public Sequence {
 public:
  CheckedSession(const Model& model, MatmulEngine& device, ThreadPool& pool);

  const ModelConfig& config() const override { return device_session_.config(); }
  const CheckCounts& counts() const { return counts_; }
  /// Wall seconds the reference's thread took.
  double reference_seconds() const { return reference_seconds_; }

 private:
  /// The logits are compared too, as bits. Throws MismatchError, or what either session throws;
  /// the two sessions may then be out of step, so make a new one.
  const std::vector<float>& run(const int32_t* tokens, int64_t n, LogitsRows rows) override;
  void compare_logits(const std::vector<float>& expected, const std::vector<float>& got);

  CheckCounts counts_;
  MatmulQueue queue_;
  RecordingEngine recorder_;
  CheckedEngine engine_;
  FastSession device_session_;
  Session reference_session_;
  double reference_seconds_ = 0.0;
};

}  // namespace tercet
