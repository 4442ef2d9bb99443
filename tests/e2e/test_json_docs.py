#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/json.md has every key that the commands write with --json, and no other."""

import concurrent.futures
import json
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

import json_page
from program import MODEL, ROOT, TERCET, tercet

PAGE = json_page.sections((ROOT / "docs/json.md").read_text(encoding="utf-8"))
TINY = ("--config", "tiny")
RUN = ("run", "--model", MODEL, "--prompt", "And")
ENERGY = ("energy", "--model", MODEL, "--prompt", "And", "--tokens", "2", *TINY)
EVAL = ("eval", "--model", MODEL)
PROFILE = ROOT / "study/energy/profiles/asap7.json"
POINT = {"config": ["tiny"], "memory": ["ideal"], "packing": ["two_bit"], "m": [1], "n": [16], "k": [16]}
# Keys that only a wrong simulator writes; the program's text shows that it can.
NEVER = {"`validate`: rows[].difference.NAME": ("study/validate/report.cpp", 'row["difference"] =')}


def write(folder):
    """The files that the commands of COMMANDS read."""
    (folder / "text").write_text("In the beginning")
    (folder / "choices").write_text(json.dumps({"context": "In the", "choices": ["beginning", "end"], "answer": 0}))
    (folder / "grid").write_text(json.dumps([POINT]))
    (folder / "long").write_text(json.dumps([POINT, {**POINT, "m": [64], "n": [8192], "k": [8192]}]))
    profile = json.loads(PROFILE.read_text(encoding="utf-8"))
    profile["rows"] = [row for row in profile["rows"] if row["name"] != "fp16_mac"]
    (folder / "profile").write_text(json.dumps(profile))


# (status, command); the files of `write` and the outputs are in the folder where it runs. The slowest first.
COMMANDS = [
    (0, ("bench", "systemc", "--layers", "1", "--reps", "1", "--memory", "ideal", "--packing", "trit5")),
    (0, (*EVAL, "--text", "text", "--backend", "rtl", *TINY, "--trace", "eval.fst", "--trace-window", "0:100")),
    (0, ENERGY),
    (0, (*ENERGY, "--backend", "rtl", "--trace", "energy.fst", "--trace-window", "0:100")),
    (0, ("energy", "--shape", "700m")),
    (0, ("energy", "--shape", "700m", "--energy-profile", "profile")),
    (1, (*RUN, "--tokens", "1", *TINY, "--check", "--flip-bit", "0", "--perfetto", "timeline", "--trace", "run.fst",
         "--trace-window", "0:100")),
    (0, (*RUN, "--tokens", "2", "--backend", "systemc")),
    (0, (*RUN, "--tokens", "1", "--backend", "model")),
    (0, ("info", "--model", MODEL)),
    (0, ("bench", "rtl", *TINY, "--n", "16", "--k", "16", "--reps", "1")),
    (0, ("bench", "model", "--model", MODEL, "--prompt-tokens", "3", "--tokens", "2", "--reps", "1")),
    (0, ("bench", "queue", "--model", MODEL, "--steps", "1", "--backend", "systemc")),
    (0, ("bench", "shape", "--shape", "700m", "--layers", "1")),
    (0, (*EVAL, "--choices", "choices")),
    (0, ("validate", "--grid", "grid", "--control", "firmware")),
    # 20 rows are impossible, which is told too.
    (0, ("sweep", "--rows", "16,20", "--cols", "32", "--tile-tokens", "16", "--axi-ports", "1", "--shape", "700m")),
    (0, ("paper",)),
    (0, ("compare", *TINY, "--shape", "700m", "--batch", "1", "--packing", "two_bit")),
    (0, ("compare", "--config", "edge", "--shape", "700m", "--batch", "1", "--packing", "two_bit", "--systemc")),
]


def run(folder, number, status, command):
    file = folder / f"{number}.json"
    done = tercet(*command, "--json", file, cwd=folder)
    if done.returncode != status:
        raise AssertionError(f"status {done.returncode} of {command}: {done.stderr}")
    return json.loads(file.read_text(encoding="utf-8"))


def stopped(folder, *command):
    """The JSON of a command that a signal ends."""
    file = folder / "stopped.json"
    for wait in (0.2, 1, 5, 25):  # until it is told to stop within its work, not before
        with subprocess.Popen([TERCET, *map(str, command), "--json", file], cwd=folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            time.sleep(wait)
            process.send_signal(signal.SIGTERM)
        if file.exists():
            written = json.loads(file.read_text(encoding="utf-8"))
            file.unlink()
            return written
    raise AssertionError(f"no JSON of {command}")


def collect():
    with tempfile.TemporaryDirectory(prefix="tercet_e2e_") as name:
        folder = pathlib.Path(name)
        write(folder)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(run, folder, number, *command) for number, command in enumerate(COMMANDS)]
            written = [future.result() for future in futures]
        written.append(stopped(folder, "validate", "--grid", "long"))
        written.append(stopped(folder, *RUN, "--tokens", "400", "--ignore-eos", *TINY))
        return json_page.written_places(written)


def commands_with_json(*group):
    """The commands whose help names --json: "run", "bench rtl", ..."""
    text = tercet(*group, "--help").stdout
    if "--json" in text:
        return {" ".join(group)}
    names = re.findall(r"^  ([a-z-]+) ", text.partition("Subcommands:")[2], re.MULTILINE)
    return set().union(*(commands_with_json(*group, name) for name in names))


class JsonDocs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.written = collect()

    def test_every_key_is_documented_and_every_documented_key_is_written(self):
        unknown, unwritten = json_page.compare(PAGE, self.written)
        with self.subTest("written, but not in docs/json.md"):
            self.assertEqual(unknown, [])
        with self.subTest("in docs/json.md, but not written"):
            self.assertEqual(unwritten, sorted(NEVER))
        with self.subTest("twice in docs/json.md"):
            self.assertEqual([key for rows in PAGE.values() for key in set(rows) if rows.count(key) > 1], [])
        for file, text in NEVER.values():
            self.assertIn(text, (ROOT / file).read_text(encoding="utf-8"))

    def test_every_command_with_json_is_tried(self):
        documented = {title for title in PAGE if json_page.COMMAND.fullmatch(title)}
        self.assertEqual(documented, {f"`{name}`" for name in commands_with_json()})
        self.assertEqual(documented, set(self.written))

    def test_each_key_that_is_removed_from_the_page_is_missed(self):
        for title, rows in PAGE.items():
            for row in rows:
                if f"{title}: {row[0]}" not in NEVER:
                    page = {**PAGE, title: [other for other in rows if other != row]}
                    self.assertTrue(json_page.compare(page, self.written)[0], f"{title}: {row[0]}")

    def test_a_key_that_is_added_to_the_page_is_found(self):
        for title, rows in PAGE.items():
            page = {**PAGE, title: [*rows, ("bogus", None)]}
            self.assertIn(f"{title}: bogus", json_page.compare(page, self.written)[1])

    def test_the_page_is_read_as_it_is_written(self):
        text = "# J\n### `a b`\n| key | value |\n| --- | --- |\n| `c`, `d[].NAME` | [o p](#o-p) `x` | `y` |\n"
        self.assertEqual(json_page.sections(text), {"`a b`": [("c", "o-p"), ("d[].NAME", "o-p")]})


if __name__ == "__main__":
    unittest.main()
