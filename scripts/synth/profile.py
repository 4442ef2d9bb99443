# SPDX-License-Identifier: Apache-2.0
"""Rows of a technology profile (sim/energy/profiles) from a report of scripts/characterise.py.

Energies are dynamic: leakage has rows of its own. Those of lanes are a 64-input column's share, its adder tree and
clock included, its weights at rest: `tile_register` is what a loaded bit adds.
"""

from synth import FlowError

COLUMN = 64  # rows
FITTED = (0.25, 0.5)  # zero fractions of trained models, where energy is a line; over 0 to 1 it is not
TYPICAL_ZEROS = 0.42  # of a large trained model's weights
NO_GLITCHES = "/no_glitches"
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
         "fp16_mac": ("fp16_element", 1)}


def line_through(points):
    """(value at 0, value at 1, largest distance from a point) of the least-squares line through (x, y)."""
    n, mx, my = len(points), sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    spread = sum((x - mx) ** 2 for x, _ in points)
    if n < 2 or spread == 0:
        raise FlowError("a line needs two zero fractions")
    slope = sum((x - mx) * (y - my) for x, y in points) / spread
    at0 = my - slope * mx
    return at0, at0 + slope, max(abs(y - at0 - slope * x) for x, y in points)


def fitted(shares):
    return [zeros for zeros in shares if FITTED[0] <= zeros <= FITTED[1]]


def shares(report):
    """Zero fractions that the report has."""
    return sorted({row["zeros"] for row in report["rows"] if row["stimulus"] == "random" and row["zeros"] is not None})


def typical(zeros):
    return min(zeros, key=lambda share: abs(share - TYPICAL_ZEROS), default=None)


def dynamic(row):
    return sum(value for name, value in row["fj_split"].items() if name != "leakage")


class Profile:
    def __init__(self, report, node, typical_zeros):
        self.report, self.node, self.typical, self.rows = report, node, typical_zeros, []
        files = report["provenance"]["liberty"]
        self.source = (f"scripts/characterise.py, {report['provenance']['tools']['yosys'].split(' (')[0]}, "
                       f"{len(files)} Liberty files ({files[0]['name']} sha256 {files[0]['sha256'][:12]}"
                       f"{', ...' if len(files) > 1 else ''})")

    def find(self, unit, stimulus, glitches, zeros=None):
        found = [row for row in self.report["rows"] if row["unit"] == unit and row["stimulus"] == stimulus
                 and row["glitches"] == glitches and (zeros is None or row["zeros"] == zeros)]
        return found[0] if found else None

    def add(self, name, value, unit, note):
        self.rows.append({"name": name, "value": float(f"{value:.5g}"), "unit": unit, "node": self.node,
                          "source": self.source, "kind": "synthesised", "note": note})

    def make(self):
        for glitches in (True, False):
            self.energies(glitches, "" if glitches else NO_GLITCHES)
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

    def energies(self, glitches, suffix):
        kind = "with glitches" if glitches else "at most one change of a net a cycle: a lower bound"
        for unit, name in PLAIN.items():
            row = self.find(unit, "random", glitches)
            if row:
                self.add(name + suffix, dynamic(row) / 1e3, "pJ/op", f"{row['operation']}; random operands; {kind}")
        for unit, name in AT_ZEROS.items():
            row = self.find(unit, "random", glitches, self.typical)
            if row:
                self.add(name + suffix, dynamic(row) / 1e3, "pJ/op",
                         f"{row['operation']}; {self.typical} of the weights 0; {kind}")
        for machine in BITS:
            self.lanes(machine, f"{machine}_column_{COLUMN}", glitches, suffix, kind)

    def lanes(self, machine, unit, glitches, suffix, kind):
        zeros = self.typical if machine == "ternary" else None
        often = self.find(unit, "random, new weights for each token", glitches, zeros)
        rest = self.find(unit, "random", glitches, zeros)
        idle = self.find(unit, "idle", glitches, zeros)
        if not (often and rest and idle):
            return
        reuse = self.report["provenance"]["reuse"]
        bit = (dynamic(often) - dynamic(rest)) / (1 - 1 / reuse) / BITS[machine]
        loads = bit * BITS[machine] / reuse  # of an operation
        prefix = "" if machine == "ternary" else f"{machine}_"
        share = f"share of a {COLUMN}-input column with its adder tree, weights at rest; random operands; {kind}"
        self.add(f"{prefix}tile_register{suffix}", bit / 1e3, "pJ/bit",
                 f"what a weight bit that is loaded adds, in the tile and in the lanes that see it; {kind}")
        self.add(f"idle_{machine}_lane{suffix}", dynamic(idle) / 1e3, "pJ/op",
                 "a cycle without token: clock, and gates that hold it back")
        if machine != "ternary":
            self.add(f"{machine}_mac{suffix}", (dynamic(rest) - loads) / 1e3, "pJ/op", share)
            return
        points = [(row["zeros"], dynamic(row) - loads) for row in self.report["rows"]
                  if row["unit"] == unit and row["stimulus"] == "random" and row["glitches"] == glitches
                  and fitted([row["zeros"]])]
        at0, at1, error = line_through(points)
        if at1 < 0:
            raise FlowError(f"{unit}: zeros would take {at1:.3g} fJ by the line through {len(points)} points")
        note = (f"{share}; "
                f"a line through {len(points)} zero fractions in {FITTED[0]} to {FITTED[1]}, at most {error:.2g} fJ off, "
                "true only there")
        self.add(f"ternary_add{suffix}", at0 / 1e3, "pJ/op", f"weight not 0; {note}")
        self.add(f"ternary_zero{suffix}", at1 / 1e3, "pJ/op", f"weight 0; {note}")
