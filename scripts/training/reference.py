# SPDX-License-Identifier: Apache-2.0
"""The exported checkpoint, read back from disk and run in float32, one plain step at a time (torch)."""

import json
import pathlib

import torch
import torch.nn.functional as F

from training import bpe, safetensors
from training.model import quantize_activations


def _tensor(entry):
    dtype, shape, data = entry
    if dtype == "U8":
        codes = torch.frombuffer(bytearray(safetensors.unpack_ternary(data)), dtype=torch.uint8)
        return codes.view(shape[0] * 4, shape[1]).float() - 1
    return torch.frombuffer(bytearray(data), dtype=torch.bfloat16).view(shape).float()


class Reference:
    """A checkpoint folder; tokens [B, T] -> logits [B*T, V]."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.tokenizer = bpe.Tokenizer.from_json((folder / "tokenizer.json").read_text(encoding="utf-8"))
        raw = safetensors.deserialize((folder / "model.safetensors").read_bytes())
        self.tensors = {name: _tensor(entry) for name, entry in raw.items()}
        self.parameters = sum(t.numel() for n, t in self.tensors.items() if not n.endswith("_scale"))

    def _norm(self, x, name):
        y = x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.config["rms_norm_eps"])
        return y * self.tensors[name + ".weight"]

    def _linear(self, x, name):
        q, s = quantize_activations(x)
        return (q @ self.tensors[name + ".weight"].t()) / s * self.tensors[name + ".weight_scale"]

    def _rotate(self, x):
        """Rotate-half RoPE on x [B, heads, T, head_dim]."""
        hd, length = x.shape[-1], x.shape[-2]
        rate = self.config["rope_theta"] ** -(torch.arange(0, hd, 2, dtype=torch.float64) / hd)
        angle = torch.outer(torch.arange(length, dtype=torch.float64), rate).repeat(1, 2)
        low, high = x.chunk(2, -1)
        return x * angle.cos().float() + torch.cat([-high, low], -1) * angle.sin().float()

    def _attention(self, x, name, batch):
        heads, kv = self.config["num_attention_heads"], self.config["num_key_value_heads"]
        length, hd = x.shape[0] // batch, self.config["hidden_size"] // heads

        def split(part, count):
            y = self._linear(x, f"{name}.{part}_proj")
            return y.view(batch, length, count, hd).transpose(1, 2)

        q, k, v = self._rotate(split("q", heads)), self._rotate(split("k", kv)), split("v", kv)
        k, v = (y.repeat_interleave(heads // kv, 1) for y in (k, v))
        scores = q @ k.transpose(-1, -2) / hd ** 0.5
        scores = scores + torch.full((length, length), float("-inf")).triu(1)
        o = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch * length, -1)
        return self._linear(self._norm(o, f"{name}.attn_sub_norm"), f"{name}.o_proj")

    def _feed_forward(self, x, name):
        gate, up = self._linear(x, f"{name}.gate_proj"), self._linear(x, f"{name}.up_proj")
        m = self._norm(F.relu(gate).square() * up, f"{name}.ffn_sub_norm")
        return self._linear(m, f"{name}.down_proj")

    @torch.no_grad()
    def __call__(self, tokens):
        h = F.embedding(tokens.reshape(-1), self.tensors["model.embed_tokens.weight"])
        for layer in range(self.config["num_hidden_layers"]):
            name = f"model.layers.{layer}"
            x = self._norm(h, f"{name}.input_layernorm")
            h = h + self._attention(x, f"{name}.self_attn", len(tokens))
            h = h + self._feed_forward(self._norm(h, f"{name}.post_attention_layernorm"), f"{name}.mlp")
        return self._norm(h, "model.norm") @ self.tensors["model.embed_tokens.weight"].t()

    def sample(self, prompt, count, temperature, seed):
        """Text of `count` tokens after `prompt`; temperature 0 takes the likeliest token."""
        generator = torch.Generator().manual_seed(seed)
        ids = [self.tokenizer.bos] + self.tokenizer.encode(prompt)
        start = len(ids)
        for _ in range(count):
            context = ids[-self.config["max_position_embeddings"]:]
            logits = self(torch.tensor([context]))[-1]
            if temperature > 0:
                weights = (logits.double() / temperature).softmax(-1)
                ids.append(int(torch.multinomial(weights, 1, generator=generator)))
            else:
                ids.append(int(logits.argmax()))
        return self.tokenizer.decode(ids[start:])
