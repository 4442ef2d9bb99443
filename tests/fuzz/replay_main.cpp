// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target on files, and on seeded mutations of them, without libFuzzer.
// usage: fuzz_<target> MUTATIONS SEED FILE..
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/input.h"
#include "json_mutator.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr unsigned kHangSeconds = 60;  // a case that takes longer is killed

void run(const std::string& bytes) {
  alarm(kHangSeconds);
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: {} MUTATIONS SEED FILE..\n", argv[0]);
    return 2;
  }
  const int64_t mutations = std::atoll(argv[1]);
  const uint64_t seed = std::strtoull(argv[2], nullptr, 10);
  std::vector<std::string> files;
  for (int i = 3; i < argc; ++i) {
    files.push_back(tercet::read_text(argv[i], int64_t{1} << 24));
    run(files.back());
  }
  tercet::Rng rng(seed);
  for (int64_t i = 0; i < mutations; ++i) {
    std::string bytes = files[rng.below(files.size())];
    for (uint64_t n = 1 + rng.below(3); n > 0; --n) {
      // Half of them near the start, where headers are.
      const size_t end = rng.below(2) == 0 ? bytes.size() : std::min<size_t>(bytes.size(), 4096);
      tercet::fuzz::mutate_bytes(bytes, 0, end, rng);
    }
    run(bytes);
  }
  fmt::print("seed {}: {} files, {} mutations\n", seed, files.size(), mutations);
  return 0;
}
