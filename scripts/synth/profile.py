# SPDX-License-Identifier: Apache-2.0
"""A technology profile (study/energy/profiles) from a report of scripts/characterise.py.

Energies are dynamic: leakage has rows of its own. Those of lanes are a 64-input column's share, its adder tree and
clock included, its weights at rest: `tile_register` is what a loaded bit adds.
"""

import fnmatch
import json

from synth import FlowError

COLUMN = 64  # rows
FITTED = (0.25, 0.5)  # zero fractions of trained models, where energy is a line; over 0 to 1 it is not
TYPICAL_ZEROS = 0.42  # of a large trained model's weights
OTHER = 0.1  # how far from random activations' activity one stimulus must be to tell what follows it
LITERATURE = ("sram_*", "wire", "area_sram", "dram/*", "fp32_mul", "fp32_other")  # what a report cannot have
NOT_INCLUDED = ["core_instruction", "leakage_sram"]  # what neither has
BITS = {"ternary": 2, "int8": 8, "fp16": 16}  # of a weight in a tile
PLAIN = {"int8_add": "int8_add", "fp16_add": "fp16_add", "fp16_mul": "fp16_mul", "fp32_add": "fp32_add",
         "int8_mac": "int8_element", "fp16_mac": "fp16_element", "int8_accumulate": "int8_accumulate",
         "fp16_accumulate": "fp16_accumulate"}
AT_ZEROS = {"ternary_mac": "ternary_element", "ternary_accumulate": "accumulate", "decode_two_bit": "decode_two_bit",
            "decode_trit5": "decode_trit5"}
AREAS = {"ternary_column_64": ("ternary_lane", COLUMN), "int8_column_64": ("int8_lane", COLUMN),
         "fp16_column_64": ("fp16_lane", COLUMN), "ternary_accumulate": ("accumulate", 1),
         "int8_accumulate": ("int8_accumulate", 1), "fp16_accumulate": ("fp16_accumulate", 1),
         "decode_trit5": ("decode", COLUMN), "ternary_mac": ("ternary_element", 1), "int8_mac": ("int8_element", 1),
         "fp16_mac": ("fp16_element", 1),
         **{f"{machine}_slice_16x8": (f"{machine}_slice_16x8", 1) for machine in BITS}}


def line_through(points):
    """(value at 0, value at 1, largest distance from a point) of the least-squares line through (x, y)."""
    n, mx, my = len(points), sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    spread = sum((x - mx) ** 2 for x, _ in points)
    if n < 2 or spread == 0:
        raise FlowError("a line needs two zero fractions")
    slope = sum((x - mx) * (y - my) for x, y in points) / spread
    at0 = my - slope * mx
    return at0, at0 + slope, max(abs(y - at0 - slope * x) for x, y in points)


def still_share(points):
    """(share of an energy that stays when no input changes, largest distance from a point) by least squares.

    Points are (changing input bits, energy), each over what it was where the energy was measured: the line goes through
    (1, 1).
    """
    spread = sum((1 - x) ** 2 for x, _ in points)
    still = sum((1 - x) * (y - x) for x, y in points) / spread
    if not 0 <= still <= 1:
        raise FlowError(f"{still:.3g} of the energy would stay without changing inputs")
    return still, max(abs(y - still - (1 - still) * x) for x, y in points)


def fitted(shares):
    return [zeros for zeros in shares if FITTED[0] <= zeros <= FITTED[1]]


def shares(report):
    """Zero fractions that the report has."""
    return sorted({row["zeros"] for row in report["rows"] if row["stimulus"] == "random" and row["zeros"] is not None})


def typical(zeros):
    return min(zeros, key=lambda share: abs(share - TYPICAL_ZEROS), default=None)


def dynamic(row):
    return sum(value for name, value in row["fj_split"].items() if name != "leakage")


