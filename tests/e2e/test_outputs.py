#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where results go and texts come from: links, descriptors, pipes, files in use, odd names."""

import json
import os
import pathlib
import shutil
import subprocess
import threading
import unittest

import format_files as ff
from program import MODEL, ROOT, TERCET, ProgramTest, tercet

FAILED = 1
USAGE = 2
IDS = "298 5 17 290\n3 42"
CHOICE = {"context": "And God", "choices": [" said", " xqz"], "answer": 0}


class Outputs(ProgramTest):
    def setUp(self):
        super().setUp()
        toy = ff.ToyModel(seed=1)
        self.model = self.folder / "m.gguf"
        self.model.write_bytes(ff.gguf(ff.gguf_metadata(toy), ff.gguf_tensors(toy, "I2_S")))
        self.ids = self.folder / "ids"
        self.ids.write_text(IDS, encoding="utf-8")

    def logits(self, out, ids=None, **kwargs):
        return subprocess.run([TERCET, "logits", "--model", self.model, "--ids", ids or self.ids,
                               "--out", out], check=False, timeout=250,
                              **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **kwargs})

    @staticmethod
    def feed(descriptor, text):
        with os.fdopen(descriptor, "w", encoding="utf-8") as to:
            to.write(text)

    def wanted(self):
        """The logits, by the plain way."""
        out = self.folder / "wanted"
        self.assertEqual(self.logits(out).returncode, 0)
        return out.read_bytes()

    def test_a_link_stays_and_leads_to_the_new_file(self):
        want = self.wanted()
        (self.folder / "old").write_text("old")
        for target in ("old", "new"):
            link = self.folder / f"to-{target}"
            link.symlink_to(target)
            self.assertEqual(self.logits(link).returncode, 0)
            self.assertEqual(os.readlink(link), target)
            self.assertEqual((self.folder / target).read_bytes(), want)
        _, result = self.succeed_json("info", "--model", MODEL)
        (self.folder / "link.json").symlink_to(self.folder / "there.json")
        self.succeed("info", "--model", MODEL, "--json", self.folder / "link.json")
        self.assertTrue((self.folder / "link.json").is_symlink())
        there = json.loads((self.folder / "there.json").read_text(encoding="utf-8"))
        self.assertEqual(there["model"], result["model"])
        self.assertFalse([name for name in self.files() if name.startswith(".")])

    def test_standard_output_carries_the_logits_alone(self):
        want = self.wanted()
        stdout = self.folder / "stdout"  # a link of our own, as /dev/stdout is one
        stdout.symlink_to("/proc/self/fd/1")
        self.assertEqual(self.logits(stdout).stdout, want)
        file = self.folder / "file"
        with open(file, "wb") as to:
            to.write(b"before")
            to.flush()
            done = self.logits(stdout, stdout=to)
            self.assertEqual((done.returncode, done.stderr.count(b"\n")), (0, 1))
            to.write(b"after")
        self.assertEqual(file.read_bytes(), b"before" + want + b"after")
        self.assertTrue(stdout.is_symlink())
        with open(file, "wb") as to:  # a table, and JSON after it
            subprocess.run([TERCET, "info", "--model", MODEL, "--json", stdout], check=True, stdout=to)
        table, brace, rest = file.read_text(encoding="utf-8").partition("{\n")
        self.assertIn("ternary weights", table)
        self.assertIn("model", json.loads(brace + rest))

    def test_texts_may_come_through_pipes(self):
        self.assertEqual(self.logits(self.folder / "o", ids="/dev/stdin", input=IDS.encode()).returncode, 0)
        self.assertEqual((self.folder / "o").read_bytes(), self.wanted())
        for option, text in (("--text", "And God said " * 9000), ("--choices", json.dumps(CHOICE))):
            args = ("eval", "--model", MODEL, "--max-bytes", "300") if option == "--text" else (
                "eval", "--model", MODEL)
            file = self.folder / "text"
            file.write_text(text, encoding="utf-8")
            _, want = self.succeed_json(*args, option, file)
            read, write = os.pipe()
            writer = threading.Thread(target=self.feed, args=(write, text))
            writer.start()
            out = self.folder / "out.json"
            done = tercet(*args, option, f"/dev/fd/{read}", "--json", out, pass_fds=(read,))
            writer.join()
            os.close(read)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            got = json.loads(out.read_text(encoding="utf-8"))
            for key in ("wall_seconds", option[2:]):
                del got[key], want[key]
            self.assertEqual(got, want)

    def test_no_output_replaces_an_input(self):
        hard, soft = self.folder / "hard", self.folder / "soft"
        os.link(self.model, hard)
        soft.symlink_to(self.model)
        model = shutil.copytree(MODEL, self.folder / "model")
        copies = {}
        for name, source in (("text", pathlib.Path(MODEL) / "heldout.txt"),
                             ("profile", ROOT / "study/energy/profiles/asap7.json"),
                             ("grid", ROOT / "tests/grids/tiny.json")):
            copies[name] = shutil.copy(source, self.folder / name)
        text, profile, grid = (str(copies[name]) for name in ("text", "profile", "grid"))
        choices = self.folder / "choices"
        choices.write_text(json.dumps(CHOICE), encoding="utf-8")
        axes = self.folder / "axes"
        axes.write_text("{}", encoding="utf-8")
        logits = ("logits", "--model", self.model, "--ids", self.ids, "--out")
        evaluate, run = ("eval", "--model", model), ("run", "--prompt", "a", "--model", model)
        for args in (*[(*logits, out) for out in (self.model, self.ids, hard, soft)],
                     ("info", "--model", self.model, "--json", self.model),
                     *[("info", "--model", model, "--json", model / name)
                       for name in ("config.json", "model.safetensors", "tokenizer.json")],
                     (*evaluate, "--text", text, "--json", text),
                     (*evaluate, "--text", text, "--json", model / "config.json"),
                     (*evaluate, "--choices", choices, "--json", choices),
                     (*run, "--json", model / "config.json"),
                     (*run, "--perfetto", model / "model.safetensors"),
                     (*run, "--trace", model / "model.safetensors"),
                     (*run, "--energy-profile", profile, "--json", profile),
                     ("energy", "--shape", "3b", "--energy-profile", profile, "--json", profile),
                     ("sweep", "--grid", axes, "--json", axes),
                     ("sweep", "--grid", axes, "--csv", axes),
                     ("validate", "--grid", grid, "--json", grid)):
            before = pathlib.Path(args[-1]).read_bytes()
            done = tercet(*args)
            self.assertEqual((done.returncode, done.stdout), (FAILED, ""), (args, done.stderr))
            self.assertRegex(done.stderr, "^tercet: .*: is an input, which the output "
                                          f"{args[-1]} would replace\n$", args)
            self.assertEqual(pathlib.Path(args[-1]).read_bytes(), before)
        firmware = self.folder / "firmware.elf"
        shutil.copy(pathlib.Path(TERCET).parents[1] / "firmware/tercet.elf", firmware)
        self.fail_with(FAILED, "is an input", *run, "--firmware", firmware, "--json", firmware)
        # A file of the model's folder that is not read may well be replaced.
        self.succeed("info", "--model", model, "--json", model / "metrics.json")

    def test_names_that_are_no_utf8_are_written_with_replacements(self):
        model = os.fsencode(self.folder) + b"/d\xff"
        shutil.copytree(os.fsencode(MODEL), model)
        text = os.fsencode(self.folder) + b"/t\xfe"
        pathlib.Path(os.fsdecode(text)).write_text("And God said.", encoding="utf-8")
        out = self.folder / "out.json"
        for args in (("info",), ("eval", "--text", text),
                     ("run", "--prompt", "a", "--tokens", "1", "--backend", "model"),
                     ("energy", "--prompt", "a", "--tokens", "1", "--backend", "systemc")):
            done = subprocess.run([TERCET, *args, "--model", model, "--json", out], check=False,
                                  capture_output=True, timeout=250)
            self.assertEqual((done.returncode, done.stderr), (0, b""), args)
            self.assertIn("/d\ufffd", out.read_text(encoding="utf-8"), args)
            json.loads(out.read_text(encoding="utf-8"))
            out.unlink()

    def test_errors_show_control_characters(self):
        self.ids.write_bytes(b"1 2\x003\x1b[1m 4")
        done = self.logits(self.folder / "o")
        self.assertEqual(done.returncode, FAILED)
        self.assertIn(rb": '2\x003\x1b[1m' (number 1) is not a token id in [0, ", done.stderr)
        self.fail_with(USAGE, r"--\x1b[1m", "info", "--model", MODEL, "--\x1b[1m")


if __name__ == "__main__":
    unittest.main()
