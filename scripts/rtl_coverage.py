#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Merges Verilator's line counts of many runs and prints how much of each RTL file was executed."""

import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile


def read_info(path):
    """{file: {line: count}} of an lcov file; a line that several machines have counts once."""
    files = collections.defaultdict(dict)
    lines = None
    for record in path.read_text(encoding="utf-8").splitlines():
        if record.startswith("SF:"):
            lines = files[record[3:]]
        elif record.startswith("DA:"):
            number, count = (int(part) for part in record[3:].split(",")[:2])
            lines[number] = max(lines.get(number, 0), count)
    return files


def merge(folder):
    data = sorted(folder.glob("*.dat"))
    if not data:
        sys.exit(f"rtl_coverage: {folder} holds no *.dat; was the build made with coverage?")
    files = collections.defaultdict(dict)
    for start in range(0, len(data), 200):  # command lines have a limit
        with tempfile.TemporaryDirectory() as scratch:
            info = pathlib.Path(scratch) / "lines.info"
            subprocess.run(["verilator_coverage", "--write-info", str(info),
                            *map(str, data[start:start + 200])], check=True,
                           stdout=subprocess.DEVNULL)
            for name, lines in read_info(info).items():
                for number, count in lines.items():
                    files[name][number] = files[name].get(number, 0) + count
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, help="where save_coverage() wrote")
    parser.add_argument("--min", type=float, default=0, help="fail below this percentage")
    args = parser.parse_args()

    root = pathlib.Path(__file__).resolve().parent.parent
    counted = {pathlib.Path(name).resolve(): lines for name, lines in merge(args.folder).items()}
    hit = total = 0
    for path in sorted((root / "rtl").rglob("*.sv")):
        if (root / "rtl/gen") in path.parents:
            continue
        if path not in counted:
            print(f"{path.relative_to(root)}: no lines counted")  # wires only, or never run
            continue
        lines = counted[path]
        missed = sorted(number for number, count in lines.items() if count == 0)
        hit += len(lines) - len(missed)
        total += len(lines)
        print(f"{path.relative_to(root)}: {len(lines) - len(missed)} of {len(lines)}"
              + (f", missed: {', '.join(map(str, missed))}" if missed else ""))
    if total == 0:
        sys.exit("rtl_coverage: no line of rtl/ was counted")
    percent = 100 * hit / total
    print(f"rtl/ line coverage: {percent:.1f} % ({hit} of {total})")
    sys.exit(0 if percent >= args.min else 1)


if __name__ == "__main__":
    main()
