# SPDX-License-Identifier: Apache-2.0
"""Reports as text: a line a row on the terminal, a row a line in JSON."""

import json


def line(row):
    zeros = "" if row["zeros"] is None else f"{row['zeros']:.2f}"
    return (f"{row['unit']:18s} {row['stimulus']:34.34s} {zeros:4s} {'glitches' if row['glitches'] else 'none':8s} "
            f"{row['cells']:7d} cells {row['area']:11.2f} area {row['longest_path_ps']:7.0f} ps "
            f"{row['fj_per_operation']:11.3f} fJ/op")


def lines_of(report):
    """JSON with a row a line."""
    head = {name: value for name, value in report.items() if name != "rows"}
    rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in report["rows"])
    return json.dumps({**head, "rows": []}, indent=1)[:-len("[]\n}")] + "[\n" + rows + "\n ]\n}\n"
