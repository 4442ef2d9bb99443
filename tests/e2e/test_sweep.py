#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tercet sweep: size and speed of a sweep, what its files hold, and what it refuses."""

import csv
import io
import json
import resource
import unittest

from program import TERCET, ProgramTest

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
                                      "--models", "700m", "70b", "--csv", path)
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        self.assertEqual(len(rows), len(result["points"]))
        for row, point in zip(rows, result["points"]):
            self.assertEqual(row["model"], point["model"])
            self.assertAlmostEqual(float(row["cycles"]) / point["cycles"], 1, delta=1e-3)

    def test_a_bigger_model_takes_longer_and_trit5_helps_where_memory_is_the_limit(self):
        _, result = self.succeed_json("sweep", "--rows", "128", "--cols", "64", "--tokens", "64",
                                      "--act-sram-bytes", "524288", "--dram", "hbm2e")
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
        _, flags = self.succeed_json("sweep", "--rows", "32", "64", "--cols", "64")
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


if __name__ == "__main__":
    unittest.main()
