#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Figures in the Markdown pages against the commands that they name; figures.py has the rules."""

import json
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

import figures
from program import ROOT, tercet

LISTED = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=ROOT,
                        capture_output=True, encoding="utf-8", check=True).stdout.split()
PAGES = {page: (ROOT / page).read_text(encoding="utf-8") for page in LISTED if (ROOT / page).is_file()}


def wrong_figures(found, result):
    """What of a page's `found` figures its command's JSON does not bear out."""
    wrong = []
    for shown, value in found.figures:
        actual = figures.evaluate(result, value)
        if not figures.agrees(shown, actual):
            wrong.append(f"{shown} is {actual}: {value}")
    return wrong


class Figures(unittest.TestCase):
    results = {}

    def result(self, command):
        """The command's JSON; each command runs once."""
        if command not in self.results:
            with tempfile.TemporaryDirectory(prefix="tercet_figures_") as folder:
                file = pathlib.Path(folder) / "out.json"
                done = tercet(*figures.arguments(command, file), cwd=ROOT)
                self.assertEqual(done.returncode, 0, f"{command}: {done.stderr}")
                self.results[command] = json.loads(file.read_text(encoding="utf-8"))
        return self.results[command]

    def test_figures_are_those_of_their_commands(self):
        count = 0
        for page, text in PAGES.items():
            for found in figures.read_page(text):
                with self.subTest(page=page, command=found.command):
                    figures.places(found, found.block)
                    self.assertFalse(wrong_figures(found, self.result(found.command)), f"{page}: {found.command}")
                    count += len(found.figures)
        self.assertGreater(count, 100)

    def test_the_readme_shows_what_the_main_job_prints(self):
        """SystemC in place of the RTL, whose figures are the same."""
        shown = re.search(r"^```\n(model/checkpoints/kjv-5m on edge .*?)^```$", PAGES["README.md"], re.M | re.S)[1]
        job = re.search(r"^exec (.*?)\n\n?\Z", (ROOT / "scripts/run").read_text(encoding="utf-8") + "\n", re.M | re.S)[1]
        words = [word for word in shlex.split(job.replace("\\\n", " ")) if word != "$@"]
        words = words[1:words.index("--json")]
        words[words.index("--backend") + 1] = "systemc"
        done = tercet(*words, cwd=ROOT)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        printed = done.stdout[done.stdout.index("model/checkpoints/kjv-5m on edge"):]
        title, rule, rest = printed.replace("(SystemC model)", "(RTL)", 1).split("\n", 2)
        self.assertEqual(f"{title}\n{len(title) * '-'}\n{rest}", shown)

    def test_the_picture_is_what_its_command_draws(self):
        with tempfile.TemporaryDirectory(prefix="tercet_figures_") as folder:
            file = pathlib.Path(folder) / "plot.svg"
            done = tercet("compare", "--plot", file, "--quiet")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(file.read_bytes(), (ROOT / "docs/energy_ratio.svg").read_bytes())

    def test_a_wrong_figure_in_a_page_is_found(self):
        for page, text in PAGES.items():
            for found in figures.read_page(text):
                for begin, end in figures.places(found, found.block):
                    digit = str((int(found.block[end - 1]) + 3) % 10)
                    with self.subTest(page=page, figure=found.block[begin:end]):
                        with self.assertRaises(ValueError, msg="the block shows this figure twice: split the block"):
                            figures.places(found, found.block[:end - 1] + digit + found.block[end:])

    def test_a_wrong_figure_in_text_and_comment_is_found(self):
        found, = figures.read_page("<!-- figures: tercet x\n1,234.5  a.b\n-->\n\n1,234.5 cycles\n")
        self.assertEqual(wrong_figures(found, {"a": {"b": 1234.51}}), [])
        self.assertEqual(len(wrong_figures(found, {"a": {"b": 1234.56}})), 1)

    def test_values(self):
        result = {"rows": [{"kind": "a", "n": 3}, {"kind": "b", "n": 4}, {"kind": "b", "n": 5}], "of all": 8}
        for text, value in (("rows[kind=a].n", 3), ("rows[1].n", 4), ("rows[kind=b,n=5].n / of all", 0.625),
                            ("100 * rows[0].n / of all", 37.5), ("rows[0].n + 7 - of all", 2), ("count rows[kind=b]", 2)):
            self.assertEqual(figures.evaluate(result, text), value, text)
        for text in ("rows[kind=b].n", "rows[kind=c].n", "no.such"):
            with self.assertRaises(KeyError, msg=text):
                figures.evaluate(result, text)
        for shown, value, holds in (("103,583", 103583, True), ("103,583", 103582, False), ("0.59", 0.5946, True),
                                    ("0.59", 0.5951, False), ("8.0", -8.04, True), ("8.0", 8.06, False)):
            self.assertEqual(figures.agrees(shown, value), holds, (shown, value))

    def test_comments_of_another_form_are_errors(self):
        for text in ("<!-- figures: tercet x -->\n1\n", "<!-- figures: tercet x\n-->\n1\n",
                     "<!-- figures: tercet x\nabout 3  a\n-->\n3\n", "<!-- figures: tercet x\n3 a\n-->\n3\n"):
            with self.assertRaises(ValueError, msg=text):
                figures.read_page(text)
        with self.assertRaises(ValueError):
            figures.arguments("rm x", "out.json")
        found, = figures.read_page("<!-- figures: tercet x\n3  a\n4  b\n-->\n```\n3, then 4\n\n```\n3 and 4\n")
        self.assertEqual(len(figures.places(found, found.block)), 2)
        self.assertEqual(found.block, "```\n3, then 4\n\n```")
        for text in ("4, then 3", "3, then 14", "3, then 4.1"):
            with self.assertRaises(ValueError, msg=text):
                figures.places(found, text)


if __name__ == "__main__":
    unittest.main()
