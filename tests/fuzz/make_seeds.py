#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes small valid files for each fuzz target: make_seeds.py FOLDER makes FOLDER/<target>/*."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import format_files as ff  # noqa: E402

OFFLINE = ff.quantization("autobitlinear", "offline")


def gguf_seeds():
    small = ff.ToyModel(3, layers=1, d=4, f=8, kv=4, heads=2, vocab=260)
    end = {"tokenizer.ggml.bos_token_id": ("u32", 258), "tokenizer.ggml.eos_token_id": ("u32", 258)}
    tensors = ff.gguf_tensors(small, "F32", "BF16")
    yield "bpe", ff.gguf(ff.gguf_metadata(small, **ff.gguf_tokenizer("llama-bpe"), **end), tensors)
    tokens = ["<unk>", "he", "<s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    pieces = {"tokenizer.ggml.model": ("text", "llama"),
              "tokenizer.ggml.scores": ("[f32]", [0.0, -1.0] + [0.0] * 257),
              "tokenizer.ggml.tokens": ("[text]", tokens),
              "tokenizer.ggml.token_type": ("[i32]", [2, 1, 3] + [6] * 256)}
    yield "pieces", ff.gguf(ff.gguf_metadata(small, **pieces, **end), tensors)
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
    for pre in ("gpt-2", "llama-bpe"):
        yield pre, json.dumps(ff.tokenizer_json(pre)).encode()


def main():
    root = pathlib.Path(sys.argv[1])
    for target, seeds in (("gguf", gguf_seeds), ("safetensors", safetensors_seeds),
                          ("config", config_seeds), ("tokenizer", tokenizer_seeds)):
        (root / target).mkdir(parents=True, exist_ok=True)
        for name, data in seeds():
            (root / target / name).write_bytes(data)


if __name__ == "__main__":
    main()
