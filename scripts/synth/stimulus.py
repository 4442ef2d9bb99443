# SPDX-License-Identifier: Apache-2.0
"""The input vectors of each unit, a dictionary of ports a cycle, from one stream of operands.

Elements get a new weight with every activation, as in a dot product over k. Columns hold a tile of weights for
`reuse` tokens while the other tile loads, as the engine does.
"""

import struct

from synth.operands import to_fp16, to_fp32

DOT = 256  # steps of a dot product in an element


def _pack(values, width):
    mask = (1 << width) - 1
    return sum((value & mask) << width * i for i, value in enumerate(values))


def _planes(values, count):
    """Bit planes of the values over the rows: plane b at b * rows."""
    rows = len(values)
    return sum(1 << b * rows + r for r, value in enumerate(values) for b in range(count) if value >> b & 1)


def _code(trit):
    return {0: 0, 1: 1, -1: 3}[trit]


def int8_add(stream):
    return [{"a_i": stream.token(1)[0] & 255, "b_i": stream.token(1)[0] & 255} for _ in range(stream.cycles)]


def fp16_mul(stream):
    return [{"a_i": stream.token_fp16(1)[0], "b_i": to_fp16(stream.dense(1)[0])} for _ in range(stream.cycles)]


def _float(half):
    return struct.unpack("<e", struct.pack("<H", half))[0]


def fp32_add(stream):
    """A running sum and the product that joins it."""
    vectors, total = [], 0.0
    for cycle in range(stream.cycles):
        product = _float(stream.token_fp16(1)[0]) * _float(to_fp16(stream.dense(1)[0]))
        total = 0.0 if cycle % DOT == 0 else total
        vectors.append({"a_i": to_fp32(total), "b_i": to_fp32(product)})
        total = struct.unpack("<f", struct.pack("<f", total + product))[0]
    return vectors


def _mac(stream, weight, act):
    return [{"load_i": 1, "weight_i": weight(), "valid_i": 1, "first_i": int(cycle % DOT == 0), "act_i": act()}
            for cycle in range(stream.cycles)]


def ternary_mac(stream):
    return _mac(stream, lambda: _code(stream.ternary(1)[0]), lambda: stream.token(1)[0] & 255)


def int8_mac(stream):
    return _mac(stream, lambda: stream.dense_int8(1)[0] & 255, lambda: stream.token(1)[0] & 255)


def fp16_mac(stream):
    return _mac(stream, lambda: to_fp16(stream.dense(1)[0]), lambda: stream.token_fp16(1)[0])


def _columns(stream, load, token, port):
    """The next tile loads in the last cycle of this one."""
    vectors = [{"load_i": 1, "load_buf_i": 0, "weights_i": load(), "valid_i": 0, "use_buf_i": 1, port: 0}]
    buffer, weights = 0, vectors[0]["weights_i"]
    for cycle in range(stream.cycles):
        last = cycle % stream.reuse == stream.reuse - 1
        if last:
            weights = load()
        vectors.append({"load_i": int(last), "load_buf_i": 1 - buffer, "weights_i": weights, "valid_i": 1,
                        "use_buf_i": buffer, port: token()})
        buffer ^= last
    return vectors


def ternary_columns(stream, rows, columns):
    def load():
        tile = [stream.ternary(rows) for _ in range(columns)]
        return sum(_planes([_code(w) for w in column], 2) << 2 * rows * c for c, column in enumerate(tile))
    return _columns(stream, load, lambda: _planes([x & 255 for x in stream.token(rows)], 8), "planes_i")


def int8_columns(stream, rows, columns):
    return _columns(stream, lambda: _pack([w for _ in range(columns) for w in stream.dense_int8(rows)], 8),
                    lambda: _pack(stream.token(rows), 8), "acts_i")


def fp16_columns(stream, rows, columns):
    return _columns(stream, lambda: _pack([to_fp16(w) for _ in range(columns) for w in stream.dense(rows)], 16),
                    lambda: _pack(stream.token_fp16(rows), 16), "acts_i")


def accumulate(stream):
    """Sums of 64-row columns: Gaussian activations times ternary weights; `DOT` / 64 k-tiles to a total."""
    vectors, total = [], 0
    for cycle in range(stream.cycles):
        first = int(cycle % (DOT // 64) == 0)
        column = sum(w * x for w, x in zip(stream.ternary(64), stream.token(64)))
        vectors.append({"valid_i": 1, "first_i": first, "stored_i": total & 0xffffff, "sum_i": column & 0x7fff})
        total = column if first else total + column
    return vectors


def _trit5_code(trits):
    """The least byte whose five trits (0, 1, 2 for 0, +1, -1; the first is column 0) these are."""
    if not _trit5_code.table:
        for byte in reversed(range(256)):
            _trit5_code.table[_trit5_meaning(byte)] = byte
    return _trit5_code.table[tuple(t % 3 for t in trits)]


_trit5_code.table = {}


def _trit5_meaning(t):
    """docs/machine.md, "Three linear streams"."""
    if t >> 2 & 7 == 7:
        c, t4, t3 = (t >> 5) << 2 | t & 3, 2, 2
    else:
        c = t & 31
        t4, t3 = (2, t >> 7) if t >> 5 & 3 == 3 else (t >> 7, t >> 5 & 3)
    if c & 3 == 3:
        return (c >> 3 & 1) << 1 | c >> 2 & 1 & ~(c >> 3), c >> 4, 2, t3, t4
    if c >> 2 & 3 == 3:
        return c & 3, 2, 2, t3, t4
    return (c >> 1 & 1) << 1 | c & 1 & ~(c >> 1), c >> 2 & 3, c >> 4, t3, t4


def decode(stream, trit5):
    """A beat a cycle, at 64 rows."""
    rows, vectors = 64, []
    for _ in range(stream.cycles):
        columns = [stream.ternary(rows) for _ in range(5 if trit5 else 4)]
        if trit5:
            bytes_ = [_trit5_code([column[r] for column in columns]) for r in range(rows)]
        else:
            bytes_ = [sum(_code(column[r]) << 2 * c for c, column in enumerate(columns)) for r in range(rows)]
        vectors.append({"trit5_i": int(trit5), "beat_i": _planes(bytes_, 8)})
    return vectors
