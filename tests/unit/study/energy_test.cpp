// SPDX-License-Identifier: Apache-2.0
// Profiles are read strictly, and the paper's figures come out.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "study/energy/profile.h"
#include "study/paper/paper_recipe.h"

namespace tercet {
namespace {

using Json = nlohmann::json;

Json good_profile() {
  return Json::parse(R"({"name": "p", "description": "d", "rows": [
      {"name": "int8_add", "value": 0.5, "unit": "pJ/op", "node": "7 nm", "source": "s",
       "kind": "measured", "note": ""}]})");
}

TEST(EnergyProfileTest, BuiltInProfilesAreTheFilesInTheTree) {
  ASSERT_GE(EnergyProfile::built_in_names().size(), 3u);
  for (const std::string& name : EnergyProfile::built_in_names()) {
    const EnergyProfile built_in = EnergyProfile::open(name);
    const EnergyProfile file = EnergyProfile::load("study/energy/profiles/" + name + ".json");
    EXPECT_EQ(built_in.name(), name);
    EXPECT_EQ(file.name(), name);
    ASSERT_EQ(built_in.rows().size(), file.rows().size());
    for (size_t i = 0; i < file.rows().size(); ++i) {
      EXPECT_EQ(built_in.rows()[i].name, file.rows()[i].name);
      EXPECT_EQ(built_in.rows()[i].value, file.rows()[i].value);
    }
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
  expect("'rows' is empty", [](Json* j) { (*j)["rows"] = Json::array(); });
  expect("unknown key 'volts'", [](Json* j) { (*j)["rows"][0]["volts"] = 1; });
  for (const char* key : {"name", "description", "rows"}) {
    expect(std::string("key '") + key + "' is missing", [key](Json* j) { j->erase(key); });
  }
  for (const char* key : {"name", "value", "unit", "node", "source", "kind", "note"}) {
    const std::string row = std::string(key) == "name" ? "row 0" : "row 0 'int8_add'";
    expect(row + ": key '" + key + "' is missing", [key](Json* j) { (*j)["rows"][0].erase(key); });
  }
  const std::string row = "file.json: row 0";
  expect(row + " 'int8_add': 'node' is '8 nm'", [](Json* j) { (*j)["rows"][0]["node"] = "8 nm"; });
  expect(row + " 'int8_add': 'unit' is 'fJ/op'",
         [](Json* j) { (*j)["rows"][0]["unit"] = "fJ/op"; });
  expect(row + " 'int8_add': 'unit' is ''", [](Json* j) { (*j)["rows"][0]["unit"] = ""; });
  expect("'source' is empty", [](Json* j) { (*j)["rows"][0]["source"] = ""; });
  expect("unit is not a string", [](Json* j) { (*j)["rows"][0]["unit"] = 1; });
  expect("value is not a number", [](Json* j) { (*j)["rows"][0]["value"] = "1"; });
  expect("is below 0", [](Json* j) { (*j)["rows"][0]["value"] = -1; });
  expect("'kind' is 'guess'", [](Json* j) { (*j)["rows"][0]["kind"] = "guess"; });
  expect("appears twice", [](Json* j) { (*j)["rows"].push_back((*j)["rows"][0]); });
  expect("row 0: unknown row 'int8_ad'; did you mean 'int8_add'?",
         [](Json* j) { (*j)["rows"][0]["name"] = "int8_ad"; });
  expect("row 0: unknown row 'colour'", [](Json* j) { (*j)["rows"][0]["name"] = "colour"; });
  expect("'not_included' is not an array", [](Json* j) { (*j)["not_included"] = "wire"; });
  expect("'not_included': 1 is not a string", [](Json* j) { (*j)["not_included"] = {1}; });
  expect("'not_included': unknown row 'wires'; did you mean 'wire'?",
         [](Json* j) { (*j)["not_included"] = {"wires"}; });
  expect("'not_included': 'int8_add' has a row",
         [](Json* j) { (*j)["not_included"] = {"int8_add"}; });
  expect("'rows' is not an array", [](Json* j) { (*j)["rows"] = Json::object(); });
  expect("expected an object", [](Json* j) { *j = Json::array(); });
}

TEST(EnergyProfileTest, TextThatIsNoJsonAndMissingFilesAreErrors) {
  EXPECT_THROW(EnergyProfile::parse("{\"name\": ", "file.json"), Error);
  EXPECT_THROW(EnergyProfile::load("no/such/profile.json"), Error);
}

TEST(EnergyProfileTest, ANumberThatIsNoneIsRefusedWithItsRow) {
  const std::string good = good_profile().dump();
  for (const char* number : {"NaN", "nan", "Infinity", "-Infinity", "1e999"}) {
    std::string text = good;
    text.replace(text.find("0.5"), 3, number);
    try {
      EnergyProfile::parse(text, "file.json");
      ADD_FAILURE() << "accepted: " << number;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).rfind("file.json: row 0: ", 0), 0u) << error.what();
    }
  }
  EnergyRow row = {"r", std::nan(""), "pJ/op", "7 nm", "s", "scaled", ""};
  EXPECT_THROW(check_energy_row(row, "here"), Error);
  row.value = 1.0;
  EXPECT_NO_THROW(check_energy_row(row, "here"));
}

TEST(EnergyProfileTest, AMissingRowOrAnotherUnitIsAnError) {
  Json json = good_profile();
  EXPECT_EQ(EnergyProfile::parse(json.dump(), "f").pj_per_op("int8_add"), 0.5);
  EXPECT_THROW(EnergyProfile::parse(json.dump(), "f").pj_per_op("fp16_add"), Error);
  json["rows"][0]["unit"] = "pJ/byte";
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

TEST(PaperRecipeTest, EveryBarIsWithinHalfAPercent) {
  const EnergyProfile nm7 = EnergyProfile::open("bitnet-paper-7nm");
  EXPECT_NEAR(paper_arithmetic_ratio(nm7), 71.4, 0.05);
  ASSERT_EQ(paper_bars().size(), 9u);
  for (const PaperBar& bar : paper_bars()) {
    const PaperCounts counts = paper_counts(bar.shape, kPaperTokens);
    const double ratio =
        paper_float(nm7, counts, "fp16").total() / paper_bitnet(nm7, counts).total();
    EXPECT_NEAR(ratio, bar.published, 0.005 * bar.published) << bar.shape.size;
  }
}

TEST(PaperRecipeTest, AllButTwoCellsOfTheTablePrintTheSameDigits) {
  const std::vector<PaperCell> cells = paper_table1(EnergyProfile::open("bitnet-paper-7nm"),
                                                    EnergyProfile::open("bitnet-paper-45nm"));
  ASSERT_EQ(cells.size(), 36u);
  std::vector<std::string> other;
  for (const PaperCell& cell : cells) {
    if (!cell.same()) other.push_back(std::string(cell.size) + cell.kind + cell.operation);
  }
  EXPECT_EQ(other, (std::vector<std::string>{"6.7BBitNetadd", "30BBitNetadd"}));
}

}  // namespace
}  // namespace tercet
