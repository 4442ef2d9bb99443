# SPDX-License-Identifier: Apache-2.0
"""Model files of every format, written from the formats' descriptions (docs/formats.md).

This is a second opinion on the program's readers: nothing here calls or imitates its writers.
"""

import json
import random
import struct

PROJECTIONS = {  # safetensors name, GGUF name, shape (outputs, inputs) from the config
    "self_attn.q_proj": ("attn_q", "d", "d"),
    "self_attn.k_proj": ("attn_k", "kv", "d"),
    "self_attn.v_proj": ("attn_v", "kv", "d"),
    "self_attn.o_proj": ("attn_output", "d", "d"),
    "mlp.gate_proj": ("ffn_gate", "f", "d"),
    "mlp.up_proj": ("ffn_up", "f", "d"),
    "mlp.down_proj": ("ffn_down", "d", "f"),
}
NORMS = {
    "input_layernorm": ("attn_norm", "d"),
    "self_attn.attn_sub_norm": ("attn_sub_norm", "d"),
    "post_attention_layernorm": ("ffn_norm", "d"),
    "mlp.ffn_sub_norm": ("ffn_sub_norm", "f"),
}


def f32(value):
    """The nearest float32, as a Python float."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


class ToyModel:
    """A random ternary model whose numbers are exact in BF16, except scales that a test sets."""

    def __init__(self, seed, layers=2, exact_scales=False, d=256, f=256, kv=128, heads=4, vocab=300):
        rng = random.Random(seed)
        self.d, self.f, self.kv, self.heads, self.layers, self.vocab = d, f, kv, heads, layers, vocab
        self.activation, self.context = "relu2", 64
        self.embedding = [[rng.randrange(-128, 128) / 128 for _ in range(self.d)]
                          for _ in range(self.vocab)]
        self.norms, self.trits, self.scales, self.masters = {}, {}, {}, {}
        for layer in range(layers):
            for name, (_, size) in NORMS.items():
                self.norms[layer, name] = self._norm(rng, getattr(self, size))
            for name, (_, n, k) in PROJECTIONS.items():
                n, k = getattr(self, n), getattr(self, k)
                self.trits[layer, name] = [rng.choices((-1, 0, 1), k=k) for _ in range(n)]
                # A power of two has an exact inverse and exact products.
                self.scales[layer, name] = 2.0 ** -4 if exact_scales else f32(rng.uniform(0.05, 0.08))
        self.norm = self._norm(rng, self.d)

    def row_floats(self, key):
        """A projection's float rows: `masters` if a test has set them, else trit * scale."""
        if key in self.masters:
            return self.masters[key]
        return [[t * self.scales[key] for t in row] for row in self.trits[key]]

    def draw_masters(self, seed):
        """Gaussian float weights, exact in BF16 and F16, and their absmean trits and scales."""
        rng = random.Random(seed)
        for key, trits in self.trits.items():
            rows = [[max(-127, min(127, round(rng.gauss(0, 40)))) / 512 for _ in row]
                    for row in trits]
            self.masters[key] = rows
            mean = f32(sum(abs(w) for row in rows for w in row) / (len(rows) * len(rows[0])))
            self.scales[key] = mean
            self.trits[key] = [[max(-1, min(1, round(f32(w / mean)))) for w in row] for row in rows]

    @staticmethod
    def _norm(rng, size):
        return [0.75 + rng.randrange(64) / 128 for _ in range(size)]

    def config(self, quantization):
        """config.json; `quantization` is the quantization_config, or None for float masters."""
        config = {"architectures": ["BitNetForCausalLM"], "model_type": "bitnet",
                  "hidden_act": self.activation, "hidden_size": self.d, "intermediate_size": self.f,
                  "num_hidden_layers": self.layers, "num_attention_heads": self.heads,
                  "num_key_value_heads": self.heads * self.kv // self.d, "vocab_size": self.vocab,
                  "max_position_embeddings": self.context, "rms_norm_eps": 1e-5,
                  "rope_theta": 10000.0, "tie_word_embeddings": True, "bos_token_id": 298,
                  "eos_token_id": 299}
        if quantization is not None:
            config["quantization_config"] = quantization
        return json.dumps(config)


def quantization(linear_class, mode):
    return {"quant_method": "bitnet", "linear_class": linear_class, "quantization_mode": mode}


