#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes small valid files for each fuzz target: make_seeds.py FOLDER makes FOLDER/<target>/*."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import format_files as ff  # noqa: E402

OFFLINE = ff.quantization("autobitlinear", "offline")


def byte_letters():
    """GPT-2's printable letter for each byte."""
    spare, letters = 256, []
    for byte in range(256):
        prints = 33 <= byte <= 126 or byte >= 161 and byte != 173
        letters.append(chr(byte if prints else spare))
        spare += not prints
    return letters


def tokenizer(pre_tokenizer):
    letters = byte_letters()
    return {"version": "1.0", "added_tokens": [
                {"id": 258, "content": "<|end|>", "special": True},
                {"id": 259, "content": "<t>", "special": False, "lstrip": False}],
            "pre_tokenizer": pre_tokenizer,
            "model": {"type": "BPE", "vocab": {**{c: i for i, c in enumerate(letters)}, "he": 256,
                                               "hel": 257}, "merges": ["h e", ["he", "l"]]}}


LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
          r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
SPLIT = {"type": "Split", "pattern": {"Regex": LLAMA3}, "behavior": "Isolated", "invert": False}


def gguf_seeds():
    small = ff.ToyModel(3, layers=1, d=4, f=8, kv=4, heads=2, vocab=260)
    words = byte_letters() + ["he", "hel", "<|end|>", "<t>"]
    kinds = [1] * 258 + [3, 4]
    bpe = {"tokenizer.ggml.model": ("text", "gpt2"), "tokenizer.ggml.pre": ("text", "llama-bpe"),
           "tokenizer.ggml.tokens": ("[text]", words), "tokenizer.ggml.token_type": ("[i32]", kinds),
           "tokenizer.ggml.merges": ("[text]", ["h e", "he l"]),
           "tokenizer.ggml.bos_token_id": ("u32", 258), "tokenizer.ggml.eos_token_id": ("u32", 258)}
    yield "bpe", ff.gguf(ff.gguf_metadata(small, **bpe), ff.gguf_tensors(small, "F32", "BF16"))
    ids = {"tokenizer.ggml.bos_token_id": ("u32", 1), "tokenizer.ggml.eos_token_id": ("u32", 2),
           "nested": ("[[i16]]", [[1], []])}
    tiny = ff.ToyModel(4, layers=1, d=4, f=8, kv=4, heads=2, vocab=5)
    yield "plain", ff.gguf(ff.gguf_metadata(tiny, **ids), ff.gguf_tensors(tiny, "F16", "F32"))
    block = ff.ToyModel(5, layers=1, d=128, f=128, kv=2, heads=64, vocab=3)
    yield "i2s", ff.gguf(ff.gguf_metadata(block, **ids), ff.gguf_tensors(block, "I2_S", "Q8_0"))
    block = ff.ToyModel(6, layers=1, d=256, f=256, kv=2, heads=128, vocab=3, exact_scales=True)
    for kind in ("TQ1_0", "TQ2_0"):
        tensors = ff.gguf_tensors(block, kind, "F16", separate_scale=kind == "TQ2_0")
        yield kind, ff.gguf(ff.gguf_metadata(block, **ids), tensors)


def safetensors_seeds():
    toy = ff.ToyModel(7, layers=1, d=4, f=8, kv=4, heads=2, vocab=5)
    yield "packed", b"\0" + ff.safetensors(ff.hf_tensors(toy, "packed"))
    yield "masters", b"\1" + ff.safetensors(ff.hf_tensors(toy, "F32", "F16"))


def config_seeds():
    toy = ff.ToyModel(8, layers=1, d=4, f=8, kv=4, heads=2, vocab=300)
    for name, quantization in (("float", None), ("packed", OFFLINE),
                               ("inverse", ff.quantization("bitlinear", "offline"))):
        yield name, toy.config(quantization).encode()


def tokenizer_seeds():
    sequence = {"type": "Sequence", "pretokenizers": [SPLIT, {**LEVEL, "use_regex": False}]}
    for name, pre in (("gpt2", LEVEL), ("llama3", sequence)):
        yield name, json.dumps(tokenizer(pre)).encode()


def main():
    root = pathlib.Path(sys.argv[1])
    for target, seeds in (("gguf", gguf_seeds), ("safetensors", safetensors_seeds),
                          ("config", config_seeds), ("tokenizer", tokenizer_seeds)):
        (root / target).mkdir(parents=True, exist_ok=True)
        for name, data in seeds():
            (root / target / name).write_bytes(data)


if __name__ == "__main__":
    main()
