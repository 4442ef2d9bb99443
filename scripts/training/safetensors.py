# SPDX-License-Identifier: Apache-2.0
"""The safetensors container and the packed ternary layout, on plain bytes."""

import json
import math
import struct

_ITEM = {"U8": 1, "BF16": 2, "F32": 4}
_ALIGN = 64


class FormatError(Exception):
    """A tensor or a file that does not fit the format."""


def pack_ternary(codes, rows, cols):
    """Codes t + 1 in {0, 1, 2}, [rows, cols] row-major -> U8 [rows / 4, cols].

    Byte [p, c] holds row i * rows/4 + p in bits 2i and 2i + 1, as in the packed Hugging Face files.
    """
    if rows % 4 or len(codes) != rows * cols:
        raise FormatError(f"{len(codes)} codes cannot be packed as [{rows} / 4, {cols}]")
    if codes and max(codes) > 2:
        raise FormatError(f"code {max(codes)} is not ternary")
    quarter = len(codes) // 4
    parts = [codes[i * quarter:(i + 1) * quarter] for i in range(4)]
    return bytes(a | b << 2 | c << 4 | d << 6 for a, b, c, d in zip(*parts))


def unpack_ternary(packed):
    """The inverse of pack_ternary: codes t + 1, row-major."""
    return b"".join(bytes(byte >> shift & 3 for byte in packed) for shift in (0, 2, 4, 6))


def serialize(tensors):
    """{name: (dtype, shape, bytes)} -> file bytes, the same for the same tensors.

    Tensors whose size is a multiple of 8 come first, by name, each on an 8-byte boundary; then the
    small ones (the scales). The format allows no holes between tensors.
    """
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    names = sorted(tensors, key=lambda n: (len(tensors[n][2]) % 8 != 0, n))
    for name in names:
        dtype, shape, data = tensors[name]
        if dtype not in _ITEM or len(data) != math.prod(shape) * _ITEM[dtype]:
            raise FormatError(f"{name}: {len(data)} bytes do not make {dtype} {shape}")
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % _ALIGN)
    return struct.pack("<Q", len(text)) + text + b"".join(tensors[n][2] for n in names)


def deserialize(data):
    """File bytes -> {name: (dtype, shape, bytes)}."""
    if len(data) < 8:
        raise FormatError("shorter than the 8 bytes of the header length")
    size = struct.unpack_from("<Q", data)[0]
    if size > len(data) - 8:
        raise FormatError(f"header of {size} bytes in a file of {len(data)}")
    header, tensors = json.loads(data[8:8 + size]), {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        body = data[8 + size + begin:8 + size + end]
        if entry["dtype"] not in _ITEM or len(body) != math.prod(entry["shape"]) * _ITEM[entry["dtype"]]:
            raise FormatError(f"{name}: offsets {begin}..{end} do not fit {entry['dtype']} {entry['shape']}")
        tensors[name] = (entry["dtype"], entry["shape"], body)
    return tensors
