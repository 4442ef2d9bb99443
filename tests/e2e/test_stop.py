#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C, SIGTERM and SIGHUP: a valid JSON of what was done, marked incomplete, within a second or
so; and no temporary file."""

import json
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

from program import MODEL, TERCET, ProgramTest

PROMPT = "And the LORD said"
# A point that is done at once, and one that takes the RTL more than ten seconds.
LONG_GRID = [{"config": ["tiny"], "memory": ["ideal"], "packing": ["two_bit"],
              "m": [1], "n": [16], "k": [16]},
             {"config": ["tiny"], "memory": ["ideal"], "packing": ["two_bit"],
              "m": [64], "n": [8192], "k": [8192]}]
SIGNALS = ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129))
SLACK = 5.0  # seconds that a busy machine may add


def hear_all():
    """Whoever runs the tests may ignore signals, as nohup does."""
    for number, _ in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


class Stop(ProgramTest):
    def stop(self, number, *args, after=None, wait=1.0):
        """Runs the program, sends `number` once `after` was printed and `wait` seconds have passed.
        Returns (status, standard error, seconds from signal to end)."""
        with subprocess.Popen([TERCET, *map(str, args)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, preexec_fn=hear_all) as process:
            if after is not None:
                self.assertEqual(process.stdout.read(len(after)), after.encode())
            time.sleep(wait)
            self.assertIsNone(process.poll(), "ended by itself")
            sent = time.monotonic()
            process.send_signal(number)
            _, err = process.communicate(timeout=60)
            return process.returncode, err.decode(), time.monotonic() - sent

    def stop_while_writing(self, number, *args):
        """The same, as soon as there is a file in the folder."""
        with subprocess.Popen([TERCET, *map(str, args)], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, preexec_fn=hear_all) as process:
            begin = time.monotonic()
            while not self.files() and time.monotonic() < begin + 100:
                time.sleep(0.001)
            self.assertIsNone(process.poll(), "ended by itself")
            sent = time.monotonic()
            process.send_signal(number)
            _, err = process.communicate(timeout=60)
            return process.returncode, err.decode(), time.monotonic() - sent

    def json(self):
        self.assertFalse([name for name in self.files() if name[0] == "."])
        return json.loads((self.folder / "out.json").read_text(encoding="utf-8"))

    def run_args(self, *args):
        return ("run", "--model", MODEL, "--prompt", PROMPT, "--tokens", "400", "--ignore-eos",
                "--config", "tiny", "--json", self.folder / "out.json", *args)

    def test_a_run_leaves_its_tokens_and_counters(self):
        for number, status in SIGNALS:
            for args in ((), ("--check",), ("--backend", "systemc"), ("--backend", "functional")):
                if number == signal.SIGHUP and args:
                    continue
                code, err, seconds = self.stop(number, *self.run_args(*args), after=PROMPT,
                                               wait=0.3)
                self.assertEqual(code, status, (args, err))
                self.assertLess(seconds, 1 + SLACK)
                result = self.json()
                self.assertIs(result["complete"], False)
                self.assertEqual(result["stopped_by"], f"stopped by {number.name}")
                tokens = result["tokens"]
                self.assertEqual(err, f"tercet: stopped by {number.name}: {tokens} of 400 tokens "
                                      "are done\n")
                self.assertLess(tokens, 400)
                self.assertEqual(len(result["token_ids"]), tokens)
                self.assertGreater(result["matmuls"], 0)
                self.assertGreater(result["counters"]["tiles"], 0)
                self.assertGreaterEqual(result["wall_seconds"]["host"], 0)
                if "functional" not in args:
                    self.assertGreaterEqual(result["cycles"], sum(result["forward_cycles"]))
                if "--check" in args:
                    self.assertGreater(result["check"]["compared"], 0)
                    self.assertEqual(result["check"]["mismatches"], 0)
                (self.folder / "out.json").unlink()

    def test_the_host_alone_stops_too(self):
        code, _, seconds = self.stop(signal.SIGTERM, "run", "--model", "synth:2b4t,layers=8,vocab=300",
                                     "--prompt-ids", "1", "--tokens", "4000", "--ignore-eos",
                                     "--backend", "model", "--json", self.folder / "out.json",
                                     wait=2)
        self.assertEqual(code, 143)
        self.assertLess(seconds, 1 + SLACK)
        result = self.json()
        self.assertIs(result["complete"], False)
        self.assertEqual(len(result["token_ids"]), result["tokens"])

    def test_a_run_that_is_still_loading_says_so(self):
        code, _, _ = self.stop(signal.SIGINT, "run", "--model", "synth:2b4t,layers=4", "--prompt-ids",
                               "1", "--tokens", "4", "--json", self.folder / "out.json", wait=0.2)
        self.assertEqual(code, 130)
        result = self.json()
        self.assertIs(result["complete"], False)
        self.assertEqual(result["tokens"], 0)
        self.assertEqual(result["cycles"], 0)

    def test_killed_outright_it_leaves_no_file(self):
        code, _, _ = self.stop(signal.SIGKILL, *self.run_args(), after=PROMPT, wait=0)
        self.assertEqual(code, -signal.SIGKILL)
        self.assertEqual(self.files(), [])

    def test_validate_stops_inside_one_long_command(self):
        grid = self.folder / "grid.json"
        grid.write_text(json.dumps(LONG_GRID), encoding="utf-8")
        for number, status in SIGNALS:
            code, err, seconds = self.stop(number, "validate", "--grid", grid, "--json",
                                           self.folder / "out.json", wait=3.0)
            self.assertEqual(code, status, err)
            self.assertEqual(err, f"tercet: stopped by {number.name}: 1 of 2 points are done\n")
            self.assertLess(seconds, 1 + SLACK)
            result = self.json()
            self.assertIs(result["complete"], False)
            self.assertEqual((result["points"], result["points_done"]), (2, 1))
            self.assertEqual(len(result["rows"]), 1)
            self.assertEqual(result["summary"]["points"], 1)
            (self.folder / "out.json").unlink()

    def test_no_temporary_file_is_left(self):
        with tempfile.TemporaryDirectory() as apart:
            ids, text = pathlib.Path(apart) / "ids", pathlib.Path(apart) / "text"
            ids.write_text("1 " * 100000, encoding="utf-8")
            text.write_text("In the beginning " * 1000, encoding="utf-8")
            out, synth = ("--out", self.folder / "out"), ("--model", "synth:2b4t,layers=6,vocab=300")
            logits = ("logits", "--ids", ids, "--single", *out)
            rtl = ("--model", MODEL, "--backend", "rtl", "--config", "tiny")
            for args, left in (((*logits, *synth), []), ((*logits, *rtl), []),
                               (("eval", *rtl, "--text", text, "--trace", self.folder / "fst"), ["fst"]),
                               (("pack", *synth, "--format", "i2s", *out), []),
                               (("pack", *synth, "--format", "hf", *out), []),
                               (("synth-model", "--layers", "6", "--vocab", "300", *out), [])):
                for number, status in SIGNALS:
                    code, err, seconds = self.stop_while_writing(number, *args)
                    self.assertEqual((code, err), (status, f"tercet: stopped by {number.name}\n"), args)
                    self.assertLess(seconds, 1 + SLACK, args)
                    self.assertEqual(self.files(), left, args)  # a trace is one, however short
                    for name in left:
                        (self.folder / name).unlink()

    def test_a_hang_up_that_is_ignored_stays_so(self):
        def ignore():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

        with subprocess.Popen([TERCET, *map(str, self.run_args("--backend", "systemc"))],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              preexec_fn=ignore) as process:
            self.assertEqual(process.stdout.read(len(PROMPT)), PROMPT.encode())
            process.send_signal(signal.SIGHUP)
            time.sleep(0.5)
            self.assertIsNone(process.poll())
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 143)
        self.assertIn("stopped by SIGTERM", err.decode())

    def test_the_second_signal_ends_it_at_once_unless_it_comes_with_the_first(self):
        with subprocess.Popen([TERCET, "validate", "--json", str(self.folder / "out.json")],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(60), 130)
        self.assertIs(self.json()["complete"], False)

    def test_a_bench_leaves_the_rows_it_has(self):
        code, _, seconds = self.stop(signal.SIGINT, "bench", "rtl", "--reps", "1000", "--json",
                                     self.folder / "out.json", wait=1.0)
        self.assertEqual(code, 130)
        self.assertLess(seconds, 1 + SLACK)
        self.assertIs(self.json()["complete"], False)

    def test_a_bench_of_a_shape_leaves_the_layers_it_has(self):
        code, err, seconds = self.stop(signal.SIGTERM, "bench", "shape", "--shape", "70b", "--tokens",
                                       "8", "--json", self.folder / "out.json", wait=2.0)
        self.assertEqual(code, 143, err)
        self.assertLess(seconds, 1 + SLACK)
        result = self.json()
        self.assertIs(result["complete"], False)
        self.assertLess(result["layers_done"], 8 * result["layers"])
        self.assertIn(f"{result['layers_done']} of {8 * result['layers']} layers are done", err)
        self.assertGreater(result["report"]["counters"]["tiles"], 0)
        self.assertNotIn("seconds_per_token", result)


if __name__ == "__main__":
    unittest.main()
