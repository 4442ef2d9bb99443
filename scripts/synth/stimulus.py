# SPDX-License-Identifier: Apache-2.0
"""The input vectors of each unit, a dictionary of ports a cycle, from one stream of operands.

Elements get a new weight with every activation, as in a dot product over k. Columns hold a tile of weights for
`reuse` tokens while the other tile loads, as the engine does.
"""

import struct

from synth import trit5
from synth.operands import LARGEST, halves, to_fp16, to_fp32

DOT = 256  # steps of a dot product
ROWS = 64  # of a column, where a part of the engine depends on it


def _pack(values, width):
    mask = (1 << width) - 1
    return sum((value & mask) << width * i for i, value in enumerate(values))


def _planes(values, count):
    """Bit planes of the values over the rows: plane b at b * rows."""
    rows = len(values)
    return sum(1 << b * rows + r for r, value in enumerate(values) for b in range(count) if value >> b & 1)


def _code(trit):
    return {0: 0, 1: 1, -1: 3}[trit]


def _drive(stream, vector):
    return [vector(at) for at in range(stream.cycles)]


def _weight(stream, at):
    """A weight of a 16-bit machine; an element walks along k, a column of one row does not."""
    return stream.trit(at) * stream.checkpoint.scale if stream.checkpoint else stream.floats(1, 1, 0)[0][0]


def _half(stream, at):
    return halves([stream.step(at)])[0]


def int8_add(stream):
    """A column's first additions: neighbours of a token."""
    return _drive(stream, lambda at: {"a_i": stream.step(2 * at) & 255, "b_i": stream.step(2 * at + 1) & 255})


def fp16_add(stream):
    return _drive(stream, lambda at: {"a_i": _half(stream, 2 * at), "b_i": _half(stream, 2 * at + 1)})


def fp16_mul(stream):
    return _drive(stream, lambda at: {"a_i": _half(stream, at), "b_i": to_fp16(_weight(stream, at))})


def _float(half):
    return struct.unpack("<e", struct.pack("<H", half))[0]


