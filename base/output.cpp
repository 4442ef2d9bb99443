// SPDX-License-Identifier: Apache-2.0
// Temporary names, what may be written, and buffered writing.
#include "base/output.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/printable.h"

namespace tercet {
namespace {

namespace fs = std::filesystem;

constexpr int kDescriptors = 1024;  // of those that whoever starts the program may hand over

fs::path opened(const fs::path& path) { return path == "-" ? "/dev/stdout" : path; }

std::string said(const fs::path& path) { return path == "-" ? "standard output" : path.string(); }

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Where `path` leads to, also if nothing is there yet.
fs::path follow(const fs::path& path) {
  std::error_code error;
  fs::path there = fs::canonical(path, error);
  if (!error) return there;
  if (error == std::errc::too_many_symbolic_link_levels) {
    fail("{}: cannot be written: {}", path.string(), error.message());
  }
  const fs::path link = fs::read_symlink(path, error);
  if (!error) return follow(folder_of(path) / link);
  const fs::path folder = fs::canonical(folder_of(path), error);
  return error ? path : folder / path.filename();
}

fs::path temporary(const fs::path& file) {
  return folder_of(file) / fmt::format(".{}.{}.part", file.filename().string(), getpid());
}

/// One of the process's own descriptors that has this file open for writing; -1 if there is none.
/// A new opening would begin at the first byte. Throws Error if it is only open for reading.
int own_descriptor(const struct stat& file, const fs::path& path) {
  bool only_read = false;
  for (int descriptor = 0; descriptor < kDescriptors; ++descriptor) {
    struct stat other = {};
    if (fstat(descriptor, &other) != 0 || other.st_dev != file.st_dev ||
        other.st_ino != file.st_ino) {
      continue;
    }
    if ((fcntl(descriptor, F_GETFL) & O_ACCMODE) != O_RDONLY) return descriptor;
    only_read = true;
  }
  if (only_read) fail("{}: cannot be written: it is open for reading", said(path));
  return -1;
}

/// How an output is written.
struct Target {
  bool replaced = false;
  int descriptor = -1;  // >= 0: written into where it stands
};

Target find_target(const fs::path& path) {
  struct stat status = {};
  Target target;
  if (stat(opened(path).c_str(), &status) != 0 || S_ISDIR(status.st_mode)) return {true, -1};
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) return {};
  target.descriptor = own_descriptor(status, path);
  target.replaced = target.descriptor < 0 && S_ISREG(status.st_mode);
  return target;
}

bool writable_folder(const fs::path& folder) {
  struct statfs system = {};
  if (access(folder.c_str(), W_OK) != 0 || statfs(folder.c_str(), &system) != 0) return false;
  errno = EROFS;  // nobody can make files there, but root is told otherwise
  return system.f_type != PROC_SUPER_MAGIC;
}

/// Without a trace: to open a pipe for writing would be seen by its reader.
void check_writable(const NamedPath& output) {
  const fs::path path = opened(output.path);
  const std::string name = fmt::format("{} {}", output.option, output.path.string());
  std::error_code missing;
  if (fs::is_directory(path, missing)) fail("{}: is a folder that exists; name a new file", name);
  const Target target = find_target(output.path);
  const fs::path file = target.replaced ? follow(path) : path;
  const fs::path folder = folder_of(file);
  errno = 0;
  if (target.replaced) {
    if (!fs::is_directory(folder, missing)) {
      fail("{}: folder {} does not exist", name, folder.string());
    }
    if (temporary(file).filename().string().size() > NAME_MAX) {
      errno = ENAMETOOLONG;
    } else if (writable_folder(folder)) {
      return;
    }
  } else if (target.descriptor >= 0 || access(path.c_str(), W_OK) == 0) {
    return;
  }
  fail("{}: cannot be written: {}", name, std::strerror(errno));
}

bool is_device(const fs::path& path) {
  std::error_code missing;
  return fs::is_character_file(opened(path), missing);
}

bool are_one(const fs::path& a, const fs::path& b) {
  std::error_code missing;
  return fs::equivalent(opened(a), opened(b), missing) && !is_device(a);
}

/// A pipe without a reader cannot be opened yet; a call that waits for one would also wait when
/// the user wants to stop.
int open_into(const fs::path& path) {
  constexpr useconds_t kPause = 10'000;
  std::error_code missing;
  int descriptor = -1;
  while ((descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) < 0 &&
         errno == ENXIO && fs::is_fifo(path, missing) && !Interrupt::noted()) {
    usleep(kPause);
  }
  if (descriptor >= 0) fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
  return descriptor;
}

}  // namespace

