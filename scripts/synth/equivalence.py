# SPDX-License-Identifier: Apache-2.0
"""A formal proof that a mapped netlist does what its RTL does, for every input and every state."""

import json
import subprocess

from synth import gating
from synth.cells import Cell
from synth.synthesis import read, yosys


def prove(unit, library, liberty, gate, work, timeout):
    """"proved", or "timeout" after `timeout` seconds. Throws FlowError if the two differ or it cannot be told."""
    _name_registers(unit, library, gate, work)
    script = read(unit) + [
        "flatten", "opt_expr", "opt_clean", "rename -top gold", f"read_json {work}/named.json",
        f"rename {unit.top} gate", f"read_liberty -ignore_miss_func {liberty}", "flatten gate",
        "equiv_make gold gate equiv", "hierarchy -top equiv", "opt_clean",
        "equiv_simple -undef equiv", "equiv_induct -undef equiv", "equiv_status -assert equiv"]
    try:
        yosys("\n".join(script) + "\n", work / "prove.log", timeout)
    except subprocess.TimeoutExpired:
        return "timeout"
    return "proved"


def _name_registers(unit, library, gate, work):
    """Writes named.json: the netlist, in which each register of the RTL has its name again.

    A library may have flip-flops with inverted outputs only; the inverter behind each then dissolves in the logic, and
    with it the signal by which the proof would know the register. Here it gets a second inverter, with the name.
    """
    before = json.loads((work / "flops.json").read_text(encoding="utf-8"))["modules"][unit.top]
    design = json.loads((work / "mapped.json").read_text(encoding="utf-8"))
    after = design["modules"][unit.top]
    kinds = {}

    def cell_of(kind):
        if kind not in kinds:
            kinds[kind] = Cell(library, kind)
        return kinds[kind]

    def flop_of(kind):
        return None if kind.startswith("$") or not cell_of(kind).clock else cell_of(kind)

    inverted = {cell["connections"]["A"][0]: cell["connections"]["Y"][0]
                for cell in before["cells"].values() if cell["type"] == "$_NOT_"}
    names = {bit: (name, index) for name, net in before["netnames"].items() if not net["hide_name"]
             for index, bit in enumerate(net["bits"])}
    fresh = gating.free_bit(after)
    found = {}
    for instance, cell in before["cells"].items():
        if cell["type"].startswith("$") or instance not in after["cells"]:
            continue
        output = cell_of(cell["type"]).outputs[0]
        name, index = names.get(inverted.get(cell["connections"][output][0]), ("", 0))
        if not name or name in after["netnames"]:
            continue
        after["cells"][f"named_{fresh}"] = {
            "hide_name": 0, "type": "$_NOT_", "parameters": {}, "attributes": {},
            "port_directions": {"A": "input", "Y": "output"},
            "connections": {"A": after["cells"][instance]["connections"][output], "Y": [fresh]}}
        found.setdefault(name, {})[index] = fresh
        fresh += 1
    for name, bits in found.items():
        width = len(before["netnames"][name]["bits"])
        after["netnames"][name] = {"hide_name": 0, "attributes": {},
                                   "bits": [bits.get(index, "x") for index in range(width)]}
    if gate:
        gating.remove(after, gate, flop_of)
    (work / "named.json").write_text(json.dumps(design), encoding="utf-8")
