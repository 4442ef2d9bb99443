// SPDX-License-Identifier: Apache-2.0
// A status line for long work: on a terminal only.
#pragma once

#include <string>

namespace tercet {

/// Shows its line on standard error if that is a terminal. If standard output is one too, the line
/// is kept below the text that is being written there.
class Progress {
 public:
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Replaces the line, cut to the terminal's width.
  void show(const std::string& line);
  /// Removes the line; call before anything else is written.
  void clear();

 private:
  bool active_;
  bool below_text_;
  bool shown_ = false;
};

}  // namespace tercet
