// SPDX-License-Identifier: Apache-2.0
// A bounded queue with one producer and one consumer.
#include "sim/engine/matmul_queue.h"

#include <utility>

namespace tercet {

void MatmulQueue::push(MatmulRecord record) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || records_.size() < limit_; });
  if (closed_) throw QueueClosedError(record.name + ": the comparison has ended");
  records_.push_back(std::move(record));
  changed_.notify_all();
}

MatmulRecord MatmulQueue::pop() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !records_.empty(); });
  if (records_.empty()) throw QueueClosedError("the reference has ended");
  MatmulRecord record = std::move(records_.front());
  records_.pop_front();
  changed_.notify_all();
  return record;
}

void MatmulQueue::close() {
  const std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void MatmulQueue::reopen() {
  const std::lock_guard<std::mutex> lock(mutex_);
  closed_ = false;
  records_.clear();
}

void RecordingEngine::matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) {
  reference_.matmul(w, q, m, acc);
  MatmulRecord record{w.name(), m, w.n(), w.k(), {q, q + m * w.k()}, {acc, acc + m * w.n()}};
  queue_.push(std::move(record));
}

}  // namespace tercet
