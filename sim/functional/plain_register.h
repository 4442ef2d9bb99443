// SPDX-License-Identifier: Apache-2.0
// Registers that read as they were written: numbers, and the halves of addresses.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tercet {

/// A register of an `Owner`: its `number`, or the 32 bits of its `address` from bit `shift` on.
/// Bits that are not in `bits` ignore writes.
template <class Owner>
struct PlainRegister {
  uint32_t offset;
  uint32_t bits;
  uint32_t Owner::*number;
  uint64_t Owner::*address = nullptr;
  uint32_t shift = 0;
};

/// The register at `offset`; false if the table has none there.
template <class Owner, size_t kCount>
bool read_plain(const PlainRegister<Owner> (&table)[kCount], const Owner& owner, uint32_t offset,
                uint32_t* value) {
  for (const PlainRegister<Owner>& r : table) {
    if (r.offset != offset) continue;
    *value =
        r.number != nullptr ? owner.*r.number : static_cast<uint32_t>(owner.*r.address >> r.shift);
    return true;
  }
  return false;
}
template <class Owner, size_t kCount>
bool write_plain(const PlainRegister<Owner> (&table)[kCount], Owner& owner, uint32_t offset,
                 uint32_t value) {
  for (const PlainRegister<Owner>& r : table) {
    if (r.offset != offset) continue;
    value &= r.bits;
    if (r.number != nullptr) {
      owner.*r.number = value;
    } else {
      uint64_t& address = owner.*r.address;
      address = (address & ~(uint64_t{UINT32_MAX} << r.shift)) | uint64_t{value} << r.shift;
    }
    return true;
  }
  return false;
}

}  // namespace tercet
