# SPDX-License-Identifier: Apache-2.0
"""BitNet b1.58 with latent float weights, and its full-precision LLaMA-like twin (torch).

Shapes: B sequences, T positions, d hidden, F intermediate, H query heads, KV key/value heads.
"""

import dataclasses

import torch
import torch.nn.functional as F
from torch import nn


@dataclasses.dataclass(frozen=True)
class Config:
    """Shape of a model; `arch` is 'bitnet' or 'llama'."""
    arch: str = "bitnet"
    vocab_size: int = 2048
    hidden: int = 256
    intermediate: int = 704
    layers: int = 6
    heads: int = 4
    kv_heads: int = 2
    max_positions: int = 512
    rope_theta: float = 10000.0
    eps: float = 1e-5

    @property
    def head_dim(self):
        return self.hidden // self.heads

    @property
    def qkv_rows(self):
        """Rows of the q, k and v projections in the fused matrix."""
        kv = self.kv_heads * self.head_dim
        return [self.hidden, kv, kv]


def quantize_activations(x):
    """[..., K] -> (q, s): integers in [-128, 127] as floats, s = 127 / max(absmax of the row, 1e-5)."""
    s = 127.0 / x.abs().amax(-1, keepdim=True).clamp_(min=1e-5)
    return (x * s).round_().clamp_(-128, 127), s


def quantize_weights(w):
    """[N, K] -> (t, scale): t in {-1, 0, 1} as floats, scale = mean |w| (floor 1e-5)."""
    scale = w.abs().mean().clamp_(min=1e-5)
    return (w / scale).round_().clamp_(-1, 1), scale


def product(a, b):
    """Float32 a b with bfloat16 inputs and one rounding of the result; small integers stay exact."""
    return (a.bfloat16() @ b.bfloat16()).float()


class BitLinearFunction(torch.autograd.Function):
    """y = x w^T on quantised x and w; the gradient passes both roundings straight through.

    x [M, K], w [N, K], rows: the sizes of the parts of w that have a scale each; `fast` as product().
    """

    @staticmethod
    def forward(ctx, x, w, rows, fast):
        q, s = quantize_activations(x)
        parts = [quantize_weights(part) for part in w.split(rows)]
        t = torch.cat([part for part, _ in parts])
        scale = torch.cat([value.expand(n) for (_, value), n in zip(parts, rows)])
        ctx.save_for_backward(q.bfloat16(), t.bfloat16(), s, scale)
        return (product(q, t.t()) if fast else q @ t.t()).div_(s).mul_(scale)

    @staticmethod
    def backward(ctx, grad):
        q, t, s, scale = ctx.saved_tensors
        return product(grad * scale, t), product((grad / s).t(), q), None, None


class LinearFunction(torch.autograd.Function):
    """y = x w^T in float; `fast` rounds the inputs of the forward product, the gradient's always are."""

    @staticmethod
    def forward(ctx, x, w, fast):
        x_low, w_low = x.bfloat16(), w.bfloat16()
        ctx.save_for_backward(x_low, w_low)
        return product(x_low, w_low.t()) if fast else x @ w.t()

    @staticmethod
    def backward(ctx, grad):
        x_low, w_low = ctx.saved_tensors
        low = grad.bfloat16()
        return product(low, w_low), product(low.t(), x_low), None


class RMSNorm(nn.Module):
    """x / rms(x) * weight over the last axis."""

    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


def rotate(x, rope):
    """Rotary positions, rotate-half order: x [B, T, heads, head_dim], rope = (cos, sin) [T, 1, head_dim]."""
    low, high = x.chunk(2, -1)
    return x * rope[0] + torch.cat([-high, low], -1) * rope[1]


