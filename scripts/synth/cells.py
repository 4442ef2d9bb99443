# SPDX-License-Identifier: Apache-2.0
"""What the flow needs of a Liberty cell: its function, delays, and the energy of each event."""

from synth import FlowError
from synth.boolean import truth_table


class Cell:
    """A combinational cell, a rising-edge flip-flop without set and reset, or a clock gate."""

    def __init__(self, library, name):
        self.library, self.name, group = library, name, library.cell(name)
        self.area = group.number("area")
        pins = group.all("pin")
        self.inputs = [pin.name for pin in pins if pin.get("direction") == "input"]
        self.outputs = [pin.name for pin in pins if pin.get("direction") == "output"]
        self.pins = {pin.name: pin for pin in pins}
        self.capacitance = {pin: self.pins[pin].number("capacitance", 0) for pin in self.inputs}
        if len(self.inputs) > 6:
            raise FlowError(f"cell {name}: more than 6 inputs")
        self.clock = self.data = None
        self.gates_clock = "clock_gating_integrated_cell" in group.attributes
        flop = group.first("ff")
        if self.gates_clock:
            self.function = {}
        elif flop:
            self._read_flop(flop)
        else:
            self.function = {pin: truth_table(self.pins[pin].get("function", ""), self.inputs)
                             for pin in self.outputs}
        self.leakage = self._leakage(group)
        self._arcs, self._events = {}, {}

    def _read_flop(self, flop):
        self.clock = flop.get("clocked_on")
        others = [pin for pin in self.inputs if pin != self.clock]
        if len(others) != 1 or flop.get("clear") or flop.get("preset") or len(self.outputs) != 1:
            raise FlowError(f"cell {self.name}: only flip-flops of one data input and one output are known")
        self.data = others[0]
        state, inverse = (part.strip().strip('"') for part in flop.name.split(","))
        follows = truth_table(flop.get("next_state"), [self.data]) == 0b10
        out = truth_table(self.pins[self.outputs[0]].get("function"), [state, inverse])
        self.inverting = follows != (out >> 1 & 1 == 1)  # out in the state (1, 0)

    def _leakage(self, group):
        """The mean over states, in the library's unit."""
        groups = [g for g in group.all("leakage_power") if not g.get("when")]
        if groups:
            return sum(g.number("value") for g in groups)
        if "cell_leakage_power" in group.attributes:
            return group.number("cell_leakage_power")
        states = {}
        for g in group.all("leakage_power"):
            states[g.get("when")] = states.get(g.get("when"), 0) + g.number("value")
        return sum(states.values()) / len(states) if states else 0.0

    def arcs(self, output, pin):
        """[(sense, {"rise": (delay, slew), "fall": ...})]: timing groups from pin to output, as tables."""
        key = (output, pin)
        if key not in self._arcs:
            found = []
            for timing in self.pins[output].all("timing"):
                if pin not in timing.get("related_pin", "").split():
                    continue
                if timing.get("timing_type", "combinational") not in ("combinational", "rising_edge"):
                    continue
                tables = {edge: (self.library.table(timing.first(f"cell_{edge}")),
                                 self.library.table(timing.first(f"{edge}_transition")))
                          for edge in ("rise", "fall")}
                found.append((timing.get("timing_sense", "non_unate"), tables))
            self._arcs[key] = found
        return self._arcs[key]

    def energy(self, on, related, edge, values, slew, load):
        """Energy tables of pin `on` for `edge`, related to a pin (None: hidden power of an input), where `values`
        {pin: 0 or 1} is the state. The supplies' groups add up; conditions that hold are averaged."""
        key = (on, related, edge, tuple(values.items()))
        if key not in self._events:
            self._events[key] = self._find(on, related, edge, values)
        return sum(sum(t.at(slew, load) for t in tables) / len(tables) for tables in self._events[key])

    def _find(self, on, related, edge, values):
        supplies = {}
        for power in self.pins[on].all("internal_power"):
            if related is not None and related not in power.get("related_pin", "").split():
                continue
            table = self.library.table(power.first(f"{edge}_power") or power.first("power"))
            if table is not None:
                supplies.setdefault(power.get("related_pg_pin", ""), []).append((power.get("when"), table))
        chosen = []
        for groups in supplies.values():
            holding = [table for when, table in groups if when and self._holds(when, values)]
            chosen.append(holding or [table for when, table in groups if not when])
        return [tables for tables in chosen if tables]

    @staticmethod
    def _holds(when, values):
        names = list(values)
        state = sum(values[name] << i for i, name in enumerate(names))
        return truth_table(when, names) >> state & 1 == 1
