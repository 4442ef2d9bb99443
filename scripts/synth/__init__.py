# SPDX-License-Identifier: Apache-2.0
"""From RTL and a Liberty file to area, timing and energy: the modules of scripts/characterise.py."""


class FlowError(Exception):
    """Something that ends the characterisation, with what and where."""
