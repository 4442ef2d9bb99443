# SPDX-License-Identifier: Apache-2.0
"""The units that are characterised, and what an operation of each is."""

from dataclasses import dataclass, field

from synth import FlowError, stimulus

_BASE = "rtl/baseline/tercet_"
_FLOAT = (f"{_BASE}fp16_mul.sv", f"{_BASE}float_add.sv")
_OWN = "scripts/synth/units/tercet_unit_"


@dataclass
class Unit:
    """`level` is what the energy includes: operator, element (with registers and accumulator), column, slice, part."""
    name: str
    level: str
    top: str
    sources: tuple
    drive: object              # stimulus.Stream -> list of {port: value}, one a cycle
    operations: int            # a cycle
    operation: str             # what one is
    parameters: dict = field(default_factory=dict)
    ternary: bool = False      # its energy depends on the zero fraction
    multiplies: bool = False
    clocked: bool = True
    formal: bool = True        # provable in a minute or so


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
                {"Rows": rows, "Columns": columns}, ternary=kind == "ternary", multiplies=kind != "ternary",
                formal=False)


def _element(kind, drive):
    return Unit(f"{kind}_mac", "element", f"tercet_{kind}_mac",
                (*(_FLOAT if kind == "fp16" else ()), f"{_BASE}{kind}_mac.sv"), drive, 1,
                "weight x activation, accumulated", ternary=kind == "ternary", multiplies=kind != "ternary",
                formal=kind != "fp16")


UNITS = {unit.name: unit for unit in (
    Unit("int8_add", "operator", "tercet_unit_int8_add", (f"{_OWN}int8_add.sv",), stimulus.int8_add, 1,
         "8-bit addition", clocked=False),
    Unit("fp16_mul", "operator", "tercet_fp16_mul", _FLOAT[:1], stimulus.fp16_mul, 1,
         "binary16 product", multiplies=True, clocked=False, formal=False),
    Unit("fp32_add", "operator", "tercet_float_add", _FLOAT[1:], stimulus.fp32_add, 1,
         "binary32 sum", clocked=False),
    _element("ternary", stimulus.ternary_mac),
    _element("int8", stimulus.int8_mac),
    _element("fp16", stimulus.fp16_mac),
    *(_columns(kind, rows, 1) for rows in (4, 64) for kind in ("ternary", "int8", "fp16")),
    *(_columns(kind, 16, 8) for kind in ("ternary", "int8", "fp16")),
    Unit("accumulate", "part", "tercet_unit_accumulate", (f"{_OWN}accumulate.sv",), stimulus.accumulate, 1,
         "24-bit accumulation of a column's sum"),
    Unit("decode_two_bit", "part", "tercet_trit_decode", ("rtl/memory/tercet_trit_decode.sv",),
         lambda stream: stimulus.decode(stream, False), 4 * 64, "weight decoded", ternary=True, clocked=False),
    Unit("decode_trit5", "part", "tercet_trit_decode", ("rtl/memory/tercet_trit_decode.sv",),
         lambda stream: stimulus.decode(stream, True), 5 * 64, "weight decoded", ternary=True, clocked=False),
)}


def select(names):
    unknown = [name for name in names if name not in UNITS]
    if unknown:
        raise FlowError(f"unknown unit '{unknown[0]}'; known: {', '.join(UNITS)}")
    return [UNITS[name] for name in names]
