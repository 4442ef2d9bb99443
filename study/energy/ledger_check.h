// SPDX-License-Identifier: Apache-2.0
// What must hold of every ledger before it is shown.
#pragma once

#include <string>
#include <vector>

#include "study/energy/derived_rows.h"
#include "study/energy/ledger.h"

namespace tercet {

/// Throws Error naming line and figure unless
/// - each row has unit, node, source and kind (check_energy_row),
/// - each line is its count times its row, and the total is their sum, to 1e-9,
/// - components add up to the total, and power (counts a second times rows) times time is the
///   energy,
/// - the counts fit together: no more lanes are used than tokens met, every row of sums that is
///   drained was written, beats decoded are beats that came.
void check_ledger(const EnergyLedger& ledger);

/// Throws Error unless `parts` add up to `whole` at each level up to `last` that it knows, to 1e-9.
/// `what`: of what kind the parts are.
void check_parts(const std::vector<const EnergyLedger*>& parts, const EnergyLedger& whole,
                 EnergyLevel last, const std::string& what);

/// Throws Error unless each part is at least as large as its cells, each the smallest of the
/// library, and has a source.
void check_area(const MachineArea& area);

/// Throws Error naming the first count that is not as the formulas say, of those that they know
/// exactly; `lanes_used`: how often tokens met weights that are not 0, by the model's weights.
void check_formula_counts(const EngineCounts& counted, const EngineCounts& formula,
                          uint64_t lanes_used);

/// What holds exactly of a machine's counts when all commands that began have completed, as between
/// products. Throws Error naming the counts unless
/// - rows of sums are written as often as they are read to be added to or begun (and so drained),
/// - beats of outputs are the drained rows, beats decoded those that came,
/// - the DRAM read what came over the bus, or more,
/// - the DRAM's cycles are its channels' share of the machine's: a cycle off at each end of the
///   `stretches` in which the counts were taken.
void check_exact_counts(const MachineActivity& activity, const EnergyMachine& machine,
                        uint64_t stretches, const std::string& what);

/// Throws Error naming the first count that differs. `what`: of which product.
void check_equal_counts(const MachineActivity& rtl, const MachineActivity& systemc,
                        const std::string& what);

}  // namespace tercet
