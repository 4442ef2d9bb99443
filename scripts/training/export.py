# SPDX-License-Identifier: Apache-2.0
"""A training snapshot -> packed checkpoint in Hugging Face form (torch)."""

import json

import torch

from training import safetensors
from training.model import Config, quantize_weights


def load_snapshot(path):
    """Returns (config, state of the last snapshot)."""
    state = torch.load(path, map_location="cpu")
    return Config(**state["config"]), state


def bf16_bytes(x):
    """Tensor -> its bfloat16 bytes, little endian."""
    return x.detach().contiguous().bfloat16().view(torch.int16).numpy().astype("<i2").tobytes()


def projections(cfg, weights, layer):
    """(Hugging Face name, latent weight [out, in]) of each projection of a layer."""
    prefix = f"layers.{layer}."
    f = cfg.intermediate
    yield from zip(("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
                   weights[prefix + "qkv"].split(cfg.qkv_rows))
    yield "self_attn.o_proj", weights[prefix + "o"]
    yield from zip(("mlp.gate_proj", "mlp.up_proj"), weights[prefix + "gate_up"].split([f, f]))
    yield "mlp.down_proj", weights[prefix + "down"]


NORMS = (("input_layernorm", "input_norm"), ("post_attention_layernorm", "post_norm"),
         ("self_attn.attn_sub_norm", "attn_sub_norm"), ("mlp.ffn_sub_norm", "ffn_sub_norm"))


def packed_tensors(cfg, weights):
    """Returns ({name: (dtype, shape, bytes)}, number of ternary weights, number of zeros)."""
    tensors, total, zeros = {}, 0, 0
    for name, ours in (("model.embed_tokens", "embed"), ("model.norm", "norm.weight")):
        tensors[name + ".weight"] = ("BF16", list(weights[ours].shape), bf16_bytes(weights[ours]))
    for layer in range(cfg.layers):
        prefix = f"model.layers.{layer}."
        for name, ours in NORMS:
            norm = weights[f"layers.{layer}.{ours}.weight"]
            tensors[f"{prefix}{name}.weight"] = ("BF16", list(norm.shape), bf16_bytes(norm))
        for name, latent in projections(cfg, weights, layer):
            t, scale = quantize_weights(latent)
            rows, cols = t.shape
            codes = (t + 1).to(torch.uint8).contiguous().numpy().tobytes()
            packed = safetensors.pack_ternary(codes, rows, cols)
            tensors[f"{prefix}{name}.weight"] = ("U8", [rows // 4, cols], packed)
            tensors[f"{prefix}{name}.weight_scale"] = ("BF16", [1], bf16_bytes(scale.view(1)))
            total += t.numel()
            zeros += int((t == 0).sum())
    return tensors, total, zeros


def hf_config(cfg, tokenizer):
    """The config.json text."""
    return json.dumps({
        "architectures": ["BitNetForCausalLM"], "model_type": "bitnet",
        "vocab_size": cfg.vocab_size, "hidden_size": cfg.hidden, "intermediate_size": cfg.intermediate,
        "num_hidden_layers": cfg.layers, "num_attention_heads": cfg.heads,
        "num_key_value_heads": cfg.kv_heads, "hidden_act": "relu2", "rms_norm_eps": cfg.eps,
        "rope_theta": cfg.rope_theta, "max_position_embeddings": cfg.max_positions,
        "tie_word_embeddings": True, "attention_bias": False,
        "bos_token_id": tokenizer.bos, "eos_token_id": tokenizer.eos, "torch_dtype": "bfloat16",
        "quantization_config": {"quant_method": "bitnet", "linear_class": "autobitlinear",
                                "quantization_mode": "offline"}}, indent=2) + "\n"


def curve_rows(curves):
    """{'bitnet': curve, ...} -> curve.csv text."""
    rows = ["model,step,tokens,train_nats_per_token,heldout_bits_per_byte"]
    for arch, curve in curves.items():
        rows += [f"{arch},{step},{tokens},{loss:.4f},{bits:.4f}" for step, tokens, loss, bits in curve]
    return "\n".join(rows) + "\n"


def run_metrics(state):
    """What one training run took and reached; its held-out figure is of the float32 latent model."""
    recipe = state["recipe"]
    tokens = state["step"] * recipe["tokens_per_step"]
    return {"steps": state["step"], "steps_planned": recipe["steps"], "tokens": tokens,
            "seconds": round(state["seconds"], 1), "tokens_per_second": round(tokens / state["seconds"], 1),
            "heldout_bits_per_byte": round(state["curve"][-1][3], 5) if state["curve"] else None,
            "recipe": recipe}
