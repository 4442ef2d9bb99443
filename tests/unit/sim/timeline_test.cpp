// SPDX-License-Identifier: Apache-2.0
// Timelines without a machine: times, lanes, layers, counters, and files that are whole or absent.
#include "sim/trace/timeline.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "host_driver/layout.h"

namespace tercet {
namespace {

using Json = nlohmann::json;

class TimelineTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "timeline_" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    options_.file = folder_ + "/t.json";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void make(uint32_t clock_mhz = 1000) {
    machine_ = find_machine("edge");
    machine_.clock_mhz = clock_mhz;
    timeline_ = std::make_unique<Timeline>(options_, machine_);
  }
  void multiply(const std::string& name, uint64_t begin, uint64_t end) {
    timeline_->gemm({name, 2, 64, 128, Packing::kTrit5, begin, end, 1});
  }
  Json read() const {
    std::ifstream file(options_.file);
    return Json::parse(file);
  }
  std::vector<Json> events(const std::string& phase, const std::string& name = "") const {
    std::vector<Json> found;
    const Json document = read();
    for (const Json& event : document["traceEvents"]) {
      if (event["ph"] == phase && (name.empty() || event["name"] == name)) found.push_back(event);
    }
    return found;
  }
  size_t files() const {
    size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      count += entry.exists() ? 1 : 0;
    }
    return count;
  }

  std::string folder_;
  TimelineOptions options_;
  tercet_config machine_{};
  std::unique_ptr<Timeline> timeline_;
};

TEST_F(TimelineTest, HasNoFileOfItsNameUntilItIsFinished) {
  make();
  EXPECT_FALSE(std::filesystem::exists(options_.file));
  timeline_->slice({TraceTrack::kArray, "n_tile", 0, 0, 3, 5});
  const TimelineCounts counts = timeline_->finish(true);
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(counts.slices, 1U);
  EXPECT_EQ(counts.bytes, std::filesystem::file_size(options_.file));
  EXPECT_EQ(read()["otherData"]["complete"], true);
}

TEST_F(TimelineTest, IsValidAndIncompleteIfItIsDropped) {
  make();
  timeline_->forward_begins("token 4", 1, 10);
  multiply("model.layers.2.mlp.up_proj", 20, 60);
  timeline_->slice({TraceTrack::kHost, "gemm", 7, 0, 70, 90});  // its product never ended
  timeline_->active(TraceTrack::kDmaRead, 3000, 100);
  timeline_.reset();
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(read()["otherData"]["complete"], false);
  EXPECT_EQ(read()["otherData"]["last_cycle"], 3100);
  ASSERT_EQ(events("X", "token 4").size(), 1U);
  EXPECT_EQ(events("X", "token 4")[0]["dur"], 0.05);
  EXPECT_EQ(events("X", "layer 2")[0]["ts"], 0.02);
  EXPECT_EQ(events("X", "gemm")[0]["args"]["command"], 7);
}

TEST_F(TimelineTest, KeepsCyclesExactAtAnyClock) {
  for (const uint32_t clock : {1U, 300U, 333U, 1000U, 1700U, 4000U}) {
    make(clock);
    const std::vector<uint64_t> edges = {0, 1, 2, 3, 1000003, 123456789012};
    for (size_t i = 1; i < edges.size(); ++i) {
      timeline_->slice({TraceTrack::kArray, "n_tile", 0, i, edges[i - 1], edges[i]});
    }
    timeline_->finish(true);
    const std::vector<Json> slices = events("X");
    ASSERT_EQ(slices.size(), edges.size() - 1);
    for (size_t i = 0; i < slices.size(); ++i) {
      const double ts = slices[i]["ts"];
      const double dur = slices[i]["dur"];
      EXPECT_EQ(std::llround(ts * clock), static_cast<int64_t>(edges[i]));
      EXPECT_EQ(std::llround((ts + dur) * clock), static_cast<int64_t>(edges[i + 1]));
    }
  }
}

