#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Models in every format give the same logits, byte for byte, and convert into each other exactly."""

import copy
import json
import re
import struct
import unittest

import format_files as ff
from program import MODEL, ProgramTest, tercet

FAILED = 1
IDS = "298 5 17 290\n3 42"
OFFLINE = ff.quantization("autobitlinear", "offline")


class Formats(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.toy = ff.ToyModel(seed=1)
        cls.exact = ff.ToyModel(seed=2, layers=1, exact_scales=True)

    def logits(self, model, *flags):
        """The bytes that `tercet logits` writes, and what it says on standard error."""
        ids, out = self.folder / "ids.txt", self.folder / "logits.bin"
        ids.write_text(IDS)
        done = tercet("logits", "--model", model, "--ids", ids, "--out", out, *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.notes, report = re.fullmatch(r"((?:.*\n)*)(.*)\n", done.stderr).groups()
        self.assertRegex(report, rf"^{re.escape(str(out))}: \d+ x \d+ float32$")
        self.assertEqual(done.stdout, "")
        return out.read_bytes()

    def own(self, toy, name="own"):
        folder = self.folder / name
        return folder if folder.exists() else ff.write_folder(
            folder, toy.config(OFFLINE), ff.hf_tensors(toy, "packed"))

    def gguf(self, metadata, tensors, name="m.gguf", **layout):
        path = self.folder / name
        path.write_bytes(ff.gguf(metadata, tensors, **layout))
        return path

    def test_gguf_weights_of_every_type(self):
        toy = self.toy
        want = self.logits(self.own(toy))
        self.assertEqual(len(want), 6 * toy.vocab * 4)
        for weights, layout in (("I2_S", "x86"), ("I2_S-ARM", "arm")):
            for mark, flags in ((layout, ()), (None, ("--i2s-layout", layout)),
                                (layout, ("--i2s-layout", layout))):
                file = self.gguf(ff.gguf_metadata(toy, layout=mark), ff.gguf_tensors(toy, weights))
                self.assertEqual(self.logits(file, *flags), want, (weights, mark, flags))
                self.assertEqual(self.notes, "")
        for weights in ("TQ1_0", "TQ2_0"):
            file = self.gguf(ff.gguf_metadata(toy),
                             ff.gguf_tensors(toy, weights, separate_scale=True))
            self.assertEqual(self.logits(file), want, weights)

    def test_the_layout_of_an_unmarked_i2s_file_is_a_guess_that_is_told(self):
        toy = self.toy
        want = self.logits(self.own(toy))
        for weights, right in (("I2_S", True), ("I2_S-ARM", False)):
            file = self.gguf(ff.gguf_metadata(toy, layout=None), ff.gguf_tensors(toy, weights))
            self.assertEqual(self.logits(file) == want, right)
            self.assertRegex(self.notes, "^tercet: note: .*m.gguf: the file does not say .* x86 or on "
                                         "ARM; x86 is a guess .*--i2s-layout arm.*\n$")
        other = self.gguf(ff.gguf_metadata(toy, layout=None),
                          ff.gguf_tensors(toy, "TQ2_0", separate_scale=True))
        self.assertEqual((self.logits(other), self.notes), (want, ""))

    def test_fast_engine_and_reference_write_the_same_bytes(self):
        toy = self.toy
        own = self.own(toy)
        files = [(own, ())]
        for weights in ("I2_S", "I2_S-ARM", "TQ1_0", "TQ2_0", "F16"):
            file = self.gguf(ff.gguf_metadata(toy, layout=None),
                             ff.gguf_tensors(toy, weights, separate_scale=weights[0] == "T"),
                             name=weights + ".gguf")
            layout = "arm" if weights.endswith("ARM") else "x86"
            files.append((file, ("--i2s-layout", layout) if weights[0] == "I" else ()))
        for file, flags in files:
            for single in ((), ("--single",)):
                want = self.logits(file, *flags, *single, "--backend", "reference")
                for threads in ("1", "2"):
                    got = self.logits(file, *flags, *single, "--threads", threads)
                    self.assertEqual(got, want, (file, single, threads))
                scalar = self.logits(file, *flags, *single, "--simd", "SCALAR")
                self.assertEqual(scalar, want, (file, single))
        for flags in (("--act-quant", "none"), ("--kv", "f16"), ("--no-weight-quant",)):
            file = files[-1][0] if flags[0] == "--no-weight-quant" else own
            self.assertEqual(self.logits(file, *flags),
                             self.logits(file, *flags, "--backend", "reference"), flags)

    def test_scales_inside_of_tq_blocks(self):
        want = self.logits(self.own(self.exact))
        for weights in ("TQ1_0", "TQ2_0"):
            file = self.gguf(ff.gguf_metadata(self.exact), ff.gguf_tensors(self.exact, weights))
            self.assertEqual(self.logits(file), want, weights)

    def test_embeddings_of_every_type(self):
        toy = copy.copy(self.exact)
        want = self.logits(self.own(toy))
        for embedding in ("F32", "F16", "BF16", "Q8_0"):
            file = self.gguf(ff.gguf_metadata(toy), ff.gguf_tensors(toy, "I2_S", embedding))
            self.assertEqual(self.logits(file), want, embedding)
        toy.embedding = [ff.q6_k_values(row) for row in toy.embedding]
        file = self.gguf(ff.gguf_metadata(toy), ff.gguf_tensors(toy, "I2_S", "Q6_K"))
        self.assertEqual(self.logits(file), self.logits(self.own(toy, "q6")))

    def test_float_masters_are_made_ternary_by_absmean(self):
        toy = ff.ToyModel(seed=3, layers=1)
        toy.draw_masters(seed=4)
        folder = ff.write_folder(self.folder / "masters", toy.config(None),
                                 ff.hf_tensors(toy, "BF16"))
        online = ff.write_folder(self.folder / "online",
                                 toy.config(ff.quantization("autobitlinear", "online")),
                                 ff.hf_tensors(toy, "F32"))
        files = {w: self.gguf(ff.gguf_metadata(toy), ff.gguf_tensors(toy, w), w + ".gguf")
                 for w in ("F32", "F16", "BF16")}
        want = self.logits(self.own(toy))
        self.assertEqual(self.logits(folder), want)
        self.assertEqual(self.logits(online), want)
        for weights, file in files.items():
            self.assertEqual(self.logits(file), want, weights)
            self.assertIn("7 projections are floats and were made ternary", self.notes)

    def test_floats_that_are_ternary_already(self):
        # llama.cpp multiplies such a file's weights as they are, so their magnitude is the scale;
        # transformers' online mode takes the mean of a folder's, whatever they are.
        toy = self.exact
        want = self.logits(self.own(toy))
        for weights in ("F32", "F16", "BF16"):
            file = self.gguf(ff.gguf_metadata(toy), ff.gguf_tensors(toy, weights))
            self.assertEqual(self.logits(file), want, weights)
            self.assertIn("7 projections are floats that are ternary already", self.notes)
        mean = copy.copy(toy)
        mean.scales = {}
        for key, trits in toy.trits.items():
            ones, size = sum(abs(t) for row in trits for t in row), len(trits) * len(trits[0])
            mean.scales[key] = ff.f32(ones * 2.0 ** -4 / size)
        folder = ff.write_folder(self.folder / "online",
                                 toy.config(ff.quantization("autobitlinear", "online")),
                                 ff.hf_tensors(toy, "BF16"))
        self.assertEqual(self.logits(folder), self.logits(self.own(mean, "mean")))

    def test_what_other_writers_add(self):
        toy, a = self.exact, "bitnet-b1.58."
        want = self.logits(self.own(toy))
        more = {a + "rope.scaling.type": ("text", "linear"), a + "rope.scaling.factor": ("f32", 1.0),
                a + "rope.scaling.original_context_length": ("u32", 64),
                a + "attention.causal": ("bool", True), a + "expert_count": ("u32", 0),
                a + "attention.key_length": ("u32", 64), "split.count": ("u16", 1),
                "general.quantization_version": ("u32", 2), "general.file_type": ("u32", 40),
                "tokenizer.chat_template": ("text", "{{ x }}")}
        factors = ("rope_freqs.weight", "F32", [32], ff.to_f32([1.0] * 32))
        tensors = ff.gguf_tensors(toy, "I2_S")
        file = self.gguf(ff.gguf_metadata(toy, **more), tensors + [factors])
        self.assertEqual(self.logits(file), want)
        # A number for each layer, sizes of 1 at the end of a tensor's.
        each = ff.gguf_metadata(toy)
        for key in ("feed_forward_length", "attention.head_count", "attention.head_count_kv"):
            each[a + key] = ("[u32]", [each[a + key][1]] * toy.layers)
        long = [(t[0], t[1], t[2] + [1] * (len(t[2]) - 1), t[3]) for t in tensors]
        self.assertEqual(self.logits(self.gguf(each, long)), want)
        # A `.scale` multiplies any type; a head of its own may be written although it is tied.
        doubled = copy.copy(toy)
        doubled.scales = {key: 2 * s for key, s in toy.scales.items()}
        scales = [(t[0].replace(".weight", ".scale"), "F32", [1], ff.to_f32([2.0])) for t in tensors
                  if t[1] == "I2_S"]
        head = [("output.weight", *tensors[0][1:])]
        file = self.gguf(ff.gguf_metadata(toy), tensors + scales + head)
        self.assertEqual(self.logits(file), self.logits(self.own(doubled, "doubled")))

    def test_projections_without_a_weight(self):
        # Their scale means nothing: whatever it is, if finite, zeros come out.
        toy = copy.deepcopy(self.exact)
        for name in ("self_attn.q_proj", "mlp.down_proj"):
            toy.trits[0, name] = [[0] * len(row) for row in toy.trits[0, name]]
        want = self.logits(self.own(toy, "zeros"))
        for name in ("self_attn.q_proj", "mlp.down_proj"):
            toy.scales[0, name] = 0.0
        for weights in ("I2_S", "TQ1_0", "TQ2_0"):
            file = self.gguf(ff.gguf_metadata(toy), ff.gguf_tensors(toy, weights))
            self.assertEqual(self.logits(file), want, weights)
        toy.scales[0, "mlp.down_proj"] = float("nan")
        for weights in ("I2_S", "TQ1_0", "TQ2_0"):
            file = self.gguf(ff.gguf_metadata(toy), ff.gguf_tensors(toy, weights))
            self.fail_with(FAILED, "blk.0.ffn_down.weight", "info", "--model", file)
        toy.scales[0, "mlp.down_proj"], toy.trits[0, "mlp.down_proj"][3][5] = 0.0, 1
        for weights in ("I2_S", "TQ1_0", "TQ2_0"):
            file = self.gguf(ff.gguf_metadata(toy), ff.gguf_tensors(toy, weights))
            self.fail_with(FAILED, "blk.0.ffn_down.weight", "info", "--model", file)

    def test_prompts_begin_with_bos_unless_the_model_says_no(self):
        toy, text = self.toy, {**ff.gguf_tokenizer("llama-bpe")}
        text["tokenizer.ggml.bos_token_id"] = ("u32", 258)
        tensors = ff.gguf_tensors(toy, "I2_S")
        no = {"tokenizer.ggml.add_bos_token": ("bool", False)}

        def prompt_ids(model):
            report = self.folder / "report.json"
            self.succeed("run", "--model", model, "--backend", "model", "--prompt", "he",
                         "--tokens", "1", "--json", report)
            return json.loads(report.read_text())["prompt_ids"]

        usual = self.gguf(ff.gguf_metadata(toy, **text), tensors, "usual.gguf")
        without = self.gguf(ff.gguf_metadata(toy, **text, **no), tensors, "without.gguf")
        self.assertEqual(prompt_ids(usual), [258, 256])
        self.assertEqual(prompt_ids(without), [256])
        # Packing keeps the id and the word; evaluation begins with BOS all the same.
        for form, out in (("tercet", "folder"), ("i2s", "again.gguf")):
            self.succeed("pack", "--model", without, "--format", form, "--out", self.folder / out)
            self.assertEqual(prompt_ids(self.folder / out), [256], form)
        book = self.folder / "book.txt"
        book.write_text("hello hello " * 9)
        reports = [self.succeed("eval", "--model", m, "--text", book, "--window", "16")
                   for m in (usual, without, self.folder / "folder", self.folder / "again.gguf")]
        bits = {line for report in reports for line in report.splitlines()
                if line.startswith("bits per byte")}
        self.assertEqual(len(bits), 1, bits)

    def test_folders_of_other_transformers(self):
        toy = self.exact
        want = self.logits(self.own(toy))
        packed = ff.hf_tensors(toy, "packed")
        config = json.loads(toy.config(OFFLINE))
        new = {**config, "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"},
               "dtype": "bfloat16", "head_dim": 64, "pretraining_tp": 1}
        del new["rope_theta"]
        folder = ff.write_folder(self.folder / "new", json.dumps(new),
                                 packed + [("lm_head.weight", *packed[0][1:]),
                                           ("model.layers.0.self_attn.rotary_emb.inv_freq", "F32",
                                            [32], ff.to_f32([1.0] * 32))])
        self.assertEqual(self.logits(folder), want)
        # The first paper's models: other names of two norms, float weights, SiLU.
        masters = ff.ToyModel(seed=5, layers=1)
        masters.activation = "silu"
        masters.draw_masters(seed=6)
        first = {**json.loads(masters.config(None)), "model_type": "llama", "weight_bits": 1,
                 "architectures": ["BitnetForCausalLM"], "input_bits": 8}
        names = {"attn_sub_norm": "inner_attn_ln", "ffn_sub_norm": "ffn_layernorm"}
        tensors = [(".".join(names.get(part, part) for part in t[0].split(".")), *t[1:])
                   for t in ff.hf_tensors(masters, "F16", "F16")]
        folder = ff.write_folder(self.folder / "first", json.dumps(first), tensors)
        self.assertEqual(self.logits(folder), self.logits(self.own(masters, "masters")))

    def test_same_sign_extremes_on_every_backend(self):
        # All weights and all activations as large as they get: sums of up to 127 * 6912.
        toy = ff.ToyModel(seed=7, layers=1, d=128, f=6912, kv=64, heads=2, vocab=300)
        toy.embedding = [[1.0] * toy.d for _ in range(toy.vocab)]
        toy.norm = [1.0] * toy.d
        toy.norms = {key: [1.0] * len(norm) for key, norm in toy.norms.items()}
        toy.trits = {key: [[1] * len(row) for row in rows] for key, rows in toy.trits.items()}
        file = self.gguf(ff.gguf_metadata(toy), ff.gguf_tensors(toy, "I2_S"))
        for backend in ("rtl", "systemc", "functional", "model"):
            out = self.succeed("run", "--model", file, "--backend", backend, "--config", "tiny",
                               "--prompt-ids", "5", "--tokens", "1", "--check", "--ignore-eos")
            self.assertIn(", 0 mismatches", out, backend)
        # A sum that wrapped to a negative one would turn the sign of the state, and of these.
        for logit in struct.unpack("<300f", self.logits(file, "--single")[:1200]):
            self.assertAlmostEqual(logit, 128.0, places=2)

    def test_a_device_is_written_to_and_stays_one(self):
        ids, link = self.folder / "ids.txt", self.folder / "null"
        ids.write_text("1 2", encoding="utf-8")
        link.symlink_to("/dev/null")
        done = tercet("logits", "--model", self.own(self.toy), "--ids", ids, "--out", link)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(link.is_symlink() and link.is_char_device())

    def test_float_weights_and_activations(self):
        # Scales are powers of two, so that dot(x, w) and dot(x, t) * scale round alike.
        toy = self.exact
        own = self.own(toy)
        want = self.logits(own, "--act-quant", "none")
        quantised = self.logits(own)
        self.assertNotEqual(want, quantised)
        file = self.gguf(ff.gguf_metadata(toy), ff.gguf_tensors(toy, "F16"))
        got = self.logits(file, "--no-weight-quant", "--act-quant", "none")
        self.assertEqual(got, want)
        self.assertEqual(self.notes, "")
        # int8 activations against float weights: the same function, other roundings.
        near = struct.unpack(f"<{len(got) // 4}f", self.logits(file, "--no-weight-quant"))
        exact = struct.unpack(f"<{len(got) // 4}f", quantised)
        self.assertLess(max(abs(a - b) for a, b in zip(near[:300], exact[:300])), 0.1)

    def test_single_tokens_and_half_precision_cache(self):
        own = self.own(self.toy)
        whole, single = self.logits(own), self.logits(own, "--single")
        row = self.toy.vocab * 4
        self.assertEqual(single[:row], whole[:row])
        self.assertNotEqual(single[row:2 * row], whole[row:2 * row])
        half = self.logits(own, "--kv", "f16")
        self.assertNotEqual(half, whole)

    def test_scale_semantics_and_shards(self):
        toy = self.exact
        want = self.logits(self.own(toy))
        tensors = ff.hf_tensors(toy, "packed", scale=lambda s: ("BF16", ff.to_bf16([1 / s])))
        for name, quantization in (("bitlinear", ff.quantization("bitlinear", "offline")),
                                   ("default", {"quant_method": "bitnet"})):
            folder = ff.write_folder(self.folder / name, toy.config(quantization), tensors)
            self.assertEqual(self.logits(folder), want, name)
        tensors = ff.hf_tensors(toy, "packed", scale=lambda s: ("BF16", ff.to_bf16([s])))
        folder = ff.write_folder(self.folder / "shards", toy.config(OFFLINE), tensors, shards=3)
        self.assertEqual(self.logits(folder), want)

    def test_architectures_and_activations(self):
        silu, relu2 = copy.copy(self.exact), self.exact
        silu.activation = "silu"
        want = {"silu": self.logits(self.own(silu, "silu")), "relu2": self.logits(self.own(relu2))}
        self.assertNotEqual(want["silu"], want["relu2"])
        tensors = ff.gguf_tensors(relu2, "I2_S")
        for architecture, default in (("bitnet", "silu"), ("bitnet-b1.58", "relu2"),
                                      ("bitnet-25", "relu2")):
            file = self.gguf(ff.gguf_metadata(relu2, architecture), tensors)
            self.assertEqual(self.logits(file), want[default], architecture)
            other = {"silu": "relu2", "relu2": "silu"}[default]
            key = {architecture + ".hidden_activation": ("text", other)}
            file = self.gguf(ff.gguf_metadata(relu2, architecture, **key), tensors)
            self.assertEqual(self.logits(file), want[other], architecture)

    def test_containers(self):
        # Every metadata type, another alignment, version 2, tensors in another order.
        toy = self.exact
        more = {f"extra.{kind}": (kind, value) for kind, value in (
            ("u8", 255), ("i8", -1), ("u16", 65535), ("i16", -1), ("u64", 2 ** 64 - 1),
            ("i64", -1), ("f64", 0.1), ("bool", True), ("[u8]", [1, 2]), ("[text]", ["a", ""]),
            ("[[i16]]", [[1], [], [2, 3]]), ("[[text]]", [["x"], []]), ("[bool]", []))}
        more["general.alignment"] = ("u32", 256)
        tensors = ff.gguf_tensors(toy, "I2_S")
        file = self.gguf(ff.gguf_metadata(toy, **more), tensors[::-1], alignment=256, version=2)
        self.assertEqual(self.logits(file), self.logits(self.own(toy)))

    def test_every_backend_runs_every_layout(self):
        toy, prompts = self.exact, []
        for weights in ("I2_S", "TQ1_0", "TQ2_0"):
            file = self.gguf(ff.gguf_metadata(toy), ff.gguf_tensors(toy, weights))
            for backend in ("rtl", "systemc", "model"):
                out, run = self.succeed_json("run", "--model", file, "--backend", backend, "--config",
                                             "tiny", "--prompt-ids", "298,5", "--tokens", "2",
                                             "--check", "--ignore-eos")
                self.assertIn(", 0 mismatches", out)
                prompts.append(run["token_ids"])
        self.assertEqual(prompts, prompts[:1] * 9)

    def test_tokenizers_of_folders_and_gguf(self):
        toy, prompt = self.exact, "hel he 1234 <t>h\u00e9 <|end|>"
        tail = [259, ord("h"), 0xc3, 0xa9, 32, *b"<|end|>"]
        want = {"gpt-2": [257, 32, 256, 32, *b"1234", 32, *tail],
                "llama-bpe": [257, 32, 256, 32, *b"1234", 32, *tail]}
        for pre, ids in want.items():
            folder = ff.write_folder(self.folder / pre, toy.config(OFFLINE),
                                     ff.hf_tensors(toy, "packed"))
            (folder / "tokenizer.json").write_text(json.dumps(ff.tokenizer_json(pre)))
            file = self.gguf(ff.gguf_metadata(toy, **ff.gguf_tokenizer(pre)),
                             ff.gguf_tensors(toy, "I2_S"), pre + ".gguf")
            for model in (folder, file):
                _, run = self.succeed_json("run", "--model", model, "--backend", "model", "--config",
                                           "tiny", "--prompt", prompt, "--tokens", "1")
                self.assertEqual(run["prompt_ids"], [298, *ids])
            back = self.folder / (pre + "-back")
            self.succeed("pack", "--model", file, "--out", back)
            written = json.loads((back / "tokenizer.json").read_text())
            self.assertEqual(written["model"]["vocab"], ff.tokenizer_json(pre)["model"]["vocab"])
        nameless = self.gguf(ff.gguf_metadata(toy, **ff.gguf_tokenizer(None)),
                             ff.gguf_tensors(toy, "I2_S"))
        done = tercet("info", "--model", nameless)
        self.assertEqual(done.returncode, 0)
        self.assertIn("no tokenizer.ggml.pre; text is split as for llama-bpe", done.stderr)
        self.assertIn("byte-level BPE", done.stdout)

    def test_what_a_tokenizer_would_put_after_a_prompt_is_noted(self):
        end = {"tokenizer.ggml.add_eos_token": ("bool", True)}
        file = self.gguf(ff.gguf_metadata(self.toy, **ff.gguf_tokenizer("gpt-2"), **end),
                         ff.gguf_tensors(self.toy, "I2_S"))
        folder = self.own(self.toy)
        tokenizer = ff.tokenizer_json("gpt-2")
        tokenizer["post_processor"] = {"type": "TemplateProcessing", "single": [
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "<|end|>", "type_id": 0}}]}
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
        (folder / "tokenizer_config.json").write_text('{"add_eos_token": true}')
        for model, words in ((file, "m.gguf: tokenizer.ggml.add_eos_token is true"),
                             (folder, "tokenizer_config.json: add_eos_token is true"),
                             (folder, "tokenizer.json: post_processor puts '<|end|>' after a text")):
            path = self.folder / "run.json"
            done = tercet("run", "--model", model, "--backend", "model", "--prompt", "he", "--tokens",
                          "1", "--json", path)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(words + "; a prompt goes without, to be continued", done.stderr)
            self.assertNotIn(258, json.loads(path.read_text())["prompt_ids"])

    def test_pack_keeps_what_a_folder_adds(self):
        folder = self.own(self.toy)
        (folder / "tokenizer.json").write_text(json.dumps(ff.tokenizer_json("gpt-2")))
        (folder / "added_tokens.json").write_text("{}")
        self.succeed("pack", "--model", folder, "--out", self.folder / "packed")
        self.assertTrue((self.folder / "packed/added_tokens.json").exists())

    def test_eval_runs_on_machines(self):
        text = self.folder / "t.txt"
        text.write_text("And it came to pass")
        choices = self.folder / "c.jsonl"
        choices.write_text('{"context": "And it came to", "choices": [" pass", " zzz"], "answer": 0}')
        for what in (("--text", text), ("--choices", choices)):
            results = [self.succeed_json("eval", "--model", MODEL, *what, "--backend", backend)[1]
                       for backend in ("reference", "model", "systemc")]
            for result in results:
                for key in ("tercet", "backend", "cycles", "wall_seconds"):
                    result.pop(key, None)
            self.assertEqual(results[0], results[1])
            self.assertEqual(results[0], results[2])
        self.assertEqual(results[0]["accuracy"], 1.0)

    def test_pack_converts_exactly(self):
        own = self.own(self.toy)
        want = self.logits(own)
        self.succeed("pack", "--model", own, "--out", self.folder / "first")
        first = (self.folder / "first/model.safetensors").read_bytes()
        for name in ("i2s", "i2s-arm", "tq1", "tq2"):
            file, back = self.folder / (name + ".gguf"), self.folder / (name + "-back")
            self.succeed("pack", "--model", own, "--format", name, "--out", file)
            self.assertEqual((self.logits(file), self.notes), (want, ""), name)
            self.succeed("pack", "--model", file, "--out", back)
            self.assertEqual((back / "model.safetensors").read_bytes(), first, name)
            again = self.folder / (name + "-2.gguf")
            self.succeed("pack", "--model", back, "--format", name, "--out", again)
            self.assertEqual(again.read_bytes(), file.read_bytes(), name)

    def test_pack_writes_what_the_layouts_describe(self):
        # The program's weights, byte by byte, against those of this test's writer.
        own, file = self.own(self.toy), self.folder / "p.gguf"
        for name, weights in (("i2s", "I2_S"), ("i2s-arm", "I2_S-ARM"), ("tq1", "TQ1_0"),
                              ("tq2", "TQ2_0")):
            self.succeed("pack", "--model", own, "--format", name, "--out", file)
            written = file.read_bytes()
            file.unlink()
            separate = weights.startswith("TQ")
            for tensor in ff.gguf_tensors(self.toy, weights, "BF16", separate):
                self.assertIn(tensor[3], written, (name, tensor[0]))

    def test_pack_to_published_form(self):
        out = self.folder / "hf"
        self.succeed("pack", "--model", self.own(self.exact), "--format", "hf", "--out", out)
        self.assertEqual(self.logits(out), self.logits(self.own(self.exact)))
        refused = tercet("pack", "--model", self.own(self.toy, "t"), "--format", "hf", "--out",
                         self.folder / "no")
        self.assertEqual(refused.returncode, FAILED)
        self.assertIn("is no BF16 value", refused.stderr)
        self.assertFalse((self.folder / "no").exists())
        for i, source in enumerate((self.own(self.toy, "t"), self.folder / "r0")):
            self.succeed("pack", "--model", source, "--format", "hf", "--round", "--out",
                         self.folder / f"r{i}")
        self.assertEqual(*((self.folder / name / "model.safetensors").read_bytes()
                           for name in ("r0", "r1")))

    def refuse(self, words, metadata, tensors, **layout):
        done = tercet("info", "--model", self.gguf(metadata, tensors, **layout))
        self.assertEqual(done.returncode, FAILED, words)
        self.assertIn(words, done.stderr)
        self.assertIn("m.gguf", done.stderr)

    def test_bad_gguf_files_are_named(self):
        toy = self.exact
        metadata, tensors = ff.gguf_metadata(toy), ff.gguf_tensors(toy, "TQ2_0")
        a = "bitnet-b1.58."

        def changed(**keys):
            return {**metadata, **{k.replace("__", "."): v for k, v in keys.items()}}

        for words, keys in (
                ("general.architecture 'llama' is none of", {"general__architecture": ("text", "llama")}),
                ("head_count is 0, not in", {a + "attention.head_count": ("u32", 0)}),
                ("block_count is not an integer", {a + "block_count": ("f32", 1.0)}),
                ("unknown key 'bitnet-b1.58.logit_scale'", {a + "logit_scale": ("f32", 2.0)}),
                ("rope.scaling.factor is 2", {a + "rope.scaling.factor": ("f32", 2.0)}),
                ("hidden_activation 'gelu' is neither", {a + "hidden_activation": ("text", "gelu")}),
                ("rope.dimension_count is 32, not in [64, 64]", {a + "rope.dimension_count": ("u32", 32)}),
                ("bos_token_id is 300, not in", {"tokenizer.ggml.bos_token_id": ("u32", 300)}),
                ("GGUF version 4", {})):
            self.refuse(words, changed(**keys), tensors, version=4 if not keys else 3)

        def with_tensor(name, *new):
            return [t if t[0] != name else (name, *new) for t in tensors]

        q = "blk.0.attn_q.weight"
        data = next(t[3] for t in tensors if t[0] == q)
        for words, bad in (
                ("blk.0.attn_q.weight: block 1 has scale 0.125, blocks before it 0.0625",
                 with_tensor(q, "TQ2_0", [256, 256], data[:66 + 64] + struct.pack("<e", 0.125)
                             + data[132:])),
                ("block 0 has scale nan", with_tensor(q, "TQ2_0", [256, 256],
                                                      data[:64] + b"\xff\x7f" + data[66:])),
                ("weight code 0b11 at row 0, column 4",
                 with_tensor(q, "TQ2_0", [256, 256], data[:4] + b"\x03" + data[5:])),
                ("has dimensions [512, 128], expected [256, 256]",
                 with_tensor(q, "TQ2_0", [512, 128], data)),
                ("tensor blk.0.attn_q.weight is missing", [t for t in tensors if t[0] != q]),
                ("unknown tensor blk.0.attn_q.bias", tensors + [("blk.0.attn_q.bias", "F32", [4],
                                                                 bytes(16))]),
                ("tensor 'output_norm.weight' appears twice", tensors + tensors[-1:]),
                ("token_embd.weight: TQ2_0 where floats are expected",
                 with_tensor("token_embd.weight", "TQ2_0", [256, 300], bytes(66 * 300)))):
            self.refuse(words, metadata, bad)

        whole = ff.gguf(metadata, tensors)
        path = self.folder / "m.gguf"
        for words, content in (("not a GGUF file", b"GGML" + whole[4:]),
                               ("bytes at offset", whole[:-1]), ("needs 8 bytes", whole[:30]),
                               ("tensors, the limit is", whole[:8] + b"\xff" * 8 + whole[16:])):
            path.write_bytes(content)
            done = tercet("info", "--model", path)
            self.assertEqual(done.returncode, FAILED, words)
            self.assertIn(words, done.stderr)

    def test_bad_shards_are_named(self):
        folder = ff.write_folder(self.folder / "s", self.exact.config(OFFLINE),
                                 ff.hf_tensors(self.exact, "packed"), shards=2)
        index = folder / "model.safetensors.index.json"
        good = index.read_text()
        for words, text in (
                ("cannot open", good.replace("00002-of", "00003-of")),
                ("is no plain file name", good.replace("model-00001", "../model-00001")),
                ("is in", good.replace("00001-of", "00009-of").replace("00002-of", "00001-of")
                 .replace("00009-of", "00002-of")),
                ("weight_map lists no tensors", '{"weight_map": {}}')):
            index.write_text(text)
            done = tercet("info", "--model", folder)
            self.assertEqual(done.returncode, FAILED, words)
            self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main()
