#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts gates, flip-flops and memory bits of the control core beside those of an engine.

    gate_count.py [--config edge] [--most PERCENT] [--work DIR]

Yosys maps each module to simple gates of two inputs, one of a multiplexer or a flip-flop with at most a reset, without
optimising across modules or for a cell library. Memories of up to 64 words of 64 bits become flip-flops and
multiplexers; larger ones count in bits. Fails if the core has more than PERCENT of the engine's cells.
"""
import argparse
import pathlib
import re
import subprocess
import sys

from yosys_check import ROOT, engine_files

CORE = ROOT / "rtl/core"


def core_files():
    package = CORE / "tercet_core_pkg.sv"
    parts = sorted(path for path in CORE.glob("tercet_core*.sv") if path != package)
    return [ROOT / "rtl/gen/tercet_hw_pkg.sv", package, *parts,
            *(CORE / f"tercet_{name}.sv" for name in ("tcm", "timer", "mcu"))]


def gates(files, top, work):
    """{kind: number} of the design below `top`: cells by Yosys' names without $_ _, and bits of memory."""
    stat, memories = work / f"{top}.stat.txt", work / f"{top}.memories.txt"
    script = "; ".join([
        "read_verilog -sv " + " ".join(map(str, files)), f"hierarchy -check -top {top}",
        "proc", "opt_expr", "opt_clean", "memory -nomap", "opt_clean",
        "memory_map t:$mem_v2 r:SIZE<=64 %i r:WIDTH<=64 %i", f"tee -q -o {memories} dump t:$mem_v2",
        "alumacc", "techmap t:$mem_v2 %n", "opt_expr", "opt_merge", "opt_clean", f"tee -q -o {stat} stat -top {top}"])
    subprocess.run(["yosys", "-q", "-p", script], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    whole = stat.read_text(encoding="utf-8").rsplit("=== design hierarchy ===", 1)[1]
    found = {kind.strip("$_"): int(number)
             for kind, number in re.findall(r"^ +(\$\S+) +(\d+)$", whole, re.M) if not kind.startswith("$paramod")}
    if found.pop("mem_v2", 0) != len(re.findall(r"cell \$mem_v2 ", memories.read_text(encoding="utf-8"))):
        raise SystemExit(f"{top}: a module with memories is used more than once, which the bits do not count")
    sizes = re.findall(r"parameter \\SIZE (\d+)|parameter \\WIDTH (\d+)", memories.read_text(encoding="utf-8"))
    words = [int(size) for size, _ in sizes if size]
    widths = [int(width) for _, width in sizes if width]
    return found, sum(a * b for a, b in zip(words, widths, strict=True))


def row(name, found, bits):
    flops = sum(number for kind, number in found.items() if "DFF" in kind)
    cells = sum(found.values())
    print(f"{name:24} {cells:>9,} cells: {cells - flops:>9,} gates, {flops:>7,} flip-flops; "
          f"{bits:>10,} bits of memory")
    return cells


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", default="edge")
    parser.add_argument("--most", type=float, default=100.0)
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "gate_count")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    lines = sum(len(path.read_text(encoding="utf-8").splitlines())
                for path in core_files() if path.parent == CORE)
    print(f"control core: {lines:,} lines of SystemVerilog")
    core = row("control core", *gates(core_files(), "tercet_mcu", args.work))
    engine = row(f"engine ({args.config})", *gates(engine_files(args.config), "tercet_engine", args.work))
    share = 100 * core / engine
    print(f"the core has {share:.2f} % of the engine's cells")
    return 1 if share > args.most else 0


if __name__ == "__main__":
    sys.exit(main())