TEST_F(TimelineTest, GivesSlicesThatOverlapALaneEach) {
  make();
  timeline_->slice({TraceTrack::kHost, "gemm", 0, 0, 0, 100});
  timeline_->slice({TraceTrack::kHost, "gemm", 1, 0, 50, 150});
  timeline_->slice({TraceTrack::kHost, "gemm", 2, 0, 100, 200});
  timeline_->finish(true);
  const std::vector<Json> slices = events("X");
  ASSERT_EQ(slices.size(), 3U);
  EXPECT_NE(slices[0]["tid"], slices[1]["tid"]);
  EXPECT_EQ(slices[0]["tid"], slices[2]["tid"]);
  EXPECT_EQ(events("M", "thread_name").size(), 2U);
}

TEST_F(TimelineTest, NamesCommandsByTheProductTheyBelongTo) {
  make();
  timeline_->slice({TraceTrack::kHost, "gemm", 0, 0, 10, 40});
  multiply("a \"quoted\" name\n", 5, 50);
  timeline_->slice({TraceTrack::kHost, "gemm", 1, 0, 60, 70});
  multiply("model.layers.0.self_attn.q_proj", 55, 75);
  timeline_->finish(true);
  EXPECT_EQ(events("X", "a \"quoted\" name\n").size(), 2U);  // the product and its command
  const std::vector<Json> second = events("X", "model.layers.0.self_attn.q_proj");
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(second[0]["args"], Json({{"m", 2}, {"n", 64}, {"k", 128}, {"packing", "trit5"}}));
  EXPECT_EQ(second[1]["args"]["command"], 1);
  EXPECT_EQ(events("X", "layer 0").size(), 1U);
}

TEST_F(TimelineTest, ProductsQueuedTogetherTakeTheirCommandsInOrder) {
  make();
  timeline_->slice({TraceTrack::kHost, "gemm", 0, 0, 10, 40});
  timeline_->slice({TraceTrack::kHost, "gemm", 1, 0, 30, 70});
  multiply("q", 5, 45);
  multiply("k", 5, 75);
  timeline_->finish(true);
  for (const auto& [name, command] : {std::pair<const char*, int>{"q", 0}, {"k", 1}}) {
    const std::vector<Json> slices = events("X", name);
    ASSERT_EQ(slices.size(), 2U) << name;
    EXPECT_EQ(slices[1]["args"]["command"], command);
  }
}

TEST_F(TimelineTest, CountsActivityInFixedWindows) {
  make();
  timeline_->active(TraceTrack::kArray, 1000, 1072);  // 24, 1024 and 24 cycles of three windows
  multiply("w", 0, 2500);
  timeline_->active(TraceTrack::kDmaRead, 2500, 6);
  timeline_->finish(true);
  const std::vector<Json> array = events("C", "array busy");
  ASSERT_EQ(array.size(), 4U);
  EXPECT_EQ(array[0]["args"]["%"], 2.34375);
  EXPECT_EQ(array[1]["args"]["%"], 100.0);
  EXPECT_EQ(array[1]["ts"], 1.024);
  EXPECT_EQ(array[3]["ts"], 2.506);  // the end
  EXPECT_EQ(array[3]["args"]["%"], 0.0);
  // The last window ends with the run: 6 beats of 64 bytes in 458 ns.
  EXPECT_NEAR(events("C", "memory read")[1]["args"]["GB/s"], 6 * 64 / 458.0, 1e-5);
}

TEST_F(TimelineTest, RefusesActivityThatComesTooLate) {
  make();
  multiply("w", 0, 5000);
  timeline_->active(TraceTrack::kArray, 100, 10);
  EXPECT_THROW(timeline_->finish(true), Error);
  timeline_.reset();
  EXPECT_EQ(files(), 0U);
}

TEST_F(TimelineTest, NamesTheFileThatCannotBeWritten) {
  options_.file = folder_ + "/missing/t.json";
  EXPECT_THROW(make(), Error);
}

}  // namespace
}  // namespace tercet
