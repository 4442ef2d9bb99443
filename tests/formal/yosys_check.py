#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads RTL with Yosys and refuses latches, multipliers and warnings.

    yosys_check.py --config edge [--top tercet_top] [--work DIR]     the engine of rtl/files.txt
    yosys_check.py --files F ... --top T [--work DIR]                other files

Multipliers are looked for twice: as Yosys reads the design ($mul, $div, $mod, $pow) and after alumacc, where
products hide in $macc cells. The cell counts are left in DIR/stat.txt.
"""
import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ARITHMETIC = ("$mul", "$div", "$mod", "$divfloor", "$modfloor", "$pow")
LATCHES = ("$dlatch", "$adlatch", "$dlatchsr", "$sr")
# Small register files and queues are meant to be flip-flops.
ALLOWED_WARNINGS = (r"Replacing memory \\\S+ with list of registers\.",)


def engine_files(config):
    lines = (ROOT / "rtl/files.txt").read_text(encoding="utf-8").splitlines()
    return [str(ROOT / line.replace("{config}", config)) for line in lines
            if line.strip() and not line.startswith("#")]


def count(stat, kinds):
    """Cells of these kinds in the last `stat` of the text: the whole design."""
    whole = stat.rsplit("=== ", 1)[-1]
    found = {kind: re.search(rf"^\s+{re.escape(kind)}\s+(\d+)$", whole, re.M) for kind in kinds}
    return {kind: int(match[1]) for kind, match in found.items() if match}


def check(files, top, work):
    """The complaints about the design, none if it is clean."""
    work.mkdir(parents=True, exist_ok=True)
    script = "; ".join([
        "read_verilog -sv " + " ".join(files), f"hierarchy -check -top {top}", "proc", "flatten",
        "check -assert", "opt", f"tee -q -o {work}/read.txt stat",
        "alumacc", "opt", f"tee -q -o {work}/stat.txt stat",
        f"tee -q -o {work}/macc.txt dump t:$macc"])
    done = subprocess.run(["yosys", "-q", "-p", script], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    (work / "yosys.log").write_text(done.stdout, encoding="utf-8")
    if done.returncode != 0:
        return [f"yosys fails: {done.stdout[-1500:]}"]
    complaints = [line for line in done.stdout.splitlines() if line.startswith("Warning:")
                  and not any(re.search(allowed, line) for allowed in ALLOWED_WARNINGS)]
    for name in ("read.txt", "stat.txt"):
        stat = (work / name).read_text(encoding="utf-8")
        if "Number of cells" not in stat:
            complaints.append(f"{work}/{name} counts no cells")
        for kind, number in {**count(stat, ARITHMETIC), **count(stat, LATCHES)}.items():
            complaints.append(f"{number} cells of {kind} ({name})")
    # A $macc adds products; port B alone (single bits) and A in pairs without a second factor are sums.
    macc = (work / "macc.txt").read_text(encoding="utf-8")
    for config, width in zip(re.findall(r"parameter \\CONFIG (\d+'[01]+)", macc),
                             re.findall(r"parameter \\CONFIG_WIDTH (\d+)", macc)):
        if has_product(config.split("'")[1], int(width)):
            complaints.append("a $macc cell multiplies")
    return complaints


def has_product(bits, width):
    """Whether a $macc CONFIG holds a port with a second factor (kernel/macc.h of Yosys: four bits of number width,
    then for each port is_signed, do_subtract, width of a, width of b)."""
    bits = bits[::-1][:width]
    field = int(bits[:4][::-1], 2)
    for at in range(4, len(bits) - 1, 2 + 2 * field):
        factor = bits[at + 2 + field:at + 2 + 2 * field]
        if factor and int(factor[::-1], 2) > 0:
            return True
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config")
    parser.add_argument("--files", nargs="+")
    parser.add_argument("--top", default="tercet_top")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "yosys_check")
    args = parser.parse_args()
    if bool(args.config) == bool(args.files):
        parser.error("give --config or --files")
    complaints = check(args.files or engine_files(args.config), args.top, args.work)
    for complaint in complaints:
        print(f"{args.top}: {complaint}", file=sys.stderr)
    if not complaints:
        cells = re.findall(r"Number of cells:\s+(\d+)", (args.work / "stat.txt").read_text(encoding="utf-8"))
        print(f"{args.top} {args.config or ''}: no latch, no multiplier; {cells[-1]} word-level cells")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
