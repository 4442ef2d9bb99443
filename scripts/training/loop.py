# SPDX-License-Identifier: Apache-2.0
"""The training loop: seeded windows, learning-rate schedule, snapshots, held-out figure (torch)."""

import dataclasses
import math
import os
import time

import torch
import torch.nn.functional as F

from training.model import Config, Model


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How a model is trained; two runs of one recipe on one machine give the same weights."""
    steps: int
    learning_rate: float
    final_fraction: float = 0.05
    warmup: int = 150
    weight_decay: float = 0.1
    tokens_per_step: int = 2048
    window: int = 256
    long_every: int = 4
    seed: int = 1
    eval_every: int = 250
    snapshot_every: int = 100

    def rate(self, step):
        """Linear warm-up, then a cosine down to final_fraction of the peak."""
        if step < self.warmup:
            return self.learning_rate * (step + 1) / self.warmup
        done = (step - self.warmup) / max(1, self.steps - self.warmup)
        floor = self.final_fraction
        return self.learning_rate * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * done)))

    def decay(self, step):
        """Weight decay in the first half only: latent weights settle in the second."""
        return self.weight_decay if step < self.steps // 2 else 0.0


def batch(data, bos, recipe, step, max_positions):
    """Inputs and targets [B, W] of a step: [BOS, t0 .. tW-2] -> t0 .. tW-1 at random offsets.

    Every long_every-th step uses windows of max_positions, so that all positions are trained.
    """
    width = max_positions if step % recipe.long_every == recipe.long_every - 1 else recipe.window
    generator = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
    count = recipe.tokens_per_step // width
    start = torch.randint(0, len(data) - width + 1, (count, 1), generator=generator)
    targets = data[start + torch.arange(width)]
    return torch.cat([torch.full((count, 1), bos), targets[:, :-1]], 1), targets


@torch.no_grad()
def bits_per_byte(logits_of, ids, bos, window, n_bytes, group=8):
    """Held-out bits per byte: windows [BOS, t0 .. tW-2] predicting t0 .. tW-1, none overlapping."""
    data, nats = torch.tensor(ids), 0.0
    full = len(ids) // window * window
    chunks = list(data[:full].view(-1, window).split(group)) if full else []
    if full < len(ids):
        chunks.append(data[full:].view(1, -1))
    for targets in chunks:
        inputs = torch.cat([torch.full((len(targets), 1), bos), targets[:, :-1]], 1)
        loss = F.cross_entropy(logits_of(inputs), targets.reshape(-1), reduction="none")
        nats += loss.double().sum().item()
    return nats / math.log(2) / n_bytes


def train(arch, recipe, data, held, tokenizer, folder, log=print, cfg=None):
    """Trains (or resumes) one model in `folder`; held = (held-out ids, bytes). Returns its curve."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    cfg = cfg or Config(arch=arch, vocab_size=tokenizer.vocab_size)
    model = Model(cfg).initialize(recipe.seed)
    matrices = [p for p in model.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": matrices}, {"params": vectors, "weight_decay": 0.0}],
                                  lr=recipe.learning_rate, betas=(0.9, 0.95), foreach=True)
    path = os.path.join(folder, "snapshot.pt")
    step, curve, seconds, running = 0, [], 0.0, None
    if os.path.exists(path):
        saved = torch.load(path)
        if saved["recipe"] != dataclasses.asdict(recipe):
            raise ValueError(f"{path} belongs to another recipe: {saved['recipe']}")
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        step, curve, seconds, running = (saved[k] for k in ("step", "curve", "seconds", "running"))
        log(f"{arch}: resumed at step {step}")
    clock = time.perf_counter()
    while step < recipe.steps:
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate(step)
        optimizer.param_groups[0]["weight_decay"] = recipe.decay(step)
        inputs, targets = batch(data, tokenizer.bos, recipe, step, cfg.max_positions)
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(inputs), targets.reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        value = loss.item()
        if not math.isfinite(value):
            raise ValueError(f"{arch}: loss {value} at step {step}; lower the learning rate")
        running = value if running is None else 0.98 * running + 0.02 * value
        last = step == recipe.steps
        if step % recipe.eval_every == 0 or last:
            model.eval()
            bits = bits_per_byte(model, held[0], tokenizer.bos, recipe.window, held[1])
            model.train()
            curve.append((step, step * recipe.tokens_per_step, running, bits))
        if step % recipe.snapshot_every == 0 or last:
            seconds += time.perf_counter() - clock
            clock = time.perf_counter()
            state = {"recipe": dataclasses.asdict(recipe), "config": dataclasses.asdict(cfg),
                     "model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step,
                     "curve": curve, "seconds": seconds, "running": running}
            torch.save(state, path + ".part")
            os.replace(path + ".part", path)
            rate = step * recipe.tokens_per_step / seconds
            held_out = f", held-out {curve[-1][3]:.4f} bits/byte" if curve else ""
            log(f"{arch}: step {step}/{recipe.steps}, loss {running:.4f} nats/token, "
                f"{rate:.0f} tokens/s{held_out}", flush=True)
    return curve
