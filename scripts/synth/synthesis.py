# SPDX-License-Identifier: Apache-2.0
"""RTL to cells of a library with Yosys, and the two proofs that they are the same: formal, and on every vector."""

import json
import os
import pathlib
import shutil
import subprocess

from synth import FlowError, gating
from synth.activity import run

ROOT = pathlib.Path(__file__).resolve().parents[2]
ARITHMETIC = "t:$mul t:$div t:$mod t:$pow"


def yosys(script, log, timeout=None):
    log.with_suffix(".ys").write_text(script, encoding="utf-8")
    run(["yosys", "-q", "-s", str(log.with_suffix(".ys"))], log, timeout)


def read(unit):
    lines = ["read_verilog -sv " + " ".join(str(ROOT / path) for path in unit.sources)]
    if unit.parameters:
        sets = " ".join(f"-set {name} {value}" for name, value in unit.parameters.items())
        lines.append(f"chparam {sets} {unit.top}")
    return lines + [f"hierarchy -check -top {unit.top}", "proc", "check -assert",
                    "select -assert-none t:$dlatch t:$adlatch t:$dlatchsr t:$sr"]


def map_to_cells(unit, liberty, gate, library, work):
    """Writes work/mapped.json, one flat module named unit.top, and flops.json, in which only flip-flops are mapped.

    Modules are mapped one by one and then joined, as a design of repeated units would be. `gate`: the clock gate to
    use, or None.
    """
    lines = read(unit)
    if not unit.multiplies:
        lines.append(f"select -assert-none {ARITHMETIC}")
    lines += [f"synth -top {unit.top}", f"rename -top {unit.top}"]
    if gate:
        lines += ["dfflegalize -cell $_DFF_P_ x -cell $_DFFE_PP_ x", f"write_json {work}/enables.json"]
        yosys("\n".join(lines) + "\n", work / "enables.log")
        design = json.loads((work / "enables.json").read_text(encoding="utf-8"))
        for module in design["modules"].values():
            gating.insert(module, gate)
        (work / "gated.json").write_text(json.dumps(design), encoding="utf-8")
        (work / "gate.lib").write_text(library.only(gate.name), encoding="latin-1")
        lines = [f"read_liberty -lib -ignore_miss_func {work}/gate.lib", f"read_json {work}/gated.json",
                 f"hierarchy -check -top {unit.top}"]
    lines += [f"dfflibmap -liberty {liberty}", f"write_json {work}/flops.json", f"abc -liberty {liberty}", "flatten",
              "opt_clean -purge", "check -mapped -noinit", f"write_json {work}/mapped.json"]
    yosys("\n".join(lines) + "\n", work / "map.log")


def tool_versions():
    """What the numbers depend on."""
    versions = {}
    for name, command in {"yosys": ["yosys", "-V"], "verilator": ["verilator", "--version"],
                          "c++": ["c++", "--version"]}.items():
        if not shutil.which(command[0]):
            raise FlowError(f"{command[0]} is not installed")
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "LC_ALL": "C"})
        versions[name] = done.stdout.splitlines()[0].strip()
    return versions
