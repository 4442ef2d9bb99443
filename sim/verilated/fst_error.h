// SPDX-License-Identifier: Apache-2.0
// Whether Verilator's writer of waveforms could write.
#pragma once

namespace tercet {

/// errno of its first write that failed since clear_fst_error(); 0: none has. One for all files.
int fst_error();
void clear_fst_error();

}  // namespace tercet
