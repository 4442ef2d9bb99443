# SPDX-License-Identifier: Apache-2.0
"""The characterisation of units, one after the other or several at a time: map, prove, simulate, add energies up."""

import concurrent.futures
import datetime
import hashlib
import multiprocessing
import shlex
import sys

from synth import (FlowError, activity, energy, equivalence, gating, kept, netlist, operands, profile, report, rtl,
                   synthesis)
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
        self.gate = None if args.no_clock_gating else gating.find_gate(self.library)
        self.program = activity.build(self.work)
        self.runtime = rtl.Runtime(self.work)
        self.captured = [operands.Captured(path) for path in args.captured]
        self.checkpoints = [operands.Checkpoint(args.model, captured.about["tensor"]) for captured in self.captured]

    def stimuli(self, unit):
        """[(name, zero fraction, Stream)] for the unit."""
        args, found = self.args, []
        cycles = args.cycles if unit.operations == 1 else args.wide_cycles

        def add(name, zeros=None, checkpoint=None, captured=None, reuse=args.reuse, idle=False):
            share = zeros if checkpoint is None else checkpoint.zeros
            found.append((name, share,
                          operands.Stream(args.seed, cycles, reuse, zeros, checkpoint, captured, idle)))

        shares = args.zeros if unit.weights == "ternary" else [None]
        if unit.level == "slice":  # for its area and path; its operands are a column's
            shares = shares[:1] if unit.weights != "ternary" else [profile.typical(args.zeros)]
        for zeros in shares:
            add("random", zeros)
        if unit.level == "slice":
            return found
        if unit.level == "column":
            middle = profile.typical(shares) if unit.weights == "ternary" else None
            add("random, new weights for each token", middle, reuse=1)
            add("idle", middle, idle=True)
        for captured, checkpoint in zip(self.captured, self.checkpoints):
            tensor = captured.about["tensor"]
            if unit.weights != "ternary":
                add(f"random weights, {tensor}" if unit.weights else tensor, captured=captured)
            if unit.weights:
                add(tensor, checkpoint=checkpoint, captured=captured)
        return found

    def unit_rows(self, name):
        unit = UNITS[name]
        work = self.work / unit.name
        work.mkdir(exist_ok=True)
        key = kept.key_of(self.args, self.library, self.captured, unit)
        found = kept.load(work, key) if self.args.resume else None
        if found is None:
            found = self.measure(unit, work)
            kept.save(work, key, found)
        return found

    def measure(self, unit, work):
        """Rows of the unit: with and without glitches for each stimulus."""
        synthesis.map_to_cells(unit, self.merged, self.gate, self.library, work)
        design = netlist.read(work / "mapped.json", unit.top, self.library, self.args.wire_ff * 1e-15,
                              self.gate)
        timing = Timing(design, self.library, self.args.slew_ps * 1e-12 / self.library.second)
        longest = timing.longest * self.library.second
        equal = "not tried"
        if unit.formal and self.args.prove > 0:
            equal = equivalence.prove(unit, self.library, self.merged, self.gate, work, self.args.prove)
        facts = {
            "unit": unit.name, "level": unit.level, "operation": unit.operation,
            "operations_per_cycle": unit.operations, "parameters": unit.parameters,
            "cells": len(design.cells), "flip_flops": len(design.flops),
            "clock_gates": len(design.clock_gates), "area": round(design.area, 4),
            "longest_path_ps": round(longest * 1e12, 1), "equivalence": equal,
            "rtl_sha256": hashlib.sha256(b"".join(
                (synthesis.ROOT / path).read_bytes() for path in unit.sources)).hexdigest(),
        }
        program = None
        rows = []
        for name, zeros, stream in self.stimuli(unit):
            data = encode(unit.drive(stream), design.inputs)
            (work / "stimulus.bin").write_bytes(data)
            size = sum((len(nets) + 7) // 8 for nets in design.inputs.values())
            if program is None:
                program = rtl.Rtl(unit, self.runtime, {n: len(p) for n, p in design.inputs.items()},
                                    {n: len(p) for n, p in design.outputs.items()}, work)
            expected = program.run(work / "stimulus.bin")
            met = {"activity": stream.activity, "zeros_met": stream.zeros_met}
            for glitches in (True, False):
                rows.append({**facts, "stimulus": name, "zeros": zeros, **met, "glitches": glitches,
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
        return {"cycles": cycles, "mismatches": 0, "leakage_w": joule["leakage"] / (cycles * nominal),
                "fj_per_operation": round(sum(joule.values()) * per, 6), "fj_split": split}

    def report(self):
        args, rows = self.args, []
        with concurrent.futures.ProcessPoolExecutor(args.jobs, multiprocessing.get_context("fork")) as pool:
            for found in pool.map(self.unit_rows, [unit.name for unit in select(args.units)]):
                rows += found
                for row in found:
                    print(report.line(row), flush=True)
        return {
            "provenance": {
                "command": shlex.join(["scripts/characterise.py", *sys.argv[1:]]),
                "date": datetime.date.today().isoformat(), "tools": synthesis.tool_versions(),
                "liberty": self.library.files, "dont_use": args.dont_use, "voltage": self.library.voltage,
                "period_ps": args.period_ps, "wire_ff_per_fanout": args.wire_ff, "input_slew_ps": args.slew_ps,
                "seed": args.seed, "reuse": args.reuse,
                "clock_gate": self.gate.name if self.gate else None,
                "least_cell_area": self.library.least_area,
                "captured": [{**captured.about, "zero_activations": captured.zeros, "mean_magnitude": captured.mean,
                              "zero_weights": checkpoint.zeros}
                             for captured, checkpoint in zip(self.captured, self.checkpoints)],
                "random": f"activations Gaussian, as quantised to int8 (standard deviation {operands.SPREAD:.1f}); "
                          f"weights of machines that multiply N(0, {operands.DENSE_STD})",
            }, "rows": rows}
