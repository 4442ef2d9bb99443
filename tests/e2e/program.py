# SPDX-License-Identifier: Apache-2.0
"""Runs the tercet program under test; $TERCET is its path."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

TERCET = os.environ["TERCET"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = str(ROOT / "model/checkpoints/kjv-5m")


def tercet(*args, **kwargs):
    """Runs `tercet args`; returns the finished process with text output."""
    return subprocess.run([TERCET, *map(str, args)], check=False, capture_output=True,
                          encoding="utf-8", timeout=250, **kwargs)


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tercet_e2e_")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def succeed(self, *args):
        """Runs the program, which must succeed without a word on standard error."""
        done = tercet(*args)
        self.assertEqual((done.returncode, done.stderr), (0, ""), args)
        return done.stdout

    def succeed_json(self, *args):
        """The same with --json; returns (standard output, the JSON)."""
        path = self.folder / "out.json"
        out = self.succeed(*args, "--json", path)
        return out, json.loads(path.read_text(encoding="utf-8"))

    def fail_with(self, status, words, *args):
        """The program must fail with `status` and one line that contains `words`."""
        done = tercet(*args)
        self.assertEqual(done.returncode, status, (args, done.stderr))
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("tercet: "), done.stderr)
        self.assertIn(words, done.stderr, args)

    def files(self):
        """Names in the folder, hidden ones too."""
        return sorted(os.listdir(self.folder))
