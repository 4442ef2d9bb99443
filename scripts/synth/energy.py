# SPDX-License-Identifier: Apache-2.0
"""Counted events times Liberty energies, in joules, split by where the energy goes.

flop_internal   clock and data inside flip-flops
gate_internal   inside gates, also where an input changes and the output does not
clock_gates     inside clock gates
clock_net, input_net, net
                C V^2 / 2 a transition of pins and wire: of the clock, of the unit's inputs, of all else
leakage         mean over a cell's states, times time
"""

CLASSES = ("flop_internal", "gate_internal", "clock_gates", "clock_net", "input_net", "net", "leakage")
_GATE_EDGES = (None, "rise", "fall")


def _gate(netlist, timing, index, pin, state, kind):
    gate = netlist.gates[index]
    cell, name = gate.cell, gate.cell.inputs[pin]
    values = {p: state >> i & 1 for i, p in enumerate(cell.inputs)}
    values[gate.output] = cell.function[gate.output] >> state & 1
    slew = timing.slews[gate.inputs[pin]]
    edge = "rise" if values[name] else "fall"
    if kind == 0:
        return cell.energy(name, None, edge, values, slew[edge], 0.0) if gate.leads else 0.0
    return cell.energy(gate.output, name, _GATE_EDGES[kind], values, slew[edge], timing.loads[gate.net])


def _flop(netlist, timing, index, state, kind):
    flop = netlist.flops[index]
    cell = flop.cell
    output, slew = cell.outputs[0], timing.input_slew
    values = {cell.clock: int(kind in (0, 1, 2, 4, 5)), cell.data: state & 1, output: state >> 1}
    if kind in (0, 3):
        return cell.energy(cell.clock, None, "fall" if kind else "rise", values, slew, 0.0)
    if kind in (1, 2):
        return cell.energy(output, cell.clock, _GATE_EDGES[kind], values, slew, timing.loads[flop.net])
    edge = "rise" if kind in (4, 6) else "fall"
    return cell.energy(cell.data, None, edge, values, timing.slews[flop.data][edge], 0.0)


def _clock_gate(gate, timing, opened):
    """A cycle: both edges of the clock."""
    pins, slew, load = gate.pins, timing.input_slew, timing.loads[gate.net]
    values = {pins.clock: 1, pins.enable: int(opened), pins.test or "SE": 0, pins.out: int(opened)}
    if opened:
        return sum(gate.cell.energy(pins.out, pins.clock, edge, values, slew, load) for edge in ("rise", "fall"))
    return sum(gate.cell.energy(pins.clock, None, edge, values, slew, 0.0) for edge in ("rise", "fall"))


def _enable(gate, timing):
    """The mean of a change of the enable while the clock is low."""
    pins = gate.pins
    values = {pins.clock: 0, pins.enable: 1, pins.test or "SE": 0, pins.out: 0}
    slews = timing.slews[gate.enable]
    return sum(gate.cell.energy(pins.enable, None, edge, values, slews[edge], 0.0) for edge in slews) / 2


def total(netlist, timing, library, counts, cycles, period):
    """{class: joule} over the whole run; `period` in seconds."""
    gates, flops, nets, opened = counts
    joule = dict.fromkeys(CLASSES, 0.0)
    unit = library.farad  # times V^2, which the tables have in them
    for index, pin, state, kind, count in gates:
        joule["gate_internal"] += count * unit * _gate(netlist, timing, index, pin, state, kind)
    for index, state, kind, count in flops:
        joule["flop_internal"] += count * unit * _flop(netlist, timing, index, state, kind)
    toggles = dict(nets)
    inputs = {n for port in netlist.inputs.values() for n in port}
    for n, count in nets:
        kind = "input_net" if n in inputs else "net"
        joule[kind] += count * netlist.loads[n] * library.voltage ** 2 / 2
    for index, count in opened:
        gate = netlist.clock_gates[index]
        joule["clock_gates"] += unit * (count * _clock_gate(gate, timing, True) +
                                        (cycles - count) * _clock_gate(gate, timing, False))
        joule["clock_net"] += count * netlist.loads[gate.net] * library.voltage ** 2
    for gate in netlist.clock_gates:
        joule["clock_gates"] += unit * toggles.get(gate.enable, 0) * _enable(gate, timing)
    if netlist.clock is not None:
        joule["clock_net"] += cycles * netlist.loads[netlist.clock] * library.voltage ** 2
    joule["leakage"] = sum(cell.leakage for cell in netlist.cells) * library.watt * cycles * period
    return joule