# Float rows to bytes -------------------------------------------------------------------------------

def to_f32(row):
    return struct.pack(f"<{len(row)}f", *row)


def to_f16(row):
    return struct.pack(f"<{len(row)}e", *row)


def to_bf16(row):
    """Upper halves of float32; the values must be exact."""
    out = bytearray()
    for value in row:
        bits = struct.pack("<f", value)
        assert bits[:2] == b"\0\0", value
        out += bits[2:]
    return bytes(out)


def to_q8_0(row):
    """Blocks of 32: an f16 scale, then int8. Values must be multiples of 1/128."""
    out = bytearray()
    for i in range(0, len(row), 32):
        out += struct.pack("<e32b", 1 / 128, *(round(v * 128) for v in row[i:i + 32]))
    return bytes(out)


def q6_k_scale(i):
    """A power of two for each sixteen values, so that all products are exact."""
    return 2 ** (i % 256 // 16 % 3)


def q6_k_code(value, i):
    return max(-32, min(31, round(value * 64 / q6_k_scale(i))))


def q6_k_values(row):
    """What Q6_K holds of a row: six bits times the scale of sixteen times 1/64."""
    return [q6_k_code(v, i) * q6_k_scale(i) / 64 for i, v in enumerate(row)]


def to_q6_k(row):
    """Blocks of 256: low nibbles, high pairs of bits, sixteen int8 scales, an f16 scale."""
    out = bytearray()
    for start in range(0, len(row), 256):
        low, high = bytearray(128), bytearray(64)
        for i in range(256):
            code = q6_k_code(row[start + i], i) + 32
            half, group, lane = i // 128, i % 128 // 32, i % 32
            low[half * 64 + group % 2 * 32 + lane] |= (code & 15) << (4 if group >= 2 else 0)
            high[half * 32 + lane] |= (code >> 4) << (2 * group)
        scales = [q6_k_scale(16 * j) for j in range(16)]
        out += low + high + struct.pack("<16be", *scales, 1 / 64)
    return bytes(out)


# Ternary matrices to bytes -------------------------------------------------------------------------

def to_strided(trits):
    """Hugging Face: byte [p][c] has row i * n / 4 + p in bits 2i."""
    n, quarter = len(trits), len(trits) // 4
    assert n % 4 == 0
    out = bytearray()
    for p in range(quarter):
        rows = [trits[i * quarter + p] for i in range(4)]
        out += bytes((a + 1) | (b + 1) << 2 | (c + 1) << 4 | (e + 1) << 6 for a, b, c, e in zip(*rows))
    return bytes(out)


def to_i2s(trits, scale, block=128):
    """bitnet.cpp: value j of a block in byte j % (block / 4), the first quarter in the top bits."""
    flat = [t + 1 for row in trits for t in row]
    width, out = block // 4, bytearray()
    for start in range(0, len(flat), block):
        q = [flat[start + i * width:start + (i + 1) * width] for i in range(4)]
        out += bytes(a << 6 | b << 4 | c << 2 | e for a, b, c, e in zip(*q))
    return bytes(out) + struct.pack("<f", scale) + bytes(28)


def to_tq2(trits, scale):
    """Blocks of 256: each 128 values in 32 bytes, the first 32 in the low bits; then an f16."""
    out = bytearray()
    for row in trits:
        for start in range(0, len(row), 256):
            for half in (start, start + 128):
                q = [[t + 1 for t in row[half + 32 * i:half + 32 * (i + 1)]] for i in range(4)]
                out += bytes(a | b << 2 | c << 4 | e << 6 for a, b, c, e in zip(*q))
            out += struct.pack("<e", scale)
    return bytes(out)


def to_tq1(trits, scale):
    """Blocks of 256: 5 trits a byte with strides 32 and 16, then 4 a byte with stride 4; an f16."""
    def byte(codes):
        value = 0
        for code in codes:
            value = value * 3 + code
        return -(-value * 256 // 243)

    out = bytearray()
    for row in trits:
        for start in range(0, len(row), 256):
            codes = [t + 1 for t in row[start:start + 256]]
            out += bytes(byte([codes[i + 32 * n] for n in range(5)]) for i in range(32))
            out += bytes(byte([codes[160 + i + 16 * n] for n in range(5)]) for i in range(16))
            out += bytes(byte([codes[240 + i + 4 * n] for n in range(4)] + [0]) for i in range(4))
            out += struct.pack("<e", scale)
    return bytes(out)


# safetensors ---------------------------------------------------------------------------------------

def safetensors(tensors):
    """[(name, dtype, shape, bytes)] to a file's bytes."""
    header, offset = {}, 0
    for name, dtype, shape, data in tensors:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + b"".join(t[3] for t in tensors)


def hf_tensors(model, weights, floats="BF16", scale=lambda s: ("F32", to_f32([s]))):
    """All tensors; `weights`: "packed", or a dtype for float masters."""
    to = {"BF16": to_bf16, "F16": to_f16, "F32": to_f32}
    rows = b"".join(map(to[floats], model.embedding))
    tensors = [("model.embed_tokens.weight", floats, [model.vocab, model.d], rows)]
    for (layer, name), values in model.norms.items():
        tensors.append((f"model.layers.{layer}.{name}.weight", floats, [len(values)],
                        to[floats](values)))
    for (layer, name), trits in model.trits.items():
        full, s = f"model.layers.{layer}.{name}", model.scales[layer, name]
        n, k = len(trits), len(trits[0])
        if weights == "packed":
            tensors.append((full + ".weight", "U8", [n // 4, k], to_strided(trits)))
            dtype, data = scale(s)
            tensors.append((full + ".weight_scale", dtype, [1], data))
        else:
            data = b"".join(map(to[weights], model.row_floats((layer, name))))
            tensors.append((full + ".weight", weights, [n, k], data))
    tensors.append(("model.norm.weight", floats, [model.d], to[floats](model.norm)))
    return tensors


def write_folder(folder, config, tensors, shards=1):
    """A folder with one safetensors file, or several and their index."""
    folder.mkdir()
    (folder / "config.json").write_text(config)
    if shards == 1:
        (folder / "model.safetensors").write_bytes(safetensors(tensors))
        return folder
    weight_map = {}
    for i in range(shards):
        name = f"model-{i + 1:05}-of-{shards:05}.safetensors"
        part = tensors[i::shards]
        (folder / name).write_bytes(safetensors(part))
        weight_map.update({t[0]: name for t in part})
    index = {"metadata": {"total_size": sum(len(t[3]) for t in tensors)}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return folder


# GGUF ----------------------------------------------------------------------------------------------

SCALARS = {"u8": (0, "B"), "i8": (1, "b"), "u16": (2, "H"), "i16": (3, "h"), "u32": (4, "I"),
           "i32": (5, "i"), "f32": (6, "f"), "bool": (7, "?"), "u64": (10, "Q"), "i64": (11, "q"),
           "f64": (12, "d")}
GGML = {"F32": 0, "F16": 1, "Q8_0": 8, "Q6_K": 14, "BF16": 30, "TQ1_0": 34, "TQ2_0": 35, "I2_S": 36}


def gguf_text(text):
    data = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<Q", len(data)) + data


def gguf_value(kind, value):
    """A value's type and bytes; kind "[x]" is an array of x."""
    if kind.startswith("["):
        inner = [gguf_value(kind[1:-1], item) for item in value]
        element = 8 if kind == "[text]" else 9 if kind[1] == "[" else SCALARS[kind[1:-1]][0]
        return 9, struct.pack("<IQ", element, len(value)) + b"".join(data for _, data in inner)
    if kind == "text":
        return 8, gguf_text(value)
    number, code = SCALARS[kind]
    return number, struct.pack("<" + code, value)


def gguf(metadata, tensors, alignment=32, version=3):
    """{key: (kind, value)} and [(name, type, dims fastest first, bytes)] to a file's bytes."""
    out = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))
    for key, (kind, value) in metadata.items():
        number, data = gguf_value(kind, value)
        out += gguf_text(key) + struct.pack("<I", number) + data
    body = bytearray()
    for name, kind, dims, data in tensors:
        body += bytes(-len(body) % alignment)
        out += gguf_text(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, GGML[kind],
                                             len(body))
        body += data
    return out + bytes(-len(out) % alignment) + bytes(body)


def gguf_metadata(model, architecture="bitnet-b1.58", layout="x86", **more):
    """`layout`: what the key of this project's own says of I2_S; None: nothing, as bitnet.cpp."""
    a = architecture + "."
    metadata = {"general.architecture": ("text", architecture), "general.name": ("text", "toy"),
                a + "vocab_size": ("u32", model.vocab), a + "context_length": ("u32", model.context),
                a + "embedding_length": ("u32", model.d), a + "block_count": ("u32", model.layers),
                a + "feed_forward_length": ("u32", model.f),
                a + "rope.dimension_count": ("u32", model.d // model.heads),
                a + "attention.head_count": ("u32", model.heads),
                a + "attention.head_count_kv": ("u32", model.heads * model.kv // model.d),
                a + "attention.layer_norm_rms_epsilon": ("f32", 1e-5),
                "tokenizer.ggml.bos_token_id": ("u32", 298),
                "tokenizer.ggml.eos_token_id": ("u32", 299)}
    if layout is not None:
        metadata["tercet.i2s_layout"] = ("text", layout)
    metadata.update(more)
    return metadata


EMBEDDINGS = {"F32": to_f32, "F16": to_f16, "BF16": to_bf16, "Q8_0": to_q8_0, "Q6_K": to_q6_k}


def gguf_tensors(model, weights, embedding="F16", separate_scale=False):
    """`weights`: I2_S, I2_S-ARM, TQ1_0, TQ2_0, or a float type for masters."""
    rows = b"".join(map(EMBEDDINGS[embedding], model.embedding))
    tensors = [("token_embd.weight", embedding, [model.d, model.vocab], rows)]
    for (layer, name), values in model.norms.items():
        tensors.append((f"blk.{layer}.{NORMS[name][0]}.weight", "F32", [len(values)], to_f32(values)))
    for (layer, name), trits in model.trits.items():
        full, s = f"blk.{layer}.{PROJECTIONS[name][0]}", model.scales[layer, name]
        dims = [len(trits[0]), len(trits)]
        block = 1.0 if separate_scale else s
        if weights.startswith("I2_S"):
            data = to_i2s(trits, s, 64 if weights.endswith("ARM") else 128)
        elif weights == "TQ1_0":
            data = to_tq1(trits, block)
        elif weights == "TQ2_0":
            data = to_tq2(trits, block)
        else:
            data = b"".join(map(EMBEDDINGS[weights], model.row_floats((layer, name))))
        tensors.append((full + ".weight", weights.split("-")[0], dims, data))
        if separate_scale:
            tensors.append((full + ".scale", "F32", [1], to_f32([s])))
    tensors.append(("output_norm.weight", "F32", [model.d], to_f32(model.norm)))
    return tensors


# Tokenizers ----------------------------------------------------------------------------------------

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
          r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def byte_letters():
    """GPT-2's printable letter for each byte."""
    spare, letters = 256, []
    for byte in range(256):
        prints = 33 <= byte <= 126 or byte >= 161 and byte != 173
        letters.append(chr(byte if prints else spare))
        spare += not prints
    return letters


def tokenizer_json(pre):
    """A byte-level tokenizer: 256 bytes, he, hel, a special and an added token."""
    level = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": pre == "gpt-2"}
    split = {"type": "Split", "pattern": {"Regex": LLAMA3}, "behavior": "Isolated", "invert": False}
    vocab = {letter: i for i, letter in enumerate(byte_letters())}
    return {"version": "1.0", "added_tokens": [
                {"id": 258, "content": "<|end|>", "special": True},
                {"id": 259, "content": "<t>", "special": False, "lstrip": False}],
            "pre_tokenizer": level if pre == "gpt-2" else {"type": "Sequence",
                                                           "pretokenizers": [split, level]},
            "model": {"type": "BPE", "ignore_merges": pre != "gpt-2",
                      "vocab": {**vocab, "he": 256, "hel": 257}, "merges": ["h e", ["he", "l"]]}}


def gguf_tokenizer(pre):
    """The same tokenizer as GGUF metadata; `pre` may be None."""
    keys = {"tokenizer.ggml.model": ("text", "gpt2"),
            "tokenizer.ggml.tokens": ("[text]", byte_letters() + ["he", "hel", "<|end|>", "<t>"]),
            "tokenizer.ggml.token_type": ("[i32]", [1] * 258 + [3, 4]),
            "tokenizer.ggml.merges": ("[text]", ["h e", "he l"])}
    return keys if pre is None else {**keys, "tokenizer.ggml.pre": ("text", pre)}
