#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad command lines and bad files: one clear line, the right exit status, no crash."""

import json
import pathlib
import shutil
import subprocess
import unittest

from program import MODEL, TERCET, ProgramTest

USAGE = 2
FAILED = 1
RUN = ("run", "--model", MODEL)


class Errors(ProgramTest):
    def test_a_bad_command_line_is_refused(self):
        for words, args in (
                ("subcommand is required", ()),
                ("command 'frobnicate' is unknown", ("frobnicate",)),
                ("--model is required", ("run",)),
                ("--tokens", (*RUN, "--prompt", "a", "--tokens", "0")),
                ("--tokens", (*RUN, "--prompt", "a", "--tokens", "many")),
                ("--tokens", (*RUN, "--prompt", "a", "--tokens", "99999999999999999999")),
                ("--backend", (*RUN, "--prompt", "a", "--backend", "fpga")),
                ("--config", (*RUN, "--prompt", "a", "--config", "huge")),
                ("--packing", (*RUN, "--prompt", "a", "--packing", "zip")),
                ("--temperature", (*RUN, "--prompt", "a", "--temperature", "-1")),
                ("--top-k", (*RUN, "--prompt", "a", "--top-k", "-3")),
                ("--top-p", (*RUN, "--prompt", "a", "--top-p", "1.5")),
                ("--prompt-ids", (*RUN, "--prompt", "a", "--prompt-ids", "1")),
                ("--perfetto-detail", (*RUN, "--prompt", "a", "--perfetto", "t.json",
                                       "--perfetto-detail", "atoms")),
                ("--colour", (*RUN, "--prompt", "a", "--colour", "red")),
                ("--reps", ("bench", "rtl", "--reps", "0")),
                ("--threads", (*RUN, "--prompt", "a", "--threads", "0")),
                ("--simd", ("bench", "model", "--simd", "AVX9")),
                ("--simd", (*RUN, "--prompt", "a", "--simd", "AVX9")),
                ("excludes", ("bench", "model", "--shape", "2b4t", "--model", "x")),
                ("--choices excludes --window", ("eval", "--model", MODEL, "--choices", "c",
                                                 "--window", "8")),
                ("--choices excludes --stride", ("eval", "--model", MODEL, "--choices", "c",
                                                 "--stride", "8")),
                ("--choices excludes --max-bytes", ("eval", "--model", MODEL, "--choices", "c",
                                                    "--max-bytes", "8")),
                ("--shape", ("synth-model", "--shape", "9b", "--out", "x")),
                ("--zeros", ("synth-model", "--zeros", "1.5", "--out", "x"))):
            self.fail_with(USAGE, words, *args)

    def test_options_that_make_no_sense_are_named(self):
        ids = self.folder / "ids.txt"
        for words, args in (
                ("no prompt", RUN),
                ("--prompt: is given, but empty", (*RUN, "--prompt", "")),
                ("--prompt-ids -1: must be a whole number", (*RUN, "--prompt-ids=-1")),
                ("top-p 0", (*RUN, "--prompt", "a", "--top-p", "0")),
                ("memory 'ddr9' is unknown", (*RUN, "--prompt", "a", "--memory", "ddr9")),
                ("needs --backend rtl or systemc", (*RUN, "--prompt", "a", "--memory", "dram", "--backend",
                                         "model")),
                ("--flip-bit needs a machine", (*RUN, "--prompt", "a", "--backend", "model",
                                                "--flip-bit", "3")),
                ("--timeout needs a machine", (*RUN, "--prompt", "a", "--backend", "model",
                                               "--timeout", "3")),
                ("--memory-mib needs a machine", (*RUN, "--prompt", "a", "--backend", "reference",
                                                  "--memory-mib", "3")),
                ("--control needs a machine", (*RUN, "--prompt", "a", "--backend", "model",
                                               "--control", "direct")),
                ("choose another --backend", (*RUN, "--prompt", "a", "--backend", "reference",
                                              "--check")),
                ("the reference has one", (*RUN, "--prompt", "a", "--backend", "reference",
                                           "--threads", "2")),
                ("--config needs a machine", ("eval", "--model", MODEL, "--text", __file__,
                                              "--config", "edge")),
                ("--packing needs a machine", ("logits", "--model", MODEL, "--ids", ids, "--out",
                                               self.folder / "o", "--packing", "trit5")),
                ("not built as RTL", (*RUN, "--prompt", "a", "--config", "server")),
                ("--trace-window requires --trace", (*RUN, "--prompt", "a", "--trace-window", "1:2")),
                ("FIRST must be below LAST", (*RUN, "--prompt", "a", "--trace", "t.fst",
                                              "--trace-window", "5:5")),
                ("must be FIRST:LAST", (*RUN, "--prompt", "a", "--trace", "t.fst", "--trace-window",
                                        "1:x")),
                ("--perfetto needs --backend rtl or systemc", (*RUN, "--prompt", "a", "--perfetto",
                                                               "t.json", "--backend", "model")),
                ("--perfetto-window requires --perfetto", (*RUN, "--prompt", "a", "--perfetto-window",
                                                        "1:2")),
                ("--perfetto-detail requires --perfetto", (*RUN, "--prompt", "a", "--perfetto-detail",
                                                        "gemms")),
                ("--perfetto-window 7:7: FIRST must be below LAST",
                 (*RUN, "--prompt", "a", "--perfetto", "t.json", "--perfetto-window", "7:7")),
                ("unknown key 'size'", ("info", "--model", "synth:2b4t,size=3")),
                ("'x' is not a number", ("info", "--model", "synth:2b4t,layers=x")),
                ("layers: 0 is not in [1, 1024]", ("info", "--model", "synth:tiny,layers=0")),
                ("vocab: 1 is not in [2, 4194304]", ("info", "--model", "synth:tiny,vocab=1")),
                ("positions: 0 is not in [1, 1048576]",
                 ("info", "--model", "synth:tiny,positions=0")),
                ("layers is given twice", ("info", "--model", "synth:tiny,layers=2,layers=3")),
                ("--model synth:9b: shape '9b' is unknown", ("info", "--model", "synth:9b")),
                ("give one of --text and --choices", ("eval", "--model", MODEL)),
                ("needs --backend model", ("eval", "--model", MODEL, "--text", "x", "--act-quant",
                                           "none", "--backend", "systemc")),
                ("--round needs --format hf", ("pack", "--model", MODEL, "--round", "--out", "o"))):
            self.fail_with(USAGE, words, *args)

    def test_input_that_makes_no_sense_is_named(self):
        ids = self.folder / "ids.txt"
        ids.write_text("5 x")
        for words, args in (
                ("2048 is not in [0, 2048)", (*RUN, "--prompt-ids", "2048")),
                ("the model's context 512", (*RUN, "--prompt", "word " * 600)),
                ("exceed the model's context of 512", (*RUN, "--prompt", "a", "--tokens", "512")),
                ("does not exist", (*RUN, "--prompt", "a", "--perfetto", "no/such/folder/a.json")),
                ("does not exist", (*RUN, "--prompt", "a", "--json", "no/such/folder/a.json")),
                ("is a folder", (*RUN, "--prompt", "a", "--json", str(self.folder))),
                ("device memory", (*RUN, "--prompt", "a", "--memory-mib", "1")),
                ("--flip-bit 99999999999", (*RUN, "--prompt", "a", "--flip-bit", "99999999999")),
                ("no/such/profile.json", (*RUN, "--prompt", "a", "--energy-profile",
                                          "no/such/profile.json")),
                ("no/such/model", ("info", "--model", "no/such/model")),
                ("'x' (number 1) is not a token id", ("logits", "--model", MODEL, "--ids", ids,
                                                      "--out", self.folder / "o")),
                ("no multiple of 128, a block of I2_S", ("pack", "--model", MODEL, "--format", "i2s",
                                                         "--out", self.folder / "o")),
                (f"tercet: {MODEL}: ", ("pack", "--model", MODEL, "--format", "i2s", "--out",
                                        self.folder / "o")),
                ("tercet: synth:tiny: ", ("pack", "--model", "synth:tiny", "--format", "hf", "--out",
                                          self.folder / "o")),
                ("(--round allows that)", ("pack", "--model", "synth:tiny", "--format", "hf", "--out",
                                           self.folder / "o")),
                ("no/such.txt", ("eval", "--model", MODEL, "--text", "no/such.txt")),
                ("no tokenizer", ("eval", "--model", "synth:2b4t,layers=1,vocab=300", "--text",
                                  __file__)),
                ("does not exist", ("synth-model", "--out", "no/such/folder/model", "--layers",
                                    "1"))):
            self.fail_with(FAILED, words, *args)

    def copy_model(self):
        folder = self.folder / "model"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(MODEL, folder)
        return folder

    def run_copy(self, folder, words):
        self.fail_with(FAILED, words, "run", "--model", folder, "--prompt", "a", "--tokens", "1")

    def test_a_broken_model_folder_is_named(self):
        for name in ("config.json", "model.safetensors"):
            folder = self.copy_model()
            (folder / name).unlink()
            self.run_copy(folder, name)
        for name in ("config.json", "model.safetensors", "tokenizer.json"):
            for size in (0, 1, 100):
                folder = self.copy_model()
                path = folder / name
                path.write_bytes(path.read_bytes()[:size])
                self.run_copy(folder, name)
        folder = self.copy_model()
        (folder / "tokenizer.json").unlink()
        self.run_copy(folder, "--prompt-ids")
        folder = self.copy_model()
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config["colour"] = "red"
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        self.run_copy(folder, "colour")

    def test_a_command_that_takes_too_long_is_given_up(self):
        for control, words in (("firmware", "device error watchdog (37): limit 10 cycles"),
                               ("direct", "not done after 10 cycles")):
            self.fail_with(FAILED, words, *RUN, "--prompt", "a", "--timeout", "10", "--control",
                           control)

    def test_a_full_disk_is_an_error(self):
        if not pathlib.Path("/dev/full").exists():
            self.skipTest("no /dev/full")
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([TERCET, "info", "--model", MODEL], stdout=full, check=False,
                                  stderr=subprocess.PIPE, encoding="utf-8")
        self.assertEqual((done.returncode, done.stderr),
                         (FAILED, "tercet: standard output cannot be written\n"))


if __name__ == "__main__":
    unittest.main()
