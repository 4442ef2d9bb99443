#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command line: numbers as they are written, names nearly right, one vocabulary, JSON on standard output."""

import json
import re
import unittest

from program import MODEL, ROOT, ProgramTest, tercet

USAGE = 2
RUN = ("run", "--model", MODEL, "--backend", "systemc", "--tokens", "1")
COMMANDS = (("run",), ("info",), ("bench", "rtl"), ("bench", "systemc"), ("bench", "model"), ("bench", "queue"),
            ("bench", "shape"), ("eval",), ("logits",), ("pack",), ("synth-model",), ("validate",), ("sweep",),
            ("paper",), ("energy",), ("compare",))


class Options(ProgramTest):
    def test_numbers_are_read_as_they_are_written(self):
        for option, text in (("--prompt-ids", ""), ("--prompt-ids", "1,,2"), ("--prompt-ids", "1,"),
                             ("--prompt-ids", "0x10"), ("--prompt-ids", "1 2"), ("--prompt-ids", "+1"),
                             ("--seed", "-1"), ("--seed", "18446744073709551616"), ("--seed", ""), ("--seed", "1e3"),
                             ("--tokens", "8k"), ("--tokens", "1.5"), ("--top-p", "nan"), ("--top-p", "0x1p-1"),
                             ("--temperature", "inf"), ("--flip-bit", "-1"), ("--timeout", "-5"),
                             ("--threads", "1,2"), ("--memory-mib", "10000000000000000000000")):
            self.fail_with(USAGE, option, *RUN, *(() if option == "--prompt-ids" else ("--prompt", "a")),
                           f"{option}={text}")
        # A leading zero is no sign of octal.
        _, ten = self.succeed_json(*RUN, "--prompt-ids", "010")
        self.assertEqual(ten["prompt_ids"], [10])
        _, most = self.succeed_json(*RUN, "--prompt-ids", "1,02", "--seed", "18446744073709551615")
        self.assertEqual((most["seed"], most["prompt_ids"]), (2**64 - 1, [1, 2]))

    def test_an_empty_name_counts_as_given(self):
        for option in ("--json", "--energy-profile", "--firmware", "--perfetto", "--trace", "--prompt"):
            self.fail_with(USAGE, option, *RUN, "--prompt", "a", option, "")
        self.fail_with(USAGE, "--text", "eval", "--model", MODEL, "--text", "")
        self.fail_with(USAGE, "--grid", "sweep", "--grid", "")
        self.fail_with(USAGE, "--csv", "sweep", "--csv", "")

    def test_names_nearly_right_are_answered_with_the_right_ones(self):
        for meant, args in (("run", ("rnu",)), ("validate", ("validat",)), ("rtl", ("bench", "rlt")),
                            ("--model", ("run", "--modle", "x")), ("--packing", (*RUN, "--paking=trit5")),
                            ("systemc", ("run", "--model", MODEL, "--backend", "systemC")),
                            ("server", ("paper", "--config", "sever")), ("hbm2e", ("paper", "--memory", "hbm2")),
                            ("70b", ("compare", "--shape", "7b,70")), ("layers", (*RUN, "--perfetto", "t",
                                                                                  "--perfetto-detail", "layer"))):
            self.fail_with(USAGE, f"did you mean '{meant}'?", *args)
        # What is like nothing gets all names.
        self.fail_with(USAGE, "known: run, info, bench", "frobnicate")
        self.fail_with(USAGE, "known: ideal, dram, lpddr4-3200, lpddr5x-8533, hbm2e", "paper", "--memory", "x")

    def test_help_names_what_is_built_in(self):
        for command in COMMANDS:
            with self.subTest(command):
                text = self.succeed(*command, "--help")
                if "--config" in text:
                    self.assertIn("tiny, edge, server", text)
                if "--memory NAME" in text:
                    self.assertIn("lpddr5x-8533", text)
                if "--energy-profile" in text:
                    self.assertIn("asap7-no-glitches", text)
                if "--shape" in text:
                    self.assertIn("2b4t", text)

    def test_keys_values_and_head_start_as_digits_on_machines_and_as_floats_beside_peers(self):
        for kv, head, commands in (("5", "5", (("run",), ("energy",), ("bench", "model"))),
                                   ("f32", "float", (("eval",), ("logits",)))):
            for command in commands:
                with self.subTest(command):
                    text = self.succeed(*command, "--help")
                    self.assertIn(f"--kv NAME={kv} ", text)
                    self.assertIn(f"--head NAME={head} ", text)
        for flag, known in (("--kv", "known: 5, 4, 3, 2, 1, f16, f32"), ("--head", "known: 5, 4, 3, 2, 1, float")):
            for command in (RUN, ("eval", "--model", MODEL, "--text", "x"), ("bench", "model")):
                self.fail_with(USAGE, known, *command, flag, "6")
        self.fail_with(USAGE, "--kv", "energy", "--shape", "700m", "--kv", "5")

    def test_the_same_word_means_the_same_everywhere(self):
        """One option, one kind of value; lists where a command takes several."""
        kinds = {}
        for command in COMMANDS:
            for flag, kind in re.findall(r"^ +(--[a-z0-9-]+)(?: (FILE|NAME|N|TEXT|MODEL|FIRST:LAST)(?:,\.\.)?(?=[=\s]))?", self.succeed(*command, "--help"),
                                         re.M):
                kinds.setdefault(flag, set()).add(kind)
        several = {flag: found for flag, found in kinds.items() if len(found) > 1}
        self.assertEqual(several, {})
        for old in ("--model-shape", "--models", "--configs", "--batches", "--packings", "--positions", "--dram"):
            self.assertNotIn(old, kinds)

    def test_old_spellings_still_work_and_say_so(self):
        done = tercet("energy", "--model-shape=700m", "--json", self.folder / "old.json")
        self.assertEqual((done.returncode, done.stderr), (0, "tercet: note: --model-shape is now --shape\n"))
        _, new = self.succeed_json("energy", "--shape", "700m")
        self.assertEqual(json.loads((self.folder / "old.json").read_text(encoding="utf-8")), new)

    def test_version_names_commit_and_machines(self):
        out = self.succeed("--version")
        cmake = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
        version = re.search(r"VERSION (\d+\.\d+\.\d+)", cmake)[1]
        self.assertRegex(out, rf"^tercet {re.escape(version)}, commit (unknown|[0-9a-f]{{7,}}(\+changes)?)\n")
        header = (ROOT / "rtl/gen/tercet_hw.h").read_text(encoding="utf-8")
        for name in ("tiny", "edge", "server"):
            found = re.search(rf"machine {name}: configuration hash (0x[0-9a-f]{{8}})\n", out)
            self.assertIn(found[1], header.lower())

    def test_json_goes_to_standard_output_and_the_text_to_standard_error(self):
        for args in (("paper",), ("energy", "--shape", "700m"), ("sweep", "--rows", "64", "--cols", "64"),
                     ("info", "--model", "synth:tiny"), (*RUN, "--prompt", "a"),
                     ("validate", "--grid", ROOT / "tests/grids/tiny.json")):
            with self.subTest(args[0]):
                done = tercet(*args, "--json", "-")
                self.assertEqual(done.returncode, 0, done.stderr)
                text, result = self.succeed_json(*args)
                self.assertGreater(len(done.stderr), 100)
                if args[0] in ("paper", "energy"):  # no wall time in it
                    self.assertEqual(done.stderr, text)
                    self.assertEqual(json.loads(done.stdout), result)
                self.assertEqual(json.loads(done.stdout)["tercet"], result["tercet"])
                quiet = tercet(*args, "--json", "-", "--quiet")
                self.assertEqual((quiet.returncode, quiet.stderr), (0, ""))
                self.assertEqual(json.loads(quiet.stdout)["tercet"], result["tercet"])
                self.assertEqual(self.succeed(*args, "--quiet"), "")

    def test_every_json_says_where_it_comes_from(self):
        profile = self.folder / "own.json"
        profile.write_bytes((ROOT / "study/energy/profiles/asap7.json").read_bytes())
        _, run = self.succeed_json(*RUN, "--prompt", "a", "--seed", "7", "--energy-profile", profile)
        _, built_in = self.succeed_json("energy", "--shape", "700m")
        about = run["tercet"]
        self.assertEqual((about["schema"], about["command"], about["seed"]), (1, "run", 7))
        self.assertEqual([m["name"] for m in about["machines"]], ["edge"])
        self.assertRegex(about["machines"][0]["config_hash"], "^0x[0-9a-f]{8}$")
        self.assertEqual(about["profile"], built_in["tercet"]["profile"])
        profile.write_bytes(profile.read_bytes().replace(b"\n", b"\n\n", 1))
        _, changed = self.succeed_json(*RUN, "--prompt", "a", "--energy-profile", profile)
        self.assertNotEqual(changed["tercet"]["profile"]["crc32"], about["profile"]["crc32"])

    def test_wrong_usage_is_2_and_failed_work_is_1(self):
        self.fail_with(USAGE, "needs a machine", *RUN[:3], "--backend", "model", "--prompt", "a", "--timeout", "5")
        self.fail_with(1, "no/such/model", "info", "--model", "no/such/model")


if __name__ == "__main__":
    unittest.main()
