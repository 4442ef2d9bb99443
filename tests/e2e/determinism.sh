#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The reference gives the same bytes from GCC and Clang, at -O0, -O3 and -O3 for this processor.
# usage: determinism.sh <repository> <scratch folder>
set -eu
repository=$1
scratch=$2
# What docs/arithmetic.md defines. It changes only when that page does.
expected=7350d988124b47bd

mkdir -p "$scratch"
cd "$repository/model"
sources="attention.cpp config.cpp digits.cpp engine.cpp float_matrix.cpp math.cpp ops.cpp
  sampler.cpp shapes.cpp synth.cpp ternary.cpp ternary_layout.cpp transformer.cpp $repository/tests/e2e/determinism_main.cpp"

build() {  # compiler, flags
  out="$scratch/$1$(echo "$2" | tr -d ' ')"
  # shellcheck disable=SC2086
  "$1" -std=c++17 $2 -ffp-contract=off -I.. $sources -lfmt -o "$out"
  "$out" > "$out.hash"
}

status=0
for flags in "-O0" "-O3" "-O3 -march=native"; do
  build g++ "$flags" & gcc=$!
  build clang++ "$flags" & clang=$!
  wait $gcc
  wait $clang
  for compiler in g++ clang++; do
    got=$(cat "$scratch/$compiler$(echo "$flags" | tr -d ' ').hash")
    echo "$compiler $flags: $got"
    [ "$got" = "$expected" ] || status=1
  done
done
[ $status = 0 ] || echo "expected $expected from each"
exit $status
