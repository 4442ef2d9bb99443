# SPDX-License-Identifier: Apache-2.0
"""Writes rtl/gen/tercet_core.ld, for the linker scripts of programs that run on the control core."""

from .names import HEADER


def members(spec, name):
    return next(e.values for e in spec.enums if e.name == name)


def memory_map(spec):
    base = {v.name: v.value for v in members(spec, "core_base")}
    lines = [f"/* {line} */" for line in HEADER]
    lines += ["/* Memories of the control core, and the addresses of its timer's registers. */", "",
              "MEMORY {"]
    for name in ("itcm", "dtcm"):
        lines.append(f"  {name.upper()} : ORIGIN = {base[name]:#x}, "
                     f"LENGTH = {spec.constant(f'core_{name}_bytes'):#x}")
    lines += ["}", ""]
    lines += [f"tercet_timer_{v.name} = {base['timer'] + v.value:#x};"
              for v in members(spec, "core_timer")]
    return "\n".join(lines + [""])
