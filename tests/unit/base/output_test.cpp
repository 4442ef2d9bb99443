// SPDX-License-Identifier: Apache-2.0
// Tables, numbers, utilisation, and files that are whole or absent.
#include "base/output.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "base/error.h"
#include "base/input.h"
#include "base/interrupt.h"
#include "base/json.h"
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

/// Of one output.
void check_writable(const fs::path& path) { check_files({}, {{"--json", path}}); }

/// The error of two files, the second an output.
std::string clash(const std::vector<NamedPath>& inputs, const std::vector<NamedPath>& outputs) {
  try {
    check_files(inputs, outputs);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

class OutputTest : public testing::Test {
 protected:
  OutputTest() {
    std::string name = (fs::temp_directory_path() / "tercet_output_XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~OutputTest() override { fs::remove_all(folder_); }

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

TEST_F(OutputTest, AFileIsReplacedWholeAndNothingElseIsLeft) {
  write_file(folder_ / "a.json", "first\n");
  write_file(folder_ / "a.json", std::string(1 << 20, 'x'));
  EXPECT_EQ(read(folder_ / "a.json").size(), size_t{1} << 20);
  EXPECT_EQ(entries(), 1);
}

TEST_F(OutputTest, ADeviceIsWrittenToAndNotReplaced) {
  fs::create_symlink("/dev/null", folder_ / "null");
  fs::create_symlink("/dev/full", folder_ / "full");
  EXPECT_NO_THROW(check_writable(folder_ / "null"));
  EXPECT_NO_THROW(write_file(folder_ / "null", "x"));
  EXPECT_THROW(write_file(folder_ / "full", "x"), Error);
  EXPECT_TRUE(fs::is_character_file(folder_ / "null"));
  EXPECT_TRUE(fs::is_character_file(folder_ / "full"));
}

TEST_F(OutputTest, ALinkStaysAndTheFileItLeadsToIsReplaced) {
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

TEST_F(OutputTest, ADescriptorOfTheProcessIsWrittenIntoWhereItStands) {
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

TEST_F(OutputTest, WhatStandardOutputHasOpenIsWrittenIntoByItsNameToo) {
  std::FILE* file = std::fopen((folder_ / "file").c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fputs("before ", file);
  std::fflush(file);
  EXPECT_FALSE(is_replaced(folder_ / "file"));
  write_file(folder_ / "file", "after");
  std::fclose(file);
  EXPECT_EQ(read(folder_ / "file"), "before after");
  EXPECT_TRUE(is_replaced(folder_ / "file"));
}

TEST_F(OutputTest, NoFileIsBothReadAndWritten) {
  for (const char* name : {"a", "b"}) write_file(folder_ / name, "x");
  fs::create_symlink("a", folder_ / "soft");
  fs::create_hard_link(folder_ / "a", folder_ / "hard");
  const fs::path input = folder_ / "a";
  for (const char* name : {"a", "soft", "hard", "../"}) {
    const fs::path output =
        name == std::string("../") ? folder_ / ".." / folder_.filename() / "a" : folder_ / name;
    EXPECT_EQ(clash({{"--text", input}}, {{"--json", output}}),
              fmt::format("--json {}: would replace {}, an input (--text)", output.string(),
                          input.string()));
  }
  EXPECT_EQ(clash({{"--text", input}}, {{"--json", folder_ / "b"}}), "");
  EXPECT_EQ(clash({{"--text", "/dev/null"}}, {{"--json", "/dev/null"}}), "");
  EXPECT_EQ(clash({{"--text", folder_ / "new"}}, {{"--json", folder_ / "new"}}), "");
}

TEST_F(OutputTest, NoFileIsTwoOutputs) {
  write_file(folder_ / "old", "x");
  fs::create_directory(folder_ / "sub");
  fs::create_symlink("old", folder_ / "to-old");
  fs::create_symlink("sub", folder_ / "to-sub");
  fs::create_symlink("to-new2", folder_ / "to-new");  // leads to nothing yet
  fs::create_symlink(folder_ / "sub" / "new", folder_ / "to-new2");
  const auto both = [this](const fs::path& a, const fs::path& b) {
    return clash({}, {{"--json", folder_ / a}, {"--csv", folder_ / b}});
  };
  EXPECT_EQ(both("old", "old"),
            fmt::format("--json {0} and --csv {0}: are the same file; each output needs its own",
                        (folder_ / "old").string()));
  for (const auto& [a, b] :
       {std::pair{"old", "to-old"}, std::pair{"old", "sub/../old"}, std::pair{"new", "new"},
        std::pair{"new", "./new"}, std::pair{"sub/new", "to-sub/new"},
        std::pair{"to-new", "sub/new"}, std::pair{"to-sub/new", "to-new2"}}) {
    EXPECT_NE(both(a, b), "") << a << " " << b;
    EXPECT_NE(both(b, a), "") << a << " " << b;
  }
  EXPECT_EQ(both("new", "sub/new"), "");
  EXPECT_EQ(both("/dev/null", "/dev/null"), "");
  EXPECT_NE(clash({}, {{"--json", "-"}, {"--csv", "-"}}), "");
}

TEST_F(OutputTest, APipeWithoutReaderIsGivenUpWhenTheUserStops) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const Interrupt interrupt;
  raise(SIGHUP);
  EXPECT_THROW(write_file(pipe, "x"), Error);
  EXPECT_THROW(read_input(pipe, 10), Interrupted);
}

TEST_F(OutputTest, ANamedPipeIsReadAndWrittenAsItStands) {
  const Interrupt fresh;  // forgets the signals of other tests
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const size_t size : {size_t{0}, size_t{10}, size_t{1} << 20}) {
    const std::string text(size, 'x');
    std::thread writer([&] { std::ofstream(pipe) << text; });
    EXPECT_EQ(read_input(pipe, 1 << 20), text);
    writer.join();
    // Another process, as one that reads its own output is refused.
    const fs::path copy = folder_ / "copy";
    std::FILE* reader =
        popen(fmt::format("cat {} > {}", pipe.string(), copy.string()).c_str(), "r");
    ASSERT_NE(reader, nullptr);
    write_file(pipe, text);
    EXPECT_EQ(pclose(reader), 0);
    EXPECT_EQ(read(copy), text);
  }
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST_F(OutputTest, InputsHaveALimit) {
  const Interrupt fresh;
  write_file(folder_ / "a", "0123456789");
  EXPECT_EQ(read_text(folder_ / "a", 10), "0123456789");
  EXPECT_EQ(read_input(folder_ / "a", 10), "0123456789");
  EXPECT_THROW(read_text(folder_ / "a", 9), Error);
  EXPECT_THROW(read_input(folder_ / "a", 9), Error);
  EXPECT_THROW(read_input("/dev/zero", 1 << 20), Error);
  EXPECT_THROW(read_text("/dev/zero", 1 << 20), Error);
  EXPECT_THROW(read_input(folder_, 1 << 20), Error);
}

TEST(JsonTextTest, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(json_text({{"d\xff", "h\xc3"}}, -1), "{\"d\xef\xbf\xbd\":\"h\xef\xbf\xbd\"}");
}

TEST_F(OutputTest, WhatIsMadeWholeIsThereOrNothingIs) {
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

TEST_F(OutputTest, AnErrorOfWhatIsMadeNamesTheFileAsTheUserDoes) {
  const std::string name = (folder_ / "a").string();
  try {
    make_whole(name, [](const fs::path& part) { fail("{}: no", part.string()); });
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), name + ": no");
  }
}

TEST_F(OutputTest, WhatCannotBeWrittenIsAnErrorBeforeTheWork) {
  EXPECT_NO_THROW(check_writable(folder_ / "a.json"));
  EXPECT_THROW(check_writable(folder_), Error);
  EXPECT_THROW(check_writable(folder_ / "missing" / "a.json"), Error);
  EXPECT_THROW(check_writable(folder_ / std::string(250, 'x')), Error);
  EXPECT_THROW(write_file(folder_ / "missing" / "a.json", "x"), Error);
  fs::create_directory(folder_ / "b");
  EXPECT_THROW(write_file(folder_ / "b", "x"), Error);
  EXPECT_EQ(entries(), 1);
}

}  // namespace
}  // namespace tercet
