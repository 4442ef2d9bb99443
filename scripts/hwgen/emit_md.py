# SPDX-License-Identifier: Apache-2.0
"""Writes docs/registers.md."""

from .emit_c import CONFIG_KEYS


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows] + [""]


def register_rows(spec):
    paired = {}
    for counter in spec.counters:
        paired[f"{counter.name}_LO"] = counter
        paired[f"{counter.name}_HI"] = None
    for register in spec.registers:
        if register.name in paired:
            counter = paired[register.name]
            if counter:
                yield (f"`0x{register.offset:03x}`", f"`{counter.name}_LO`, `_HI`", "RO",
                       "63:0", counter.doc)
            continue
        yield (f"`0x{register.offset:03x}`", f"**`{register.name}`**", "", "", register.doc)
        for field in register.fields:
            name = "" if field.name == "value" else f"`{field.name}`"
            fixed = "" if field.value is None else f" Always {field.value:#x}."
            yield "", name, field.access, field.bits, field.doc + fixed


def registers_page(spec, configs):
    lines = ["<!-- SPDX-License-Identifier: Apache-2.0 -->",
             "<!-- Generated from rtl/spec by scripts/gen_hw.py; do not edit. -->",
             "# Registers, records, error codes and machines", "",
             f"AXI4-Lite, 32-bit words, {spec.addr_bits}-bit byte offsets. Bits in no row below are "
             "reserved: they read as 0 and ignore writes. RO read only, RW read and write, WO write "
             "only (reads 0), W1 acts when 1 is written (reads 0), W1C clears when 1 is written.",
             "", "## Registers", ""]
    lines += table(("offset", "register, field", "access", "bits", "meaning"), register_rows(spec))
    lines += ["Reading a counter's `_LO` latches its `_HI`, so read `_LO` first.", "",
              "## Records in memory", "",
              "Little-endian 32-bit words. Bits in no row are reserved: 0, or the firmware refuses "
              "the descriptor.", ""]
    for record in spec.records:
        lines += [f"**`{record.name}`** ({record.words} words): {record.doc}", ""]
        lines += table(("word", "bits", "field", "meaning"),
                       ((f.word, f.bits, f"`{f.name}`", f.doc) for f in record.fields))
    lines += ["## Error codes", ""]
    lines += table(("code", "name", "meaning"),
                   ((e.value, f"`{e.name}`", e.doc) for e in spec.errors))
    lines += ["## Constants", ""]
    rows = [(f"`{c.name}`", c.value, c.doc) for c in spec.constants]
    for enum in spec.enums:
        rows += [(f"`{enum.name}.{v.name}`", v.value, v.doc) for v in enum.values]
    lines += table(("name", "value", "meaning"), rows)
    lines += ["## Machines", "",
              "`config_hash` is the CRC-32 of the canonical JSON of `hw.json` (without its prose) "
              "and the machine's file.", ""]
    values = [dict(c.numbers, act_sram_beats=c.act_sram_beats, k_max=c.k_max,
                   geometry=f"{c.geometry:#06x}", config_hash=f"{c.hash:#010x}", dram=c.dram)
              for c in configs]
    lines += table(["", *(c.name for c in configs)],
                   [(f"`{key}`", *(v[key] for v in values)) for key in CONFIG_KEYS + ("dram",)])
    return "\n".join(lines)
