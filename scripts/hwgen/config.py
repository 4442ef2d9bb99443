# SPDX-License-Identifier: Apache-2.0
"""Reads rtl/spec/configs/*.json and checks the invariants that the machine relies on."""

import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from .spec import SpecError, check_keys, read_json

NUMBERS = ("rows", "cols", "tokens", "axi_bytes", "axi_ports", "act_sram_bytes",
           "weight_fifo_beats", "max_burst_beats", "max_outstanding_reads", "acc_bits",
           "addr_bits", "clock_mhz")
POWERS_OF_TWO = ("rows", "cols", "tokens", "axi_bytes", "axi_ports", "act_sram_bytes",
                 "weight_fifo_beats", "max_burst_beats", "max_outstanding_reads")


@dataclass(frozen=True)
class Config:
    name: str
    numbers: dict
    dram: str
    act_sram_beats: int
    k_max: int
    geometry: int  # the GEOMETRY register
    hash: int  # the CONFIG_HASH register


def log2(value):
    return value.bit_length() - 1


def invariants(c, spec):
    """(name, holds, what it needs) of every rule between a machine's numbers."""
    geometry = spec.register("GEOMETRY").fields
    mtile = spec.register("CMD_MTILE").fields[0]
    address_bits = 32 + spec.register("CMD_ACT_HI").fields[0].width
    for key in POWERS_OF_TWO:
        yield "power-of-two", c[key] & (c[key] - 1) == 0, f"{key} = {c[key]} must be a power of two"
    yield ("rows-is-beat", c["rows"] == c["axi_bytes"],
           f"rows = {c['rows']} must equal axi_bytes = {c['axi_bytes']}: "
           "an AXI beat is one activation vector")
    yield ("cols-of-eight", c["cols"] % (8 * c["axi_ports"]) == 0,
           f"cols = {c['cols']} must be a multiple of 8 * axi_ports = {8 * c['axi_ports']}")
    yield "beat-limit", c["axi_bytes"] <= 128, f"axi_bytes = {c['axi_bytes']} is over AXI4's 128"
    yield ("outputs-fill-beat", 4 * c["cols"] >= c["axi_bytes"],
           f"cols = {c['cols']} outputs of 4 bytes must fill a beat of axi_bytes = {c['axi_bytes']}")
    yield ("sram-of-beats", c["act_sram_bytes"] % c["axi_bytes"] == 0,
           f"act_sram_bytes = {c['act_sram_bytes']} must be a multiple of axi_bytes")
    yield ("sram-holds-tile", c["act_sram_bytes"] >= c["tokens"] * c["axi_bytes"],
           f"act_sram_bytes = {c['act_sram_bytes']} must hold one beat for each token of a tile")
    yield ("fifo-two-bursts", c["weight_fifo_beats"] >= 2 * c["max_burst_beats"],
           f"weight_fifo_beats = {c['weight_fifo_beats']} must hold two bursts of max_burst_beats")
    yield ("burst-page", c["max_burst_beats"] * c["axi_bytes"] <= 4096,
           f"max_burst_beats * axi_bytes = {c['max_burst_beats'] * c['axi_bytes']} "
           "is over AXI4's 4096-byte page")
    yield ("burst-length", c["max_burst_beats"] <= 256,
           f"max_burst_beats = {c['max_burst_beats']} is over AXI4's 256")
    yield ("tile-register", c["tokens"] <= mtile.mask,
           f"tokens = {c['tokens']} does not fit CMD_MTILE")
    yield ("accumulator-bound", 128 * spec.constant("k_max") < 1 << (c["acc_bits"] - 1),
           f"acc_bits = {c['acc_bits']} cannot hold 128 * k_max with its sign")
    yield ("accumulator-word", c["acc_bits"] <= 32,
           f"acc_bits = {c['acc_bits']} is over the 32 bits of an output")
    yield ("address-width", 12 < c["addr_bits"] <= address_bits,
           f"addr_bits = {c['addr_bits']} must be within 13..{address_bits}")
    for field in geometry:
        key = field.name[: -len("_log2")]
        yield ("geometry-field", log2(c[key]) <= field.mask,
               f"{key} = {c[key]} does not fit GEOMETRY.{field.name}")


def load_config(path, spec):
    raw = read_json(path)
    check_keys(path, raw, ("name", "dram") + NUMBERS)
    for key in NUMBERS:
        if type(raw[key]) is not int or raw[key] < 1:
            raise SpecError(f"{path}: {key}: {raw[key]!r} is not a positive integer")
    if raw["name"] != Path(path).stem or not re.fullmatch(r"[a-z][a-z0-9_]*", raw["name"]):
        raise SpecError(f"{path}: name: {raw['name']!r} must be the file's name, in lower case")
    if not isinstance(raw["dram"], str) or not re.fullmatch(r"[a-z0-9-]+", raw["dram"]):
        raise SpecError(f"{path}: dram: {raw['dram']!r} is not a DRAM type such as 'hbm2e'")
    for name, holds, message in invariants(raw, spec):
        if not holds:
            raise SpecError(f"{path}: [{name}] {message}")

    beats = raw["act_sram_bytes"] // raw["axi_bytes"]
    canonical = json.dumps({"hw": spec.contract, "config": raw}, sort_keys=True,
                           separators=(",", ":"))
    return Config(
        name=raw["name"],
        numbers={key: raw[key] for key in NUMBERS},
        dram=raw["dram"],
        act_sram_beats=beats,
        k_max=min(spec.constant("k_max"), beats * raw["rows"]),
        geometry=sum(log2(raw[f.name[: -len("_log2")]]) << f.lsb
                     for f in spec.register("GEOMETRY").fields),
        hash=zlib.crc32(canonical.encode()),
    )
