# SPDX-License-Identifier: Apache-2.0
"""How a name of the spec is spelled in each language."""

HEADER = ("SPDX-License-Identifier: Apache-2.0",
          "Generated from rtl/spec by scripts/gen_hw.py; do not edit.")


def camel(name):
    """CMD_ACT_LO or bad_shape -> CmdActLo, BadShape."""
    return "".join(part.capitalize() for part in name.split("_"))


def macro(*parts):
    return "_".join(("TERCET",) + parts).upper()
