// SPDX-License-Identifier: Apache-2.0
// Verilator's writer of waveforms, which looks at the result of no write, compiled so that the
// first error is kept.
#include <sys/mman.h>
#include <sys/stat.h>
#include <verilated.h>
#include <zlib.h>

#include <atomic>
#include <cerrno>
#include <cstdio>

#include "sim/verilated/fst_error.h"

namespace tercet {
namespace {

std::atomic<int> g_error{0};  // the writer has no place of ours to keep it, and may have threads

void note(bool good) {
  int none = 0;
  if (!good) g_error.compare_exchange_strong(none, errno != 0 ? errno : EIO);
}

size_t noted_write(const void* data, size_t size, size_t count, std::FILE* file) {
  errno = 0;
  const size_t done = std::fwrite(data, size, count, file);
  note(done == count);
  return done;
}

int noted_flush(std::FILE* file) {
  errno = 0;
  const int result = std::fflush(file);
  note(result == 0);
  return result;
}

int noted_seek(std::FILE* file, off_t offset, int from) {
  errno = 0;
  const int result = fseeko(file, offset, from);
  note(result == 0);
  return result;
}

/// A single character that could not be written has left its mark on the file.
int noted_close(std::FILE* file) {
  errno = 0;
  note(std::ferror(file) == 0);
  const int result = std::fclose(file);
  note(result == 0);
  return result;
}

/// To touch memory that a file which could not be written does not reach would end the program.
void* noted_map(void* place, size_t bytes, int protection, int flags, int file, off_t offset) {
  struct stat status = {};
  if (fstat(file, &status) == 0 && status.st_size >= offset + static_cast<off_t>(bytes)) {
    return mmap(place, bytes, protection, flags, file, offset);
  }
  errno = ENOSPC;
  note(false);
  return mmap(place, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

}  // namespace

int fst_error() { return g_error; }
void clear_fst_error() { g_error = 0; }

}  // namespace tercet

#define fwrite tercet::noted_write
#define fflush tercet::noted_flush
#define fclose tercet::noted_close
#define fseeko tercet::noted_seek
#define mmap tercet::noted_map
#include <verilated_fst_c.cpp>  // NOLINT(bugprone-suspicious-include): there is no other way in