class Layer(nn.Module):
    """One transformer block; q|k|v and gate|up are fused matrices, quantised part by part."""

    def __init__(self, cfg):
        super().__init__()
        d, f = cfg.hidden, cfg.intermediate
        self.cfg = cfg
        self.qkv = nn.Parameter(torch.empty(sum(cfg.qkv_rows), d))
        self.o = nn.Parameter(torch.empty(d, d))
        self.gate_up = nn.Parameter(torch.empty(2 * f, d))
        self.down = nn.Parameter(torch.empty(d, f))
        self.input_norm = RMSNorm(d, cfg.eps)
        self.post_norm = RMSNorm(d, cfg.eps)
        if cfg.arch == "bitnet":
            self.attn_sub_norm = RMSNorm(d, cfg.eps)
            self.ffn_sub_norm = RMSNorm(f, cfg.eps)

    def project(self, x, w, rows):
        """[B*T, in] -> [B*T, out]."""
        if self.cfg.arch == "bitnet":
            return BitLinearFunction.apply(x, w, rows, self.training)
        return LinearFunction.apply(x, w, self.training)

    def attend(self, x, batch, rope, mask):
        """Causal grouped-query attention: [B*T, d] -> [B*T, d], before the output projection."""
        cfg, hd = self.cfg, self.cfg.head_dim
        group, length = cfg.heads // cfg.kv_heads, x.shape[0] // batch
        y = self.project(x, self.qkv, cfg.qkv_rows).view(batch, length, -1, hd)
        q, k, v = y.split([cfg.heads, cfg.kv_heads, cfg.kv_heads], 2)
        q = rotate(q, rope).mul_(hd ** -0.5).view(batch, length, cfg.kv_heads, group, hd)
        q = q.permute(0, 2, 3, 1, 4).reshape(batch * cfg.kv_heads, group * length, hd)
        k = rotate(k, rope).permute(0, 2, 3, 1).reshape(batch * cfg.kv_heads, hd, length)
        v = v.transpose(1, 2).reshape(batch * cfg.kv_heads, length, hd)
        scores = torch.bmm(q, k).view(-1, group, length, length).add_(mask)
        out = torch.bmm(scores.softmax(-1).view(-1, group * length, length), v)
        out = out.view(batch, cfg.kv_heads, group, length, hd).permute(0, 3, 1, 2, 4)
        return out.reshape(batch * length, cfg.hidden)

    def forward(self, h, batch, rope, mask):
        cfg = self.cfg
        bit = cfg.arch == "bitnet"
        a = self.attend(self.input_norm(h), batch, rope, mask)
        h = h + self.project(self.attn_sub_norm(a) if bit else a, self.o, [cfg.hidden])
        f = [cfg.intermediate, cfg.intermediate]
        gate, up = self.project(self.post_norm(h), self.gate_up, f).split(f, -1)
        m = self.ffn_sub_norm(F.relu(gate).square() * up) if bit else F.silu(gate) * up
        return h + self.project(m, self.down, [cfg.hidden])


class Model(nn.Module):
    """Decoder with a tied float head: tokens [B, T] -> logits [B*T, V]."""

    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        self.embed = nn.Parameter(torch.empty(cfg.vocab_size, cfg.hidden))
        self.layers = nn.ModuleList(Layer(cfg) for _ in range(cfg.layers))
        self.norm = RMSNorm(cfg.hidden, cfg.eps)
        half = torch.arange(0, cfg.head_dim, 2, dtype=torch.float64) / cfg.head_dim
        angle = torch.outer(torch.arange(cfg.max_positions, dtype=torch.float64), cfg.rope_theta ** -half)
        angle = torch.cat([angle, angle], -1)[:, None, :]
        self.cos, self.sin = angle.cos().float(), angle.sin().float()
        self.mask = torch.full((cfg.max_positions, cfg.max_positions), float("-inf")).triu_(1)

    def initialize(self, seed):
        """Normal(0, 0.02); the projections that write the residual stream shrink with depth."""
        generator = torch.Generator().manual_seed(seed)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                residual = name.endswith((".o", ".down"))
                nn.init.zeros_(p)
                with torch.no_grad():
                    std = 0.02 * ((2 * self.cfg.layers) ** -0.5 if residual else 1.0)
                    p.copy_(torch.randn(p.shape, generator=generator) * std)
        return self

    def forward(self, tokens):
        batch, length = tokens.shape
        if length > self.cfg.max_positions:
            raise ValueError(f"{length} positions, the model has {self.cfg.max_positions}")
        rope = self.cos[:length], self.sin[:length]
        mask = self.mask[:length, :length]
        h = F.embedding(tokens.reshape(-1), self.embed)
        for layer in self.layers:
            h = layer(h, batch, rope, mask)
        return LinearFunction.apply(self.norm(h), self.embed, False)