void let_writes_fail() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  int descriptor = -1;
  do {
    descriptor = ::open("/dev/null", O_RDONLY);
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  close(descriptor);
}

void check_files(const std::vector<NamedPath>& inputs, const std::vector<NamedPath>& outputs) {
  for (auto output = outputs.begin(); output != outputs.end(); ++output) {
    check_writable(*output);
    for (const NamedPath& input : inputs) {
      if (are_one(input.path, output->path)) {
        fail("{} {}: would replace {}, an input ({})", output->option, output->path.string(),
             input.path.string(), input.option);
      }
    }
    for (auto other = outputs.begin(); other != output; ++other) {
      if (are_one(other->path, output->path) ||
          (!is_device(other->path) &&
           follow(opened(other->path)) == follow(opened(output->path)))) {
        fail("{} {} and {} {}: are the same file; each output needs its own", other->option,
             other->path.string(), output->option, output->path.string());
      }
    }
  }
}

bool is_replaced(const fs::path& path) { return find_target(path).replaced; }

Draft::Draft(fs::path path)
    : path_(std::move(path)), file_(follow(path_)), part_(temporary(file_)) {
  std::error_code ignored;
  fs::remove_all(part_, ignored);
}

Draft::~Draft() {
  std::error_code ignored;
  if (!part_.empty()) fs::remove_all(part_, ignored);
}

void Draft::keep() {
  const int descriptor = ::open(part_.c_str(), O_RDONLY | O_CLOEXEC);
  int error = descriptor < 0 || fsync(descriptor) != 0 ? errno : 0;
  if (descriptor >= 0) close(descriptor);
  if (error == 0 && std::rename(part_.c_str(), file_.c_str()) != 0) error = errno;
  if (error != 0) fail("{}: cannot be written: {}", path_.string(), std::strerror(error));
  part_.clear();
}

void make_whole(const fs::path& path, const std::function<void(const fs::path& part)>& make) {
  Draft draft(path);
  const std::string part = draft.part().string();
  try {
    make(draft.part());
  } catch (const Error& error) {
    const std::string what = error.what();
    if (what.rfind(part, 0) != 0) throw;
    fail("{}{}", path.string(), what.substr(part.size()));
  }
  draft.keep();
}

OutputFile::OutputFile(fs::path path) : path_(std::move(path)) {
  const int descriptor = open();
  if (descriptor >= 0) file_ = fdopen(descriptor, "w");
  if (file_ == nullptr) fail_with(errno);
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) std::fclose(file_);
}

int OutputFile::open() {
  const Target target = find_target(path_);
  if (target.replaced) {
    constexpr mode_t kMode = 0666;  // less the umask, as of any new file
    draft_.emplace(path_);
    return ::open(draft_->part().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  }
  std::fflush(stdout);  // what was said before stands before
  if (target.descriptor < 0) return open_into(opened(path_));
  return fcntl(target.descriptor, F_DUPFD_CLOEXEC, 0);
}

void OutputFile::fail_with(int error) const {
  fail("{}: cannot be written: {}", said(path_), std::strerror(error));
}

void OutputFile::write(std::string_view text) {
  if (error_ != 0) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) error_ = errno;
  bytes_ += text.size();
}

void OutputFile::keep() {
  if (error_ == 0 && std::fflush(file_) != 0) error_ = errno;
  if (std::fclose(file_) != 0 && error_ == 0) error_ = errno;
  file_ = nullptr;
  if (error_ == 0) {
    if (draft_.has_value()) draft_->keep();
    return;
  }
  draft_.reset();
  fail_with(error_);
}

void write_file(const fs::path& path, std::string_view text) {
  const bool stopped = Interrupt::noted();
  const Interrupt interrupt;
  OutputFile file(path);
  file.write(text);
  file.keep();
  if (!stopped) Interrupt::poll();
}

void put(std::FILE* to, fmt::string_view format, fmt::format_args args) {
  const std::string text = printable_lines(fmt::vformat(format, args));
  std::fwrite(text.data(), 1, text.size(), to);
}

void check_stdout() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  pollfd reader = {STDOUT_FILENO, POLLOUT, 0};
  if (::poll(&reader, 1, 0) == 1 && (reader.revents & POLLERR) != 0) throw Interrupted(SIGPIPE);
  fail("standard output cannot be written");
}

}  // namespace tercet
