// SPDX-License-Identifier: Apache-2.0
// Products of any size, on every machine: cut into commands, put together again.
#include "host_driver/accelerator.h"

#include <gtest/gtest.h>

#include "tests/unit/host_driver/device_buffers.h"
#include "tests/unit/sim/backends.h"

namespace tercet {
namespace {

class AcceleratorTest : public testing::TestWithParam<Backend> {
 protected:
  const tercet_config& machine() const { return GetParam().machine(); }
};

INSTANTIATE_TEST_SUITE_P(Everywhere, AcceleratorTest,
                         testing::ValuesIn(with_rings(plain_backends())),
                         [](const auto& info) { return info.param.name(); });

std::vector<int32_t> multiply(Accelerator& accelerator, const Problem& problem, Packing packing) {
  const Accelerator::WeightId id = accelerator.upload(problem.w(), packing);
  std::vector<int32_t> acc(problem.expected.size(), -1);
  accelerator.gemm(id, problem.q.data(), problem.m, acc.data());
  accelerator.release(id);
  return acc;
}

TEST_P(AcceleratorTest, AnInputLongerThanACommandIsCutAndAdded) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  Accelerator accelerator(GetParam().make_port(*transport));
  const int64_t limit = machine().k_max;
  for (const int64_t k : {limit, limit + 1, 2 * limit + 5}) {
    const Problem problem = random_problem(1, 5, k, static_cast<uint64_t>(k));
    EXPECT_EQ(multiply(accelerator, problem, Packing::kTrit5), problem.expected) << k;
  }
}

TEST_P(AcceleratorTest, MoreTokensThanATileTakeSeveralPasses) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  Accelerator accelerator(GetParam().make_port(*transport));
  const int64_t tokens = machine().tokens;
  for (const int64_t m : {tokens + 1, 3 * tokens}) {
    const Problem problem = random_problem(m, 30, 65, static_cast<uint64_t>(m));
    EXPECT_EQ(multiply(accelerator, problem, Packing::kTwoBit), problem.expected) << m;
  }
}

TEST_P(AcceleratorTest, SeveralMatricesLiveSideBySide) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  Accelerator accelerator(GetParam().make_port(*transport));
  const Problem a = random_problem(2, 33, 44, 1);
  const Problem b = random_problem(3, 70, 20, 2);
  const Accelerator::WeightId id_a = accelerator.upload(a.w(), Packing::kTwoBit);
  const Accelerator::WeightId id_b = accelerator.upload(b.w(), Packing::kTrit5);
  EXPECT_GT(accelerator.weight_bytes(), 0u);
  for (int i = 0; i < 3; ++i) {
    std::vector<int32_t> acc_a(a.expected.size());
    std::vector<int32_t> acc_b(b.expected.size());
    accelerator.gemm(id_a, a.q.data(), a.m, acc_a.data());
    accelerator.gemm(id_b, b.q.data(), b.m, acc_b.data());
    EXPECT_EQ(acc_a, a.expected);
    EXPECT_EQ(acc_b, b.expected);
  }
  accelerator.release(id_a);
  accelerator.release(id_b);
  EXPECT_EQ(accelerator.weight_bytes(), 0u);
  std::vector<int32_t> acc(a.expected.size());
  EXPECT_THROW(accelerator.gemm(id_a, a.q.data(), a.m, acc.data()), Error);
  EXPECT_THROW(accelerator.release(id_a), Error);
}

TEST_P(AcceleratorTest, AMachineErrorNamesTheMatrixAndTheNextProductWorks) {
  const std::unique_ptr<Transport> transport = GetParam().make({{false, 3, BusResponse::kSlverr}});
  Accelerator accelerator(GetParam().make_port(*transport));
  const Problem problem = random_problem(2, 33, 300, 1);
  const Accelerator::WeightId id = accelerator.upload(problem.w(), Packing::kTwoBit);
  std::vector<int32_t> acc(problem.expected.size());
  try {
    accelerator.gemm(id, problem.q.data(), problem.m, acc.data());
    FAIL();
  } catch (const DeviceError& error) {
    EXPECT_EQ(std::string(error.what()).rfind("w: command", 0), 0u) << error.what();
  }
  accelerator.gemm(id, problem.q.data(), problem.m, acc.data());
  EXPECT_EQ(acc, problem.expected);
  EXPECT_THROW(accelerator.gemm(id, problem.q.data(), 0, acc.data()), Error);
}

TEST_P(AcceleratorTest, FullMemoryIsAnErrorAndLosesNothing) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  Accelerator accelerator(GetParam().make_port(*transport));
  const Problem large = random_problem(1, 4096, 4096, 1);
  std::vector<Accelerator::WeightId> ids;
  try {
    for (int i = 0; i < 64; ++i) ids.push_back(accelerator.upload(large.w(), Packing::kTwoBit));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).rfind("w: device memory:", 0), 0u) << error.what();
  }
  for (const Accelerator::WeightId id : ids) accelerator.release(id);
  EXPECT_NO_THROW(accelerator.upload(large.w(), Packing::kTwoBit));
}

}  // namespace
}  // namespace tercet
