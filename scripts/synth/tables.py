# SPDX-License-Identifier: Apache-2.0
"""The tables of docs/characterisation.md, from a report of scripts/characterise.py."""

import re

from synth import FlowError, machines, profile

PAPER = {"FP16": 500.0, "ternary": 7.0}  # fJ: FP16 multiplication and addition, INT8 addition (BitNet, Table 2, 7 nm)
MACHINES = ("ternary", "int8", "fp16")
_BLOCK = re.compile(r"(<!-- table (\w+) -->\n).*?(<!-- end -->)", re.S)


def fj(value):
    return f"{value:.2f}" if value < 9.995 else f"{value:.1f}" if value < 99.95 else f"{value:.0f}"


def markdown(head, rows):
    lines = ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines) + "\n"


class Tables:
    def __init__(self, report, typical, compared):
        self.report, self.rows, self.typical, self.compared = report, report["rows"], typical, compared
        self.tensors = [captured["tensor"] for captured in report["provenance"]["captured"]]
        self.captured = report["provenance"]["captured"]

    def find(self, unit, stimulus="random", glitches=True, zeros=None):
        for row in self.rows:
            if (row["unit"], row["stimulus"], row["glitches"]) == (unit, stimulus, glitches) and \
                    (zeros is None or row["zeros"] == zeros):
                return row
        raise FlowError(f"no row of '{unit}', '{stimulus}', zeros {zeros}")

    def energy(self, unit, stimulus="random", glitches=True):
        zeros = self.typical if stimulus == "random" and self.is_ternary(unit) else None
        return self.find(unit, stimulus, glitches, zeros)["fj_per_operation"]

    def is_ternary(self, unit):
        return unit.startswith(("ternary", "decode"))

    def both(self, unit, stimulus="random"):
        return [self.energy(unit, stimulus, glitches) for glitches in (True, False)]

    def levels(self):
        """Ternary, INT8, FP16 and the ratio at each level, with glitches / without."""
        def row(name, ternary, int8, fp16):
            cells = [" / ".join(fj(x) for x in values) if values else "" for values in (ternary, int8, fp16)]
            return [name, *cells, " / ".join(f"{b / a:.1f}" for a, b in zip(ternary, fp16))]
        operators = [a + b for a, b in zip(self.both("fp16_mul"), self.both("fp16_add"))]
        rows = [row("bare operator: INT8 addition; FP16 multiplication + addition", self.both("int8_add"), None,
                    operators)]
        for name, unit in (("element with its own accumulator", "mac"),
                           ("64-input column with adder tree", "column_64")):
            rows.append(row(name, *(self.both(f"{machine}_{unit}") for machine in MACHINES)))
            for tensor in self.tensors:
                rows.append(row(f"the same, operands of `{tensor.replace('model.layers.', '')}`",
                                *(self.both(f"{machine}_{unit}", tensor) for machine in MACHINES)))
        rows.append(row("8 columns of 16 inputs", *(self.both(f"{machine}_slice_16x8") for machine in MACHINES)))
        rows.append(["papers, 7 nm: operators", fj(PAPER["ternary"]), "", fj(PAPER["FP16"]),
                     f"{PAPER['FP16'] / PAPER['ternary']:.1f}"])
        return markdown(["fJ an operation, with glitches / without", "ternary", "INT8", "FP16", "FP16 : ternary"], rows)

    def zeros(self):
        """A ternary operation against the share of zero weights."""
        shares = sorted({row["zeros"] for row in self.rows
                         if row["unit"] == "ternary_column_64" and row["stimulus"] == "random"})
        rows = []
        for share in shares:
            rows.append([f"random, {share:.2f}"] + [
                " / ".join(fj(self.find(unit, "random", glitches, share)["fj_per_operation"])
                           for glitches in (True, False)) for unit in ("ternary_mac", "ternary_column_64")])
        for captured in self.captured:
            tensor = captured["tensor"]
            name = (f"`{tensor.replace('model.layers.', '')}`, {captured['zero_weights']:.2f}; "
                    f"{captured['zero_activations']:.0%} of the activations 0, mean {captured['mean_magnitude']:.1f}")
            rows.append([name] + [" / ".join(fj(x) for x in self.both(unit, tensor))
                                  for unit in ("ternary_mac", "ternary_column_64")])
        for stimulus in ("random, new weights for each token", "idle"):
            rows.append([f"{stimulus}, {self.typical:.2f}", ""] +
                        [" / ".join(fj(self.find("ternary_column_64", stimulus, glitches)["fj_per_operation"])
                                    for glitches in (True, False))])
        return markdown(["weights, share of zeros", "element, fJ", "64-input column, fJ a lane"], rows)

    def activity(self):
        """What the profiles say of activations that change less often."""
        made = [profile.Profile(self.report, "", self.typical, glitches) for glitches in (True, False)]
        for each in made:
            each.energies()
        rows = []
        for machine in MACHINES:
            fits = [each.activities[machine] for each in made]
            rows.append([machine, f"{fits[0][0]:.2f}", " / ".join(f"{still:.2f}" for _, still, _ in fits),
                         " / ".join(f"{error:.1%}" for _, _, error in fits)])
        return markdown(["lanes of a 64-input column", "bits changing, random activations",
                         "share of the energy that stays when none change", "fit's largest error"], rows)

    def sizes(self):
        rows = []
        for unit in dict.fromkeys(row["unit"] for row in self.rows):
            row = self.find(unit, next(r["stimulus"] for r in self.rows if r["unit"] == unit))
            rows.append([f"`{unit}`", str(row["cells"]), str(row["flip_flops"]), str(row["clock_gates"]),
                         f"{row['area']:.1f}", f"{row['longest_path_ps']:.0f}", row["equivalence"]])
        return markdown(["unit", "cells", "flip-flops", "clock gates", "area, µm²", "longest path, ps", "formal proof"],
                        rows)

    def machines(self):
        """The same of whole machines."""
        return machines.table(self.compared, markdown)

    def split(self):
        """Where the energy of lanes goes."""
        rows = []
        for unit in ("ternary_mac", "fp16_mac", "ternary_column_64", "int8_column_64", "fp16_column_64"):
            row = self.find(unit, zeros=self.typical if self.is_ternary(unit) else None)
            total = row["fj_per_operation"]
            s = row["fj_split"]
            clock = s["flop_internal"] + s["clock_net"] + s["clock_gates"]
            rows.append([f"`{unit}`", fj(total), f"{clock / total:.0%}", f"{s['gate_internal'] / total:.0%}",
                         f"{(s['net'] + s['input_net']) / total:.0%}", f"{s['leakage'] / total:.2%}"])
        return markdown(["unit", "fJ", "flip-flops and clock", "inside gates", "nets", "leakage"], rows)


def rewrite(text, report, typical, compared):
    """`text` with the contents of its <!-- table NAME --> ... <!-- end --> blocks made anew; that of whole machines only
    if there are files of `tercet compare --json`."""
    tables = Tables(report, typical, compared)

    def made(match):
        return match[0] if match[2] == "machines" and not compared else \
            match[1] + getattr(tables, match[2])() + match[3]
    return _BLOCK.sub(made, text)
