# SPDX-License-Identifier: Apache-2.0
"""Energies of small netlists in a library of round numbers, worked out by hand; what Liberty files may look like."""

import json
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from synth import FlowError, activity, boolean, energy, gating, netlist  # noqa: E402
from synth.liberty import Library, Table, parse  # noqa: E402
from synth.timing import Timing  # noqa: E402

MINI = pathlib.Path(__file__).with_name("data") / "mini.lib"
FEMTO = 1e-15


class Functions(unittest.TestCase):
    def test_precedence_is_liberty_s(self):
        pins = ["A", "B", "C"]
        for text, meaning in (("A' B + C", lambda a, b, c: (not a and b) or c),
                              ("!(A | B) ^ C", lambda a, b, c: (not (a or b)) != c),
                              ("A * B | !C", lambda a, b, c: (a and b) or not c),
                              ("A ^ B C", lambda a, b, c: (a != b) and c),
                              ("(A & B)'", lambda a, b, c: not (a and b)), ("1", lambda a, b, c: True)):
            with self.subTest(text=text):
                table = boolean.truth_table(text, pins)
                for state in range(8):
                    bits = [bool(state >> i & 1) for i in range(3)]
                    self.assertEqual(table >> state & 1, int(meaning(*bits)))

    def test_unreadable_functions_are_named(self):
        for text in ("A &", "A ? B", "(A", "A B)", "D"):
            with self.subTest(text=text), self.assertRaisesRegex(FlowError, "function"):
                boolean.truth_table(text, ["A", "B"])


class Tables(unittest.TestCase):
    def test_values_between_and_beyond_points_lie_on_lines(self):
        group = parse('t (x) { index_1 ("0, 10"); index_2 ("0, 2"); values ("0, 2", "10, 12"); }')
        table = Table(group, ["input_net_transition", "total_output_net_capacitance"])
        self.assertEqual(table.at(5, 1), 6)
        self.assertEqual(table.at(20, 4), 24)

    def test_the_load_may_come_first(self):
        group = parse('t (x) { index_1 ("0, 2"); index_2 ("0, 10"); values ("0, 10", "2, 12"); }')
        table = Table(group, ["total_output_net_capacitance", "input_net_transition"])
        self.assertEqual(table.at(5, 1), 6)

    def test_files_of_different_units_are_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            other = pathlib.Path(folder) / "other.lib"
            other.write_text(MINI.read_text(encoding="utf-8").replace('"1ps"', '"1ns"'), encoding="utf-8")
            with self.assertRaisesRegex(FlowError, "other.lib: 'time_unit' is not that of mini.lib"):
                Library([MINI, other])


def instance(kind, **pins):
    return {"type": kind, "connections": {pin: [net] for pin, net in pins.items()}}


