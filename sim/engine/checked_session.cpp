// SPDX-License-Identifier: Apache-2.0
// Runs device and reference side by side and compares every int32 and every logit.
#include "sim/engine/checked_session.h"

#include <cstring>
#include <exception>
#include <thread>
#include <utility>

#include "base/stopwatch.h"

namespace tercet {
namespace {

constexpr size_t kQueueLimit = 64;  // the reference may be this many matrix products ahead

}  // namespace

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

void CheckedEngine::matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) {
  device_.matmul(w, q, m, acc);
  compare({&w, q, m, acc});
}

void CheckedEngine::matmul_batch(const std::vector<MatmulTask>& tasks) {
  device_.matmul_batch(tasks);
  for (const MatmulTask& task : tasks) compare(task);
}

void CheckedEngine::compare(const MatmulTask& task) {
  const TernaryMatrix& w = *task.w;
  const int8_t* q = task.q;
  const int64_t m = task.m;
  const int32_t* acc = task.acc;
  const MatmulRecord want = queue_.pop();
  if (want.name != w.name() || want.m != m || want.n != w.n() || want.k != w.k()) {
    throw MismatchError(
        fmt::format("mismatch: the device ran {} with M = {}, the reference {} with M = {}",
                    w.name(), m, want.name, want.m));
  }
  if (std::memcmp(want.q.data(), q, want.q.size()) != 0) {
    throw MismatchError(fmt::format("mismatch: layer {}: the quantised inputs differ", w.name()));
  }
  counts_.compared += want.acc.size();
  std::string first;
  for (size_t i = 0; i < want.acc.size(); ++i) {
    if (want.acc[i] == acc[i]) continue;
    if (first.empty()) {
      const size_t n = static_cast<size_t>(want.n);
      first = fmt::format("mismatch: layer {}, row {}, column {}: expected {}, got {}", w.name(),
                          i / n, i % n, want.acc[i], acc[i]);
    }
    ++counts_.mismatches;
  }
  if (!first.empty()) throw MismatchError(first);
}

CheckedSession::CheckedSession(const Model& model, MatmulEngine& device, ThreadPool& pool,
                               const SessionOptions& options)
    : options_(with_digit_head(model, options)),
      queue_(kQueueLimit),
      recorder_(queue_),
      engine_(device, queue_, counts_),
      device_session_(model, engine_, pool, options_),
      reference_session_(model, recorder_, options_) {}

const std::vector<float>& CheckedSession::run(const int32_t* tokens, int64_t n, LogitsRows rows) {
  queue_.reopen();
  // Both follow this sequence, wherever rewind() or an error left them.
  device_session_.rewind(position());
  reference_session_.rewind(position());
  std::exception_ptr reference_error;
  const std::vector<float>* expected = nullptr;
  std::thread reference([&] {
    const Stopwatch watch;
    try {
      expected = &reference_session_.forward(tokens, n, rows);
    } catch (...) {
      reference_error = std::current_exception();
    }
    reference_seconds_ += watch.seconds();
    queue_.close();  // what is in it can still be read
  });
  std::exception_ptr device_error;
  const std::vector<float>* got = nullptr;
  try {
    got = &device_session_.forward(tokens, n, rows);
  } catch (const QueueClosedError&) {  // the reference failed, and its error says why
  } catch (...) {
    device_error = std::current_exception();
  }
  queue_.close();
  reference.join();
  if (device_error) std::rethrow_exception(device_error);
  if (reference_error) std::rethrow_exception(reference_error);
  compare_logits(*expected, *got, position() + n);
  return *got;
}

void CheckedSession::compare_logits(const std::vector<float>& expected,
                                    const std::vector<float>& got, int64_t end) {
  const auto vocab = static_cast<size_t>(config().vocab);
  const size_t first_row = static_cast<size_t>(end) + 1 - expected.size() / vocab;
  counts_.logits += expected.size();
  std::string first;
  for (size_t i = 0; i < expected.size(); ++i) {
    if (std::memcmp(&expected[i], &got[i], sizeof(float)) == 0) continue;
    if (first.empty()) {
      first = fmt::format("mismatch: logits after position {}, column {}: expected {:a}, got {:a}",
                          first_row + i / vocab, i % vocab, expected[i], got[i]);
    }
    ++counts_.mismatches;
  }
  if (!first.empty()) throw MismatchError(first);
}

}  // namespace tercet
