#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one formal proof of proofs.json, or one of its seeded bugs, with Yosys and an SMT solver.

    run_proof.py --list                     one line a test: NAME LABEL
    run_proof.py NAME [--work DIR]          base case, induction step and covers: all must hold
    run_proof.py NAME.BUG [--work DIR]      the bug is put into the RTL; a counterexample must be found
    run_proof.py --all [--work DIR]         everything, one line each
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
# To a graph of single gates for abc. Copies of the design share their state, so registers are merged; they
# start at 0, which is all the same to a bench that first loads them.
AIG_PASSES = ["proc", "opt_expr", "opt_clean", "async2sync", "dffunmap", "techmap", "opt_expr", "dffunmap",
              "aigmap", "flatten", "chformal -cover -remove", "delete -output", "setundef -init -zero",
              "opt_merge", "opt_clean", "write_aiger -zinit proof.aig"]
KEYS = {"claim", "top", "bench", "rtl", "params", "peek", "bmc", "induction", "cover",
        "pdr", "bugs", "label"}
BUG_KEYS = {"file", "find", "put", "params", "depth"}


class ProofError(Exception):
    """The proof could not be run, or did not end as it must."""


def load_table():
    table = json.loads((HERE / "proofs.json").read_text(encoding="utf-8"))
    for name, proof in table.items():
        unknown = set(proof) - KEYS
        for bug in proof.get("bugs", {}).values():
            unknown |= set(bug) - BUG_KEYS
        if unknown:
            raise ProofError(f"proofs.json: {name}: unknown key {', '.join(sorted(unknown))}")
        if "bmc" not in proof:
            raise ProofError(f"proofs.json: {name}: no depth of the base case ('bmc')")
    return table


def seed(text, bug, path):
    """Replaces the one place that the bug names; more or fewer places are an error."""
    places = text.count(bug["find"])
    if places != 1:
        raise ProofError(f"bug does not apply: {places} places in {path} hold {bug['find']!r}")
    return text.replace(bug["find"], bug["put"])


def gather_sources(proof, bug, work):
    """The RTL, copied with the bug in it, and the bench."""
    sources, seeded = [], False
    for path in proof["rtl"] + [f"tests/formal/{proof['bench']}"]:
        text = (ROOT / path).read_text(encoding="utf-8")
        if bug and bug.get("file") == path:
            text, seeded = seed(text, bug, path), True
        copy = work / pathlib.Path(path).name
        copy.write_text(text, encoding="utf-8")
        sources.append(copy.name)
    if bug and "file" in bug and not seeded:
        raise ProofError(f"bug does not apply: {bug['file']} is not part of the proof")
    return sources


def yosys_script(proof, bug, sources):
    """RTL to SMT-LIB. Only local clean-ups run: merging flip-flops would equate unknown start values."""
    params = {**proof.get("params", {}), **(bug or {}).get("params", {})}
    chparams = "".join(f" -chparam {key} {value}" for key, value in params.items())
    if "pdr" in proof:
        return "\n".join([f"read_verilog -sv -formal {' '.join(sources)}",
                          f"hierarchy -check -top {proof['top']}{chparams}", *AIG_PASSES]) + "\n"
    lines = [f"read_verilog -sv -formal {' '.join(sources)}",
             f"hierarchy -check -top {proof['top']}{chparams}",
             "proc", "flatten", "memory_collect", "memory_map"]
    # The bench sees registers of the design by wires that it leaves open.
    lines += [f"connect -set {wire} {','.join(signal) if isinstance(signal, list) else signal}"
              for wire, signal in proof.get("peek", {}).items()]
    lines += ["opt_expr", "opt_clean", "check -assert", "async2sync", "dffunmap", "opt_clean",
              "write_smt2 -wires proof.smt2"]
    return "\n".join(lines) + "\n"


def solve_aig(command, work):
    """Runs abc on the and-inverter graph; true: holds, false: counterexample."""
    _, output = execute(["yosys-abc", "-c", f"read_aiger proof.aig; strash; fold; {command}"], work, "abc.log")
    if re.search("Property proved|No output asserted|Networks are equivalent", output):
        return True
    if re.search("asserted in frame", output):
        return False
    raise ProofError(f"abc gives no answer: {work}/abc.log")


