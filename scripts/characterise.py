#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Area, timing and energy of Tercet's units and of the baseline's, from RTL and Liberty files (docs/characterisation.md).

  scripts/characterise.py --liberty A.lib B.lib --out rows.json
"""

import argparse
import datetime
import hashlib
import json
import pathlib
import shlex
import sys

from synth import FlowError, activity, energy, equivalence, netlist, operands, synthesis
from synth.liberty import Library
from synth.timing import Timing
from synth.unit import UNITS, select


def encode(vectors, ports):
    """Input vectors as bytes: each port in whole bytes, the lowest first."""
    return b"".join(vector[name].to_bytes((len(nets) + 7) // 8, "little")
                    for vector in vectors for name, nets in ports.items())


class Characterisation:
    def __init__(self, args):
        self.args, self.work = args, args.work.resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        self.library = Library(args.liberty, args.dont_use)
        self.merged = self.work / "merged.lib"
        self.merged.write_text(self.library.merged, encoding="latin-1")
        self.program = activity.build(self.work)
        self.captured = operands.Captured(args.activations) if args.activations else None
        self.trits = operands.checkpoint_trits(args.model, args.tensor) if args.model else None

    def stimuli(self, unit):
        """[(zero fraction or None, its name)] for the unit."""
        if not unit.ternary:
            return [(0.33, "dense")] if unit.name == "accumulate" else [(None, "dense")]
        found = [(zeros, f"{zeros:g} zeros") for zeros in self.args.zeros]
        return found + ([(None, self.args.tensor)] if self.trits else [])

    def unit_rows(self, unit):
        work = self.work / unit.name
        work.mkdir(exist_ok=True)
        synthesis.map_to_cells(unit, self.merged, work)
        design = netlist.read(work / "mapped.json", unit.top, self.library, self.args.wire_ff * 1e-15)
        timing = Timing(design, self.library, self.args.slew_ps * 1e-12 / self.library.second)
        longest = timing.longest * self.library.second
        equal = "not tried"
        if unit.formal and self.args.prove > 0:
            equal = equivalence.prove(unit, self.library, self.merged, work, self.args.prove)
        facts = {
            "unit": unit.name, "level": unit.level, "operation": unit.operation,
            "operations_per_cycle": unit.operations, "parameters": unit.parameters,
            "cells": len(design.cells), "flip_flops": len(design.flops), "area": round(design.area, 4),
            "least_cell_area": min(cell.area for cell in design.cells),
            "longest_path_ps": round(longest * 1e12, 1), "equivalence": equal,
            "rtl_sha256": hashlib.sha256(b"".join(
                (synthesis.ROOT / path).read_bytes() for path in unit.sources)).hexdigest(),
        }
        rtl = None
        rows = []
        for zeros, name in self.stimuli(unit):
            stream = operands.Stream(self.args.seed, self.args.cycles, self.args.reuse, zeros, self.trits,
                                     self.captured)
            data = encode(unit.drive(stream), design.inputs)
            (work / "stimulus.bin").write_bytes(data)
            size = sum((len(nets) + 7) // 8 for nets in design.inputs.values())
            if rtl is None:
                rtl = synthesis.Rtl(unit, {n: len(p) for n, p in design.inputs.items()},
                                    {n: len(p) for n, p in design.outputs.items()}, work)
            expected = rtl.run(work / "stimulus.bin")
            for glitches in (True, False):
                rows.append({**facts, "stimulus": name, "glitches": glitches,
                             **self.simulate(design, timing, unit, work, glitches, longest, len(data) // size,
                                             expected)})
        return rows

    def simulate(self, design, timing, unit, work, glitches, longest, cycles, expected):
        nominal = self.args.period_ps * 1e-12
        period = max(nominal, 2.0 * longest)  # time to settle; only leakage depends on it, and takes the nominal one
        activity.write_netlist(work / "netlist.txt", design, timing, self.library, glitches, period)
        activity.run([str(self.program), str(work / "netlist.txt"), str(work / "stimulus.bin"),
                      str(work / "gates.out"), str(work / "counts.txt")], work / "activity.log")
        outputs = (work / "gates.out").read_bytes()
        if outputs != expected:
            at = next((i for i, (a, b) in enumerate(zip(outputs, expected)) if a != b), min(len(outputs), len(expected)))
            raise FlowError(f"{unit.name}: gates and RTL differ at byte {at} of {len(expected)} of the outputs")
        joule = energy.total(design, timing, self.library, activity.read_counts(work / "counts.txt"), cycles, nominal)
        per = 1e15 / (cycles * unit.operations)
        split = {name: round(value * per, 6) for name, value in joule.items()}
        return {"cycles": cycles, "mismatches": 0, "fj_per_operation": round(sum(joule.values()) * per, 6),
                "fj_split": split}

    def report(self):
        rows = []
        for unit in select(self.args.units):
            for row in self.unit_rows(unit):
                rows.append(row)
                print(f"{row['unit']:18s} {row['stimulus']:14.14s} {'glitches' if row['glitches'] else 'none':8s} "
                      f"{row['cells']:7d} cells {row['area']:11.2f} area {row['longest_path_ps']:8.0f} ps "
                      f"{row['fj_per_operation']:12.2f} fJ/op", flush=True)
        args = self.args
        return {
            "provenance": {
                "command": shlex.join(["scripts/characterise.py", *sys.argv[1:]]),
                "date": datetime.date.today().isoformat(), "tools": synthesis.tool_versions(),
                "liberty": self.library.files, "dont_use": args.dont_use, "voltage": self.library.voltage,
                "period_ps": args.period_ps, "wire_ff_per_fanout": args.wire_ff, "input_slew_ps": args.slew_ps,
                "seed": args.seed, "reuse": args.reuse,
                "activations": self.captured.about if self.captured else "Gaussian, as quantised to int8",
                "weights": f"N(0, {operands.DENSE_STD}) in FP16 and INT8; ternary as each row says",
            }, "rows": rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--liberty", nargs="+", type=pathlib.Path, required=True, metavar="FILE")
    parser.add_argument("--dont-use", nargs="*", default=[], metavar="GLOB", help="cells to leave out")
    parser.add_argument("--units", nargs="+", default=list(UNITS), metavar="UNIT", help=", ".join(UNITS))
    parser.add_argument("--cycles", type=int, default=300)
    parser.add_argument("--reuse", type=int, default=64, help="tokens for which columns hold their weights")
    parser.add_argument("--zeros", nargs="*", type=float, default=[0, 0.25, 1 / 3, 0.42, 0.5, 0.75, 1],
                        help="shares of zero weights to try, at random")
    parser.add_argument("--model", type=pathlib.Path, help="checkpoint folder whose trits are one more stimulus")
    parser.add_argument("--tensor", default="model.layers.2.mlp.up_proj.weight", help="which of its matrices")
    parser.add_argument("--activations", type=pathlib.Path, help="captured int8 activations; default: Gaussian")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--period-ps", type=float, default=1000)
    parser.add_argument("--wire-ff", type=float, default=0.35, help="wire capacitance a fanout")
    parser.add_argument("--slew-ps", type=float, default=20, help="of inputs, the clock and buffered nets")
    parser.add_argument("--prove", type=float, default=120, help="seconds for a formal proof; 0: none")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/characterise"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    if args.cycles < 1 or args.reuse < 1 or any(not 0 <= zeros <= 1 for zeros in args.zeros):
        parser.error("--cycles and --reuse are at least 1, --zeros lie in [0, 1]")
    try:
        report = Characterisation(args).report()
    except (FlowError, OSError) as error:
        print(f"characterise: {error}", file=sys.stderr)
        return 1
    args.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
