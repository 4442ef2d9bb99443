# SPDX-License-Identifier: Apache-2.0
"""A mapped netlist (Yosys JSON, one flat module) as numbered nets, gates and flip-flops."""

import json
from dataclasses import dataclass, field

from synth import FlowError
from synth.cells import Cell


@dataclass
class Gate:
    """One output of a cell; `leads` marks the first output of its cell, which stands for its inputs."""
    cell: Cell
    output: str
    inputs: list  # nets, in the order of cell.inputs
    net: int
    leads: bool


@dataclass
class Flop:
    cell: Cell
    data: int
    net: int
    clock: int  # net
    gate: int   # index of the clock gate, -1: none


@dataclass
class ClockGate:
    cell: Cell
    pins: object  # gating.GateCell
    enable: int
    net: int


@dataclass
class Netlist:
    """Nets 0 and 1 are the constants. `clock` is the net of clk_i or None."""
    inputs: dict = field(default_factory=dict)   # port -> nets, the lowest bit first; without the clock
    outputs: dict = field(default_factory=dict)
    gates: list = field(default_factory=list)    # in topological order, from inputs and flip-flops
    flops: list = field(default_factory=list)
    clock_gates: list = field(default_factory=list)
    cells: list = field(default_factory=list)    # one Cell an instance
    clock: int = None
    nets: int = 2
    loads: list = field(default_factory=list)    # capacitance in farad, by net
    fanout: list = field(default_factory=list)   # pins driven, by net

    @property
    def area(self):
        return sum(cell.area for cell in self.cells)


def read(path, top, library, wire, gate=None):
    """`wire`: farad a fanout; `gate`: the gating.GateCell that may be in it."""
    module = json.loads(path.read_text(encoding="utf-8"))["modules"][top]
    numbers, netlist, known = {"0": 0, "1": 1, "x": 0}, Netlist(), {}

    def net(bit):
        if bit not in numbers:
            numbers[bit] = len(numbers) - 1
        return numbers[bit]

    for name, port in module["ports"].items():
        nets = [net(bit) for bit in port["bits"]]
        if name == "clk_i":
            netlist.clock = nets[0]
        elif port["direction"] == "input":
            netlist.inputs[name] = nets
        else:
            netlist.outputs[name] = nets
    gates, gated = [], {}
    for instance in module["cells"].values():
        if gate and instance["type"] == gate.name:
            pins = {pin: net(bits[0]) for pin, bits in instance["connections"].items()}
            if pins[gate.clock] != netlist.clock:
                raise FlowError(f"{top}: a clock gate is not clocked by clk_i")
            gated[pins[gate.out]] = len(netlist.clock_gates)
            netlist.clock_gates.append(ClockGate(Cell(library, gate.name), gate, pins[gate.enable], pins[gate.out]))
    for name, instance in module["cells"].items():
        kind = instance["type"]
        if kind not in known:
            if kind.startswith("$"):
                raise FlowError(f"{top}: cell {name} of type {kind} is not mapped to the library")
            known[kind] = Cell(library, kind)
        cell, pins = known[kind], {pin: net(bits[0]) for pin, bits in instance["connections"].items()}
        netlist.cells.append(cell)
        if cell.gates_clock:
            continue
        if cell.clock:
            clock = pins[cell.clock]
            if clock != netlist.clock and clock not in gated:
                raise FlowError(f"{top}: flip-flop {name} is not clocked by clk_i")
            netlist.flops.append(Flop(cell, pins[cell.data], pins[cell.outputs[0]], clock, gated.get(clock, -1)))
            continue
        driven = [pin for pin in cell.outputs if pin in pins]
        for pin in driven:
            gates.append(Gate(cell, pin, [pins[p] for p in cell.inputs], pins[pin], pin == driven[0]))
    netlist.nets = len(numbers) - 1
    _sort(netlist, gates, top)
    _load(netlist, library, wire)
    return netlist


def _sort(netlist, gates, top):
    driver = {gate.net: gate for gate in gates}
    waiting = {id(gate): len({n for n in gate.inputs if n in driver}) for gate in gates}
    readers = {}
    for gate in gates:
        for n in set(gate.inputs):
            readers.setdefault(n, []).append(gate)
    ready = [gate for gate in gates if waiting[id(gate)] == 0]
    while ready:
        gate = ready.pop()
        netlist.gates.append(gate)
        for reader in readers.get(gate.net, ()):
            waiting[id(reader)] -= 1
            if waiting[id(reader)] == 0:
                ready.append(reader)
    if len(netlist.gates) != len(gates):
        raise FlowError(f"{top}: {len(gates) - len(netlist.gates)} gates are in a combinational loop")


def _load(netlist, library, wire):
    netlist.loads = [0.0] * netlist.nets
    netlist.fanout = [0] * netlist.nets

    def add(n, capacitance):
        netlist.loads[n] += capacitance + wire
        netlist.fanout[n] += 1

    for gate in netlist.gates:
        if gate.leads:
            for pin, n in zip(gate.cell.inputs, gate.inputs):
                add(n, gate.cell.capacitance[pin] * library.farad)
    for flop in netlist.flops:
        add(flop.data, flop.cell.capacitance[flop.cell.data] * library.farad)
        add(flop.clock, flop.cell.capacitance[flop.cell.clock] * library.farad)
    for gate in netlist.clock_gates:
        add(gate.enable, gate.cell.capacitance[gate.pins.enable] * library.farad)
        add(netlist.clock, gate.cell.capacitance[gate.pins.clock] * library.farad)
    for nets in netlist.outputs.values():
        for n in nets:
            add(n, 0.0)
