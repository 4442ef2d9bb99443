#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where results go and texts come from: links, descriptors, pipes, files in use, full disks, odd
names."""

import json
import os
import pathlib
import resource
import shutil
import signal
import struct
import subprocess
import threading
import time
import unittest

import format_files as ff
from program import MODEL, ROOT, TERCET, ProgramTest, tercet

FAILED = 1
USAGE = 2
IDS = "298 5 17 290\n3 42"
SWEEP = ("sweep", "--shape", "2b4t", "--rows", "64", "--cols", "64")  # quick
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
            self.assertRegex(done.stderr, f"^tercet: {args[-2]} {args[-1]}: would replace .*, an "
                                          r"input \(--[a-z-]+\)\n$", args)
            self.assertEqual(pathlib.Path(args[-1]).read_bytes(), before)
        firmware = self.folder / "firmware.elf"
        shutil.copy(pathlib.Path(TERCET).parents[1] / "firmware/tercet.elf", firmware)
        self.fail_with(FAILED, "an input (--firmware)", *run, "--firmware", firmware, "--json", firmware)
        # A file of the model's folder that is not read may well be replaced.
        self.succeed("info", "--model", model, "--json", model / "metrics.json")

    def test_two_outputs_are_never_one_file(self):
        old, new = self.folder / "old", self.folder / "new"
        old.write_text("old", encoding="utf-8")
        (self.folder / "sub").mkdir()
        links = {"to-old": old, "to-new": new, "to-to-new": "to-new", "to-sub": "sub"}
        for name, target in links.items():
            (self.folder / name).symlink_to(target)
        run = ("run", "--model", MODEL, "--prompt", "a", "--tokens", "1")
        logits = ("logits", "--model", self.model, "--ids", self.ids, "--backend", "rtl")
        spellings = [(old, old), (new, new), (old, self.folder / "to-old"),
                     (new, f"{self.folder}/./new"), (new, f"{self.folder}/sub/../new"),
                     (self.folder / "to-new", new), (self.folder / "to-to-new", new),
                     (self.folder / "sub/x", self.folder / "to-sub/x")]
        for args, options in ((run, ("--json", "--perfetto")), (run, ("--json", "--trace")),
                              (run, ("--perfetto", "--trace")), (logits, ("--out", "--trace")),
                              (("sweep",), ("--csv", "--json")), (("compare",), ("--json", "--plot")),
                              (("eval", "--model", MODEL, "--text", self.ids), ("--json", "--trace"))):
            for pair in spellings if args is run else spellings[:2]:
                for first, second in (pair, pair[::-1]):
                    done = tercet(*args, options[0], first, options[1], second)
                    self.assertEqual((done.returncode, done.stdout), (FAILED, ""), done.stderr)
                    for words in (*options, str(first), str(second), "are the same file"):
                        self.assertIn(words, done.stderr)
                    self.assertEqual(done.stderr.count("\n"), 1)
        self.assertEqual(old.read_text(encoding="utf-8"), "old")
        self.assertEqual(self.files(), sorted(["ids", "m.gguf", "old", "sub", *links]))
        # What stands on a device is lost in any case.
        self.succeed(*SWEEP, "--csv", "/dev/null", "--json", "/dev/null")

    def test_an_empty_file_name_is_bad_usage(self):
        model = ("--model", MODEL)
        for args, options in (
                (("run", *model, "--prompt", "a", "--tokens", "1"),
                 ("--json", "--perfetto", "--trace", "--firmware", "--energy-profile")),
                (("energy", "--shape", "3b"), ("--json", "--energy-profile")),
                (("validate",), ("--json", "--grid", "--firmware")),
                (("bench", "rtl"), ("--json",)), (("bench", "systemc"), ("--json",)),
                (("bench", "model"), ("--json", "--model")), (("bench", "shape"), ("--json",)),
                (("bench", "queue", *model), ("--json",)),
                (("eval", *model), ("--text", "--choices")),
                (("eval", *model, "--text", self.ids), ("--json", "--trace")),
                (("logits", *model, "--ids", self.ids), ("--out",)),
                (("logits", *model, "--out", "o"), ("--ids",)),
                (("pack", *model), ("--out",)), (("synth-model",), ("--out",)),
                (("sweep",), ("--json", "--csv", "--grid")), (("paper",), ("--json",)),
                (("compare",), ("--json", "--plot", "--energy-profile")),
                (("info", *model), ("--json",)), (("info",), ("--model",))):
            for option in options:
                self.fail_with(USAGE, f"{option}", *args, option, "")

    def test_an_output_that_standard_output_goes_to_stands_after_it(self):
        file = self.folder / "file"
        for name in ("-", "/dev/stdout", file):
            with open(file, "wb") as to:
                subprocess.run([TERCET, "info", "--model", MODEL, "--json", name], check=True, stdout=to,
                               stderr=subprocess.STDOUT)
            table, brace, rest = file.read_text(encoding="utf-8").partition("{\n")
            self.assertIn("ternary weights", table)
            self.assertIn("model", json.loads(brace + rest))

    @staticmethod
    def limited(size):
        """Like a full disk for a process in which SIGXFSZ does what it does by itself."""
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return limit

    def test_a_file_that_cannot_be_written_fails_the_command_and_does_not_exist(self):
        run = ("run", "--model", MODEL, "--prompt", "a", "--tokens", "1", "--config", "tiny",
               "--backend", "systemc")
        out = self.folder / "out"
        for args in ((*run, "--json", out), (*run, "--perfetto", out),
                     ("energy", "--shape", "3b", "--json", out),
                     ("info", "--model", MODEL, "--json", out), ("paper", "--json", out),
                     ("compare", "--json", out), ("compare", "--plot", out),
                     (*SWEEP, "--csv", out), (*SWEEP, "--json", out), ("bench", "rtl", "--n", "16", "--k", "16", "--json", out),
                     ("eval", "--model", MODEL, "--text", self.ids, "--json", out),
                     ("logits", "--model", self.model, "--ids", self.ids, "--out", out),
                     ("pack", "--model", self.model, "--out", out),
                     ("pack", "--model", self.model, "--format", "i2s", "--out", out),
                     ("synth-model", "--shape", "tiny", "--layers", "1", "--out", out)):
            done = tercet(*args, preexec_fn=self.limited(64))
            self.assertEqual(done.returncode, FAILED, args)
            self.assertRegex(done.stderr, f"^tercet: {out}.*: cannot (be written|write): File too large\n$")
            self.assertEqual(self.files(), ["ids", "m.gguf"], args)

    def test_a_waveform_that_is_cut_off_fails_the_command_with_its_results_written(self):
        trace, out = self.folder / "trace.fst", self.folder / "out"
        window = ("--backend", "rtl", "--config", "tiny", "--trace", trace, "--trace-window", "0:20000")
        for args in (("run", "--model", MODEL, "--prompt", "a", "--tokens", "1", "--json", out),
                     ("energy", "--model", MODEL, "--prompt", "a", "--tokens", "1", "--json", out),
                     ("eval", "--model", MODEL, "--text", self.ids, "--json", out),
                     ("logits", "--model", self.model, "--ids", self.ids, "--out", out)):
            self.assertEqual(tercet(*args, *window).returncode, 0)
            self.check_waveform(trace)
            size, results = trace.stat().st_size, out.stat().st_size
            self.assertGreater(size, results)
            # Full at first, for the writer's own files too; in the middle; at the last byte.
            for limit in (100, results, (results + size) // 2, size - 1):
                trace.unlink(missing_ok=True)
                out.unlink(missing_ok=True)
                done = tercet(*args, *window, preexec_fn=self.limited(limit))
                self.assertEqual(done.returncode, FAILED, (args, limit))
                self.assertIn(f"tercet: {trace}: cannot be written: File too large\n", done.stderr)
                # A time or a float may have more digits in another run.
                kept = ["out"] if limit > results or out.exists() else []
                self.assertEqual(self.files(), sorted(["ids", "m.gguf", *kept]), (args, limit))
                if kept and args[0] != "logits":
                    json.loads(out.read_text(encoding="utf-8"))

    def check_waveform(self, path):
        """FST is a chain of blocks, each with its type and its length from there on."""
        whole, at, types = path.read_bytes(), 0, []
        while at < len(whole):
            types.append(whole[at])
            at += 1 + struct.unpack_from(">Q", whole, at + 1)[0]
        self.assertEqual(at, len(whole))
        header, changes, geometry, hierarchy = 0, 8, 3, 6
        self.assertEqual(types[0], header)
        self.assertTrue({changes, geometry} <= set(types), types)
        self.assertTrue({hierarchy, hierarchy + 1} & set(types), types)

    def test_a_standard_output_that_cannot_be_written_fails_every_command(self):
        grid = self.folder / "grid"
        grid.write_text(json.dumps([{"config": ["tiny"], "memory": ["ideal"], "packing": ["two_bit"],
                                     "m": [1], "n": [16], "k": [16]}]), encoding="utf-8")
        out = self.folder / "out.json"
        run = ("run", "--model", MODEL, "--prompt", "a", "--tokens", "2", "--config", "tiny")
        self.model.unlink()
        for args in ((*run, "--json", out), (*run, "--backend", "model", "--json", out), run,
                     ("validate", "--grid", grid, "--json", out), ("info", "--model", MODEL, "--json", out),
                     ("energy", "--shape", "3b", "--json", out), ("paper", "--json", out),
                     ("compare", "--json", out), (*SWEEP, "--top", "100000", "--json", out),
                     ("eval", "--model", MODEL, "--text", self.ids, "--json", out),
                     ("bench", "rtl", "--config", "tiny", "--n", "16", "--k", "16", "--json", out),
                     ("bench", "shape", "--config", "tiny", "--shape", "tiny", "--json", out),
                     ("pack", "--model", MODEL, "--out", self.folder / "packed"), ("--help",)):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([TERCET, *map(str, args)], stdout=full, check=False, timeout=250,
                                      stderr=subprocess.PIPE, encoding="utf-8")
            self.assertEqual((done.returncode, done.stderr),
                             (FAILED, "tercet: standard output cannot be written\n"), args)
            if out in args:
                result = json.loads(out.read_text(encoding="utf-8"))
                self.assertTrue(result.get("complete", True))
                out.unlink()
        closed = subprocess.run([TERCET, "info", "--model", MODEL, "--json", out], check=False,
                                preexec_fn=lambda: os.close(1), stderr=subprocess.PIPE)
        self.assertEqual(closed.returncode, FAILED)
        self.assertIn("model", json.loads(out.read_text(encoding="utf-8")))

    def test_who_stops_reading_the_report_loses_no_results(self):
        out = self.folder / "out.json"
        run = ("run", "--model", MODEL, "--prompt", "a\n", "--tokens", "30", "--ignore-eos",
               "--config", "tiny", "--backend", "systemc")
        died = 128 + signal.SIGPIPE
        for args, stderr in (((*run, "--json", out), ""), (("info", "--model", MODEL, "--json", out), "")):
            with subprocess.Popen([TERCET, *map(str, args)], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, encoding="utf-8") as process:
                if args[0] == "run":
                    self.assertEqual(process.stdout.readline(), "a\n")
                process.stdout.close()
                self.assertEqual((process.wait(100), process.stderr.read()), (died, stderr))
            result = json.loads(out.read_text(encoding="utf-8"))
            self.assertTrue(result.get("complete", True))
            self.assertEqual(len(result.get("token_ids", [0] * 30)), 30)
            out.unlink()
        # Nobody would see the rest.
        long = [str(400) if word == "30" else word for word in run]
        with subprocess.Popen([TERCET, *long], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              encoding="utf-8") as process:
            self.assertEqual(process.stdout.readline(), "a\n")
            process.stdout.close()
            self.assertEqual(process.wait(100), died)
            self.assertRegex(process.stderr.read(),
                             r"^tercet: stopped by SIGPIPE: \d+ of 400 tokens are done\n$")
        self.assertEqual(self.files(), ["ids", "m.gguf"])

    def test_an_input_without_an_end_is_refused_and_a_pipe_can_be_given_up(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        run = ("run", "--model", MODEL, "--prompt", "a")
        ids = ("logits", "--model", self.model, "--out", self.folder / "out", "--ids")
        evaluate = ("eval", "--model", MODEL)
        for words, args in (
                ("is larger than the limit of 268435456 bytes", (*evaluate, "--text", "/dev/zero")),
                ("is larger than the limit of 268435456 bytes", (*evaluate, "--choices", "/dev/zero")),
                ("is larger than the limit of 268435456 bytes", (*ids, "/dev/zero"))):
            self.fail_with(FAILED, f"/dev/zero: {words}", *args)
        for name in ("/dev/zero", pipe):
            for args in ((*run, "--firmware"), (*run, "--energy-profile"), ("sweep", "--grid"),
                         ("validate", "--grid"), ("info", "--model"),
                         ("energy", "--shape", "3b", "--energy-profile"),
                         ("compare", "--energy-profile")):
                self.fail_with(FAILED, f"{name}: not a regular file", *args, name)
        for args in ((*evaluate, "--text"), (*evaluate, "--choices"), ids):
            with subprocess.Popen([TERCET, *map(str, args), pipe], stderr=subprocess.PIPE) as process:
                time.sleep(0.5)
                self.assertIsNone(process.poll())
                process.send_signal(signal.SIGTERM)
                self.assertIn(process.wait(5), (-signal.SIGTERM, 128 + signal.SIGTERM))

    def test_no_error_is_a_library_s_own_word(self):
        long = "x" * 300
        shut = self.folder / "circle"
        shut.symlink_to("circle")
        run = ("run", "--model", MODEL, "--prompt", "a")
        grid = self.folder / "grid"
        model = shutil.copytree(MODEL, self.folder / "model")
        for name in (long, shut, f"{self.ids}/x", "\x00"[:0] + "no\n/such"):
            for args in (("info", "--model"), ("pack", "--out", self.folder / "o", "--model"),
                         (*run, "--firmware"), (*run, "--energy-profile"), (*run, "--json"),
                         (*run, "--trace"), (*run, "--perfetto"), ("sweep", "--grid"),
                         ("sweep", "--csv"), ("validate", "--grid"), ("pack", "--model", MODEL, "--out"),
                         ("synth-model", "--out"), ("eval", "--model", MODEL, "--text"),
                         ("logits", "--model", MODEL, "--out", self.folder / "o", "--ids")):
                done = tercet(*args, name)
                self.assertEqual((done.returncode, done.stderr.count("\n")), (FAILED, 1), done.stderr)
                self.check_words(done.stderr, str(name))
        for text in ("[1e999]", "[" * 5000, "{\"rows\": 1e999}", "\xff", "[{\"a\": 1, \"a\": 2}]", "null",
                     "{\"base\": 1}"):
            grid.write_bytes(text.encode("latin-1"))
            (model / "config.json").write_bytes(grid.read_bytes())
            for args in (("sweep", "--grid", grid), ("validate", "--grid", grid),
                         ("energy", "--shape", "3b", "--energy-profile", grid),
                         ("eval", "--model", MODEL, "--choices", grid), ("info", "--model", model)):
                done = tercet(*args)
                self.assertEqual((done.returncode, done.stderr.count("\n")), (FAILED, 1), done.stderr)
                self.check_words(done.stderr, str(args[-1]))

    def check_words(self, stderr, name):
        self.assertIn(name.replace("\n", "\\x0a"), stderr)
        for words in ("filesystem error", "json.exception", "bad_alloc", "basic_string", "std::",
                      "terminate"):
            self.assertNotIn(words, stderr)

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
