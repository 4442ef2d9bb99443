// SPDX-License-Identifier: Apache-2.0
// Names that are nearly right.
#include "base/names.h"

#include <gtest/gtest.h>

namespace tercet {
namespace {

TEST(NamesTest, TheNearestNameIsFound) {
  const std::vector<std::string> known = {"run", "ternary_add", "ternary_zero", "hbm2e"};
  EXPECT_EQ(nearest_name("rnu", known), "run");
  EXPECT_EQ(nearest_name("ternary_ad", known), "ternary_add");
  EXPECT_EQ(nearest_name("ternary_zro", known), "ternary_zero");
  EXPECT_EQ(nearest_name("hbm2", known), "hbm2e");
  EXPECT_EQ(nearest_name("frobnicate", known), std::nullopt);
  EXPECT_EQ(nearest_name("", known), std::nullopt);
  EXPECT_EQ(nearest_name(std::string(100000, 'r'), known), std::nullopt);
  EXPECT_EQ(nearest_name("run", {}), std::nullopt);
}

TEST(NamesTest, AnErrorListsAllNames) {
  EXPECT_EQ(unknown_name("memory", "drm", {"ideal", "dram"}),
            "memory 'drm' is unknown; did you mean 'dram'? known: ideal, dram");
  EXPECT_EQ(unknown_name("memory", "x", {"ideal", "dram"}),
            "memory 'x' is unknown; known: ideal, dram");
}

}  // namespace
}  // namespace tercet
