# SPDX-License-Identifier: Apache-2.0
"""From a report of scripts/characterise.py to profile rows and tables."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from synth import FlowError, profile, report, tables  # noqa: E402


class Rows(unittest.TestCase):
    def test_the_line_is_that_of_least_squares(self):
        self.assertEqual(profile.line_through([(0.25, 8.0), (0.5, 7.0)]), (9.0, 5.0, 0.0))
        at0, at1, error = profile.line_through([(0.0, 1.0), (0.5, 2.5), (1.0, 3.0)])
        self.assertAlmostEqual(at1 - at0, 2.0)
        self.assertAlmostEqual(error, 1 / 3)
        with self.assertRaisesRegex(FlowError, "two zero fractions"):
            profile.line_through([(0.5, 1.0)])

    def test_what_stays_without_activity_is_that_of_least_squares(self):
        self.assertEqual(profile.still_share([(1.0, 1.0), (0.5, 0.75)]), (0.5, 0.0))
        still, error = profile.still_share([(1.0, 1.1), (0.5, 0.75), (0.0, 0.4)])
        self.assertAlmostEqual(still, (0.5 * 0.25 + 0.4) / 1.25)
        self.assertAlmostEqual(error, 0.1)
        with self.assertRaisesRegex(FlowError, "would stay"):
            profile.still_share([(1.0, 1.0), (0.0, -0.1)])

    def test_the_committed_lanes_follow_their_activity(self):
        found = report.read(ROOT / "scripts/synth/asap7.json")
        for glitches in (True, False):
            made = profile.Profile(found, "7 nm (ASAP7)", profile.typical(profile.shares(found)), glitches)
            names = {row["name"] for row in made.make()}
            for machine in ("ternary", "int8", "fp16"):
                self.assertLessEqual({f"{machine}_activity", f"{machine}_still"}, names)
                activity, still, error = made.activities[machine]
                self.assertTrue(0.4 < activity < 0.6 and 0.1 < still < 0.4 and error < 0.05, made.activities)

    def test_no_stimulus_of_other_activity_no_rows(self):
        found = report.read(ROOT / "scripts/synth/asap7.json")
        found["provenance"]["captured"] = found["provenance"]["captured"][:1]  # up_proj: nearly as random ones
        names = [row["name"] for row in profile.Profile(found, "7 nm (ASAP7)", 0.42, True).make()]
        self.assertIn("ternary_add", names)
        self.assertFalse([name for name in names if name.endswith(("_still", "_activity"))])


class Tables(unittest.TestCase):
    def compared(self, folder, name, arithmetic, config="edge"):
        ratios = {"cycles": 7.5, "energy, arithmetic only": arithmetic, "energy, on chip": 12.0,
                  "energy, with memory": 8.0}
        point = {"config": config, "size": "3b", "batch": 1, "packing": "two_bit", "ratios_same_lanes": ratios,
                 "ratios_same_area": {**ratios, "energy, on chip": 13.0}}
        path = pathlib.Path(folder) / name
        path.write_text(json.dumps({"points": [point]}), encoding="utf-8")
        return path

    def test_whole_machines_pair_runs_with_and_without_glitches(self):
        with tempfile.TemporaryDirectory() as folder:
            files = [self.compared(folder, "with", 41.25), self.compared(folder, "without", 30.0)]
            text = "a\n<!-- table machines -->\nold\n<!-- end -->\nb\n"
            empty = {"rows": [], "provenance": {"captured": []}}
            self.assertEqual(tables.rewrite(text, empty, 0.42, ()), text)
            made = tables.rewrite(text, empty, 0.42, files)
            self.assertIn("edge, 3b, batch 1, two_bit", made)
            self.assertIn("| 41.2 / 30.0 |", made)
            self.assertIn("same array area | 13.0 / 13.0 |", made)
            self.assertNotIn("old", made)
            files[1] = self.compared(folder, "other", 30.0, config="server")
            with self.assertRaisesRegex(FlowError, "compare different machines"):
                tables.rewrite(text, empty, 0.42, files)

    def test_literature_gives_only_what_cells_cannot(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "p.json"
            rows = [{"name": name} for name in ("sram_8k", "int8_add", "dram/hbm2e/read", "fp16_mac", "wire")]
            path.write_text(json.dumps({"rows": rows}), encoding="utf-8")
            self.assertEqual([row["name"] for row in profile.literature(path)], ["sram_8k", "dram/hbm2e/read", "wire"])
            path.write_text("[]", encoding="utf-8")
            with self.assertRaisesRegex(FlowError, "not a technology profile"):
                profile.literature(path)

    def test_reports_come_back_from_their_files(self):
        row = {"unit": "u", "level": "part", "area": 2.0, "stimulus": "random", "zeros": None, "activity": 0.5,
               "zeros_met": None, "glitches": True, "cycles": 1, "mismatches": 0, "leakage_w": 0.0,
               "fj_per_operation": 1.0, "fj_split": {"net": 1.0}}
        found = {"provenance": {"seed": 1}, "rows": [row, {**row, "glitches": False}]}
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "r.json"
            path.write_text(report.lines_of(report.pack(found)), encoding="utf-8")
            self.assertEqual(path.read_text(encoding="utf-8").count('"area"'), 1)
            self.assertEqual(report.read(path), found)


class Committed(unittest.TestCase):
    """What is in the repository is what its report gives."""

    REPORT = ROOT / "scripts" / "synth" / "asap7.json"

    def run_program(self, *arguments):
        done = subprocess.run([sys.executable, "-B", str(ROOT / "scripts/characterise.py"), "--report", self.REPORT,
                               *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_profiles(self):
        profiles = ROOT / "study" / "energy" / "profiles"
        with tempfile.TemporaryDirectory() as folder:
            for name, options in (("asap7", ()), ("asap7-no-glitches", ("--no-glitches",))):
                made = pathlib.Path(folder) / f"{name}.json"
                self.run_program("--profile", made, "--literature", profiles / "literature-7nm.json", *options)
                self.assertEqual(made.read_text(encoding="utf-8"), (profiles / made.name).read_text(encoding="utf-8"))

    def test_tables(self):
        page = ROOT / "docs" / "characterisation.md"
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / page.name
            copy.write_bytes(page.read_bytes())
            self.run_program("--tables", copy)
            self.assertEqual(copy.read_text(encoding="utf-8"), page.read_text(encoding="utf-8"))

    def test_gates_were_equal_on_every_vector(self):
        rows = report.read(self.REPORT)["rows"]
        self.assertEqual({row["mismatches"] for row in rows}, {0})
        units = {row["unit"] for row in rows}
        self.assertTrue({f"{kind}_{unit}" for kind in ("ternary", "int8", "fp16")
                         for unit in ("mac", "column_64", "slice_16x8")} <= units)


if __name__ == "__main__":
    unittest.main()
