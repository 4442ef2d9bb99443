#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tercet run: exact on every machine, reproducible, and honest in its JSON."""

import json
import os
import pty
import re
import shutil
import struct
import subprocess
import time
import unittest

from program import MODEL, TERCET, ProgramTest, tercet

PROMPT = "And the LORD said"
# kjv-5m: hidden 256, intermediate 704, 6 layers, 4 heads of 64, 2 key/value heads.
OUTPUTS_PER_TOKEN = 6 * (256 + 128 + 128 + 256 + 704 + 704 + 256)
VOCAB = 2048


class Run(ProgramTest):
    def run_model(self, *args, tokens=6):
        return self.succeed_json("run", "--model", MODEL, "--prompt", PROMPT, "--tokens", tokens,
                                 *args)

    def test_every_machine_and_packing_is_exact_and_writes_the_same(self):
        texts = set()
        for backend, config in (("rtl", "edge"), ("rtl", "tiny"), ("systemc", "edge"),
                                ("systemc", "tiny"), ("systemc", "server"),
                                ("functional", "edge"), ("functional", "tiny"),
                                ("functional", "server"), ("model", "edge")):
            for packing in ("two_bit", "trit5"):
                out, result = self.run_model("--check", "--backend", backend, "--config", config,
                                             "--packing", packing)
                forwards = result["tokens"] - 1 + len(result["prompt_ids"])
                compared = OUTPUTS_PER_TOKEN * forwards
                self.assertIn(f"\nbit-exact: {compared} checked, 0 mismatches\n", out)
                self.assertEqual(result["check"], {
                    "enabled": True, "compared": compared, "logits": VOCAB * result["tokens"],
                    "mismatches": 0})
                self.assertEqual(result["tokens"], 6)
                self.assertEqual(len(result["token_ids"]), 6)
                self.assertTrue(out.startswith(PROMPT + result["text"] + "\n"))
                self.assertEqual(result["cycles"] > 0, backend in ("rtl", "systemc"))
                self.assertEqual(result["cycles"], sum(result["forward_cycles"]))
                texts.add(result["text"])
        self.assertEqual(len(texts), 1)

    def test_the_host_alone_writes_the_same_with_any_number_of_threads(self):
        reference = self.run_model("--backend", "reference", tokens=20)[1]
        self.assertEqual(reference["threads"], 1)
        self.assertNotIn("simd", reference)
        for threads in ("1", "2", "5"):
            out, result = self.run_model("--backend", "model", "--threads", threads, tokens=20)
            self.assertEqual(result["threads"], int(threads))
            self.assertIn(result["simd"], out)
            self.assertRegex(out, r"\nhost speed +prefill [\d.]+ and decode [\d.]+ tokens/s, wall time\n")
            for key in ("token_ids", "text", "matmuls", "ternary_products", "energy"):
                self.assertEqual(result[key], reference[key], key)
        for target in ("AVX2", "SSE4", "SCALAR"):  # all of them on every x86-64 of this century
            result = self.run_model("--backend", "model", "--simd", target, tokens=20)[1]
            self.assertEqual(result["simd"], target)
            self.assertEqual(result["token_ids"], reference["token_ids"], target)

    def check_phases(self, out, result):
        """Prefill and decode: cycles, time, speed and energy, each with its tokens."""
        prefill, decode = result["phases"]
        self.assertEqual((prefill["phase"], decode["phase"]), ("prefill", "decode"))
        self.assertEqual(prefill["cycles"], result["forward_cycles"][0])
        self.assertEqual(decode["cycles"], sum(result["forward_cycles"][1:]))
        self.assertEqual(prefill["tokens"], len(result["prompt_ids"]))
        self.assertEqual(decode["tokens"], result["tokens"] - 1)
        for phase in (prefill, decode):
            self.assertAlmostEqual(phase["tokens_per_s"] * phase["seconds"], phase["tokens"])
            self.assertIn(f"{phase['phase']} {round(phase['tokens_per_s']):,}", out)
            self.assertGreater(phase["speed_up"], 1.0)
        for i, level in enumerate(result["ledger"]["levels"]):
            total = prefill["levels"][i]["joule"] + decode["levels"][i]["joule"]
            self.assertAlmostEqual(total / level["joule"], 1.0)
        self.assertIn(f"\ntotal                    {result['cycles']:,} cycles = ", out)
        self.assertIn(" tokens/s on the simulated machine at 1000 MHz", out)
        self.assertIn(f"{result['speed_up']:.2f}× over the FP16 machine", out)

    def test_details_follow_the_summary(self):
        args = ("run", "--model", MODEL, "--prompt", PROMPT, "--tokens", "2", "--backend", "systemc")
        out = self.succeed(*args, "--details")
        for title in ("Weights", "Cycles", "Host", "Energy as the BitNet papers count it: operators only",
                      "Energy by level", "Energy by component"):
            self.assertIn(f"\n{title}", out)
            self.assertNotIn(f"\n{title}", self.succeed(*args))
        self.assertIn("71.4× per operation, times 1.5× because zero weights are skipped", out)
        self.assertRegex(out, "array busy: a token enters it +[0-9.]+ % of these cycles")
        self.assertRegex(out, "array utilisation +[0-9.]+ % of the products that all lanes could do")
        self.assertIn("simulated cycles and", out)

    def test_counters_and_energy_are_consistent(self):
        out, result = self.run_model("--packing", "trit5")
        counters = result["counters"]
        self.assertLessEqual(counters["cycles_busy"], result["cycles"])
        self.assertAlmostEqual(sum(result["cycles_by_cause"].values()), 1.0)
        self.assertEqual(counters["weight_beats"] * 64, result["packed_weight_bytes"] * 6)
        energy = result["energy"]
        self.assertEqual(energy["additions"] + energy["zeros_skipped"], result["ternary_products"])
        self.assertAlmostEqual(energy["ternary_j"], energy["additions"] * 0.007e-12)
        self.assertAlmostEqual(energy["fp16_j"], result["ternary_products"] * 0.5e-12)
        self.assertEqual(energy["label"], "operators only")
        self.assertNotIn("operators only", out)  # which is among the details
        self.assertIn("energy, arithmetic only", out)
        self.assertLessEqual(out[out.index(" on edge"):].count("\n"), 15)
        self.check_phases(out, result)
        self.assertFalse(result["check"]["enabled"])
        self.assertNotIn("bit-exact", out)

    def test_the_same_seed_gives_the_same_run_and_another_one_does_not(self):
        drawn = ("--temperature", "1", "--top-k", "50", "--top-p", "0.95")
        results = []
        for seed in (1, 1, 2):
            _, result = self.run_model(*drawn, "--seed", seed, tokens=12)
            del result["wall_seconds"]
            results.append(result)
        self.assertEqual(results[0], results[1])
        self.assertNotEqual(results[0]["token_ids"], results[2]["token_ids"])

    def test_systemc_and_rtl_differ_in_nothing_but_wall_time(self):
        for config in ("edge", "tiny"):
            for memory in ("dram", "ideal"):
                results = []
                for backend in ("rtl", "systemc"):
                    _, result = self.run_model("--config", config, "--memory", memory, "--backend",
                                               backend)
                    self.assertEqual(result.pop("backend"), backend)
                    del result["wall_seconds"]
                    results.append(result)
                self.assertEqual(results[0], results[1])
                self.assertGreater(results[0]["dram"]["bytes_read"], 0)

    def test_a_slower_memory_takes_more_cycles_for_the_same_text(self):
        _, ideal = self.run_model("--config", "tiny", "--memory", "ideal")
        _, dram = self.run_model("--config", "tiny")
        self.assertGreater(dram["cycles"], ideal["cycles"])
        self.assertEqual(dram["text"], ideal["text"])

    def test_a_random_model_takes_token_ids(self):
        out, result = self.succeed_json("run", "--model", "synth:2b4t,layers=1,vocab=300,seed=3",
                                        "--prompt-ids", "1,2", "--tokens", "2", "--check")
        self.assertIn(" checked, 0 mismatches\n", out)
        self.assertEqual(result["prompt_ids"], [1, 2])
        self.assertEqual(result["text"], "")

    def test_one_flipped_weight_bit_is_found_and_named(self):
        path = self.folder / "out.json"
        done = tercet("run", "--model", MODEL, "--prompt", PROMPT, "--tokens", "2", "--check",
                      "--flip-bit", "5", "--json", path)
        self.assertEqual(done.returncode, 1)
        result = json.loads(path.read_text(encoding="utf-8"))
        words = "mismatch: layer model.layers.0.self_attn.q_proj, row 0, column 0: expected "
        self.assertEqual(done.stderr, f"tercet: {result['check']['first_mismatch']}\n")
        self.assertTrue(done.stderr.startswith("tercet: " + words), done.stderr)
        self.assertGreater(result["check"]["mismatches"], 0)
        self.assertIn(f" checked, {result['check']['mismatches']} mismatches\n", done.stdout)

    def test_names_and_prompts_cannot_command_a_terminal(self):
        evil = "a\x1b[2Jb\x07\u009b31m"
        folder = self.folder / evil
        shutil.copytree(MODEL, folder)
        text, ids = self.folder / ("t" + evil), self.folder / "ids"
        text.write_text("And it came")
        ids.write_text("5")
        small = ("--backend", "functional", "--config", "tiny")
        for command in (("info",), ("run", "--prompt", "a", "--tokens", "1", *small),
                        ("energy", "--prompt", "a", "--tokens", "1", "--config", "tiny", "--trace",
                         self.folder / evil / "w.fst", "--trace-window", "5:9"),
                        ("eval", "--text", text), ("logits", "--ids", ids, "--out", str(text) + "2"),
                        ("pack", "--out", str(folder) + "2"),
                        ("bench", "model", "--prompt-tokens", "2", "--tokens", "2", "--reps", "1")):
            done = tercet(*command, "--model", folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            said = done.stdout + done.stderr
            self.assertEqual(re.findall(r"[^\n\x20-\x7e\xa0-\U0010ffff]", said), [], command)
            if command[0] != "bench":
                self.assertIn(r"a\x1b[2Jb\x07\xc2\x9b31m", said, command)

    def test_a_models_text_is_kept_but_for_a_terminal(self):
        evil = "a\x1b[2Jb\r"
        run = [TERCET, "run", "--model", MODEL, "--prompt", evil, "--tokens", "1", "--backend", "model"]
        done = subprocess.run(run, check=True, capture_output=True, timeout=250)
        self.assertTrue(done.stdout.startswith(evil.encode()), done.stdout)
        master, slave = pty.openpty()
        with subprocess.Popen(run, stdout=slave, stderr=subprocess.DEVNULL) as process:
            os.close(slave)
            shown = b""
            while b"of the prompt" not in shown:
                shown += os.read(master, 4096)
            process.kill()
        os.close(master)
        self.assertTrue(shown.startswith(rb"a\x1b[2Jb\x0d"), shown)
        self.assertNotIn(b"\x1b", shown)

    def test_a_later_option_wins(self):
        _, result = self.run_model("--prompt", "In the", "--tokens", "2", "--config", "tiny")
        self.assertEqual((result["prompt"], result["tokens"]), ("In the", 2))

    def test_a_trace_covers_its_window_and_changes_no_cycle(self):
        _, plain = self.run_model("--config", "tiny", tokens=1)
        sizes = []
        for window in ("100:300", "100:3000"):
            path = self.folder / f"{window}.fst"
            _, traced = self.run_model("--config", "tiny", "--trace", path, "--trace-window", window,
                                       tokens=1)
            self.assertEqual(traced["forward_cycles"], plain["forward_cycles"])
            sizes.append(path.stat().st_size)
            first, last = map(int, window.split(":"))
            self.assertEqual(traced["trace"], {"file": str(path), "bytes": sizes[-1],
                                               "first_cycle": first, "last_cycle": last - 1})
            # A cycle is 1000 ps at 1 GHz; the last edge is the falling one in the last cycle's middle.
            head = path.read_bytes()[:74]
            self.assertEqual(struct.unpack(">QQ", head[9:25]), (1000 * first, 1000 * last - 500))
            self.assertEqual(struct.unpack("b", head[73:])[0], -12)
        self.assertGreater(sizes[1], sizes[0])
        self.assertEqual(self.files(), ["100:300.fst", "100:3000.fst", "out.json"])

    def test_a_window_that_the_run_never_reaches_is_an_error(self):
        run = ("run", "--model", MODEL, "--prompt", "a", "--tokens", "1", "--config", "tiny")
        report, text, ids = (self.folder / name for name in ("out.json", "t.txt", "ids.txt"))
        text.write_text("And it came")
        ids.write_text("5")
        rest = ("--model", MODEL, "--backend", "rtl", "--config", "tiny")
        for option, key, command in (
                ("--trace", "trace", (*run, "--json", report)),
                ("--perfetto", "perfetto", (*run, "--json", report)),
                ("--trace", "trace", ("energy", *run[1:])),
                ("--trace", "trace", ("eval", *rest, "--text", text, "--json", report)),
                ("--trace", "trace", ("logits", *rest, "--ids", ids, "--out", self.folder / "out"))):
            file, window = self.folder / "trace", "90000000:90000100"
            done = tercet(*command, option, file, option + "-window", window)
            self.assertEqual(done.returncode, 1, command)
            self.assertRegex(done.stderr, rf"tercet: {option}-window {window}: the run has cycles 0 to "
                                          r"\d+ only, none of them in the window; no file was written\n$")
            self.assertFalse(file.exists())
            if report in command:  # what was asked for beside is there
                self.assertEqual(json.loads(report.read_text())[key]["bytes"], 0)
                self.assertIn("no file, as no cycle of the window came", done.stdout)
                report.unlink()

    def test_evaluations_and_ledgers_tell_of_their_waveform(self):
        text, file = self.folder / "t.txt", self.folder / "w.fst"
        text.write_text("And it came")
        for command in (("eval", "--backend", "rtl", "--text", text),
                        ("energy", "--prompt", "a", "--tokens", "1")):
            out, result = self.succeed_json(*command, "--model", MODEL, "--config", "tiny", "--trace",
                                            file, "--trace-window", "50:60")
            self.assertEqual(result["trace"], {"file": str(file), "bytes": file.stat().st_size,
                                               "first_cycle": 50, "last_cycle": 59})
            self.assertRegex(out, r"waveform +" + re.escape(f"{file}: cycles 50 to 59, "))

    def test_a_flipped_bit_is_told_without_check_too(self):
        plain, _ = self.run_model("--config", "tiny", tokens=1)
        self.assertNotIn("altered", plain)
        name = "model.layers.0.self_attn.q_proj"
        for backend in ("rtl", "functional"):
            out, result = self.run_model("--config", "tiny", "--backend", backend, "--flip-bit", "5",
                                         tokens=1)
            self.assertEqual(result["flip_bit"], {"bit": 5, "matrix": name})
            self.assertTrue(result["ledger"]["weights_altered"])
            self.assertTrue(result["energy"]["weights_altered"])
            self.assertRegex(out, rf"flipped weight +bit 5, in {name}\n")
            self.assertIn(f"The weights were altered by --flip-bit (bit 5, in {name}).", out)
        # Any other matrix, by its place.
        last = 8 * result["packed_weight_bytes"] - 1
        _, result = self.run_model("--config", "tiny", "--flip-bit", last, tokens=1)
        self.assertRegex(result["flip_bit"]["matrix"], r"model\.layers\.\d+\.")

    def test_text_streams_as_it_is_made_and_progress_is_for_terminals(self):
        master, slave = pty.openpty()
        with subprocess.Popen(
                [TERCET, "run", "--model", MODEL, "--prompt", PROMPT, "--tokens", "60", "--config",
                 "tiny"], stdout=subprocess.PIPE, stderr=slave) as process:
            os.close(slave)
            first = os.read(process.stdout.fileno(), 4096)
            time.sleep(0.3)
            self.assertIsNone(process.poll())
            self.assertLess(len(first), 100)
            progress = os.read(master, 4096)
            process.kill()
        os.close(master)
        self.assertIn(b"tokens/s", progress)
        self.assertIn(b"cycles/s", progress)
        self.assertIn(b"s left]", progress)


if __name__ == "__main__":
    unittest.main()
