// SPDX-License-Identifier: Apache-2.0
// Generates text on the host's vectors and threads, or on the scalar reference.
#include "cli/run_host.h"

#include "base/error.h"
#include "model/fast/fast_engine.h"
#include "model/fast/fast_session.h"
#include "model/fast/target.h"

namespace tercet {
namespace {

/// Throws Interrupted between two products once the user wants to stop.
class StoppableEngine : public MatmulEngine {
 public:
  explicit StoppableEngine(MatmulEngine& engine) : engine_(engine) {}
  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override {
    Interrupt::poll();
    engine_.matmul(w, q, m, acc);
  }

 private:
  MatmulEngine& engine_;
};

}  // namespace

void check_host_options(const RunOptions& options) {
  if (options.flip_bit.has_value() && !options.device.machine()) {
    fail("--flip-bit needs a machine: --backend rtl, systemc or functional");
  }
  if (options.check && options.device.reference()) {
    fail("--check compares with the reference: choose another --backend");
  }
}

void generate_checked(const RunOptions& options, const NamedModel& named, MatmulEngine& engine,
                      ThreadPool& pool, const Generator& generator, RunResult* result) {
  if (!options.check) {
    FastSession session(named.model, engine, pool);
    return generate(options, named, session, generator, result);
  }
  CheckedSession session(named.model, engine, pool);
  const auto save = [&] {
    result->check = session.counts();
    result->times.reference = session.reference_seconds();
  };
  try {
    generate(options, named, session, generator, result);
  } catch (...) {
    save();
    throw;
  }
  save();
}

void run_on_host(const RunOptions& options, const NamedModel& named, RunResult* result) {
  ThreadPool pool(result->threads);
  FastEngine fast(pool);
  ReferenceEngine scalar;
  MatmulEngine& chosen = options.device.reference() ? static_cast<MatmulEngine&>(scalar) : fast;
  StoppableEngine stoppable(chosen);
  CountedEngine engine(stoppable);
  if (!options.device.reference()) result->simd = simd_target();
  try {
    if (options.device.reference()) {
      Session session(named.model, engine);
      generate(options, named, session, {}, result);
    } else {
      generate_checked(options, named, engine, pool, {}, result);
    }
  } catch (const MismatchError& error) {
    result->first_mismatch = error.what();
  } catch (const Interrupted& stop) {
    result->stopped = stop;
  }
  result->counts = engine.counts();
}

}  // namespace tercet
