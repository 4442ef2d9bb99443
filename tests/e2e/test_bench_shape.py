#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tercet bench shape: layers of any size with weights that are never stored."""

import unittest

from program import ProgramTest

HBM2E = 460.8  # bytes a cycle at 1 GHz


class BenchShape(ProgramTest):
    def test_a_70b_layer_is_bound_by_the_hbm_stack_and_right(self):
        out, bench = self.succeed_json("bench", "shape", "--shape", "70b", "--layers", "1")
        weights = 2 * 8192 * 8192 + 2 * 1024 * 8192 + 3 * 28672 * 8192
        self.assertEqual((bench["layers"], bench["model_layers"]), (1, 80))
        self.assertEqual(bench["ternary_weights"], weights)
        self.assertEqual(bench["weight_bytes"], weights // 4)
        self.assertGreater(bench["cycles"], weights / 4 / HBM2E)
        self.assertGreater(bench["dram"]["of_peak"], 0.88)
        self.assertAlmostEqual(bench["model_seconds"], 80 * bench["seconds"])
        self.assertEqual(bench["outputs_checked"], 2 * 7)
        self.assertEqual(sum(stage["cycles"] for stage in bench["stages"]), bench["cycles"])
        self.assertIn("scaled", out)
        self.assertIn("not included", out)

    def test_a_prefill_keeps_the_array_busy(self):
        _, bench = self.succeed_json("bench", "shape", "--shape", "700m", "--layers", "1",
                                     "--phase", "prefill", "--tokens", "200", "--packing", "trit5")
        products = bench["ternary_weights"] * 200
        self.assertGreater(bench["cycles"], products / (128 * 256))
        self.assertGreater(bench["report"]["utilisation"]["array"], 0.9)
        self.assertEqual(bench["outputs_checked"], 2 * 7 * 200)

    def test_every_machine_runs_shapes_with_tails(self):
        for config in ("tiny", "edge", "server"):
            for phase, tokens in (("decode", 2), ("prefill", 13)):
                _, bench = self.succeed_json("bench", "shape", "--shape", "tiny", "--config",
                                             config, "--phase", phase, "--tokens", tokens,
                                             "--memory", "ideal", "--check-outputs", "1000")
                self.assertEqual(bench["outputs_checked"], 1000 * 7 * 2 * tokens)

    def test_time_depends_on_the_shape_alone(self):
        args = ("bench", "shape", "--shape", "tiny", "--config", "edge")
        first, again, other = (self.succeed_json(*args, "--seed", seed)[1] for seed in (1, 1, 2))
        for run in (first, again, other):
            for field in ("cpu_s", "machine_cpu_s", "wall_s"):
                del run[field]
            del run["tercet"]  # the seed
        self.assertEqual(first, again)
        self.assertEqual(first, other)

    def test_what_cannot_be_run_is_refused(self):
        self.fail_with(2, "'tiny' has 2", "bench", "shape", "--shape", "tiny", "--layers", "3")
        self.fail_with(1, "K = 28672", "bench", "shape", "--shape", "70b", "--config", "tiny")
        self.fail_with(2, "--tokens", "bench", "shape", "--tokens", "65536")
        self.fail_with(2, "90b", "bench", "shape", "--shape", "90b")


if __name__ == "__main__":
    unittest.main()
