// SPDX-License-Identifier: Apache-2.0
// Which vector instructions the fast kernels use: the best of this processor, unless told.
#pragma once

#include <string>
#include <vector>

namespace tercet {

/// The targets that this build and this processor have, best first: "AVX3_DL" (AVX-512 with VNNI),
/// "AVX3", "AVX2", "SSE4", "SSSE3", "SCALAR".
std::vector<std::string> simd_targets();

/// The one in use.
std::string simd_target();

/// Uses `name` from now on, for the whole process; "" is the best again. Throws Error listing the
/// names if it is none of simd_targets(). Not while kernels run on other threads.
void force_simd_target(const std::string& name);

}  // namespace tercet
