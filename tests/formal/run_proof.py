#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one formal proof of proofs.json, or one of its seeded bugs, with Yosys and z3 or abc.

    run_proof.py --list                     one line a test: NAME LABEL
    run_proof.py NAME... [--work DIR]       NAME: base case, induction step, covers must all hold
                                            NAME.BUG: with the bug in the RTL, a counterexample must be found
    run_proof.py --all [--work DIR]         everything but slow ones, one line each
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LIMIT_S = 240  # for one run of one tool; below the limit of a test
KEYS = {"claim", "bench", "top", "rtl", "params", "peek", "bmc", "induction", "cover", "abc", "zero_start",
        "label", "bugs"}
BUG_KEYS = {"file", "find", "put", "params", "depth"}
# Only local clean-ups: merging registers would equate start values that nobody knows.
SMT_PASSES = ["proc", "flatten", "memory_collect", "memory_map", "{peek}", "opt_expr", "opt_clean",
              "check -assert", "async2sync", "dffunmap", "opt_clean", "write_smt2 -wires proof.smt2"]
# To and-inverters before flattening, so that a module with many copies is mapped once.
AIG_PASSES = ["proc", "opt_expr", "opt_clean", "memory_collect", "memory_map", "async2sync", "dffunmap",
              "techmap", "opt_expr", "dffunmap", "setundef -anyseq", "aigmap", "flatten", "{peek}",
              "check -assert", "chformal -cover -remove", "delete -output", "{zero_start}", "opt_clean",
              "write_aiger -zinit proof.aig"]


class ProofError(Exception):
    """The proof could not be run, or did not end as it must."""


def load_table():
    table = json.loads((HERE / "proofs.json").read_text(encoding="utf-8"))
    for name, proof in table.items():
        unknown = set(proof) - KEYS
        for bug in proof["bugs"].values():
            unknown |= set(bug) - BUG_KEYS
        if unknown:
            raise ProofError(f"proofs.json: {name}: unknown key {', '.join(sorted(unknown))}")
    return table


def gather_sources(proof, bug, work):
    """Copies RTL and bench, with the bug in place: it must fit exactly one place."""
    names = []
    for path in proof["rtl"] + [f"tests/formal/{proof['bench']}"]:
        text = (ROOT / path).read_text(encoding="utf-8")
        if bug.get("file") == path:
            if text.count(bug["find"]) != 1:
                raise ProofError(f"{path} holds {text.count(bug['find'])} times {bug['find']!r}")
            text = text.replace(bug["find"], bug["put"])
        names.append(pathlib.Path(path).name)
        (work / names[-1]).write_text(text, encoding="utf-8")
    if "file" in bug and bug["file"] not in proof["rtl"]:
        raise ProofError(f"{bug['file']} is not part of the proof")
    return names


def yosys_script(proof, bug, sources, passes):
    params = {**proof.get("params", {}), **bug.get("params", {})}
    chparams = "".join(f" -chparam {key} {value}" for key, value in params.items())
    # The bench sees registers of the design by wires that it leaves open.
    peek = [f"connect -set {wire} {','.join(signal) if isinstance(signal, list) else signal}"
            for wire, signal in proof.get("peek", {}).items()]
    # All registers start at 0, so that copies of the design can share theirs.
    zero_start = ["setundef -init -zero", "opt_merge"] if proof.get("zero_start") else []
    lines = [f"read_verilog -sv -formal {' '.join(sources)}",
             f"hierarchy -check -top {proof['top']}{chparams}"]
    for one in passes:
        lines += {"{peek}": peek, "{zero_start}": zero_start}.get(one, [one])
    return "\n".join(lines) + "\n"


def execute(command, work, log):
    try:
        done = subprocess.run(command, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False, timeout=LIMIT_S)
    except subprocess.TimeoutExpired as late:
        raise ProofError(f"{command[0]} takes more than {LIMIT_S} s in {work}") from late
    (work / log).write_text(done.stdout, encoding="utf-8")
    return done.returncode, done.stdout


