#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Commands through the firmware: the same text, a named firmware, and little time lost."""

import binascii
import pathlib
import tempfile
import unittest

from program import MODEL, TERCET, ProgramTest


class Control(ProgramTest):
    def run_model(self, control, *args):
        return self.succeed_json("run", "--model", MODEL, "--prompt", "And it", "--tokens", 3,
                                 "--control", control, "--check", *args)

    def test_firmware_and_driver_write_the_same_text(self):
        runs = [self.run_model(control, "--backend", backend)[1]
                for backend in ("rtl", "functional") for control in ("firmware", "direct")]
        for run in runs:
            self.assertEqual(run["text"], runs[0]["text"])
            self.assertEqual(run["check"], runs[0]["check"])
            self.assertEqual(run["check"]["mismatches"], 0)
        self.assertGreater(runs[0]["counters"]["queue_idle"], 0)
        self.assertEqual(runs[1]["counters"]["queue_idle"], 0)
        self.assertIsNone(runs[1]["firmware"])

    def test_the_firmware_is_named_by_its_hash(self):
        out, run = self.run_model("firmware", "--backend", "functional", "--details")
        elf = pathlib.Path(TERCET).parents[1] / "firmware/tercet.elf"
        crc = f"{binascii.crc32(elf.read_bytes()):#010x}"
        self.assertEqual(run["firmware"]["crc32"], crc)
        self.assertIn(crc, out)
        self.assertLessEqual(run["firmware"]["code_bytes"], 8192)
        _, other = self.run_model("firmware", "--backend", "functional", "--firmware", elf)
        self.assertEqual(other["firmware"]["crc32"], crc)

    def test_a_queue_of_a_models_products_waits_little_for_the_firmware(self):
        for model, steps, limit in ((MODEL, 4, 0.05), ("synth:2b4t,layers=1,vocab=300", 1, 0.005)):
            _, bench = self.succeed_json("bench", "queue", "--model", model, "--steps", steps)
            firmware, direct = bench["queues"]
            self.assertEqual((firmware["control"], direct["control"]), ("firmware", "direct"))
            self.assertLessEqual(firmware["idle"], limit)
            self.assertGreater(firmware["idle"], 0)
            self.assertEqual(firmware["commands"], direct["commands"])
            self.assertLess(firmware["cycles"], 1.15 * direct["cycles"])

    def test_what_is_no_firmware_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            bad = pathlib.Path(folder) / "bad.elf"
            bad.write_bytes(b"\x7fELF")
            args = ("run", "--model", MODEL, "--prompt", "And", "--tokens", 1, "--backend",
                    "functional")
            self.fail_with(1, "bad.elf", *args, "--control", "firmware", "--firmware", bad)
            self.fail_with(2, "--firmware needs --control firmware", *args, "--control", "direct",
                           "--firmware", bad)
            self.fail_with(2, "--control", *args, "--control", "telepathy")
            self.fail_with(1, "missing.elf: cannot open", "bench", "queue", "--model", MODEL,
                           "--firmware", pathlib.Path(folder) / "missing.elf")


if __name__ == "__main__":
    unittest.main()
