# SPDX-License-Identifier: Apache-2.0
"""The trit5 code of docs/machine.md, "Three linear streams": five trits in a byte."""


def meaning(byte):
    """Five digits, the first that of column 0: 0, 1, 2 for 0, +1, -1."""
    if byte >> 2 & 7 == 7:
        code_of_three, t4, t3 = (byte >> 5) << 2 | byte & 3, 2, 2
    else:
        code_of_three = byte & 31
        t4, t3 = (2, byte >> 7) if byte >> 5 & 3 == 3 else (byte >> 7, byte >> 5 & 3)
    c = code_of_three
    if c & 3 == 3:
        return (c >> 3 & 1) << 1 | c >> 2 & 1 & ~(c >> 3), c >> 4, 2, t3, t4
    if c >> 2 & 3 == 3:
        return c & 3, 2, 2, t3, t4
    return (c >> 1 & 1) << 1 | c & 1 & ~(c >> 1), c >> 2 & 3, c >> 4, t3, t4


_LEAST = {meaning(byte): byte for byte in reversed(range(256))}


def code(trits):
    """The least byte that means these five of -1, 0 and +1."""
    return _LEAST[tuple(trit % 3 for trit in trits)]
