// SPDX-License-Identifier: Apache-2.0
// Tables, numbers, utilisation, and files that are whole or absent.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/file_use.h"
#include "base/json_text.h"
#include "base/mapped_file.h"
#include "base/nearest.h"
#include "base/table.h"

namespace tercet {
namespace {

namespace fs = std::filesystem;

TEST(TableTest, ValuesStandInOneColumn) {
  Table table("A title");
  table.add("a", "1");
  table.add("longer", "2");
  EXPECT_EQ(table.text(), "A title\n-------\na       1\nlonger  2\n");
}

TEST(TableTest, NumbersAreReadable) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(scaled(1234567.0, "op/s"), "1.23 Mop/s");
  EXPECT_EQ(scaled(0.0000123, "J"), "12.3 µJ");
  EXPECT_EQ(scaled(999.0, "B"), "999 B");
  EXPECT_EQ(scaled(0.0, "B"), "0 B");
  EXPECT_EQ(scaled(std::nan(""), "J"), "-");
  EXPECT_EQ(percent(0.0451), "4.5 %");
  EXPECT_EQ(ratio_text(8.006), "8.01×");
  EXPECT_EQ(ratio_text(std::nan("")), "-");
}

TEST(TableTest, ColumnsBelowAHeadAreFlushRightByCharacters) {
  Table table("T", {"name", "µ", "last"});
  table.add({"a", "1.50×"});
  table.add({"long name", "2", "3"});
  EXPECT_EQ(table.text(),
            "T\n-\n"
            "name           µ  last\n"
            "---------  -----  ----\n"
            "a          1.50×\n"
            "long name      2     3\n");
  EXPECT_EQ(wrapped("word " + std::string(95, 'x') + " y"),
            "word " + std::string(95, 'x') + "\ny\n");
}

TEST(NearestTest, AMisspeltNameIsFoundAndAStrangeOneIsNot) {
  const std::vector<std::string> names = {"ternary_add", "ternary_zero", "wire"};
  EXPECT_EQ(did_you_mean("ternary_ad", names), "; did you mean 'ternary_add'?");
  EXPECT_EQ(did_you_mean("tenrary_zero", names), "; did you mean 'ternary_zero'?");
  EXPECT_EQ(did_you_mean("wrie", names), "; did you mean 'wire'?");
  EXPECT_EQ(did_you_mean("colour", names), "");
  EXPECT_EQ(did_you_mean("", names), "");
}

class AtomicFileTest : public testing::Test {
 protected:
  AtomicFileTest() {
    std::string name = (fs::temp_directory_path() / "tercet_atomic_XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~AtomicFileTest() override { fs::remove_all(folder_); }

  static std::string read(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  /// Files in the folder, hidden ones too.
  std::ptrdiff_t entries() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  fs::path folder_;
};

TEST_F(AtomicFileTest, AFileIsReplacedWholeAndNothingElseIsLeft) {
  write_file(folder_ / "a.json", "first\n");
  write_file(folder_ / "a.json", std::string(1 << 20, 'x'));
  EXPECT_EQ(read(folder_ / "a.json").size(), size_t{1} << 20);
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFileTest, ADeviceIsWrittenToAndNotReplaced) {
  fs::create_symlink("/dev/null", folder_ / "null");
  fs::create_symlink("/dev/full", folder_ / "full");
  EXPECT_NO_THROW(check_writable(folder_ / "null"));
  EXPECT_NO_THROW(write_file(folder_ / "null", "x"));
  EXPECT_THROW(write_file(folder_ / "full", "x"), Error);
  EXPECT_TRUE(fs::is_character_file(folder_ / "null"));
  EXPECT_TRUE(fs::is_character_file(folder_ / "full"));
}

TEST_F(AtomicFileTest, ALinkStaysAndTheFileItLeadsToIsReplaced) {
  fs::create_directory(folder_ / "b");
  fs::create_symlink("b/hop", folder_ / "link");
  fs::create_symlink(folder_ / "target", folder_ / "b" / "hop");
  const auto put = [](const fs::path& part) { std::ofstream(part) << "made"; };
  for (const char* text : {"first", "second"}) {  // at first the link leads nowhere
    EXPECT_NO_THROW(check_writable(folder_ / "link"));
    write_file(folder_ / "link", text);
    EXPECT_EQ(read(folder_ / "target"), text);
  }
  make_whole(folder_ / "link", put);
  EXPECT_EQ(read(folder_ / "target"), "made");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link") && fs::is_symlink(folder_ / "b" / "hop"));
  EXPECT_FALSE(fs::is_symlink(folder_ / "target"));
  EXPECT_EQ(entries(), 3);
  fs::create_symlink("circle", folder_ / "circle");
  EXPECT_THROW(check_writable(folder_ / "circle"), Error);
  EXPECT_THROW(write_file(folder_ / "circle", "x"), Error);
}

TEST_F(AtomicFileTest, ADescriptorOfTheProcessIsWrittenIntoWhereItStands) {
  std::FILE* file = std::fopen((folder_ / "file").c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fputs("before ", file);
  std::fflush(file);
  for (const char* fds : {"/proc/self/fd/", "/dev/fd/", "/proc/thread-self/fd/"}) {
    const std::string name = fds + std::to_string(fileno(file));
    EXPECT_NO_THROW(check_writable(name));
    write_file(name, "name ");
    fs::create_symlink(name, folder_ / "link");
    EXPECT_NO_THROW(check_writable(folder_ / "link"));
    write_file(folder_ / "link", "link ");
    EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
    fs::remove(folder_ / "link");
  }
  std::fputs("after", file);
  std::fclose(file);
  EXPECT_EQ(read(folder_ / "file"), "before name link name link name link after");
  EXPECT_EQ(entries(), 1);
  EXPECT_THROW(check_writable("/proc/self/fd/999999"), Error);
  std::FILE* input = std::fopen((folder_ / "file").c_str(), "r");
  ASSERT_NE(input, nullptr);
  EXPECT_THROW(check_writable("/dev/fd/" + std::to_string(fileno(input))), Error);
  std::fclose(input);
}

TEST_F(AtomicFileTest, NoFileIsBothReadAndWritten) {
  for (const char* name : {"a", "b", "c"}) write_file(folder_ / name, "x");
  fs::create_symlink("a", folder_ / "soft");
  fs::create_hard_link(folder_ / "a", folder_ / "hard");
  will_read(folder_ / "a");
  for (const char* name : {"a", "soft", "hard"}) {
    const std::string path = (folder_ / name).string();
    try {
      check_writable(path);
      ADD_FAILURE() << path;
    } catch (const FileInUse& error) {
      EXPECT_EQ(error.what(), fmt::format("{}: is an input, which the output {} would replace",
                                          (folder_ / "a").string(), path));
    }
  }
  EXPECT_NO_THROW(check_writable(folder_ / "b"));
  fs::create_symlink("b", folder_ / "later");
  EXPECT_THROW(read_text(folder_ / "b", 10), FileInUse);
  EXPECT_THROW(map_file(folder_ / "later"), FileInUse);
  EXPECT_NO_THROW(read_text(folder_ / "c", 10));
  EXPECT_NO_THROW(will_read("/dev/null"));
  EXPECT_NO_THROW(check_writable("/dev/null"));
}

TEST(JsonTextTest, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(json_text({{"d\xff", "h\xc3"}}, -1), "{\"d\xef\xbf\xbd\":\"h\xef\xbf\xbd\"}");
}

TEST_F(AtomicFileTest, WhatIsMadeWholeIsThereOrNothingIs) {
  const auto put = [](const fs::path& part) { std::ofstream(part) << "x"; };
  make_whole(folder_ / "a", put);
  EXPECT_EQ(read(folder_ / "a"), "x");
  EXPECT_THROW(make_whole(folder_ / "b",
                          [&put](const fs::path& part) {
                            put(part);
                            fail("no");
                          }),
               Error);
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFileTest, WhatCannotBeWrittenIsAnErrorBeforeTheWork) {
  EXPECT_NO_THROW(check_writable(folder_ / "a.json"));
  EXPECT_THROW(check_writable(folder_), Error);
  EXPECT_THROW(check_writable(folder_ / "missing" / "a.json"), Error);
  EXPECT_THROW(write_file(folder_ / "missing" / "a.json", "x"), Error);
  fs::create_directory(folder_ / "b");
  EXPECT_THROW(write_file(folder_ / "b", "x"), Error);
  EXPECT_EQ(entries(), 1);
}

}  // namespace
}  // namespace tercet
