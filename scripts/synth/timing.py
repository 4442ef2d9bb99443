# SPDX-License-Identifier: Apache-2.0
"""Delays and slews from Liberty tables, gate by gate: what the simulation and the energies need, and the longest path.

All in the library's units. No wires' resistance, no set-up times.
"""

IDEAL_FANOUT = 32  # beyond this a net is taken as buffered: default slew, and a driver that sees this many pins
_ANY = {"positive_unate": ("rise", "fall"), "negative_unate": ("fall", "rise")}


class Timing:
    """slews[net][edge]; delays[gate index][pin index][edge]; launch[flop index][edge]; longest: a time."""

    def __init__(self, netlist, library, input_slew):
        self.netlist, self.input_slew = netlist, input_slew
        self.slews = [{"rise": input_slew, "fall": input_slew} for _ in range(netlist.nets)]
        arrival = [{"rise": 0.0, "fall": 0.0} for _ in range(netlist.nets)]
        self.loads = [load / library.farad * min(1.0, IDEAL_FANOUT / max(fanout, 1))
                      for load, fanout in zip(netlist.loads, netlist.fanout)]
        self.launch, self.delays = [], []
        for flop in netlist.flops:
            found = self._through(flop.cell, flop.cell.outputs[0], flop.cell.clock, flop.clock, flop.net)
            self.launch.append(found["mean"])
            self._set(arrival, flop.net, {e: found["worst"][e] for e in found["worst"]}, found["slew"])
        for gate in netlist.gates:
            times = {"rise": 0.0, "fall": 0.0}
            slew = {"rise": 0.0, "fall": 0.0}
            pins = []
            for pin, n in zip(gate.cell.inputs, gate.inputs):
                found = self._through(gate.cell, gate.output, pin, n, gate.net, arrival[n])
                pins.append(found["mean"])
                for edge in times:
                    times[edge] = max(times[edge], found["worst"][edge])
                    slew[edge] = max(slew[edge], found["slew"][edge])
            self.delays.append(pins)
            self._set(arrival, gate.net, times, slew)
        ends = [flop.data for flop in netlist.flops] + [gate.enable for gate in netlist.clock_gates]
        ends += [n for nets in netlist.outputs.values() for n in nets]
        self.longest = max((max(arrival[n].values()) for n in ends), default=0.0)

    def _set(self, arrival, n, times, slew):
        arrival[n] = times
        if self.netlist.fanout[n] <= IDEAL_FANOUT:
            self.slews[n] = {edge: slew[edge] or self.input_slew for edge in slew}

    def _through(self, cell, output, pin, source, target, at=None):
        """From `pin`, whose net arrives `at`: mean delay, worst arrival and worst slew, each by output edge."""
        found = {"mean": {}, "worst": {}, "slew": {}}
        load = self.loads[target]
        for edge in ("rise", "fall"):
            delays, worst, slews = [], 0.0, 0.0
            for sense, tables in cell.arcs(output, pin):
                delay, transition = tables[edge]
                if delay is None:
                    continue
                causes = ("rise", "fall")
                if pin == cell.clock:
                    causes = ("rise",)
                elif sense in _ANY:
                    causes = (_ANY[sense][0 if edge == "rise" else 1],)
                for cause in causes:
                    slew = self.slews[source][cause]
                    delays.append(max(delay.at(slew, load), 0.0))
                    worst = max(worst, (at[cause] if at else 0.0) + delays[-1])
                    slews = max(slews, transition.at(slew, load))
            found["mean"][edge] = sum(delays) / len(delays) if delays else 0.0
            found["worst"][edge], found["slew"][edge] = worst, slews
        return found
