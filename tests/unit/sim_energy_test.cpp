// SPDX-License-Identifier: Apache-2.0
// Profiles are read strictly, and the paper's figures come out.
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "sim/energy/arithmetic.h"
#include "sim/energy/profile.h"
#include "tercet/model/error.h"

namespace tercet {
namespace {

using Json = nlohmann::json;

Json good_profile() {
  return Json::parse(R"({"name": "p", "description": "d", "rows": [
      {"name": "int8_add", "value": 0.5, "unit": "pJ/op", "node": "7 nm", "source": "s",
       "kind": "measured", "note": ""}]})");
}

TEST(EnergyProfileTest, TheBuiltInProfileIsTheFileInTheTree) {
  const EnergyProfile built_in = EnergyProfile::open("bitnet-paper-7nm");
  const EnergyProfile file = EnergyProfile::load("sim/energy/profiles/bitnet-paper-7nm.json");
  EXPECT_EQ(built_in.name(), "bitnet-paper-7nm");
  ASSERT_EQ(built_in.rows().size(), file.rows().size());
  for (size_t i = 0; i < file.rows().size(); ++i) {
    EXPECT_EQ(built_in.rows()[i].name, file.rows()[i].name);
    EXPECT_EQ(built_in.rows()[i].value, file.rows()[i].value);
    EXPECT_EQ(file.rows()[i].kind, "literature");
  }
}

TEST(EnergyProfileTest, WhateverIsWrongIsNamed) {
  const auto expect = [](const std::string& what, const std::function<void(Json*)>& spoil) {
    Json json = good_profile();
    spoil(&json);
    try {
      EnergyProfile::parse(json.dump(), "file.json");
      ADD_FAILURE() << "accepted: " << what;
    } catch (const Error& error) {
      const std::string message = error.what();
      EXPECT_EQ(message.rfind("file.json", 0), 0u) << message;
      EXPECT_NE(message.find(what), std::string::npos) << message;
    }
  };
  expect("unknown key 'extra'", [](Json* j) { (*j)["extra"] = 1; });
  expect("unknown key 'volts'", [](Json* j) { (*j)["rows"][0]["volts"] = 1; });
  for (const char* key : {"name", "description", "rows"}) {
    expect(std::string("key '") + key + "' is missing", [key](Json* j) { j->erase(key); });
  }
  for (const char* key : {"name", "value", "unit", "node", "source", "kind", "note"}) {
    expect(std::string("row 0: key '") + key + "' is missing",
           [key](Json* j) { (*j)["rows"][0].erase(key); });
  }
  expect("'source' is empty", [](Json* j) { (*j)["rows"][0]["source"] = ""; });
  expect("'unit' is not a string", [](Json* j) { (*j)["rows"][0]["unit"] = 1; });
  expect("'value' is not a number", [](Json* j) { (*j)["rows"][0]["value"] = "1"; });
  expect("is below 0", [](Json* j) { (*j)["rows"][0]["value"] = -1; });
  expect("'kind' is 'guess'", [](Json* j) { (*j)["rows"][0]["kind"] = "guess"; });
  expect("appears twice", [](Json* j) { (*j)["rows"].push_back((*j)["rows"][0]); });
  expect("'rows' is not an array", [](Json* j) { (*j)["rows"] = Json::object(); });
  expect("not an object", [](Json* j) { *j = Json::array(); });
}

TEST(EnergyProfileTest, TextThatIsNoJsonAndMissingFilesAreErrors) {
  EXPECT_THROW(EnergyProfile::parse("{\"name\": ", "file.json"), Error);
  EXPECT_THROW(EnergyProfile::load("no/such/profile.json"), Error);
}

TEST(EnergyProfileTest, AMissingRowOrAnotherUnitIsAnError) {
  Json json = good_profile();
  EXPECT_EQ(EnergyProfile::parse(json.dump(), "f").pj_per_op("int8_add"), 0.5);
  EXPECT_THROW(EnergyProfile::parse(json.dump(), "f").pj_per_op("fp16_add"), Error);
  json["rows"][0]["unit"] = "fJ/op";
  EXPECT_THROW(EnergyProfile::parse(json.dump(), "f").pj_per_op("int8_add"), Error);
}

TEST(ArithmeticEnergyTest, ThePapersRatioComesOut) {
  const EnergyProfile paper = EnergyProfile::open("bitnet-paper-7nm");
  const ArithmeticEnergy dense = arithmetic_energy(paper, 1'000'000'000'000, 0);
  EXPECT_DOUBLE_EQ(dense.ternary_j, 0.007);
  EXPECT_DOUBLE_EQ(dense.fp16_j, 0.5);
  EXPECT_NEAR(dense.ratio(), 71.4, 0.05);
  EXPECT_NEAR(dense.operator_ratio, 71.4, 0.05);
  const ArithmeticEnergy sparse = arithmetic_energy(paper, 1000, 500);
  EXPECT_EQ(sparse.additions, 500u);
  EXPECT_EQ(sparse.zeros_skipped, 500u);
  EXPECT_NEAR(sparse.ratio(), 2 * dense.ratio(), 1e-9);
  EXPECT_EQ(arithmetic_energy(paper, 0, 0).ratio(), 0.0);
}

}  // namespace
}  // namespace tercet
