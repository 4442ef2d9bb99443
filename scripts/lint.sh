# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The checks of scripts/lint, for scripts/test too; source lib.sh first.

# Files of the tree, committed or not yet, that match the patterns.
tree_files() {
  git ls-files --cached --others --exclude-standard --deduplicate -- "$@" ':!rtl/gen' |
    while read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
}

lint_rtl() {
  local config=$1 sources
  mapfile -t sources < <(sed -e '/^#/d;/^ *$/d' -e "s/{config}/$config/" rtl/files.txt)
  verilator --lint-only -Wall --top-module tercet_top rtl/lint.vlt "${sources[@]}"
}

# Each module of the baseline as a top of its own.
lint_baseline() {
  local sources source top
  mapfile -t sources < <(sed -e '/^#/d;/^ *$/d' rtl/baseline/files.txt)
  for source in "${sources[@]}"; do
    top=${source##*/}
    verilator --lint-only -Wall --top-module "${top%.sv}" rtl/lint.vlt "${sources[@]}"
  done
}

format_files() {
  tree_files '*.h' '*.cpp' '*.c'
}

lint_format() {
  local report
  if ! report=$(format_files | xargs -r clang-format --dry-run -Werror 2>&1); then
    sed -nE 's/^([^ :]+):[0-9]+:[0-9]+: error: .*/\1/p' <<<"$report" | sort | uniq -c |
      grep . || printf '%s\n' "$report"
    echo "scripts/lint --fix lays these files out"
    return 1
  fi
}

lint_shell() {
  shellcheck -x .ci/run scripts/setup scripts/run scripts/test scripts/lint scripts/coverage scripts/doctor scripts/fuzz \
    scripts/*.sh
}

# Files that differ from the main branch, or from the last commit on it.
changed_files() {
  local base
  base=$(git merge-base HEAD origin/main 2>/dev/null || true)
  if [ -z "$base" ] || [ "$base" = "$(git rev-parse --verify --quiet HEAD)" ]; then
    base=$(git rev-parse --verify --quiet HEAD~1 || git hash-object -t tree /dev/null)
  fi
  { git diff --name-only "$base" -- "$@"; git ls-files --others --exclude-standard -- "$@"; } |
    sort -u
}

# The compiled files to give to clang-tidy: all, or the changed ones and, for each changed header,
# the first that includes it.
tidy_files() {
  local compiled
  compiled=$(sed -n "s|^ *\"file\": \"$TERCET_ROOT/\(.*\)\".*|\1|p" \
    build/release/compile_commands.json | grep -v '^build/' | sort -u)
  if [ "$1" = all ]; then
    printf '%s\n' "$compiled"
    return
  fi
  {
    changed_files '*.cpp' '*.c'
    changed_files '*.h' | while read -r header; do
      # shellcheck disable=SC2086  # one word a file
      grep -l "/${header##*/}\"\|\"${header##*/}\"" $compiled | head -n 1
    done
  } | sort -u | grep -xF "$compiled" || true
}

lint_tidy() {
  tidy_files "$1" | xargs -r -n 1 -P "$JOBS" clang-tidy --quiet -p build/release 2>&1 |
    sed -E '/^[0-9]+ warnings? generated\.$/d'
}

lint_quick() {
  local config
  for config in tiny edge; do
    check "verilator --lint-only $config" lint_rtl "$config" || true
  done
  check "verilator --lint-only baseline" lint_baseline || true
  check "one-way rooms" scripts/check_layers || true
  check "clang-format" lint_format || true
  check "shellcheck" lint_shell || true
}

# lint_built SCOPE (all or changed): needs build/release, whose generated headers are read.
lint_built() {
  check "clang-tidy $1" lint_tidy "$1" || true
}
