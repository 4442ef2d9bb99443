# SPDX-License-Identifier: Apache-2.0
"""The parts of scripts/gen_hw.py: one module reads the contract, one per output language writes it."""