def _single(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def fp32_add(stream):
    """A running sum and the product that joins it."""
    vectors, total = [], 0.0
    for at in range(stream.cycles):
        product = _float(_half(stream, at)) * _float(to_fp16(_weight(stream, at)))
        total = 0.0 if at % DOT == 0 else total
        vectors.append({"a_i": to_fp32(total), "b_i": to_fp32(product)})
        total = _single(total + product)
    return vectors


def _mac(stream, weight, act):
    return _drive(stream, lambda at: {"load_i": 1, "weight_i": weight(at), "valid_i": 1, "first_i": int(at % DOT == 0),
                                      "act_i": act(at)})


def ternary_mac(stream):
    return _mac(stream, lambda at: _code(stream.trit(at)), lambda at: stream.step(at) & 255)


def int8_mac(stream):
    def weight(at):
        return (stream.trit(at) * LARGEST if stream.checkpoint else stream.bytes(1, 1, 0)[0][0]) & 255
    return _mac(stream, weight, lambda at: stream.step(at) & 255)


def fp16_mac(stream):
    return _mac(stream, lambda at: to_fp16(_weight(stream, at)), lambda at: _half(stream, at))


def _columns(stream, load, token, port, weight_port="weights_i"):
    """The next tile loads in the last cycle of this one. Idle columns have weights and nothing to do."""
    vectors = [{"load_i": 1, "load_buf_i": 0, weight_port: load(0), "valid_i": 0, "use_buf_i": 1, port: 0}]
    if stream.idle:
        return vectors + [{**vectors[0], "load_i": 0}] * stream.cycles
    buffer, weights = 0, vectors[0][weight_port]
    for cycle in range(stream.cycles):
        tile, index = divmod(cycle, stream.reuse)
        last = index == stream.reuse - 1
        if last:
            weights = load(tile + 1)
        vectors.append({"load_i": int(last), "load_buf_i": 1 - buffer, weight_port: weights, "valid_i": 1,
                        "use_buf_i": buffer, port: token(tile, index)})
        buffer ^= last
    return vectors


def ternary_columns(stream, rows, columns):
    def load(tile):
        return sum(_planes([_code(w) for w in column], 2) << 2 * rows * c
                   for c, column in enumerate(stream.trits(rows, columns, tile)))
    return _columns(stream, load, lambda tile, index: _planes([x & 255 for x in stream.token(rows, tile, index)], 8),
                    "planes_i")


def int8_columns(stream, rows, columns):
    return _columns(stream, lambda tile: _pack([w for column in stream.bytes(rows, columns, tile) for w in column], 8),
                    lambda tile, index: _pack(stream.token(rows, tile, index), 8), "acts_i")


def fp16_columns(stream, rows, columns):
    def load(tile):
        return _pack([to_fp16(w) for column in stream.floats(rows, columns, tile) for w in column], 16)
    return _columns(stream, load, lambda tile, index: _pack(halves(stream.token(rows, tile, index)), 16), "acts_i")


def ternary_lane(stream):
    """Row 0 of a column."""
    def load(tile):
        return _code(stream.trits(ROWS, 1, tile)[0][0])
    return _columns(stream, load, lambda tile, index: stream.token(ROWS, tile, index)[0] & 255, "act_i", "weight_i")


def _accumulate(stream, sum_of, add, code):
    """k-tile after k-tile, `reuse` tokens each, as the engine goes; sums of 64-row columns."""
    vectors, stored = [], {}
    for cycle in range(stream.cycles):
        tile, index = divmod(cycle, stream.reuse)
        if index == 0:
            weights = sum_of.weights(tile)
        first = tile % (DOT // ROWS) == 0
        column = sum_of.total(weights, stream.token(ROWS, tile, index))
        old = stored.get(index, 0)
        vectors.append({"valid_i": 1, "first_i": int(first), "stored_i": code(old), "sum_i": sum_of.code(column)})
        stored[index] = column if first else add(old, column)
    return vectors


class _Integer:
    def __init__(self, stream, dense):
        self.stream, self.dense = stream, dense

    def weights(self, tile):
        return (self.stream.bytes if self.dense else self.stream.trits)(ROWS, 1, tile)[0]

    def total(self, weights, token):
        return sum(w * x for w, x in zip(weights, token))

    def code(self, column):
        return column & ((1 << (22 if self.dense else 15)) - 1)


class _Floating:
    def __init__(self, stream):
        self.stream = stream

    def weights(self, tile):
        return [_float(to_fp16(w)) for w in self.stream.floats(ROWS, 1, tile)[0]]

    def total(self, weights, token):
        return _single(sum(w * _float(x) for w, x in zip(weights, halves(token))))

    def code(self, column):
        return to_fp32(column)


def accumulate(stream):
    return _accumulate(stream, _Integer(stream, False), lambda a, b: a + b, lambda total: total & 0xffffff)


def int8_accumulate(stream):
    return _accumulate(stream, _Integer(stream, True), lambda a, b: a + b, lambda total: total & 0xffffffff)


def fp16_accumulate(stream):
    return _accumulate(stream, _Floating(stream), lambda a, b: _single(a + b), to_fp32)


def decode(stream, five):
    """A beat a cycle, at 64 rows."""
    vectors = []
    for cycle in range(stream.cycles):
        columns = stream.trits(ROWS, 5 if five else 4, cycle)
        if five:
            bytes_ = [trit5.code([column[r] for column in columns]) for r in range(ROWS)]
        else:
            bytes_ = [sum(_code(column[r]) << 2 * c for c, column in enumerate(columns)) for r in range(ROWS)]
        vectors.append({"trit5_i": int(five), "beat_i": _planes(bytes_, 8)})
    return vectors