def translate(proof, bug, work, passes):
    script = yosys_script(proof, bug, gather_sources(proof, bug, work), passes)
    (work / "proof.ys").write_text(script, encoding="utf-8")
    status, output = execute(["yosys", "-q", "-s", "proof.ys"], work, "yosys.log")
    if status != 0:
        raise ProofError(f"yosys failed: {work}/yosys.log\n{output[-2000:]}")


def solve_smt(task, depth, work):
    """Returns true if the task holds, and where asserts failed or how many covers were reached."""
    option = {"bmc": [], "induction": ["-i"], "cover": ["-c"]}[task]
    # Unrolled: through nested definitions z3 rewrites shared terms over and over.
    status, output = execute(["yosys-smtbmc", "-s", "z3", "--unroll", "--noprogress", "-t", str(depth),
                              *option, "--dump-vcd", f"{task}.vcd", "proof.smt2"], work, f"{task}.log")
    found = re.findall(r"(?:Assert failed in|Reached cover statement at) (.*?) \(", output)
    held = status == 0 and "Status: PASSED" in output
    if not held and "Status: FAILED" not in output:
        raise ProofError(f"{task} was not decided: {work}/{task}.log")
    return held, found


def solve_aig(command, work):
    """Returns true if all asserts hold, false with a counterexample."""
    _, output = execute(["yosys-abc", "-c", f"read_aiger proof.aig; strash; fold; {command}"],
                        work, "abc.log")
    if re.search(r"Property proved|No output asserted", output):
        return True
    if re.search(r"was asserted in frame", output):
        return False
    raise ProofError(f"abc did not decide: {work}/abc.log")


def hunt(proof, bug, work):
    """Looks for a counterexample to the proof with the bug."""
    depth = bug.get("depth", proof["bmc"])
    if "abc" in proof:
        translate(proof, bug, work, AIG_PASSES)
        held, found = solve_aig(f"bmc3 -F {depth}", work), ["abc"]
    else:
        translate(proof, bug, work, SMT_PASSES)
        held, found = solve_smt("bmc", depth, work)
    if held or not found:
        raise ProofError(f"the bug is not found within {depth} cycles: {work}")
    return f"caught: {found[0]}"


def prove(proof, work):
    shown = []
    if "abc" in proof:
        translate(proof, {}, work, AIG_PASSES)
        if not solve_aig(proof["abc"], work):
            raise ProofError(f"counterexample: {work}/abc.log")
        shown.append(f"abc {proof['abc']}")
    translate(proof, {}, work, SMT_PASSES)
    for task in ("bmc", "induction", "cover"):
        if task not in proof or (task == "bmc" and "abc" in proof):
            continue
        held, found = solve_smt(task, proof[task], work)
        if not held or (task == "cover" and not found):
            raise ProofError(f"{task} {proof[task]} fails: {', '.join(found)}; see {work}/{task}.vcd")
        shown.append(f"{len(found)} covers" if task == "cover" else f"{task} {proof[task]}")
    return ", ".join(shown)


def run(name, table, base):
    proof_name, _, bug_name = name.partition(".")
    proof = table.get(proof_name)
    if not proof or (bug_name and bug_name not in proof["bugs"]):
        raise ProofError("not in proofs.json")
    work = base / name
    work.mkdir(parents=True, exist_ok=True)
    return hunt(proof, proof["bugs"][bug_name], work) if bug_name else prove(proof, work)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "formal")
    args = parser.parse_args()
    table = load_table()
    tests = {}
    for name, proof in table.items():
        for test in [name] + [f"{name}.{bug}" for bug in proof["bugs"]]:
            tests[test] = proof.get("label", "formal")
    if args.list:
        print("\n".join(f"{name} {label}" for name, label in tests.items()))
        return 0
    failures = 0
    for name in [test for test in tests if tests[test] != "slow"] if args.all else args.names:
        start = time.monotonic()
        try:
            word, detail = "ok  ", run(name, table, args.work)
        except ProofError as error:
            word, detail, failures = "FAIL", str(error), failures + 1
        print(f"{word} {name:42s} {time.monotonic() - start:6.1f} s  {detail}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