def literature(path):
    """Rows that a report cannot have, from another profile."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
        return [row for row in rows if any(fnmatch.fnmatch(row["name"], name) for name in LITERATURE)]
    except (ValueError, KeyError, TypeError) as error:
        raise FlowError(f"{path}: not a technology profile") from error


class Profile:
    """With glitches, or, as a lower bound, with at most one change of a net a cycle."""

    def __init__(self, report, node, typical_zeros, glitches):
        self.report, self.node, self.typical, self.glitches, self.rows = report, node, typical_zeros, glitches, []
        self.activities = {}  # machine: (activity, share that stays, the fit's largest distance from a stimulus)
        self.kind = "with glitches" if glitches else "at most one change of a net a cycle: a lower bound"
        files = report["provenance"]["liberty"]
        self.source = (f"scripts/characterise.py, {report['provenance']['tools']['yosys'].split(' (')[0]}, "
                       f"{len(files)} Liberty files ({files[0]['name']} sha256 {files[0]['sha256'][:12]}"
                       f"{', ...' if len(files) > 1 else ''})")

    def description(self):
        made = self.report["provenance"]
        captured = "".join(f"; captured: {each['tensor']} of {each['model']}, {each['tokens']} tokens"
                           for each in made["captured"])
        return (f"Standard cells of {self.node} by synthesis and gate-level activity, {self.kind}; SRAM, wires, DRAM "
                f"and other FP32 from the literature. {made['tools']['yosys'].split(' (')[0]}, "
                f"{made['tools']['verilator']}, {len(made['liberty'])} Liberty files (SHA-256 in the report) at "
                f"{made['voltage']} V, {made['period_ps']:g} ps, "
                f"{made['wire_ff_per_fanout']} fF of wire a fanout, seed {made['seed']}, {made['date']}. "
                f"{made['random']}{captured}. {made['command']}")

    def rows_of(self, unit, stimulus):
        return [row for row in self.report["rows"] if row["unit"] == unit and row["stimulus"] == stimulus
                and row["glitches"] == self.glitches]

    def find(self, unit, stimulus, zeros=None):
        found = [row for row in self.rows_of(unit, stimulus) if zeros is None or row["zeros"] == zeros]
        return found[0] if found else None

    def add(self, name, value, unit, note):
        self.rows.append({"name": name, "value": float(f"{value:.5g}"), "unit": unit, "node": self.node,
                          "source": self.source, "kind": "synthesised", "note": note})

    def make(self):
        self.energies()
        for unit, (name, share) in AREAS.items():
            row = next((row for row in self.report["rows"] if row["unit"] == unit), None)
            if not row:
                continue
            of = f"{unit} / {share}" if share > 1 else unit
            self.add(f"area_{name}", row["area"] / share, "um2", f"{of}: sum of cells, no space between them")
            self.add(f"cells_{name}", row["cells"] / share, "cells", of)
            self.add(f"path_{name}", row["longest_path_ps"], "ps", f"longest path of {unit}")
            watt = row["leakage_w"] / share
            self.add(f"leakage_{name}", watt * 1e3, "mW", f"{of}: mean over the states of its cells")
        self.add("smallest_cell", self.report["provenance"]["least_cell_area"], "um2", "of the library")
        return self.rows

    def energies(self):
        for unit, name in PLAIN.items():
            row = self.find(unit, "random")
            if row:
                self.add(name, dynamic(row) / 1e3, "pJ/op", f"{row['operation']}; random operands; {self.kind}")
        for unit, name in AT_ZEROS.items():
            row = self.find(unit, "random", self.typical)
            if row:
                self.add(name, dynamic(row) / 1e3, "pJ/op",
                         f"{row['operation']}; {self.typical} of the weights 0; {self.kind}")
        for machine in BITS:
            self.lanes(machine, f"{machine}_column_{COLUMN}")

    def lanes(self, machine, unit):
        zeros = self.typical if machine == "ternary" else None
        often = self.find(unit, "random, new weights for each token", zeros)
        rest = self.find(unit, "random", zeros)
        idle = self.find(unit, "idle", zeros)
        if not (often and rest and idle):
            return
        reuse = self.report["provenance"]["reuse"]
        bit = (dynamic(often) - dynamic(rest)) / (1 - 1 / reuse) / BITS[machine]
        loads = bit * BITS[machine] / reuse  # of an operation
        prefix = "" if machine == "ternary" else f"{machine}_"
        share = f"share of a {COLUMN}-input column with its adder tree"
        self.add(f"{prefix}tile_register", bit / 1e3, "pJ/bit",
                 f"what a weight bit that is loaded adds, in the tile and in the lanes that see it; {self.kind}")
        self.add(f"idle_{machine}_lane", dynamic(idle) / 1e3, "pJ/op",
                 "a cycle without token: clock, and gates that hold it back")
        if machine == "ternary":
            at0, at1 = self.ternary_lanes(self.rows_of(unit, "random"), loads, share, reuse)
            self.activity(machine, unit, rest, loads, lambda row: at0 + (at1 - at0) * row["zeros_met"])
        else:
            self.add(f"{machine}_mac", (dynamic(rest) - loads) / 1e3, "pJ/op",
                     f"{share}, weights at rest; random operands; {self.kind}")
            self.activity(machine, unit, rest, loads, lambda row: dynamic(rest) - loads)
        for captured in self.report["provenance"]["captured"]:
            tensor = captured["tensor"]
            row = self.find(unit, tensor)
            self.add(f"{machine}_lane/{tensor}", dynamic(row) / 1e3, "pJ/op",
                     f"{share}, a new tile every {reuse} tokens; the tensor's weights ({captured['zero_weights']} zeros) "
                     f"and activations ({captured['zero_activations']} zeros, mean magnitude "
                     f"{captured['mean_magnitude']}); {self.kind}")

    def activity(self, machine, unit, rest, loads, expected):
        """How lanes' energy follows the share of input bits that change; `expected`: a row's at random activations.
        Machines that multiply keep random weights, so that activations alone differ."""
        tensors = [captured["tensor"] for captured in self.report["provenance"]["captured"]]
        others = [self.find(unit, tensor if machine == "ternary" else f"random weights, {tensor}") for tensor in tensors]
        points = [(row["activity"] / rest["activity"], (dynamic(row) - loads) / expected(row))
                  for row in (rest, *others)]
        if max(abs(1 - x) for x, _ in points) < OTHER:
            return
        still, error = still_share(points)
        self.activities[machine] = rest["activity"], still, error
        self.add(f"{machine}_activity", rest["activity"], "share",
                 "of the bits of int8 activations, changed from token to token where the lanes' energies were measured")
        shares = ", ".join(f"{row['activity']:g}" for row in (rest, *others))
        self.add(f"{machine}_still", still, "share",
                 f"of a lane's energy, stays when no activation bit changes; least squares through random, "
                 f"{', '.join(tensors)} ({shares} of the bits changing), at most {error:.2g} of the random energy off; "
                 f"{self.kind}")

    def ternary_lanes(self, rows, loads, share, reuse):
        """Writes rows; the energies of weights not 0 and 0, fJ."""
        for row in rows:
            self.add(f"ternary_lane/zeros={row['zeros']:g}", dynamic(row) / 1e3, "pJ/op",
                     f"{share}, a new tile every {reuse} tokens; {row['zeros']:g} of the weights 0, random "
                     f"activations; {self.kind}")
        near = [(row["zeros"], dynamic(row) - loads) for row in rows if fitted([row["zeros"]])]
        at0, at1, error = line_through(near)
        if at1 < 0:
            raise FlowError(f"ternary lanes: zeros would take {at1:.3g} fJ by the line through {len(near)} points")
        note = (f"{share}, weights at rest; random operands; {self.kind}; a line through {len(near)} zero fractions "
                f"in {FITTED[0]} to {FITTED[1]}, at most {error:.2g} fJ off, true only there")
        self.add("ternary_add", at0 / 1e3, "pJ/op", f"weight not 0; {note}")
        self.add("ternary_zero", at1 / 1e3, "pJ/op", f"weight 0; {note}")
        return at0, at1
