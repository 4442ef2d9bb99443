# SPDX-License-Identifier: Apache-2.0
"""Clock gating: flip-flops that share an enable get a gated clock instead of a multiplexer each.

Done on Yosys's JSON between synthesis and mapping, and undone for the equivalence proof.
"""

from dataclasses import dataclass

FEWEST, MOST = 4, 32  # flip-flops behind a gate


@dataclass
class GateCell:
    """A library's clock gate by name and pins. `test` is held at 0."""
    name: str
    clock: str
    enable: str
    test: str
    out: str


def find_gate(library):
    """The smallest gate for rising-edge flip-flops, or None if the library has none."""
    found = []
    for name in library.names:
        if "clock_gating_integrated_cell" not in library.text(name):
            continue
        group = library.cell(name)
        pins = {role: next((pin.name for pin in group.all("pin") if pin.get(f"clock_gate_{role}_pin") == "true"), "")
                for role in ("clock", "enable", "test", "out")}
        if "posedge" in group.get("clock_gating_integrated_cell", "") and pins["clock"] and pins["out"]:
            found.append((group.number("area"), GateCell(name, **pins)))
    return min(found, key=lambda pair: (pair[0], pair[1].name))[1] if found else None


def insert(module, gate):
    """In a module of a Yosys JSON whose flip-flops are $_DFF_P_ and $_DFFE_PP_."""
    groups = {}
    for name, cell in module["cells"].items():
        if cell["type"] == "$_DFFE_PP_":
            groups.setdefault((cell["connections"]["C"][0], cell["connections"]["E"][0]), []).append(name)
    fresh = free_bit(module)
    for (clock, enable), names in groups.items():
        chunks = -(-len(names) // MOST)
        for chunk in (names[i::chunks] for i in range(chunks)):
            if len(chunk) < FEWEST:
                continue
            ways = {gate.clock: "input", gate.enable: "input", gate.out: "output"}
            nets = {gate.clock: [clock], gate.enable: [enable], gate.out: [fresh]}
            if gate.test:
                ways[gate.test], nets[gate.test] = "input", ["0"]
            module["cells"][f"clock_gate_{fresh}"] = {"hide_name": 0, "type": gate.name, "parameters": {},
                                                      "attributes": {}, "port_directions": ways, "connections": nets}
            for name in chunk:
                cell = module["cells"][name]
                cell["type"] = "$_DFF_P_"
                cell["connections"]["C"] = [fresh]
                del cell["connections"]["E"], cell["port_directions"]["E"]
            fresh += 1


def remove(module, gate, flop_cell):
    """Undoes insert() in a mapped module: gated flip-flops become $_DFFE_PP_, which samples when its enable is 1.

    flop_cell(type): the library's cell, if it is a flip-flop.
    """
    gates = {cell["connections"][gate.out][0]: cell["connections"]
             for cell in module["cells"].values() if cell["type"] == gate.name}
    fresh = free_bit(module)
    for name, cell in list(module["cells"].items()):
        if cell["type"] == gate.name:
            del module["cells"][name]
            continue
        flop = flop_cell(cell["type"])
        if not flop or cell["connections"][flop.clock][0] not in gates:
            continue
        nets = gates[cell["connections"][flop.clock][0]]
        out = cell["connections"][flop.outputs[0]]
        module["cells"][name] = _cell("$_DFFE_PP_", {
            "C": nets[gate.clock], "E": nets[gate.enable], "D": cell["connections"][flop.data],
            "Q": [fresh] if flop.inverting else out})
        if flop.inverting:
            module["cells"][f"{name}_inverted"] = _cell("$_NOT_", {"A": [fresh], "Y": out})
            fresh += 1


def _cell(kind, connections):
    return {"hide_name": 0, "type": kind, "parameters": {}, "attributes": {}, "connections": connections,
            "port_directions": {pin: "output" if pin in "QY" else "input" for pin in connections}}


def free_bit(module):
    bits = [bit for net in module["netnames"].values() for bit in net["bits"]]
    bits += [bit for cell in module["cells"].values() for nets in cell["connections"].values() for bit in nets]
    return 1 + max((bit for bit in bits if isinstance(bit, int)), default=1)
