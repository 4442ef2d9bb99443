# SPDX-License-Identifier: Apache-2.0
"""Operands: ternary weights and activations of a model, or drawn at random, in every machine's number format."""

import json
import math
import random
import struct

from synth import FlowError
from training import safetensors

DENSE_STD = 0.02  # of the FP16 and INT8 machines' weights, which are those of a dense model
BITS = 8
LARGEST = 127


def to_fp16(value):
    """The binary16 pattern of a float; too large becomes infinite."""
    try:
        return struct.unpack("<H", struct.pack("<e", value))[0]
    except OverflowError:
        return 0xfc00 if value < 0 else 0x7c00


def to_fp32(value):
    return struct.unpack("<I", struct.pack("<f", value))[0]


class Captured:
    """A file of activations as capture_activations writes it: a JSON line, then int8 [tokens][k]."""

    def __init__(self, path):
        data = path.read_bytes()
        head, _, body = data.partition(b"\n")
        try:
            self.about = json.loads(head)
            tokens, inputs = self.about["tokens"], self.about["inputs"]
        except (ValueError, KeyError, TypeError) as error:
            raise FlowError(f"{path}: not a capture of activations") from error
        if len(body) != tokens * inputs:
            raise FlowError(f"{path}: {len(body)} bytes are not {tokens} x {inputs} activations")
        self.rows = [struct.unpack(f"{inputs}b", body[t * inputs:(t + 1) * inputs]) for t in range(tokens)]


def checkpoint_trits(folder, tensor):
    """The rows of a packed ternary matrix, each a bytes of weight + 1."""
    path = folder / "model.safetensors"
    tensors = safetensors.deserialize(path.read_bytes())
    if tensor not in tensors or tensors[tensor][0] != "U8":
        raise FlowError(f"{path}: no ternary tensor '{tensor}'")
    _, shape, data = tensors[tensor]
    codes, inputs = safetensors.unpack_ternary(data), shape[1]
    return [codes[i:i + inputs] for i in range(0, len(codes), inputs)]


class Stream:
    """Draws operands. `zeros` is the share of zero weights, or None for the checkpoint's trits.

    tokens(rows) and weights(rows) give vectors of integers. Captured activations come in the order of the run: `rows`
    neighbours of one token, then of the next.
    """

    def __init__(self, seed, cycles, reuse, zeros=None, trits=None, captured=None):
        self.random, self.cycles, self.reuse = random.Random(seed), cycles, reuse
        self.zeros, self.trits, self.captured = zeros, trits, captured
        self.at = self.column = 0

    def token(self, rows):
        """int8 activations of one token: captured, or Gaussian as the quantiser leaves 4096 of them."""
        if self.captured:
            width = len(self.captured.rows[0])
            row = self.captured.rows[self.at % len(self.captured.rows)]
            offset = self.at // len(self.captured.rows) * rows % max(width - rows + 1, 1)
            self.at += 1
            return [row[(offset + i) % width] for i in range(rows)]
        scale = LARGEST / math.sqrt(2 * math.log(4096))  # the largest of n Gaussians is about there
        return [max(-LARGEST, min(LARGEST, round(self.random.gauss(0, 1) * scale))) for _ in range(rows)]

    def ternary(self, rows):
        """-1, 0 and +1."""
        if self.zeros is None:
            row = self.trits[self.column % len(self.trits)]
            offset = self.column // len(self.trits) * rows
            self.column += 1
            return [row[(offset + i) % len(row)] - 1 for i in range(rows)]
        return [0 if self.random.random() < self.zeros else self.random.choice((-1, 1)) for _ in range(rows)]

    def dense(self, rows):
        """Weights of a dense model, as floats."""
        return [self.random.gauss(0, DENSE_STD) for _ in range(rows)]

    def dense_int8(self, rows):
        """The same, quantised to int8 by the largest of a row of 4096."""
        scale = LARGEST / math.sqrt(2 * math.log(4096)) / DENSE_STD
        return [max(-LARGEST, min(LARGEST, round(value * scale))) for value in self.dense(rows)]

    def token_fp16(self, rows):
        """The token's activations before quantisation, up to its rounding: int8 times a scale that fills fractions."""
        return [to_fp16(value * 0.0237) for value in self.token(rows)]
