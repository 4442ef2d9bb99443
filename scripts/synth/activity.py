# SPDX-License-Identifier: Apache-2.0
"""Runs tools/gate_simulator.cpp on a netlist: what its outputs were, and how often each event happened."""

import pathlib
import subprocess

from synth import FlowError

SOURCE = pathlib.Path(__file__).parents[2] / "tools/gate_simulator.cpp"
INPUT_SKEW = 0.05  # of a period: when inputs change after the clock edge


def build(work):
    program = work / "activity"
    run(["c++", "-std=c++17", "-O2", "-o", str(program), str(SOURCE)], work / "activity.build.log")
    return program


def run(command, log, timeout=None):
    with open(log, "w", encoding="utf-8") as out:
        try:
            done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                  timeout=timeout, check=False)
        except FileNotFoundError as error:
            raise FlowError(f"{command[0]} is not installed") from error
    if done.returncode != 0:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
        raise FlowError(f"{command[0]} fails (all of it in {log}):\n{tail}")


def write_netlist(path, netlist, timing, library, glitches, period):
    """`period` in seconds. Times in the file are femtoseconds."""
    scale = library.second * 1e15

    def fs(time):
        return max(int(round(time * scale)), 1)

    with open(path, "w", encoding="utf-8") as out:
        print(int(glitches), round(period * 1e15), round(period * 1e15 * INPUT_SKEW), netlist.nets, file=out)
        for ports in (netlist.inputs, netlist.outputs):
            print(len(ports), file=out)
            for nets in ports.values():
                print(len(nets), *nets, file=out)
        print(len(netlist.gates), file=out)
        for gate, delays in zip(netlist.gates, timing.delays):
            print(gate.net, len(gate.inputs), gate.cell.function[gate.output], file=out)
            for n, delay in zip(gate.inputs, delays):
                print(n, fs(delay["rise"]), fs(delay["fall"]), file=out)
        print(len(netlist.clock_gates), *(gate.enable for gate in netlist.clock_gates), file=out)
        print(len(netlist.flops), file=out)
        for flop, delay in zip(netlist.flops, timing.launch):
            print(flop.data, flop.net, flop.gate, int(flop.cell.inverting), fs(delay["rise"]), fs(delay["fall"]),
                  file=out)


def read_counts(path):
    """Lists of (gate, pin, state, kind, count), (flop, state, kind, count), (net, count), (clock gate, cycles open)."""
    kinds = {"g": [], "f": [], "n": [], "c": []}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            kind, *numbers = line.split()
            kinds[kind].append(tuple(map(int, numbers)))
    return tuple(kinds.values())
