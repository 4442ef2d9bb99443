// SPDX-License-Identifier: Apache-2.0
// What a command writes: files that are there whole or not at all, devices, pipes, standard output.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tercet {

/// A file and the option that names it: {"--json", "out.json"}.
struct NamedPath {
  std::string option;
  std::filesystem::path path;
};

/// To be called first of all. A write to a pipe that nobody reads or beyond the largest file size
/// that is allowed then fails, and is told, instead of ending the program with its results; and no
/// file takes the number of a standard stream that is closed.
void let_writes_fail();

/// To be called before the work begins. Throws Error naming options and files if an output is also
/// an input or another output, by whatever names and links, or could not be written: its folder is
/// missing or not writable, or it is a folder. A device such as /dev/null may be named twice.
void check_files(const std::vector<NamedPath>& inputs, const std::vector<NamedPath>& outputs);

/// Whether an output to `path` replaces a regular file, or makes one. All else is written into: a
/// device, a pipe, and what the process has open already, such as /dev/stdout and "-".
bool is_replaced(const std::filesystem::path& path);

/// A file or folder in the making, under a temporary name beside its own until keep(); removed
/// without it. A link stays, and what it leads to is replaced.
class Draft {
 public:
  /// Throws Error if links go round in a circle.
  explicit Draft(std::filesystem::path path);
  ~Draft();
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  /// The temporary name, of nothing yet.
  const std::filesystem::path& part() const { return part_; }
  /// To disk, and to its name. Throws Error naming the file.
  void keep();

 private:
  std::filesystem::path path_;  // as the user says it
  std::filesystem::path file_;  // links followed
  std::filesystem::path part_;  // empty: kept
};

/// Lets `make` write a file or folder under the name of a Draft, which is then kept. An Error that
/// begins with that name begins with `path` instead.
void make_whole(const std::filesystem::path& path,
                const std::function<void(const std::filesystem::path& part)>& make);

/// A file that is written bit by bit: a Draft, or what is not replaced as it stands. Memory is one
/// buffer.
class OutputFile {
 public:
  /// Throws Error naming the file. Waits for the reader of a named pipe until Interrupt::noted().
  explicit OutputFile(std::filesystem::path path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Never throws: an error is kept for keep(), and nothing more is written.
  void write(std::string_view text);

  /// Throws Error naming the file, which then does not exist.
  void keep();

  uint64_t bytes() const { return bytes_; }

 private:
  int open();
  [[noreturn]] void fail_with(int error) const;

  std::filesystem::path path_;
  std::optional<Draft> draft_;
  std::FILE* file_ = nullptr;
  int error_ = 0;  // errno of the first one
  uint64_t bytes_ = 0;
};

/// An OutputFile at once. SIGINT, SIGTERM and SIGHUP wait until it is there; then Interrupted is
/// thrown, unless the command has been stopped before.
void write_file(const std::filesystem::path& path, std::string_view text);

void put(std::FILE* to, fmt::string_view format, fmt::format_args args);

/// fmt::print() to standard output that never throws: check_stdout() tells what it could not take.
/// Control characters are escaped, of names and texts that a terminal would take for commands.
template <typename... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  put(stdout, format, fmt::make_format_args(args...));
}
/// The same to standard error; of what that cannot take, nobody can be told.
template <typename... Args>
void tell(fmt::format_string<Args...> format, Args&&... args) {
  put(stderr, format, fmt::make_format_args(args...));
}

/// Throws Interrupted with SIGPIPE if nobody reads standard output any more, and Error if something
/// that was written to it is lost for another reason.
void check_stdout();

}  // namespace tercet
