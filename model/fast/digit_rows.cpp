// SPDX-License-Identifier: Apache-2.0
// Cuts a matrix into pieces of rows for the threads.
#include "model/fast/digit_rows.h"

#include <sys/mman.h>

#include <memory>
#include <utility>
#include <vector>

#include "model/fast/digit_kernel.h"

namespace tercet::fast {
namespace {

/// Asks for 2 MiB pages for what was reserved but not yet written: streaming from them is faster.
void wish_for_huge_pages(std::vector<int8_t>& reserved) {
  constexpr size_t kHugePage = size_t{2} << 20;
  const size_t past = reinterpret_cast<uintptr_t>(reserved.data()) % kHugePage;
  const size_t skip = past == 0 ? 0 : kHugePage - past;
  if (reserved.capacity() < skip + kHugePage) return;
  const size_t size = (reserved.capacity() - skip) / kHugePage * kHugePage;
  madvise(reserved.data() + skip, size, MADV_HUGEPAGE);  // where it is refused, all is as correct
}

}  // namespace

DigitMatrix quantize_rows(const FloatMatrix& rows, int digits, ThreadPool& pool) {
  constexpr int64_t kPiece = 64;  // rows
  DigitMatrix out;
  out.n = rows.n();
  out.k = rows.k();
  out.digits = digits;
  out.codes.reserve(static_cast<size_t>(out.n * out.k));
  wish_for_huge_pages(out.codes);
  out.codes.resize(static_cast<size_t>(out.n * out.k));
  out.scales.resize(static_cast<size_t>(out.n));
  pool.run(out.n, kPiece, [&](int64_t begin, int64_t end, int64_t) {
    std::vector<float> row(static_cast<size_t>(out.k));
    for (int64_t i = begin; i < end; ++i) {
      rows.read_row(i, row.data());
      // A FloatMatrix holds finite values only.
      quantize_digits(row.data(), out.k, digits, out.codes.data() + i * out.k,
                      &out.scales[static_cast<size_t>(i)]);
    }
  });
  return out;
}

SessionOptions with_digit_head(const Model& model, ThreadPool& pool, SessionOptions options) {
  const int digits = digits_of(options.head);
  if (digits != 0 && options.digit_head == nullptr) {
    options.digit_head =
        std::make_shared<const DigitMatrix>(quantize_rows(model.head, digits, pool));
  }
  return options;
}

}  // namespace tercet::fast
