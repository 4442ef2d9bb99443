#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tercet info, bench, eval, synth-model and --help."""

import json
import pathlib
import shutil
import unittest

from program import MODEL, ProgramTest, tercet


class Tools(ProgramTest):
    def test_help_is_everywhere(self):
        self.assertIn("synth-model", self.succeed("--help"))
        for command in (("run",), ("info",), ("bench",), ("bench", "rtl"), ("bench", "systemc"),
                        ("bench", "model"), ("eval",), ("logits",), ("pack",), ("validate",),
                        ("synth-model",)):
            self.assertIn("--help", self.succeed(*command, "--help"))

    def test_info_tells_sizes(self):
        out, info = self.succeed_json("info", "--model", MODEL, "--config", "edge")
        weights = info["model"]["ternary_weights"]
        self.assertEqual(weights, 6 * (3 * 256 * 256 + 3 * 256 * 704))
        self.assertGreater(info["model"]["zero_fraction"], 0.2)
        # 2 and 1.6 bits, and the padding of at most one tile a matrix.
        self.assertAlmostEqual(info["packed_bytes"]["two_bit"] * 8 / weights, 2.0, delta=0.02)
        self.assertAlmostEqual(info["packed_bytes"]["trit5"] * 8 / weights, 1.6, delta=0.02)
        self.assertEqual(info["machine"]["name"], "edge")
        self.assertIn("4,423,680", out)

    def test_bench_measures_and_checks(self):
        out, bench = self.succeed_json("bench", "rtl", "--n", "256", "--k", "256", "--reps", "2")
        for result in (bench, bench["trit5"]):
            for name in ("gemm", "gemv"):
                row = result[name]
                self.assertGreater(row["ternary_ops_per_s"], 1e6)
                self.assertGreater(row["sim_khz"], 10)
                self.assertGreater(row["cycles"], 100)
                self.assertGreater(row["utilisation"], 0.5)
                self.assertLessEqual(row["utilisation"], 1.0)
                self.assertEqual(row["outputs_checked"], 256 * row["m"])
        self.assertEqual((bench["gemm"]["m"], bench["gemv"]["m"]), (64, 1))
        self.assertEqual(out.count("\n"), 4)

    def test_bench_systemc_runs_true_shapes_in_the_cycles_of_the_rtl(self):
        out, bench = self.succeed_json("bench", "systemc", "--layers", "1", "--reps", "1")
        self.assertEqual((bench["layers"], bench["memory"]), (1, "dram"))
        products = 2 * 2560 * 2560 + 2 * 640 * 2560 + 3 * 6912 * 2560
        for name, field, tokens in (("decode", "decode_2b4t_s", 1),
                                    ("prefill64", "prefill64_2b4t_s", 64)):
            self.assertEqual(bench[name]["products"], products * tokens)
            self.assertEqual(bench[name]["seconds"], bench[field])
            self.assertTrue(bench["rtl"][name]["cycles_equal"], out)
            # A weight byte a cycle and byte of the bus at best, a token a cycle and tile.
            self.assertGreater(bench[name]["cycles"], products * max(1 / 256, tokens / 4096))
        self.assertGreater(bench["ratio_to_rtl"], 1.0)

    def test_bench_model_measures_beside_a_probe_and_checks(self):
        out, bench = self.succeed_json("bench", "model", "--shape", "2b4t", "--layers", "1",
                                       "--vocab", "4000", "--prompt-tokens", "16", "--tokens", "4",
                                       "--reps", "1")
        self.assertTrue(bench["complete"])
        self.assertEqual(bench["logits_checked"], 4000)
        layer = 2 * 2560 * 2560 + 2 * 640 * 2560 + 3 * 6912 * 2560
        self.assertEqual((bench["kv"], bench["head"]), ("5", "5"))
        # A code each, and a scale for each of five heads of keys and values and for each row of the head.
        cache = (16 + 4 / 2) * 2 * (640 + 5 * 4)
        self.assertEqual(bench["bytes_per_token"], layer / 4 + 4000 * (2560 + 4) + cache)
        _, floats = self.succeed_json("bench", "model", "--shape", "2b4t", "--layers", "1", "--vocab", "4000",
                                      "--prompt-tokens", "16", "--tokens", "4", "--reps", "1", "--kv", "f32",
                                      "--head", "float")
        cache = (16 + 4 / 2) * 2 * 640 * 4
        self.assertEqual(floats["bytes_per_token"], layer / 4 + 4000 * 2560 * 2 + cache)
        for figures in (bench, bench["cpu"]):
            for threads in (1, 2):
                self.assertGreater(figures[f"pp16_t{threads}"], 0)
                rate = figures[f"tg4_t{threads}"]
                probe = figures["probe_gb_s" if threads == 1 else "probe_t2_gb_s"]
                self.assertAlmostEqual(figures[f"tg4_t{threads}_of_probe"],
                                       rate * bench["bytes_per_token"] / (probe * 1e9))
        # The model's weights are resident, and not much else.
        self.assertGreater(bench["max_rss_mb"], (layer / 4 + 4000 * 2560 * 2) / 1e6)
        self.assertLess(bench["max_rss_mb"], 150)
        _, scalar = self.succeed_json("bench", "model", "--shape", "tiny", "--simd", "SCALAR")
        self.assertEqual(scalar["simd"], "SCALAR")
        self.assertIn("of it", out)

    def test_eval_agrees_with_the_trainer(self):
        # A part of the held-out text: near the figure of the whole, which the model's tests compare.
        text = pathlib.Path(MODEL) / "heldout.txt"
        _, result = self.succeed_json("eval", "--model", MODEL, "--text", text, "--max-bytes", "4000")
        self.assertLessEqual(result["bytes"], 4000)
        self.assertGreater(result["bytes"], 3000)
        self.assertTrue(0.8 < result["bits_per_byte"] < 2.0, result)
        _, shorter = self.succeed_json("eval", "--model", MODEL, "--text", text, "--max-bytes",
                                       "4000", "--window", "16")
        self.assertGreater(shorter["bits_per_byte"], result["bits_per_byte"])

    def test_digits_cost_little_and_less_the_more_there_are(self):
        text = pathlib.Path(MODEL) / "heldout.txt"
        bits = {}
        for kv, head in (("f32", "float"), ("5", "5"), ("3", "3"), ("1", "5"), ("5", "1")):
            _, result = self.succeed_json("eval", "--model", MODEL, "--text", text, "--max-bytes", "16384", "--kv", kv,
                                          "--head", head)
            self.assertEqual((result["kv"], result["head"]), (kv, head))
            bits[kv, head] = result["bits_per_byte"]
        exact = bits["f32", "float"]
        self.assertLess(abs(bits["5", "5"] - exact), 0.0005)
        self.assertLess(bits["3", "3"] - exact, 0.005)
        self.assertGreater(bits["1", "5"] - exact, 0.05)
        self.assertGreater(bits["5", "1"] - exact, 0.05)

    def test_logits_are_compared_with_those_of_a_file(self):
        ids = self.folder / "ids"
        ids.write_text("1 5 9 2")
        command = ("logits", "--model", "synth:tiny", "--ids", ids, "--out")
        self.assertEqual(tercet(*command, self.folder / "floats").returncode, 0)
        for flags, pattern in (((), r"largest change from \S+floats: 0, of "),
                               (("--kv", "5", "--head", "5"), r"largest change from \S+floats: [0-9.e-]+, of logit \d+ after"
                                                              r" token \d; root mean square [0-9.e-]+; the largest logit")):
            done = tercet(*command, self.folder / "other", "--against", self.folder / "floats", *flags)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stderr, pattern)
        ids.write_text("1 5 9")
        self.fail_with(1, "are not", *command, self.folder / "other", "--against", self.folder / "floats")

    def test_pack_says_what_a_file_s_reader_does_otherwise(self):
        head = "has no head apart from the embedding"
        for model, flags, words in (
                ("synth:700m,layers=1,vocab=300", ("i2s",), "bitnet.cpp " + head),
                ("synth:700m,layers=1,vocab=300", ("tq2",), "llama.cpp " + head),
                ("synth:700m,layers=1,vocab=300", ("i2s", "--arch", "bitnet-25"),
                 "runs general.architecture bitnet-25 with ReLU squared; this model has SiLU"),
                ("synth:2b4t,layers=1,vocab=300", ("i2s", "--arch", "bitnet"),
                 "bitnet.cpp runs general.architecture bitnet with SiLU"),
                ("synth:2b4t,layers=1,vocab=300", ("tq2",),
                 "llama.cpp runs general.architecture bitnet with SiLU"),
                ("synth:2b4t,layers=1,vocab=300", ("i2s",), None)):
            out = self.folder / "m.gguf"
            said = self.succeed("pack", "--model", model, "--out", out, "--format", *flags)
            out.unlink()
            if words is None:
                self.assertNotIn("note:", said)
            else:
                self.assertIn(words, said)

    def test_pack_keeps_the_tokenizer_s_settings(self):
        model = shutil.copytree(MODEL, self.folder / "model")
        settings = '{"add_bos_token": false, "legacy": true}'
        (model / "tokenizer_config.json").write_text(settings, encoding="utf-8")
        self.succeed("pack", "--model", model, "--out", self.folder / "packed")
        kept = (self.folder / "packed" / "tokenizer_config.json").read_text(encoding="utf-8")
        self.assertEqual(kept, settings)

    def test_eval_of_a_model_with_a_short_context(self):
        model, text = self.folder / "short", self.folder / "text"
        self.succeed("synth-model", "--shape", "tiny", "--vocab", "300", "--context", "64", "--out",
                     model)
        text.write_text("a word" * 30, encoding="utf-8")
        _, result = self.succeed_json("eval", "--model", model, "--text", text)
        self.assertEqual((result["window"], result["stride"], result["tokens"]), (64, 64, 180))
        self.fail_with(1, "window of 256 tokens is not in [1, 64]", "eval", "--model", model, "--text",
                       text, "--window", "256")

    def test_eval_cuts_a_text_after_lines_or_characters(self):
        text = self.folder / "text"
        text.write_text("ab\ncdefgh\u00e9\u00e9\n", encoding="utf-8")
        for limit, used in ((2, 2), (3, 3), (9, 3), (14, 14), (99, 14)):
            _, result = self.succeed_json("eval", "--model", MODEL, "--text", text, "--max-bytes",
                                          limit)
            self.assertEqual(result["bytes"], used, limit)
        text.write_text("\u00e9\u00e9", encoding="utf-8")
        _, result = self.succeed_json("eval", "--model", MODEL, "--text", text, "--max-bytes", "3")
        self.assertEqual(result["bytes"], 2)

    def test_a_bad_question_is_named(self):
        questions = self.folder / "c.jsonl"
        good = '{"context": "And it came to", "choices": [" pass", " zzz"], "answer": 0}\n'
        questions.write_text(good + "\n" + good.replace(" zzz", " word" * 600), encoding="utf-8")
        self.fail_with(1, f"{questions}:3: choices: 1 has ", "eval", "--model", MODEL, "--choices",
                       questions)

    def test_the_reference_has_one_thread(self):
        run = ("run", "--model", "synth:tiny", "--prompt-ids", "5", "--tokens", "1", "--backend")
        _, result = self.succeed_json(*run, "reference", "--threads", "1")
        self.assertEqual(result["backend"], "reference")

    def test_a_random_model_is_written_once_and_runs(self):
        model = self.folder / "model"
        args = ("synth-model", "--shape", "2b4t", "--zeros", "0.422", "--layers", "1", "--vocab",
                "300", "--seed", "7", "--out")
        self.assertIn("42.2", self.succeed(*args, model))
        self.assertEqual(self.files(), ["model"])
        self.fail_with(1, "exists", *args, model)
        self.succeed(*args, self.folder / "again")
        for name in ("config.json", "model.safetensors", "tokenizer.json"):
            self.assertEqual((model / name).read_bytes(),
                             (self.folder / "again" / name).read_bytes(), name)
        _, loaded = self.succeed_json("run", "--model", model, "--prompt-ids", "1", "--tokens", "1",
                                      "--check")
        _, made = self.succeed_json("run", "--model",
                                    "synth:2b4t,layers=1,zeros=0.422,vocab=300,seed=7",
                                    "--prompt-ids", "1", "--tokens", "1", "--check")
        self.assertEqual(loaded["token_ids"], made["token_ids"])
        self.assertEqual(loaded["cycles"], made["cycles"])
        info = json.loads((model / "config.json").read_text(encoding="utf-8"))
        self.assertEqual(info["num_hidden_layers"], 1)


if __name__ == "__main__":
    unittest.main()
