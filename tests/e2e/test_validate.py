#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tercet validate: grids, rows, summaries, bounds, and what it refuses."""

import json
import shutil
import subprocess
import unittest

from program import ROOT, TERCET, ProgramTest

PAIRS = ("systemc_vs_rtl", "analytic_vs_systemc", "analytic_vs_rtl")
BLOCK = {"config": ["tiny"], "memory": ["ideal", "dram"], "packing": ["two_bit", "trit5"],
         "m": [1, 9], "n": [17], "k": [40]}


class Validate(ProgramTest):
    def grid(self, blocks):
        path = self.folder / "grid.json"
        path.write_text(blocks if isinstance(blocks, str) else json.dumps(blocks), encoding="utf-8")
        return path

    def test_with_firmware_start_and_completion_agree_too(self):
        path = self.folder / "out.json"
        _, result = self.succeed_json("validate", "--control", "firmware", "--grid",
                                          self.grid([BLOCK]), "--max-error", "0")
        self.assertIn("CRC-32", result["control"])
        rows, summary = result["rows"], result["summary"]
        self.assertEqual(summary["counters_equal"], len(rows))
        self.assertEqual(summary["driver_cycles_equal"], len(rows))
        for row in rows:
            self.assertEqual(row["boot_cycles"]["rtl"], row["boot_cycles"]["systemc"])
            self.assertGreater(row["boot_cycles"]["rtl"], 0)
            self.assertGreater(row["counters"]["systemc"]["queue_idle"], 0)
        self.fail_with(2, "--firmware needs --control firmware", "validate", "--firmware", path)

    def test_the_committed_grids_are_built_in_and_agree_everywhere(self):
        # A copy of the program, far from the sources.
        program = self.folder / "tercet"
        shutil.copy(TERCET, program)
        path = self.folder / "out.json"
        done = subprocess.run([program, "validate", "--json", path, "--max-error", "0"],
                              check=False, capture_output=True, encoding="utf-8", cwd=self.folder,
                              timeout=250)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        result = json.loads(path.read_text(encoding="utf-8"))
        _, named = self.succeed_json("validate", "--grid", ROOT / "tests/grids/tiny.json", "--grid",
                                     ROOT / "tests/grids/edge.json")
        self.assertEqual([row["cycles"] for row in result["rows"]],
                         [row["cycles"] for row in named["rows"]])
        self.assertIs(result["complete"], True)
        self.assertEqual(result["grids"], ["tests/grids/tiny.json", "tests/grids/edge.json"])
        rows, summary = result["rows"], result["summary"]
        self.assertEqual(result["points"], len(rows))
        self.assertEqual(summary["bytes_equal"], len(rows))
        self.assertEqual(summary["counters_equal"], len(rows))
        pair = summary["systemc_vs_rtl"]
        self.assertEqual((pair["points"], pair["bytes_equal"]), (len(rows), len(rows)))
        self.assertEqual((pair["mean_abs_error_pct"], pair["worst_abs_error_pct"]), (0, 0))
        # What the grids must cover.
        for config, least, tokens, side in (("tiny", 200, 8, 16), ("edge", 60, 64, 64)):
            mine = [row for row in rows if row["config"] == config]
            self.assertGreaterEqual(len(mine), least)
            self.assertEqual({row["memory"] for row in mine}, {"ideal", "lpddr5x-8533"})
            self.assertEqual({row["packing"] for row in mine}, {"two_bit", "trit5"})
            self.assertEqual((min(row["m"] for row in mine), max(row["m"] for row in mine)),
                             (1, 3 * tokens))
            for key, unit in (("m", tokens), ("n", side), ("k", side)):
                self.assertGreater(len([row for row in mine if row[key] % unit]), len(mine) // 4)
        for key in ("config", "memory", "packing"):
            for value in {row[key] for row in rows}:
                halves = [row["half"] for row in rows if row[key] == value]
                self.assertAlmostEqual(halves.count("tuning") / len(halves), 0.5, delta=0.05)

    def test_rows_and_summary_tell_the_same(self):
        out, result = self.succeed_json("validate", "--grid", self.grid([BLOCK]))
        rows, summary = result["rows"], result["summary"]
        self.assertEqual(len(rows), 8)
        self.assertRegex(out, "\nbytes equal +8 of 8 ")
        for row in rows:
            self.assertIs(row["bytes_equal"], True)
            self.assertIs(row["counters_equal"], True)
            self.assertEqual(row["m_tile"], {1: 1, 9: 5}[row["m"]])
            cycles = row["cycles"]
            for name in ("rtl", "systemc"):
                self.assertEqual(cycles[name], row["counters"][name]["last_cycles"])
                self.assertGreater(row["driver_cycles"][name], cycles[name])
            self.assertEqual(row["counters"]["rtl"], row["counters"]["systemc"])
            self.assertAlmostEqual(row["error_pct"]["analytic_vs_rtl"],
                                   100 * (cycles["analytic"] / cycles["rtl"] - 1))
            self.assertEqual(sorted(row["wall_seconds"]),
                             ["analytic", "reference", "rtl", "systemc"])
        sets = [summary, *summary["half"].values(), *summary["config_memory"].values()]
        self.assertEqual([s["points"] for s in sets], [8, 4, 4, 4, 4])
        for name, key in (("tiny/ideal", "ideal"), ("tiny/dram", "dram")):
            for pair in PAIRS:
                errors = [abs(row["error_pct"][pair]) for row in rows if row["memory"] == key]
                got = summary["config_memory"][name][pair]
                self.assertEqual(got["points"], 4)
                self.assertAlmostEqual(got["mean_abs_error_pct"], sum(errors) / 4)
                self.assertAlmostEqual(got["worst_abs_error_pct"], max(errors))

    def test_a_machine_without_rtl_has_no_rtl_columns(self):
        grid = self.grid([{**BLOCK, "config": ["tiny", "server"]}])
        out, result = self.succeed_json("validate", "--grid", grid)
        summary = result["summary"]
        self.assertEqual((summary["points"], summary["points_without_rtl"]), (16, 8))
        self.assertEqual(summary["systemc_vs_rtl"]["points"], 8)
        self.assertEqual(summary["analytic_vs_systemc"]["points"], 16)
        self.assertRegex(out, "\nwithout RTL +8 of 16 ")
        for row in result["rows"]:
            self.assertEqual("rtl" in row["cycles"], row["config"] == "tiny")
            self.assertEqual("systemc_vs_rtl" in row["error_pct"], row["config"] == "tiny")
        server = summary["config_memory"]["server/ideal"]["systemc_vs_rtl"]
        self.assertEqual((server["points"], server["worst_abs_error_pct"]), (0, None))
        only = self.grid([{**BLOCK, "config": ["server"]}])
        self.fail_with(1, "--max-error: none of the grid's machines is built as RTL", "validate",
                       "--grid", only, "--max-error", "1")

    def test_a_bound_that_is_exceeded_fails_after_the_report(self):
        path = self.folder / "out.json"
        grid = self.grid([{**BLOCK, "memory": ["dram"], "m": [8], "k": [333]}])
        self.fail_with(1, "over the bound 0 %", "validate", "--grid", grid, "--json", path,
                       "--max-analytic-error", "0")
        self.assertIs(json.loads(path.read_text(encoding="utf-8"))["complete"], True)
        self.succeed("validate", "--grid", grid, "--max-analytic-error", "100")

    def test_random_points_depend_on_the_seed_alone(self):
        def shapes(seed, lists):
            block = {key: BLOCK[key] for key in ("config", "memory", "packing")}
            block["random"] = {"points": 3, "seed": seed, "m": [1, 30], "n": [1, 90], "k": [1, 200]}
            if lists:
                block.update({"m": [1], "n": [1], "k": [1]})
            _, result = self.succeed_json("validate", "--grid", self.grid([block]))
            return [(row["m"], row["n"], row["k"]) for row in result["rows"]]
        first = shapes(5, False)
        self.assertEqual(len(set(first)), 12)
        self.assertEqual(first, shapes(5, False))
        self.assertNotEqual(first, shapes(6, False))
        self.assertEqual([s for s in shapes(5, True) if s != (1, 1, 1)], first)

    def test_bad_grids_are_named(self):
        def edit(**changes):
            return [{key: value for key, value in {**BLOCK, **changes}.items()
                     if value is not None}]
        random = {"points": 2, "seed": 1, "m": [1, 8], "n": [1, 8], "k": [1, 8]}
        for words, blocks in (
                ("not valid JSON", "[{]"),
                ("key 'config' appears twice", '[{"config": ["tiny"], "config": ["tiny"]}]'),
                ("not a list of blocks but object", {}),
                ("the list of blocks is empty", []),
                ("[0]: expected an object, found number", [1]),
                ("[0]: key 'packing' is missing", edit(packing=None)),
                ("[0]: key 'n' is missing", edit(n=None)),
                ("[0]: unknown key 'tokens'", edit(tokens=[1])),
                ("[0]: m: the list is empty", edit(m=[])),
                ("[0]: m: not a list but number", edit(m=3)),
                ("[0]: m[1]: 0 is not in [1, 65535]", edit(m=[1, 0])),
                ("[0]: m[0]: not an integer in [1, 65535]", edit(m=[1.5])),
                ("[0]: m[2]: 1 is in the list twice", edit(m=[1, 2, 1])),
                ("[0]: config[1]: machine 'huge' is unknown", edit(config=["tiny", "huge"])),
                ("[0]: memory[0]: memory 'ddr9' is unknown", edit(memory=["ddr9"])),
                ("[0]: packing[0]: packing 'zip' is unknown", edit(packing=["zip"])),
                ("[0]: config[0]: not a string", edit(config=[1])),
                ("K is over the machine's limit 16384", edit(k=[16385])),
                ("K=40 m_tile=9 packing=two_bit): m_tile is over the 8 tokens that fit",
                 edit(m_tile=[1, 9])),
                ('[0]: m_tile[0]: "best" is neither "auto" nor a number', edit(m_tile=["best"])),
                ("N x K = 268582912 is over the limit 268435456",
                 edit(config=["edge"], n=[16393], k=[16384])),
                ("[0]: random: key 'seed' is missing",
                 edit(random={k: v for k, v in random.items() if k != "seed"})),
                ("[0]: random: k: 9 is above 8", edit(random={**random, "k": [9, 8]})),
                ("[0]: random: k: not [low, high]", edit(random={**random, "k": [8]})),
                ("[0]: random: unknown key 'k_tile'", edit(random={**random, "k_tile": 1})),
                ("[1]: key 'm' is missing", [BLOCK, edit(m=None)[0]]),
                ("more than 100000 points",
                 edit(random={**random, "points": 100000}, m=None, n=None, k=None))):
            grid = self.grid(blocks)
            self.fail_with(1, words, "validate", "--grid", grid)
            self.fail_with(1, f"{grid}", "validate", "--grid", grid)
        self.fail_with(1, "no.json", "validate", "--grid", self.folder / "no.json")
        self.fail_with(1, "does not exist", "validate", "--json", "no/such/folder/a.json")
        self.fail_with(2, "--max-error", "validate", "--max-error=-1")


if __name__ == "__main__":
    unittest.main()
