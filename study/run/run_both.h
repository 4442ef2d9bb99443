// SPDX-License-Identifier: Apache-2.0
// Runs whose energy is the question.
#pragma once

#include "study/run/run.h"

namespace tercet {

/// A run brought to its end. Throws Interrupted if it is stopped, Error if
/// the backend has no ledger.
RunResult finished_run(const RunOptions& options, const RunEvents& events);

/// The same run on SystemC and on the RTL. Throws Error unless all counts and cycles are equal,
/// product by product. Returns the RTL's.
RunResult run_both(const RunOptions& options, const RunEvents& events);

}  // namespace tercet