def execute(command, work, log):
    try:
        done = subprocess.run(command, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False, timeout=LIMIT_S)
    except subprocess.TimeoutExpired as late:
        raise ProofError(f"{command[0]} takes more than {LIMIT_S} s: {work}/{log}") from late
    (work / log).write_text(done.stdout, encoding="utf-8")
    return done.returncode, done.stdout


def solve(task, depth, work):
    option = {"bmc": [], "induction": ["-i"], "cover": ["-c"]}[task]
    # Unrolled: nested function definitions make z3 rewrite shared terms over and over.
    status, output = execute(["yosys-smtbmc", "-s", "z3", "--unroll", "--noprogress", "-t", str(depth), *option,
                              "--dump-vcd", f"{task}.vcd", "proof.smt2"], work, f"{task}.log")
    return status == 0 and "Status: PASSED" in output, output


def failed_asserts(output):
    return re.findall(r"Assert failed in \S+: (\S+)", output)


def run(name, table, base):
    """Runs one test; returns what was shown, in a few words."""
    proof_name, _, bug_name = name.partition(".")
    if proof_name not in table:
        raise ProofError(f"no proof '{proof_name}' in proofs.json")
    proof = table[proof_name]
    if bug_name and bug_name not in proof["bugs"]:
        raise ProofError(f"{proof_name} has no bug '{bug_name}'")
    bug = proof["bugs"][bug_name] if bug_name else None
    work = base / name
    work.mkdir(parents=True, exist_ok=True)
    script = yosys_script(proof, bug, gather_sources(proof, bug, work))
    (work / "proof.ys").write_text(script, encoding="utf-8")
    status, output = execute(["yosys", "-q", "-s", "proof.ys"], work, "yosys.log")
    if status != 0:
        raise ProofError(f"yosys failed: {work}/yosys.log\n{output[-2000:]}")

    if bug and "pdr" in proof:
        if solve_aig(f"bmc3 -F {proof['bmc']}", work):
            raise ProofError(f"no counterexample within {proof['bmc']} cycles: {work}/abc.log")
        return "caught"
    if bug:
        depth = bug.get("depth", proof["bmc"])
        held, output = solve("bmc", depth, work)
        failed = failed_asserts(output)
        if held or not failed:
            raise ProofError(f"no counterexample within {depth} cycles: {work}/bmc.log")
        return f"caught by {failed[0]}"

    if "pdr" in proof:
        if not solve_aig(proof["pdr"], work):
            raise ProofError(f"abc finds a counterexample: {work}/abc.log")
        return "unbounded, abc"
    shown = []
    for task in ("bmc", "induction", "cover"):
        if task not in proof:
            continue
        held, output = solve(task, proof[task], work)
        if not held:
            where = ", ".join(failed_asserts(output)) or output[-400:]
            raise ProofError(f"{task} of depth {proof[task]} fails: {where}; see {work}/{task}.log and .vcd")
        covers = len(re.findall(r"Reached cover", output))
        if task == "cover" and not covers:
            raise ProofError("no cover statement in the bench")
        shown.append(f"{covers} covers" if task == "cover" else f"{task} {proof[task]}")
    return ", ".join(shown)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="*")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "formal")
    args = parser.parse_args()
    table = load_table()
    tests = {}
    for name, proof in table.items():
        label = proof.get("label", "formal")
        tests[name] = label
        tests.update({f"{name}.{bug}": label for bug in proof.get("bugs", {})})
    if args.list:
        print("\n".join(f"{name} {label}" for name, label in tests.items()))
        return 0
    failures = 0
    for name in tests if args.all else args.name:
        start = time.monotonic()
        try:
            word, detail = "ok  ", run(name, table, args.work)
        except ProofError as error:
            word, detail, failures = "FAIL", str(error), failures + 1
        print(f"{word} {name:40s} {time.monotonic() - start:6.1f} s  {detail}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
