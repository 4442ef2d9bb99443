# SPDX-License-Identifier: Apache-2.0
"""scripts/characterise.py on the library that Debian ships: the whole flow, and that its two checks find a fault."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from synth import FlowError, equivalence, flow, netlist, operands, report, timing, trit5  # noqa: E402
from synth.liberty import Library  # noqa: E402
from synth.unit import UNITS  # noqa: E402
import characterise  # noqa: E402

LIBERTY = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib"
MODEL = ROOT / "model" / "checkpoints" / "kjv-5m"
TENSOR = "model.layers.2.mlp.up_proj"


def characterise_program(*arguments):
    return subprocess.run([sys.executable, "-B", str(ROOT / "scripts/characterise.py"), *map(str, arguments)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          stdin=subprocess.DEVNULL)


def write_capture(path):
    """Activations as capture_activations writes them."""
    tokens, inputs = 4, 256
    head = {"model": "kjv-5m", "tensor": TENSOR, "prompt": "", "tokens": tokens, "inputs": inputs}
    values = bytes((7 * i * i + i // 3) & 255 for i in range(tokens * inputs))
    path.write_bytes(json.dumps(head).encode() + b"\n" + values)


class Flow(unittest.TestCase):
    """One run for all cases."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        work = cls.work = pathlib.Path(cls.folder.name)
        write_capture(work / "acts")
        cls.done = characterise_program(
            "--liberty", LIBERTY, "--units", "int8_add", "ternary_mac", "int8_mac", "--cycles", 60, "--jobs", 2,
            "--zeros", 0.25, 0.5, 1, "--prove", 60, "--captured", work / "acts", "--model", MODEL,
            "--work", work, "--out", work / "report.json", "--profile", work / "rows.json", "--node", "180 nm")
        if cls.done.returncode == 0:
            cls.report = report.read(work / "report.json")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.assertEqual(self.done.returncode, 0, self.done.stdout)

    def rows(self, unit, glitches=True):
        return [row for row in self.report["rows"] if row["unit"] == unit and row["glitches"] == glitches]

    def test_gates_equal_the_rtl_on_every_vector(self):
        self.assertEqual(len(self.report["rows"]), 2 * (2 + 4 + 3))
        for row in self.report["rows"]:
            self.assertEqual((row["mismatches"], row["cycles"]), (0, 60))

    def test_small_units_are_proved(self):
        for unit in ("int8_add", "ternary_mac"):
            self.assertEqual(self.rows(unit)[0]["equivalence"], "proved")

    def test_glitches_only_add(self):
        for unit in ("int8_add", "ternary_mac", "int8_mac"):
            for with_glitches, without in zip(self.rows(unit), self.rows(unit, glitches=False)):
                # Without any, the order of events in a cycle still matters a little.
                self.assertGreater(with_glitches["fj_per_operation"], 0.9999 * without["fj_per_operation"])
                self.assertAlmostEqual(sum(without["fj_split"].values()), without["fj_per_operation"], places=3)

    def test_ratios_are_those_of_this_library(self):
        ternary, int8 = self.rows("ternary_mac")[0], self.rows("int8_mac")[0]
        self.assertTrue(3 < int8["fj_per_operation"] / ternary["fj_per_operation"] < 8)
        for unit in ("int8_add", "ternary_mac", "int8_mac"):
            row = self.rows(unit)[0]
            self.assertGreaterEqual(row["area"], row["cells"] * self.report["provenance"]["least_cell_area"])

    def test_more_zeros_take_less(self):
        few, _, all_zeros = self.rows("ternary_mac")[:3]
        self.assertEqual((few["zeros"], all_zeros["zeros"]), (0.25, 1))
        self.assertGreater(few["fj_per_operation"], 1.5 * all_zeros["fj_per_operation"])

    def test_provenance_says_how_to_remake_it(self):
        found = self.report["provenance"]
        for key in ("command", "tools", "liberty", "seed", "period_ps", "wire_ff_per_fanout", "captured", "random"):
            self.assertIn(key, found)
        self.assertEqual(len(found["liberty"][0]["sha256"]), 64)
        self.assertEqual(found["captured"][0]["tensor"], TENSOR)

    def test_profile_rows_have_source_and_kind(self):
        profile = json.loads((self.work / "rows.json").read_text(encoding="utf-8"))
        self.assertEqual(set(profile), {"name", "description", "not_included", "rows"})
        names = [row["name"] for row in profile["rows"]]
        self.assertEqual(len(names), len(set(names)))
        for name in ("int8_add", "ternary_element", "int8_element", "area_int8_element"):
            self.assertIn(name, names)
        for row in profile["rows"]:
            self.assertEqual(set(row), {"name", "value", "unit", "node", "source", "kind", "note"})
            self.assertEqual((row["kind"], row["node"]), ("synthesised", "180 nm"))
            self.assertGreater(row["value"], 0)

    def test_a_fault_in_the_netlist_is_found_by_vectors_and_by_proof(self):
        library, unit = Library([LIBERTY]), UNITS["ternary_mac"]
        work = self.work / unit.name
        design = json.loads((work / "mapped.json").read_text(encoding="utf-8"))
        cells = design["modules"][unit.top]["cells"].values()
        next(cell for cell in cells if cell["type"] == "XNOR2X1")["type"] = "XOR2X1"
        (work / "mapped.json").write_text(json.dumps(design), encoding="utf-8")
        args = characterise.parse_arguments(["--liberty", LIBERTY, "--work", str(self.work / "again"), "--out", "none",
                                             "--cycles", "60", "--zeros", "0.25"])
        again = flow.Characterisation(args)
        faulty = netlist.read(work / "mapped.json", unit.top, library, 0.0)
        expected = (work / "rtl.out").read_bytes()  # of the last stimulus, which is still there
        data = (work / "stimulus.bin").read_bytes()
        with self.assertRaisesRegex(FlowError, "ternary_mac: gates and RTL differ at byte"):
            again.simulate(faulty, timing.Timing(faulty, library, 0.1), unit, work, False, 1e-9,
                          len(data) // 5, expected)
        with self.assertRaisesRegex(FlowError, "unproven"):
            equivalence.prove(unit, library, self.work / "merged.lib", None, work, 120)


class Arguments(unittest.TestCase):
    def test_bad_arguments_are_refused(self):
        for arguments, message in (
                (["--zeros", "1.5"], "--zeros lie in"), (["--cycles", "0"], "at least 1"),
                (["--captured", "x"], "--captured needs --model"), (["--units", "no_such"], "unknown unit 'no_such'"),
                (["--profile", "p.json", "--zeros", "1"], "--profile needs two --zeros")):
            with self.subTest(arguments=arguments):
                done = characterise_program("--liberty", LIBERTY, "--out", "/dev/null", *arguments)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(message, done.stdout)

    def test_a_file_that_is_no_library_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "empty.lib"
            path.write_text("library (x) { }", encoding="utf-8")
            done = characterise_program("--liberty", path, "--work", folder, "--out", "/dev/null")
            self.assertIn("empty.lib: no cell in it", done.stdout)
            self.assertEqual(done.returncode, 1)


class Operands(unittest.TestCase):
    def test_columns_meet_the_weights_of_their_activations(self):
        """Element and column streams give the same dot products as the matrix."""
        with tempfile.TemporaryDirectory() as folder:
            write_capture(pathlib.Path(folder) / "acts")
            captured = operands.Captured(pathlib.Path(folder) / "acts")
        checkpoint = operands.Checkpoint(MODEL, TENSOR)
        stream = operands.Stream(1, 1, 1, checkpoint=checkpoint, captured=captured)
        width = len(checkpoint.rows[0])
        for output in (0, 5):
            whole = sum(w * x for w, x in zip(checkpoint.rows[output], captured.rows[0]))
            tiles = width // 64
            parts = sum(w * x for tile in range(tiles)
                        for w, x in zip(stream.trits(64, 1, output * tiles + tile)[0], stream.token(64, tile, 0)))
            self.assertEqual(parts, whole)
        self.assertEqual([stream.trit(at) for at in range(width, 2 * width)], checkpoint.rows[1])
        self.assertEqual([stream.step(at) for at in range(width)], list(captured.rows[0]))

    def test_a_seed_gives_its_stream_and_zeros_their_share(self):
        draws = [operands.Stream(3, 1, 1, zeros=0.42).trits(100, 100, 0) for _ in range(2)]
        self.assertEqual(draws[0], draws[1])
        zeros = sum(column.count(0) for column in draws[0])
        self.assertEqual(zeros, 4200)
        stream = operands.Stream(3, 1, 1, zeros=0.25)
        self.assertEqual([stream.trit(at) for at in range(128)].count(0), 32)

    def test_streams_count_the_bits_that_change_and_the_zeros_that_are_met(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "acts"
            head = {"model": "m", "tensor": TENSOR, "prompt": "", "tokens": 2, "inputs": 64}
            path.write_bytes(json.dumps(head).encode() + b"\n" + bytes([1] * 64 + [2] * 64))
            captured = operands.Captured(path)
        stream = operands.Stream(1, 8, 4, zeros=0.25, captured=captured)
        vectors = UNITS["ternary_column_64"].drive(stream)
        self.assertEqual(len(vectors), 9)
        # 1, 2, 1, 2, ... a row: a bit for the first token, two for the seven others.
        self.assertAlmostEqual(stream.activity, (1 + 7 * 2) / (8 * 8), places=4)
        before, changed = 0, 0
        for vector in vectors:
            changed += (vector["planes_i"] ^ before).bit_count()
            before = vector["planes_i"]
        self.assertEqual(changed, (1 + 7 * 2) * 64)
        self.assertEqual(stream.zeros_met, 0.25)
        idle = operands.Stream(1, 8, 4, zeros=0.25, idle=True)
        UNITS["ternary_column_64"].drive(idle)
        self.assertEqual((idle.activity, idle.zeros_met), (None, None))
        found = report.read(ROOT / "scripts/synth/asap7.json")
        row = next(row for row in found["rows"] if row["unit"] == "ternary_column_64" and row["zeros"] == 0.42
                   and row["stimulus"] == "random")
        again = operands.Stream(found["provenance"]["seed"], row["cycles"] - 1, found["provenance"]["reuse"], zeros=0.42)
        UNITS["ternary_column_64"].drive(again)
        self.assertEqual((again.activity, again.zeros_met), (row["activity"], row["zeros_met"]))

    def test_trit5_beats_decode_to_their_trits(self):
        for code in range(256):
            digits = trit5.meaning(code)
            self.assertEqual(trit5.meaning(trit5.code([(0, 1, -1)[digit] for digit in digits])), digits)


if __name__ == "__main__":
    unittest.main()
