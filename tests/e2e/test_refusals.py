#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Damaged and unsupported model files end in one line that names file and fault, never otherwise."""

import json
import os
import signal
import struct
import subprocess
import time
import unittest

import format_files as ff
from program import TERCET, ProgramTest, tercet

FAILED = 1
USAGE = 2
OFFLINE = ff.quantization("autobitlinear", "offline")
A = "bitnet-b1.58."
IDS = {"tokenizer.ggml.bos_token_id": ("u32", 1), "tokenizer.ggml.eos_token_id": ("u32", 2)}


class Refusals(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.toy = ff.ToyModel(seed=1, layers=1, d=4, f=8, kv=4, heads=2, vocab=300)
        cls.metadata = ff.gguf_metadata(cls.toy, **ff.gguf_tokenizer("llama-bpe"))
        cls.tensors = ff.gguf_tensors(cls.toy, "F32", "BF16")

    def write(self, content, name="m.gguf"):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def refuse(self, words, content, name="m.gguf", *flags):
        path = self.write(content, name)
        model = path if name.endswith("gguf") else self.folder
        self.fail_with(FAILED, words, "info", "--model", model, *flags)
        self.assertIn(name, tercet("info", "--model", model).stderr)

    def gguf(self, keys=None, tensors=None, **layout):
        return ff.gguf({**self.metadata, **(keys or {})}, tensors or self.tensors, **layout)

    def test_gguf_cut_anywhere(self):
        whole = self.gguf()
        self.assertEqual(tercet("info", "--model", self.write(whole)).returncode, 0)
        table = whole.index(b"token_embd.weight")  # behind the metadata
        body = whole.index(self.tensors[0][3])
        cuts = [1, 3, 4, 7, 8, 15, 16, 20, 23, 24, 31, 32, table - 8, table, table + 17, table + 30,
                body - 33, body - 1, body, body + 1, len(whole) - 1]
        cuts += range(24, body, (body - 24) // 30)
        for cut in cuts:
            path = self.write(whole[:cut])
            self.fail_with(FAILED, "m.gguf: ", "info", "--model", path)
        self.fail_with(FAILED, "empty file", "info", "--model", self.write(b""))
        os.mkfifo(self.folder / "pipe.gguf")
        self.fail_with(FAILED, "pipe.gguf: not a regular file", "info", "--model",
                       self.folder / "pipe.gguf")

    def test_gguf_counts_and_sizes(self):
        whole = bytearray(self.gguf())
        huge = (2 ** 63, 2 ** 64 - 1, 2 ** 40)
        text = whole.index(b"general.architecture") - 8
        tokens = whole.index(b"tokenizer.ggml.tokens") + 21  # then: array, of texts, count
        table = whole.index(b"token_embd.weight") + 17       # then: dimensions, sizes, type, offset
        for words, at, form, values in (
                ("tensors, the limit is", 8, "Q", huge), ("metadata keys, the limit is", 16, "Q", huge),
                ("needs", text, "Q", huge), ("unknown value type", text + 28, "I", (13, 2 ** 32 - 1)),
                ("array of", tokens + 8, "Q", huge), ("dimensions, not in [1, 4]", table, "I", (0, 5)),
                ("all together must be in", table + 4, "Q", (0, 2 ** 63, 2 ** 41)),
                ("all together must be in", table + 12, "Q", (0, 2 ** 63, 2 ** 40)),
                ("is not supported; supported are", table + 20, "I", (2, 38, 39, 99)),
                ("is no multiple of 32", table + 24, "Q", (1, 33, 2 ** 64 - 1)),
                ("the data has", table + 24, "Q", (2 ** 63, 2 ** 40))):
            for value in values:
                bad = whole.copy()
                struct.pack_into("<" + form, bad, at, value)
                self.refuse(words, bytes(bad))
        for alignment in (0, 2 ** 31):
            self.refuse("general.alignment is", self.gguf({"general.alignment": ("u32", alignment)}))
        second = whole.index(b"blk.0.attn_norm.weight") + 22
        struct.pack_into("<Q", whole, second + 4 + 8 + 4, 0)  # one dimension: size, type, offset
        self.refuse("the tensor before it ends at", bytes(whole))
        self.refuse("GGUF version 1", self.gguf(version=1))
        self.refuse("GGUF version 50331648 (or the other byte order)", self.gguf(version=3 << 24))

    def test_gguf_that_would_compute_something_else(self):
        for words, keys in (
                ("rope.scaling.type 'yarn' is not supported", {A + "rope.scaling.type": ("text", "yarn")}),
                ("rope.scaling.attn_factor is 1.5", {A + "rope.scaling.attn_factor": ("f32", 1.5)}),
                ("attention.causal is false", {A + "attention.causal": ("bool", False)}),
                ("expert_count is 8", {A + "expert_count": ("u32", 8)}),
                ("unknown key 'bitnet-b1.58.attention.sliding_window'",
                 {A + "attention.sliding_window": ("u32", 8)}),
                ("split.count is 2, not in [0, 1]", {"split.count": ("u16", 2)}),
                ("'mamba' is none of", {"general.architecture": ("text", "mamba")}),
                ("general.architecture is not a text", {"general.architecture": ("u32", 1)}),
                ("rms_epsilon is nan", {A + "attention.layer_norm_rms_epsilon": ("f32", float("nan"))}),
                ("embedding_length is -4", {A + "embedding_length": ("i32", -4)}),
                ("vocab_size is 4294967295", {A + "vocab_size": ("u32", 2 ** 32 - 1)})):
            self.refuse(words, self.gguf(keys))
        factors = ("rope_freqs.weight", "F32", [1], ff.to_f32([8.0]))
        self.refuse("rope_freqs.weight: factor 0 is 8", self.gguf(None, self.tensors + [factors]))
        for name in ("token_embd", "output_norm", "blk.0.attn_sub_norm", "blk.0.ffn_sub_norm"):
            self.refuse(f"tensor {name}.weight is missing", self.gguf(
                None, [t for t in self.tensors if t[0] != name + ".weight"]))
        nan = [(*t[:3], ff.to_f32([float("nan")] * 4)) if t[0] == "output_norm.weight" else t
               for t in self.tensors]
        self.refuse("output_norm.weight: nan at row 0, column 0", self.gguf(None, nan))
        scale = ("blk.0.attn_q.scale", "F32", [1], ff.to_f32([-1.0]))
        self.refuse("is not positive and finite", self.gguf(None, self.tensors + [scale]))
        for layout in ("arm", "x86"):
            unmarked = {k: v for k, v in self.metadata.items() if k != "tercet.i2s_layout"}
            for status, model in ((FAILED, self.write(ff.gguf(unmarked, self.tensors))), (USAGE, "synth:tiny")):
                self.fail_with(status, "has no I2_S tensors", "info", "--model", model,
                               "--i2s-layout", layout)

    def test_marks_of_the_i2s_layout(self):
        key = "tercet.i2s_layout"
        self.refuse(f"{key} 'riscv' is neither x86 nor arm", self.gguf({key: ("text", "riscv")}))
        self.refuse(f"{key} is not a text", self.gguf({key: ("u32", 1)}))
        for mark, flag in (("x86", "arm"), ("arm", "x86")):
            self.fail_with(FAILED, f"{key} is {mark}, but --i2s-layout {flag} was given", "info",
                           "--model", self.write(self.gguf({key: ("text", mark)})),
                           "--i2s-layout", flag)

    def test_a_tokenizer_that_is_not_supported_costs_text_only(self):
        tokens = self.metadata["tokenizer.ggml.tokens"][1]
        for words, keys in (
                ("tokenizer.ggml.pre 'default' is neither", {"pre": ("text", "default")}),
                ("tokenizer.ggml.model 'bert' is none of", {"model": ("text", "bert")}),
                ("tokenizer.ggml.token_type has 3 entries", {"token_type": ("[i32]", [1, 1, 3])}),
                ("tokenizer.ggml.token_type: 0 is 9", {"token_type": ("[i32]", [9] * 260)}),
                ("tokenizer.ggml.tokens: 259 is empty", {"tokens": ("[text]", [*tokens[:-1], ""])}),
                ("tokenizer.ggml.tokens: 0 is no UTF-8", {"tokens": ("[text]", [b"\xff", *tokens[1:]])}),
                ("merges: 'h' is no pair", {"merges": ("[text]", ["h"])}),
                ("tokenizer.ggml.merges is not an array", {"merges": ("u32", 1)}),
                ("300 tokens", {"tokens": ("[text]", [*tokens, *map(str, range(1000, 1041))]),
                                "token_type": ("[i32]", [1] * 301)})):
            path = self.write(self.gguf({"tokenizer.ggml." + k: v for k, v in keys.items()}))
            if words == "300 tokens":
                words = "the tokenizer has 301 tokens, but the model's vocab_size is 300"
            done = tercet("info", "--model", path)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("tercet: note: no text, only ids: ", done.stderr)
            self.assertIn(words, done.stderr)
            run = ("run", "--model", path, "--backend", "model", "--config", "tiny", "--tokens", "1")
            self.assertEqual(tercet(*run, "--prompt-ids", "5").returncode, 0)
            pack = ("pack", "--model", path, "--out", self.folder / "no")
            for done in (tercet(*run, "--prompt", "h"), tercet(*pack)):
                self.assertEqual(done.returncode, FAILED)
                self.assertIn(words, done.stderr.splitlines()[-1])
            self.assertEqual(self.files(), ["m.gguf"])

    def test_tokenizer_json_splits_as_it_says(self):
        folder = ff.write_folder(self.folder / "f", self.toy.config(OFFLINE),
                                 ff.hf_tensors(self.toy, "packed"))
        run = ("run", "--model", folder, "--backend", "model", "--config", "tiny", "--tokens", "1",
               "--prompt", "he")
        level = {"type": "ByteLevel", "add_prefix_space": False}  # without use_regex: it splits
        whole = ff.tokenizer_json("gpt-2")
        whole["pre_tokenizer"] = level
        (folder / "tokenizer.json").write_text(json.dumps(whole))
        self.succeed(*run)
        twice = ff.tokenizer_json("llama-bpe")
        twice["pre_tokenizer"]["pretokenizers"][1] = level
        (folder / "tokenizer.json").write_text(json.dumps(twice))
        done = tercet(*run)
        self.assertEqual(done.returncode, FAILED)
        self.assertIn("use_regex is not false, so text is split twice", done.stderr)
        # Llama 3's own tokenizer.model is no SentencePiece model.
        (folder / "tokenizer.json").write_text(json.dumps(whole))
        (folder / "tokenizer.model").write_text("IQ== 0\nIg== 1\n")
        done = tercet(*run)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("tercet: note: tokenizer.json is used: ", done.stderr)

    def test_safetensors_cut_anywhere(self):
        (self.folder / "config.json").write_text(self.toy.config(OFFLINE))
        whole = ff.safetensors(ff.hf_tensors(self.toy, "packed"))
        body = 8 + struct.unpack_from("<Q", whole)[0]
        for cut in [1, 7, 8, 9, body - 1, body, body + 1, len(whole) - 1, *range(8, body, body // 20)]:
            self.refuse("model.safetensors: ", whole[:cut], "model.safetensors")
        for size in (0, 1, body - 9, body - 7, 2 ** 40, 2 ** 63, 2 ** 64 - 1):
            self.refuse("model.safetensors: ", struct.pack("<Q", size) + whole[8:], "model.safetensors")

    def test_token_ids_in_files(self):
        path, out = self.write(self.gguf()), self.folder / "o.bin"
        for words, text in (("'300' (number 1) is not a token id in [0, 300)", "5 300"),
                            ("'-1' (number 0)", "-1"), ("'1x' (number 0)", "1x"),
                            ("'99999999999999999999' (number 0)", "99999999999999999999"),
                            ("no token ids", " \n"), ("65 ids exceed the model's context of 64", "1 " * 65)):
            ids = self.folder / "ids"
            ids.write_text(text)
            done = tercet("logits", "--model", path, "--ids", ids, "--out", out)
            self.assertEqual(done.returncode, FAILED, words)
            self.assertIn(words, done.stderr)
            self.assertFalse(out.exists())
        (self.folder / "ids").write_text("1 " * 65)
        done = tercet("logits", "--model", path, "--ids", self.folder / "ids", "--out", out, "--single")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(out.stat().st_size, 65 * 300 * 4)

    def test_pack_killed_midway_leaves_no_output(self):
        for number in (signal.SIGKILL, signal.SIGINT):
            with subprocess.Popen([TERCET, "pack", "--model", "synth:2b4t,layers=2", "--format", "i2s",
                                   "--out", self.folder / "out.gguf"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as process:
                begin = time.monotonic()
                while not os.listdir(self.folder) and time.monotonic() < begin + 100:
                    time.sleep(0.001)
                self.assertEqual(process.poll(), None, "pack was too fast to be killed")
                process.send_signal(number)
            self.assertFalse((self.folder / "out.gguf").exists())
            if number == signal.SIGINT:
                self.assertEqual((process.returncode, self.files()), (130, []))
            for name in self.files():
                os.remove(self.folder / name)


if __name__ == "__main__":
    unittest.main()
