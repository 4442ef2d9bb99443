// SPDX-License-Identifier: Apache-2.0
// One run, or two that must count the same.
#include "study/run/run_both.h"

#include "base/error.h"
#include "study/energy/ledger_check.h"

namespace tercet {

RunResult finished_run(const RunOptions& options, const RunEvents& events) {
  if (!options.machine.has_machine()) {
    fail_usage("energy: --backend {} has no machine whose energy could be told",
               options.machine.backend_name());
  }
  RunResult result = run(options, events);
  if (result.stopped.has_value()) throw Interrupted(*result.stopped);
  if (!result.ledger.has_value()) fail("energy: the run did no product");
  return result;
}

RunResult run_both(const RunOptions& options, const RunEvents& events) {
  check(options.machine);
  RunOptions fast = options;
  fast.machine.backend = Backend::kSystemc;
  fast.machine.trace = {};
  const RunResult systemc = finished_run(fast, events);
  RunResult rtl = finished_run(options, {});
  if (rtl.products.size() != systemc.products.size()) {
    fail("energy: RTL and SystemC did different products");
  }
  for (size_t i = 0; i < rtl.products.size(); ++i) {
    check_equal_counts(rtl.products[i].activity, systemc.products[i].activity,
                       rtl.products[i].name);
  }
  return rtl;
}

}  // namespace tercet
