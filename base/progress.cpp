// SPDX-License-Identifier: Apache-2.0
// Writes the status line with ECMA-48 control sequences.
#include "base/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

namespace tercet {
namespace {

size_t terminal_width() {
  constexpr size_t kDefault = 80;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefault;
  return size.ws_col;
}

}  // namespace

Progress::Progress()
    : active_(isatty(STDERR_FILENO) == 1), below_text_(active_ && isatty(STDOUT_FILENO) == 1) {}

void Progress::show(const std::string& line) {
  if (!active_) return;
  const std::string cut = line.substr(0, terminal_width() - 1);
  std::fflush(stdout);
  if (below_text_) {
    // Make room for one line below (ESC D scrolls if need be), save the place, write, go back.
    std::fprintf(stderr,
                 "\x1b"
                 "D\x1b[A\x1b"
                 "7\x1b[B\r\x1b[K%s\x1b"
                 "8",
                 cut.c_str());
  } else {
    std::fprintf(stderr, "\r\x1b[K%s", cut.c_str());
  }
  std::fflush(stderr);
  shown_ = true;
}

void Progress::clear() {
  if (!shown_) return;
  std::fflush(stdout);
  std::fputs(below_text_ ? "\x1b[J" : "\r\x1b[K", stderr);
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace tercet
