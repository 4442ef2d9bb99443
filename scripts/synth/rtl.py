# SPDX-License-Identifier: Apache-2.0
"""A unit's RTL as a program, by Verilator: what the netlist's outputs must equal, vector by vector."""

import shutil
import subprocess

from synth.activity import run
from synth.synthesis import ROOT

_MAIN = """// Applies vectors to the RTL and writes its outputs, as gate_simulator.cpp does with the netlist.
#include <verilated.h>
#include <cstdio>
#include <cstring>
#include "Vunit.h"
int main(int, char** argv) {
  VerilatedContext context;
  Vunit unit(&context);
  FILE* in = std::fopen(argv[1], "rb");
  FILE* out = std::fopen(argv[2], "wb");
  unsigned char vector[INPUT_BYTES];
  unit.eval();
  while (std::fread(vector, 1, sizeof vector, in) == sizeof vector) {
CLOCK
APPLY
    unit.eval();
WRITE
  }
  return std::fclose(out);
}
"""


class Runtime:
    """Verilator's own sources, compiled once."""

    def __init__(self, work):
        root = subprocess.run(["verilator", "--getenv", "VERILATOR_ROOT"], stdout=subprocess.PIPE, text=True,
                              check=True).stdout.strip()
        self.include = ["-std=c++17", f"-I{root}/include", f"-I{root}/include/vltstd"]
        self.objects = []
        for name in ("verilated", "verilated_threads"):
            self.objects.append(str(work / f"{name}.o"))
            run(["c++", "-O1", "-c", *self.include, "-o", self.objects[-1], f"{root}/include/{name}.cpp"],
                work / "runtime.log")


class Rtl:
    """The unit's RTL as a program that maps stimulus files to outputs. Ports are {name: width}."""

    def __init__(self, unit, runtime, inputs, outputs, work):
        clock = "    unit.clk_i = 1; unit.eval(); unit.clk_i = 0; unit.eval();" if unit.clocked else ""
        apply, at = [], 0
        for name, width in inputs.items():
            size = (width + 7) // 8
            apply.append(f"    std::memcpy(&unit.{name}, vector + {at}, {size});")
            at += size
        write = [f"    std::fwrite(&unit.{name}, 1, {(width + 7) // 8}, out);" for name, width in outputs.items()]
        text = _MAIN.replace("INPUT_BYTES", str(at)).replace("CLOCK", clock)
        text = text.replace("APPLY", "\n".join(apply)).replace("WRITE", "\n".join(write))
        self.work, folder = work, work / "rtl"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "main.cpp").write_text(text, encoding="utf-8")
        run(["verilator", "--cc", "-O3", "--x-assign", "fast", "--x-initial", "fast", "--noassert", "-Wno-fatal",
             "--Mdir", str(folder), "--prefix", "Vunit", "--top-module", unit.top,
             *(f"-G{name}={value}" for name, value in unit.parameters.items()),
             *(str(ROOT / path) for path in unit.sources)], work / "rtl.log")
        self.program = folder / "unit"
        run(["c++", "-O1", *runtime.include, "-o", str(self.program), *map(str, sorted(folder.glob("*.cpp"))),
             *runtime.objects, "-pthread"], work / "rtl.build.log")

    def run(self, stimulus):
        run([str(self.program), str(stimulus), str(self.work / "rtl.out")], self.work / "rtl.run.log")
        return (self.work / "rtl.out").read_bytes()
