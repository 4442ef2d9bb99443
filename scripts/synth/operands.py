# SPDX-License-Identifier: Apache-2.0
"""Operands: weights and activations of a model, or drawn at random, in every machine's number format."""

import json
import math
import random
import struct

from synth import FlowError
from training import safetensors

DENSE_STD = 0.02  # of the FP16 and INT8 machines' weights, which are those of a dense model
LARGEST = 127
SPREAD = LARGEST / math.sqrt(2 * math.log(4096))  # standard deviation of Gaussians quantised by the largest of 4096
BLOCK = 64  # of so many random weights or more, exactly the share that is asked for is zero
HALF_STEP = 0.0237  # what an int8 activation is worth in FP16: any factor that fills the fraction


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
        self.zeros = round(body.count(0) / len(body), 4)
        self.mean = round(sum(abs(x) for row in self.rows for x in row) / len(body), 2)


class Checkpoint:
    """One packed ternary matrix: rows of trits, and the scale that belongs to them."""

    def __init__(self, folder, tensor):
        path = folder / "model.safetensors"
        tensors = safetensors.deserialize(path.read_bytes())
        name = tensor + ".weight"
        if name not in tensors or tensors[name][0] != "U8":
            raise FlowError(f"{path}: no ternary tensor '{name}'")
        _, shape, data = tensors[name]
        codes, inputs = safetensors.unpack_ternary(data), shape[1]
        self.rows = [[code - 1 for code in codes[i:i + inputs]] for i in range(0, len(codes), inputs)]
        self.scale = struct.unpack("<f", b"\0\0" + tensors[name + "_scale"][2])[0]
        self.zeros = round(codes.count(1) / len(codes), 4)


class Stream:
    """Draws operands, the same for the same seed, and keeps count of what columns met: `activity`, `zeros_met`.

    `zeros` is the share of zero weights at random; with None they come from `checkpoint`, or, if that is None too, from
    a dense model (binary16 and int8 only). `captured` activations come token by token; without, they are Gaussian as the
    quantiser leaves 4096 of them. Columns keep a tile for `reuse` tokens, or, `idle`, see none. A tile is `rows` inputs by
    some columns of the matrix, k-tiles first; an element walks along k.
    """

    def __init__(self, seed, cycles, reuse, zeros=None, checkpoint=None, captured=None, idle=False):
        self.random, self.cycles, self.reuse, self.idle = random.Random(seed), cycles, reuse, idle
        self.zeros, self.checkpoint, self.captured = zeros, checkpoint, captured
        self._block = []
        self._before, self._changed, self._bits = None, 0, 0  # the token before; input bits unlike its, of all
        self._tile_zeros, self._zeros, self._tokens = {}, 0.0, 0

    @property
    def activity(self):
        """Share of the int8 activations' bits that changed from token to token, the first after zeros; None if none came."""
        return round(self._changed / self._bits, 4) if self._bits else None

    @property
    def zeros_met(self):
        """Share of zeros among the ternary weights that tokens met; None if they met none."""
        return round(self._zeros / self._tokens, 4) if self._tokens and self._tile_zeros else None

    def _count(self, token, tile):
        before = self._before or [0] * len(token)
        self._changed += sum(((a ^ b) & 255).bit_count() for a, b in zip(token, before))
        self._bits += 8 * len(token)
        self._before, self._tokens = token, self._tokens + 1
        self._zeros += self._tile_zeros.get(tile, 0.0)
        return token

    def _gauss(self):
        return max(-LARGEST, min(LARGEST, round(self.random.gauss(0, SPREAD))))

    def token(self, rows, tile, index):
        """int8 activations of token `index` at a tile's rows."""
        if not self.captured:
            return self._count([self._gauss() for _ in range(rows)], tile)
        row = self.captured.rows[index % len(self.captured.rows)]
        return self._count([row[(tile * rows + r) % len(row)] for r in range(rows)], tile)

    def step(self, at):
        """The activation of step `at` of an element's dot products, which go through token after token."""
        if not self.captured:
            return self._gauss()
        width = len(self.captured.rows[0])
        return self.captured.rows[at // width % len(self.captured.rows)][at % width]

    def trits(self, rows, columns, tile):
        """-1, 0 and +1: [columns][rows] of a tile."""
        found = self._trits(rows, columns, tile)
        self._tile_zeros[tile] = sum(column.count(0) for column in found) / (rows * columns)
        return found

    def _trits(self, rows, columns, tile):
        if self.zeros is not None:
            drawn = self._random_trits(rows * columns)
            return [drawn[c * rows:(c + 1) * rows] for c in range(columns)]
        matrix = self.checkpoint.rows
        width = len(matrix[0])
        down = tile // max(width // rows, 1) * columns
        return [[matrix[(down + c) % len(matrix)][(tile * rows + r) % width] for r in range(rows)]
                for c in range(columns)]

    def _random_trits(self, count):
        if count < BLOCK:
            return [0 if self.random.random() < self.zeros else self.random.choice((-1, 1)) for _ in range(count)]
        zeros = round(count * self.zeros)
        drawn = [0] * zeros + [self.random.choice((-1, 1)) for _ in range(count - zeros)]
        self.random.shuffle(drawn)
        return drawn

    def trit(self, at):
        """The weight of step `at`; random ones are asked for in order."""
        if self.zeros is not None:
            self._block = self._block or self._random_trits(BLOCK)
            return self._block.pop()
        width = len(self.checkpoint.rows[0])
        return self.checkpoint.rows[at // width % len(self.checkpoint.rows)][at % width]

    def floats(self, rows, columns, tile):
        """The weights of a machine with 16-bit weights: a dense model's, or the checkpoint's trits times their scale."""
        if self.checkpoint:
            return [[trit * self.checkpoint.scale for trit in column] for column in self.trits(rows, columns, tile)]
        return [[self.random.gauss(0, DENSE_STD) for _ in range(rows)] for _ in range(columns)]

    def bytes(self, rows, columns, tile):
        """The same, quantised to int8 by the largest of a row of 4096."""
        if self.checkpoint:
            return [[trit * LARGEST for trit in column] for column in self.trits(rows, columns, tile)]
        return [[self._gauss() for _ in range(rows)] for _ in range(columns)]


def halves(activations):
    """int8 activations as binary16: what the quantiser saw, up to its rounding."""
    return [to_fp16(value * HALF_STEP) for value in activations]
