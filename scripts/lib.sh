# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Shared by the scripts: where the repository is, how checks are counted and reported.
set -euo pipefail

TERCET_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$TERCET_ROOT"
TERCET_LOGS=$TERCET_ROOT/build/logs
JOBS=$(nproc)
passed=0
failed=0

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# check NAME COMMAND...: one line for a success, the end of the output for a failure.
check() {
  local name=$1 log start=$SECONDS
  shift
  mkdir -p "$TERCET_LOGS"
  log=$TERCET_LOGS/${name//[^A-Za-z0-9_.-]/_}.log
  if "$@" >"$log" 2>&1 </dev/null; then
    passed=$((passed + 1))
    printf '  ok    %s (%d s)\n' "$name" $((SECONDS - start))
  else
    failed=$((failed + 1))
    printf '  FAIL  %s (%d s); all of its output: %s\n' "$name" $((SECONDS - start)) \
      "${log#"$TERCET_ROOT"/}"
    tail -n 60 "$log" | sed 's/^/        /'
    return 1
  fi
}

# finish: the closing line, and the exit status it means.
finish() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}

# configure PRESET, build PRESET [TARGET]: quiet in a log, unless they fail.
configure() {
  cmake --preset "$1"
}

build() {
  configure "$1" && cmake --build --preset "$1" -j "$JOBS" ${2:+--target "$2"}
}

# show_steps: of the output of a build, how far it is: on a terminal in place, else every tenth.
show_steps() {
  local line step steps told=0
  while IFS= read -r line; do
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    step=${BASH_REMATCH[1]} steps=${BASH_REMATCH[2]}
    if [ -t 1 ]; then
      printf '\r  %d of %d steps, %d s ' "$step" "$steps" "$SECONDS"
    elif [ $((10 * step / steps)) -gt "$told" ]; then
      told=$((10 * step / steps))
      printf '  %d of %d steps, %d s\n' "$step" "$steps" "$SECONDS"
    fi
  done
  [ ! -t 1 ] || [ -z "${step:-}" ] || printf '\n'
}
