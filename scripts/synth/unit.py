# SPDX-License-Identifier: Apache-2.0
"""The units that are characterised, and what an operation of each is."""

from dataclasses import dataclass, field

from synth import FlowError, stimulus

_BASE = "rtl/baseline/tercet_"
_FLOAT = (f"{_BASE}fp16_mul.sv", f"{_BASE}float_add.sv")
_OWN = "scripts/synth/units/tercet_unit_"


@dataclass
class Unit:
    """`level` is what the energy includes: operator, element (with registers and accumulator), column (with two tiles of
    weights and adder tree), slice (several columns), part.

    `weights`: "ternary", "dense" (of a machine that multiplies) or "" (the unit sees none).
    """
    name: str
    level: str
    top: str
    sources: tuple
    drive: object              # stimulus.Stream -> list of {port: value}, one a cycle
    operations: int            # a cycle
    operation: str             # what one is
    weights: str = ""
    parameters: dict = field(default_factory=dict)
    multiplies: bool = False
    clocked: bool = True
    formal: bool = True        # provable in a minute or so


def _weights(kind):
    return "ternary" if kind == "ternary" else "dense"


def _columns(kind, rows, columns):
    drive = {"ternary": stimulus.ternary_columns, "int8": stimulus.int8_columns,
             "fp16": stimulus.fp16_columns}[kind]
    sources = {"ternary": ("rtl/array/tercet_columns.sv",), "int8": (f"{_BASE}int8_columns.sv",),
               "fp16": (*_FLOAT, f"{_BASE}fp16_columns.sv")}[kind]
    name = f"{kind}_column" if columns == 1 else f"{kind}_slice"
    return Unit(f"{name}_{rows}" if columns == 1 else f"{name}_{rows}x{columns}",
                "column" if columns == 1 else "slice",
                f"tercet_{'columns' if kind == 'ternary' else kind + '_columns'}", sources,
                lambda stream: drive(stream, rows, columns), rows * columns, "weight x activation, added up",
                _weights(kind), {"Rows": rows, "Columns": columns}, multiplies=kind != "ternary",
                formal=kind == "ternary" and rows * columns <= 2)


def _element(kind, drive):
    return Unit(f"{kind}_mac", "element", f"tercet_{kind}_mac",
                (*(_FLOAT if kind == "fp16" else ()), f"{_BASE}{kind}_mac.sv"), drive, 1,
                "weight x activation, accumulated", _weights(kind), multiplies=kind != "ternary",
                formal=kind == "ternary")


UNITS = {unit.name: unit for unit in (
    Unit("int8_add", "operator", "tercet_unit_int8_add", (f"{_OWN}int8_add.sv",), stimulus.int8_add, 1,
         "8-bit addition", clocked=False),
    Unit("fp16_add", "operator", "tercet_float_add", _FLOAT[1:], stimulus.fp16_add, 1,
         "binary16 sum", parameters={"ExpW": 5, "FracW": 10}, clocked=False, formal=False),
    Unit("fp16_mul", "operator", "tercet_fp16_mul", _FLOAT[:1], stimulus.fp16_mul, 1,
         "binary16 product, exact", "dense", multiplies=True, clocked=False, formal=False),
    Unit("fp32_add", "operator", "tercet_float_add", _FLOAT[1:], stimulus.fp32_add, 1,
         "binary32 sum", "dense", clocked=False, formal=False),
    Unit("ternary_lane", "lane", "tercet_unit_ternary_lane", (f"{_OWN}ternary_lane.sv",), stimulus.ternary_lane, 1,
         "0, x or ~x", "ternary"),
    _element("ternary", stimulus.ternary_mac),
    _element("int8", stimulus.int8_mac),
    _element("fp16", stimulus.fp16_mac),
    _columns("ternary", 2, 1),  # small enough to prove
    Unit("ternary_accumulate", "part", "tercet_unit_accumulate", (f"{_OWN}accumulate.sv",), stimulus.accumulate, 1,
         "accumulation of a 64-row column's sum in 24 bits", "ternary"),
    Unit("int8_accumulate", "part", "tercet_unit_accumulate", (f"{_OWN}accumulate.sv",), stimulus.int8_accumulate, 1,
         "accumulation of a 64-row column's sum in 32 bits", "dense", {"AccW": 32, "SumW": 22}),
    Unit("fp16_accumulate", "part", "tercet_unit_fp16_accumulate", (*_FLOAT[1:], f"{_OWN}fp16_accumulate.sv"),
         stimulus.fp16_accumulate, 1, "accumulation of a 64-row column's sum in binary32", "dense", formal=False),
    Unit("decode_two_bit", "part", "tercet_trit_decode", ("rtl/memory/tercet_trit_decode.sv",),
         lambda stream: stimulus.decode(stream, False), 4 * 64, "weight decoded", "ternary", clocked=False),
    Unit("decode_trit5", "part", "tercet_trit_decode", ("rtl/memory/tercet_trit_decode.sv",),
         lambda stream: stimulus.decode(stream, True), 5 * 64, "weight decoded", "ternary", clocked=False),
    *(_columns(kind, 64, 1) for kind in ("ternary", "int8", "fp16")),
    *(_columns(kind, 16, 8) for kind in ("ternary", "int8", "fp16")),
)}


def select(names):
    unknown = [name for name in names if name not in UNITS]
    if unknown:
        raise FlowError(f"unknown unit '{unknown[0]}'; known: {', '.join(UNITS)}")
    return [UNITS[name] for name in names]
