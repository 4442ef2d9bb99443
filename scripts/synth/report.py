# SPDX-License-Identifier: Apache-2.0
"""Reports as text: a line a row on the terminal, a row a line in JSON."""

import json


def line(row):
    zeros = "" if row["zeros"] is None else f"{row['zeros']:.2f}"
    return (f"{row['unit']:18s} {row['stimulus']:34.34s} {zeros:4s} {'glitches' if row['glitches'] else 'none':8s} "
            f"{row['cells']:7d} cells {row['area']:11.2f} area {row['longest_path_ps']:7.0f} ps "
            f"{row['fj_per_operation']:11.3f} fJ/op")


_OF_STIMULUS = ("stimulus", "zeros", "activity", "zeros_met", "glitches", "cycles", "mismatches", "leakage_w",
                "fj_per_operation", "fj_split")


def pack(report):
    """For a file: what all rows of a unit have in common, once."""
    units = {row["unit"]: {name: value for name, value in row.items() if name not in _OF_STIMULUS}
             for row in report["rows"]}
    rows = [{"unit": row["unit"], **{name: row[name] for name in _OF_STIMULUS}} for row in report["rows"]]
    return {**report, "units": list(units.values()), "rows": rows}


def read(path):
    found = json.loads(path.read_text(encoding="utf-8"))
    units = {unit["unit"]: unit for unit in found.pop("units")}
    return {**found, "rows": [{**units[row["unit"]], **row} for row in found["rows"]]}


def lines_of(report, indent=1):
    """JSON with a row a line. "rows" comes last."""
    head = {name: value for name, value in report.items() if name != "rows"}
    margin = " " * 2 * indent
    rows = ",\n".join(margin + json.dumps(row, ensure_ascii=False) for row in report["rows"])
    text = json.dumps({**head, "rows": []}, indent=indent, ensure_ascii=False)
    return f"{text[:-len('[]') - 2]}[\n{rows}\n{' ' * indent}]\n}}\n"
