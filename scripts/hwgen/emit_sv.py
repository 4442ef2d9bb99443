# SPDX-License-Identifier: Apache-2.0
"""Writes the SystemVerilog packages, in the subset that Yosys 0.23 and Verilator 5.006 share."""

from .names import HEADER, camel


def constant(width, name, value):
    digits = (width + 3) // 4
    text = f"{width}'h{value:0{digits}x}"
    return f"  localparam logic [{width - 1}:0] {name} = {text};"


def integer(name, value):
    return f"  localparam int {name} = {value};"


def register_positions(register):
    for field in register.fields:
        name = camel(register.name) + ("" if register.is_plain else camel(field.name))
        yield integer(f"{name}Lsb", field.lsb)
        yield integer(f"{name}Width", field.width)


def hw_package(spec):
    lines = [f"// {line}" for line in HEADER]
    lines += ["// Register offsets and fields, error codes and constants of every Tercet machine.",
              "", "package tercet_hw_pkg;", "  // Limits and enumerations."]
    lines += [integer(camel(c.name), c.value) for c in spec.constants]
    for enum in spec.enums:
        lines.append(integer(f"{camel(enum.name)}Width", enum.bits))
        lines += [constant(enum.bits, camel(enum.name) + camel(v.name), v.value)
                  for v in enum.values]
    lines += ["", "  // Values of the registers that identify the device."]
    lines += [constant(32, f"Hw{camel(r.name)}", r.constant)
              for r in spec.registers if r.constant is not None]
    lines += ["", "  // Error codes."]
    lines += [constant(8, f"Err{camel(e.name)}", e.value) for e in spec.errors]
    lines += ["", "  // Register offsets, in bytes.", integer("CsrAddrWidth", spec.addr_bits)]
    lines += [constant(spec.addr_bits, f"Csr{camel(r.name)}", r.offset) for r in spec.registers]
    lines += ["", "  // Performance counters: how many, and the offset of the first.",
              integer("CounterCount", len(spec.counters)),
              constant(spec.addr_bits, "CsrCounterBase", spec.counters[0].value)]
    lines += [integer(f"Counter{camel(c.name)}", i) for i, c in enumerate(spec.counters)]
    lines += ["", "  // Field positions."]
    counter_halves = {f"{c.name}_{half}" for c in spec.counters for half in ("LO", "HI")}
    for register in spec.registers:
        if register.name not in counter_halves:
            lines += register_positions(register)
    return "\n".join(lines + ["endpackage", ""])


def config_package(config):
    n = config.numbers
    lines = [f"// {line}" for line in HEADER]
    lines += [f"// Sizes of the '{config.name}' machine.", "", "package tercet_cfg_pkg;"]
    lines += [integer(name, value) for name, value in (
        ("Rows", n["rows"]), ("Cols", n["cols"]), ("Tokens", n["tokens"]),
        ("AxiBytes", n["axi_bytes"]), ("AxiPorts", n["axi_ports"]),
        ("ActSramBeats", config.act_sram_beats), ("WeightFifoBeats", n["weight_fifo_beats"]),
        ("MaxBurstBeats", n["max_burst_beats"]),
        ("MaxOutstandingReads", n["max_outstanding_reads"]), ("AccBits", n["acc_bits"]),
        ("AddrBits", n["addr_bits"]), ("KMaxConfig", config.k_max))]
    lines += [constant(32, "Geometry", config.geometry), constant(32, "ConfigHash", config.hash)]
    return "\n".join(lines + ["endpackage", ""])
