# SPDX-License-Identifier: Apache-2.0
"""The table of whole machines: what `tercet compare --json` says with glitches and without."""

import json

from synth import FlowError

LEVELS = (("arithmetic only", "arithmetic only: lanes and accumulators"),
          ("on chip", "on chip: array with SRAM, wires, leakage"),
          ("with memory", "with memory: machine with DRAM"))


def table(files, markdown):
    """Ratios FP16 : ternary by level; a column for each machine, batch and packing of the first model in the files."""
    runs = [json.loads(path.read_text(encoding="utf-8"))["points"] for path in files]
    places = [(p["config"], p["size"], p["batch"], p["packing"]) for p in runs[0]]
    if any(places != [(p["config"], p["size"], p["batch"], p["packing"]) for p in run] for run in runs):
        raise FlowError("the files of --machines compare different machines")
    rows = []
    for kind, name in (("ratios_same_lanes", "same array shape"), ("ratios_same_area", "same array area")):
        for level, what in LEVELS:
            cells = [" / ".join(f"{run[i][kind]['energy, ' + level]:.1f}" for run in runs) for i in range(len(places))]
            rows.append([f"{what}; {name}", *cells])
        rows.append([f"cycles; {name}", *(f"{point[kind]['cycles']:.1f}" for point in runs[0])])
    head = [f"{config}, {size}, batch {batch}, {packing}" for config, size, batch, packing in places]
    return markdown(["FP16 : ternary, with glitches / without", *head], rows)