class Energies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.work = pathlib.Path(cls.folder.name)
        cls.program = activity.build(cls.work)
        cls.library = Library([MINI])

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_cells(self, cells, ports, vectors, glitches=True, wire=0.0):
        """(joule by class in fJ, outputs, Timing). ports: {name: (direction, net)}, one byte of a vector each."""
        module = {"ports": {name: {"direction": way, "bits": [net]} for name, (way, net) in ports.items()},
                  "cells": cells, "netnames": {}}
        path = self.work / "mapped.json"
        path.write_text(json.dumps({"modules": {"top": module}}), encoding="utf-8")
        design = netlist.read(path, "top", self.library, wire * FEMTO, gating.find_gate(self.library))
        timing = Timing(design, self.library, 10.0)
        activity.write_netlist(self.work / "netlist.txt", design, timing, self.library, glitches, 1e-9)
        (self.work / "in").write_bytes(bytes(vectors))
        activity.run([str(self.program)] + [str(self.work / name) for name in ("netlist.txt", "in", "out", "counts")],
                     self.work / "log")
        cycles = len(vectors) // len(design.inputs)
        joule = energy.total(design, timing, self.library, activity.read_counts(self.work / "counts"), cycles, 1e-9)
        return {name: value / FEMTO for name, value in joule.items()}, (self.work / "out").read_bytes(), timing

    def expect(self, found, **joule):
        for name in energy.CLASSES:
            if name != "leakage":
                self.assertAlmostEqual(found[name], joule.get(name, 0.0), places=9, msg=name)

    def test_an_inverter_chain_adds_both_supplies(self):
        found, out, timing = self.run_cells(
            {"a": instance("INV", A=2, Y=3), "b": instance("INV", A=3, Y=4)},
            {"x_i": ("input", 2), "y_o": ("output", 4)}, [1, 0, 0])
        self.assertEqual(out, bytes([1, 0, 0]))
        # Each output rises once and falls once: (2 + 0.5) + (3 + 0.25), twice. Pins of 1 fF: 1/2 C V^2 a toggle.
        self.expect(found, gate_internal=11.5, input_net=1.0, net=1.0)
        self.assertAlmostEqual(found["leakage"], 10e-12 * 3e-9 / FEMTO)
        self.assertAlmostEqual(timing.longest, 11 + 10)  # 1 fF of the second pin: a tenth of 10 ps more

    def test_wires_load_every_fanout(self):
        found, _, timing = self.run_cells(
            {"a": instance("INV", A=2, Y=3), "b": instance("INV", A=3, Y=4)},
            {"x_i": ("input", 2), "y_o": ("output", 4)}, [1, 0, 0], wire=2.0)
        self.expect(found, gate_internal=11.5, input_net=3.0, net=5.0)
        self.assertAlmostEqual(timing.longest, 13 + 12)

    def test_nand_energies_follow_the_state(self):
        cells = {"n": instance("NAND", A=2, B=3, Y=4)}
        ports = {"a_i": ("input", 2), "b_i": ("input", 3), "y_o": ("output", 4)}
        # a up while b is 0: hidden 0.125; b up: output falls by B, 17; a down: rises by A, 7; b down: nothing listed.
        found, out, _ = self.run_cells(cells, ports, [1, 0, 1, 1, 0, 1, 0, 0])
        self.assertEqual(out, bytes([1, 0, 1, 1]))
        self.expect(found, gate_internal=24.125, input_net=2.0)
        self.assertAlmostEqual(found["leakage"], 6e-12 * 4e-9 / FEMTO)  # the mean of both states

    def test_glitches_count_only_with_delays(self):
        cells = {"i": instance("INV", A=2, Y=3), "j": instance("INV", A=3, Y=5), "k": instance("INV", A=5, Y=6),
                 "n": instance("NAND", A=2, B=6, Y=4)}
        ports = {"x_i": ("input", 2), "y_o": ("output", 4)}
        # x up: x & !x is 1 for the 30 ps of three inverters, more than the NAND's 10, so the output falls and rises.
        with_glitches, _, _ = self.run_cells(cells, ports, [1])
        without, out, _ = self.run_cells(cells, ports, [1], glitches=False)
        self.assertEqual(out, bytes([1]))
        inverters = (3 + 0.25) * 2 + (2 + 0.5)
        self.expect(with_glitches, gate_internal=inverters + 11 + 13, input_net=1.0, net=1.5)
        # Without, the NAND's A has risen at a B that is 0 already: 0.125.
        self.expect(without, gate_internal=inverters + 0.125, input_net=1.0, net=1.5)

    def test_flip_flops_take_clock_and_data_energy(self):
        cells = {"f": instance("DFF", CK=2, D=3, QN=4)}
        ports = {"clk_i": ("input", 2), "d_i": ("input", 3), "q_o": ("output", 4)}
        # Cycle 1: the edge samples 0, d rises (clock high, 0.5). 2: QN falls (40). 3: stays (1), d falls (0.5).
        # 4: QN rises (30). A clock fall costs 2 each time. The clock pin: 2 fF, two toggles a cycle.
        found, out, _ = self.run_cells(cells, ports, [1, 1, 0, 0])
        self.assertEqual(out, bytes([1, 0, 0, 1]))
        self.expect(found, flop_internal=1 + 40 + 1 + 30 + 4 * 2 + 2 * 0.5, clock_net=8.0, input_net=1.0)

    def test_gated_clocks_cost_when_they_run(self):
        cells = {"g": instance("ICG", CK=2, E=3, G=5), "f": instance("DFF", CK=5, D=6, QN=4)}
        ports = {"clk_i": ("input", 2), "en_i": ("input", 3), "d_i": ("input", 6), "q_o": ("output", 4)}
        # Enable 1 in the first cycle opens the gate at the second edge only, which takes d = 1.
        found, out, _ = self.run_cells(cells, ports, [1, 1, 0, 1, 0, 1])
        self.assertEqual(out, bytes([1, 0, 0]))
        self.expect(found, clock_gates=(5 + 6) + 2 * (3 + 4) + 2 * 0.0625, flop_internal=40 + 2 + 0.25,
                    clock_net=2.0 + 3 * 1.0, input_net=1.5)

    def test_loops_and_unknown_cells_are_named(self):
        ports = {"x_i": ("input", 2), "y_o": ("output", 4)}
        with self.assertRaisesRegex(FlowError, "2 gates are in a combinational loop"):
            self.run_cells({"a": instance("INV", A=3, Y=4), "b": instance("INV", A=4, Y=3)}, ports, [0])
        with self.assertRaisesRegex(FlowError, "of type \\$add is not mapped"):
            self.run_cells({"a": instance("$add", A=2, Y=4)}, ports, [0])
        with self.assertRaisesRegex(FlowError, "no cell 'XOR'"):
            self.run_cells({"a": instance("XOR", A=2, Y=4)}, ports, [0])

    def test_a_clock_too_short_is_an_error(self):
        cells = {f"i{n}": instance("INV", A=n, Y=n + 1) for n in range(2, 102)}
        with self.assertRaisesRegex(FlowError, "settle later than the clock period"):
            self.run_cells(cells, {"x_i": ("input", 2), "y_o": ("output", 102)}, [1])


if __name__ == "__main__":
    unittest.main()
