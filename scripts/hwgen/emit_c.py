# SPDX-License-Identifier: Apache-2.0
"""Writes rtl/gen/tercet_hw.h, which C11 and C++ both read: no bit-fields, every shift explicit."""

from .names import HEADER, macro

CONFIG_KEYS = ("rows", "cols", "tokens", "axi_bytes", "axi_ports", "act_sram_bytes",
               "act_sram_beats", "weight_fifo_beats", "max_burst_beats", "max_outstanding_reads",
               "acc_bits", "addr_bits", "clock_mhz", "k_max", "geometry", "config_hash")


def enum(name, members, doc):
    """members: (name, text of the value, doc)."""
    lines = [f"/* {doc} */", f"enum {name} {{"]
    for member, value, member_doc in members:
        lines.append(f"  {member} = {value}," + (f" /* {member_doc} */" if member_doc else ""))
    return lines + ["};", ""]


def shift(text, operator, amount):
    return f"({text} {operator} {amount})" if amount else text


def field_codec(register):
    """A struct of the register's fields, and the two functions between it and the word."""
    name = f"tercet_{register.name.lower()}"
    lines = [f"/* {register.name}: {register.doc} */", f"struct {name} {{"]
    lines += [f"  uint32_t {f.name}; /* {f.doc} */" for f in register.fields]
    lines += ["};", "", f"static inline uint32_t {name}_pack(struct {name} fields) {{"]
    terms = [shift(f"(fields.{f.name} & {f.mask:#x}u)", "<<", f.lsb) for f in register.fields]
    lines += ["  return " + " |\n         ".join(terms) + ";", "}", ""]
    lines += [f"static inline struct {name} {name}_unpack(uint32_t word) {{",
              f"  struct {name} fields;"]
    lines += [f"  fields.{f.name} = {shift('word', '>>', f.lsb)} & {f.mask:#x}u;" for f in register.fields]
    return lines + ["  return fields;", "}", ""]


def record_codec(record):
    """A struct of the record's fields, and the functions between it and its words."""
    name = f"tercet_{record.name}"
    words = f"words[{macro(record.name, 'WORDS')}]"
    lines = [f"/* {record.doc} */", f"enum {{ {macro(record.name, 'WORDS')} = {record.words} }};", "",
             f"struct {name} {{"]
    lines += [f"  uint32_t {f.name}; /* {f.doc} */" for f in record.fields]
    lines += ["};", "", f"static inline void {name}_pack(const struct {name}* fields, uint32_t {words}) {{"]
    for word in range(record.words):
        terms = [shift(f"(fields->{f.name} & {f.mask:#x}u)", "<<", f.lsb)
                 for f in record.fields if f.word == word]
        lines.append(f"  words[{word}] = " + (" |\n             ".join(terms) or "0") + ";")
    lines += ["}", "", f"static inline void {name}_unpack(const uint32_t {words}, struct {name}* fields) {{"]
    lines += [f"  fields->{f.name} = {shift(f'words[{f.word}]', '>>', f.lsb)} & {f.mask:#x}u;"
              for f in record.fields]
    lines += ["}", "", "/* The first word with a reserved bit set, or -1. */",
              f"static inline int {name}_reserved(const uint32_t {words}) {{"]
    lines += [f"  if ((words[{word}] & {record.reserved(word):#x}u) != 0) return {word};"
              for word in range(record.words) if record.reserved(word)]
    return lines + ["  return -1;", "}", ""]


def error_name(errors):
    lines = ["/* The name of an error code, or \"unknown\". */",
             "static inline const char* tercet_error_name(unsigned code) {", "  switch (code) {"]
    for error in errors:
        lines.append(f"    case {macro('ERR', error.name)}: return \"{error.name}\";")
    return lines + ["    default: return \"unknown\";", "  }", "}", ""]


def config_table(configs):
    lines = ["/* The sizes of one machine; rtl/spec/configs holds the originals. */",
             "struct tercet_config {", "  const char* name;"]
    lines += [f"  uint32_t {key};" for key in CONFIG_KEYS]
    lines += ["  const char* dram;", "};", "",
              "static const struct tercet_config TERCET_CONFIGS[] = {"]
    for config in configs:
        values = dict(config.numbers, act_sram_beats=config.act_sram_beats, k_max=config.k_max,
                      geometry=f"{config.geometry:#x}", config_hash=f"{config.hash:#010x}")
        lines.append(f"    {{\"{config.name}\",")
        lines += [f"     {values[key]}u, /* {key} */" for key in CONFIG_KEYS]
        lines.append(f"     \"{config.dram}\"}},")
    return lines + [
        "};", "", f"enum {{ TERCET_CONFIG_COUNT = {len(configs)} }};", "",
        "/* The machine of that name, or a null pointer. */",
        "static inline const struct tercet_config* tercet_config_find(const char* name) {",
        "  for (int i = 0; i < TERCET_CONFIG_COUNT; ++i) {",
        "    const char* a = TERCET_CONFIGS[i].name;",
        "    const char* b = name;",
        "    while (*a != '\\0' && *a == *b) ++a, ++b;",
        "    if (*a == *b) return &TERCET_CONFIGS[i];",
        "  }",
        "  return 0;", "}", ""]


def header(spec, configs):
    lines = [f"/* {line} */" for line in HEADER]
    lines += ["/* Register offsets and fields, records, error codes, constants and machines. */", "",
              "#ifndef TERCET_HW_H_", "#define TERCET_HW_H_", "",
              "#include <stdint.h>", ""]
    lines += enum("tercet_csr", [(macro("CSR", r.name), f"0x{r.offset:03x}", r.doc)
                                 for r in spec.registers]
                  + [("TERCET_COUNTER_BASE", f"0x{spec.counters[0].value:03x}",
                      "The LO half of counter 0."),
                     ("TERCET_CSR_ADDR_BITS", spec.addr_bits, "Address bits of the registers.")],
                  "Byte offsets of the registers.")
    lines += enum("tercet_counter", [(macro("COUNTER", c.name), i, c.doc)
                                     for i, c in enumerate(spec.counters)]
                  + [("TERCET_COUNTER_COUNT", len(spec.counters), "")],
                  "The performance counters: LO of counter i is at "
                  "TERCET_COUNTER_BASE + 8 * i, HI 4 above it.")
    for e in spec.enums:
        lines += enum(f"tercet_{e.name}", [(macro(e.name, v.name), v.value, v.doc)
                                           for v in e.values], e.doc)
    lines += enum("tercet_constant", [(macro(c.name), c.value, c.doc) for c in spec.constants]
                  + [(macro("HW", r.name), f"{r.constant:#x}", r.doc)
                     for r in spec.registers if r.constant is not None],
                  "Limits, and the values of the registers that identify the device.")
    lines += enum("tercet_error_code", [(macro("ERR", e.name), e.value, e.doc) for e in spec.errors],
                  "Codes of the ERROR register.")
    lines += error_name(spec.errors)
    for register in spec.registers:
        if not register.is_plain:
            lines += field_codec(register)
    for record in spec.records:
        lines += record_codec(record)
    narrow = [r for r in spec.registers if r.is_plain and r.fields[0].width < 32]
    lines += enum("tercet_limit", [(macro("MAX", r.name), f"{r.fields[0].mask:#x}", "")
                                   for r in narrow],
                  "Largest value that a register narrower than 32 bits holds.")
    lines += config_table(configs)
    return "\n".join(lines + ["#endif", ""])
