#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tercet sweep: size and speed of a sweep, what its files hold, and what it refuses."""

import csv
import io
import json
import resource
import unittest

from program import TERCET, ProgramTest, tercet

MODELS = ["700m", "1.3b", "3b", "3.9b", "7b", "13b", "70b"]


class Sweep(ProgramTest):
    def test_a_thousand_machines_and_seven_models_take_ten_seconds(self):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out, result = self.succeed_json("sweep")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.assertGreaterEqual(len(result["machines"]), 1000)
        self.assertEqual(result["grid"]["models"], MODELS)
        self.assertEqual(len(result["points"]), len(result["machines"]) * len(MODELS))
        # With sanitizers the program is several times slower.
        self.assertLess(seconds, 10 if "asan" not in TERCET else 60)
        for model in MODELS:
            self.assertIn(f"\n{model:6} ", out)

    def test_json_and_csv_hold_the_same_points(self):
        path = self.folder / "out.csv"
        _, result = self.succeed_json("sweep", "--rows", "64", "--cols", "64", "--axi-ports", "1",
                                      "--shape", "700m,70b", "--csv", path)
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        self.assertEqual(len(rows), len(result["points"]))
        for row, point in zip(rows, result["points"]):
            self.assertEqual(row["model"], point["model"])
            self.assertAlmostEqual(float(row["cycles"]) / point["cycles"], 1, delta=1e-3)

    def test_a_bigger_model_takes_longer_and_trit5_helps_where_memory_is_the_limit(self):
        _, result = self.succeed_json("sweep", "--rows", "128", "--cols", "64", "--tile-tokens", "64",
                                      "--act-sram-bytes", "524288", "--memory", "hbm2e")
        cycles = {(p["machine"], p["model"]): p["cycles"] for p in result["points"]}
        for i, machine in enumerate(result["machines"]):
            times = [cycles[i, model] for model in MODELS]
            self.assertEqual(times, sorted(times))
            if machine["packing"] != "trit5":
                continue
            same = [j for j, other in enumerate(result["machines"])
                    if {**other, "packing": "trit5"} == machine and j != i]
            self.assertEqual(len(same), 1)
            self.assertLess(cycles[i, "70b"], 0.87 * cycles[same[0], "70b"])

    def test_a_grid_file_is_what_the_flags_say(self):
        _, flags = self.succeed_json("sweep", "--rows", "32,64", "--cols", "64")
        grid = self.folder / "grid.json"
        grid.write_text(json.dumps(flags["grid"]), encoding="utf-8")
        _, file = self.succeed_json("sweep", "--grid", grid)
        self.assertEqual(file, flags)

    def test_bad_grids_are_named(self):
        grid = self.folder / "grid.json"
        for text, words in (("[]", "not an object"), ("{", "not valid JSON"), ("{}", "is missing"),
                            ('{"row": [1]}', "unknown key 'row'")):
            grid.write_text(text, encoding="utf-8")
            self.fail_with(1, f"{grid}: ", "sweep", "--grid", grid)
            self.fail_with(1, words, "sweep", "--grid", grid)
        self.fail_with(1, "no configuration of the grid is possible", "sweep", "--rows", "48")
        self.assertEqual(self.files(), ["grid.json"])

    def test_more_points_than_a_sweep_takes_are_refused_at_once(self):
        grid = self.folder / "grid.json"
        _, small = self.succeed_json("sweep", "--rows", "64", "--cols", "64", "--shape", "700m")
        axes = {**small["grid"], **{axis: {"from": 1, "to": 1000, "plus": 1} for axis in (
            "rows", "cols", "tokens", "axi_bytes")}}
        grid.write_text(json.dumps({**axes, "axi_ports": [1, 2, 4, 8, 16]}), encoding="utf-8")
        words = (r"points are more than the limit of 100000: .*5 axi_ports")
        self.assertRegex(self.refused(1, "sweep", "--grid", grid), words)
        self.assertIn(f"{grid}: ", self.refused(1, "sweep", "--grid", grid))
        many = ",".join(map(str, range(1, 1001)))
        said = self.refused(2, "sweep", "--rows", many, "--cols", many)
        self.assertRegex(said, r"points are more than the limit of 100000: .*1000 rows x 1000 cols")
        for axis in ("--rows", "--batch", "--shape"):
            value = {"--shape": "3b"}.get(axis, "64")
            self.assertIn("twice", self.refused(2, "sweep", axis, f"{value},{value}"))
        many = ",".join(map(str, range(1, 418)))  # x 2 machines, 6 shapes, 2 packings
        said = self.refused(2, "compare", "--batch", many)
        self.assertIn("10008 points are more than the limit of 10000: 2 configs x 6 shapes x 417 "
                      "batches x 2 packings", said)
        self.assertIn("batches: 5 is in the list twice", self.refused(2, "compare", "--batch", "5,5"))
        self.assertIn("--n 65536 --k 65536: more than 268435456 weights",
                      self.refused(2, "bench", "rtl", "--n", "65536", "--k", "65536"))
        self.assertIn("--steps 100000: inputs and results of at most", self.refused(
            1, "bench", "queue", "--model", "synth:700m,layers=1,vocab=300", "--steps", "100000"))

    def refused(self, status, *args):
        """What the program says, which must end at once with `status`."""
        done = tercet(*args)
        self.assertEqual((done.returncode, done.stdout), (status, ""), args)
        return done.stderr


if __name__ == "__main__":
    unittest.main()
