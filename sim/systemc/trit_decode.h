// SPDX-License-Identifier: Apache-2.0
// One weight beat (eight bit planes over the rows) into columns of {nz, neg}; combinational.
#pragma once

#include <cstdint>

namespace tercet {

/// trit5 (docs/machine.md): five columns, each `rows` bits nz and `rows` bits neg, to `columns`.
/// `beat` is `rows` bytes. All rows at once, by the equations of rtl/memory/tercet_trit_decode.sv.
void decode_trit5_beat(const uint8_t* beat, uint32_t rows, uint8_t* columns);

}  // namespace tercet
