#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Area, timing and energy of Tercet's units and the baseline's, from RTL and Liberty files (docs/characterisation.md).

  scripts/characterise.py --liberty A.lib B.lib --out report.json --profile rows.json
  scripts/characterise.py --report report.json --profile rows.json --tables docs/characterisation.md
"""

import argparse
import pathlib
import sys

from synth import FlowError, flow, profile, report, tables
from synth.unit import UNITS


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--liberty", nargs="+", type=pathlib.Path, metavar="FILE")
    source.add_argument("--report", type=pathlib.Path, metavar="FILE",
                        help="measure nothing, read what --out wrote: for --profile and --tables")
    parser.add_argument("--dont-use", nargs="*", default=[], metavar="GLOB", help="cells to leave out")
    parser.add_argument("--units", nargs="+", default=list(UNITS), metavar="UNIT", help=", ".join(UNITS))
    parser.add_argument("--cycles", type=int, default=1024, help="of units with one operation a cycle")
    parser.add_argument("--wide-cycles", type=int, default=256, help="of columns, slices and weight decode")
    parser.add_argument("--jobs", type=int, default=1, help="units at a time")
    parser.add_argument("--reuse", type=int, default=64, help="tokens for which columns hold their weights")
    parser.add_argument("--zeros", nargs="*", type=float, default=[0, 0.25, 0.33, 0.42, 0.5, 0.75, 1],
                        help="shares of zero weights to try, at random")
    parser.add_argument("--captured", nargs="*", type=pathlib.Path, default=[], metavar="FILE",
                        help="activations that capture_activations wrote: each is one more stimulus")
    parser.add_argument("--model", type=pathlib.Path, help="the checkpoint folder whose weights go with them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--period-ps", type=float, default=1000)
    parser.add_argument("--wire-ff", type=float, default=0.35, help="wire capacitance a fanout")
    parser.add_argument("--slew-ps", type=float, default=20, help="of inputs, the clock and buffered nets")
    parser.add_argument("--no-clock-gating", action="store_true", help="a multiplexer at each flip-flop with an enable")
    parser.add_argument("--prove", type=float, default=120, help="seconds for a formal proof; 0: none")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/characterise"))
    parser.add_argument("--resume", action="store_true",
                        help="take units that --work has from the same inputs and flow")
    parser.add_argument("--profile", type=pathlib.Path, metavar="FILE", help="also write a technology profile")
    parser.add_argument("--no-glitches", action="store_true", help="the profile's energies without glitches")
    parser.add_argument("--literature", type=pathlib.Path, metavar="FILE",
                        help="the profile that gives SRAM, wires and DRAM (study/energy/profiles/literature-7nm.json)")
    parser.add_argument("--node", default="7 nm (ASAP7)", help="of the profile's rows")
    parser.add_argument("--tables", type=pathlib.Path, metavar="FILE",
                        help="also renew the tables of a Markdown page (docs/characterisation.md)")
    parser.add_argument("--machines", nargs=2, type=pathlib.Path, metavar=("WITH", "WITHOUT"), default=(),
                        help="what tercet compare --json wrote with a profile with glitches and one without: for --tables")
    parser.add_argument("--out", type=pathlib.Path, help="the report; with --liberty")
    args = parser.parse_args(arguments)
    if min(args.cycles, args.wide_cycles, args.reuse, args.jobs) < 1 or any(not 0 <= zeros <= 1 for zeros in args.zeros):
        parser.error("--cycles, --wide-cycles, --reuse and --jobs are at least 1, --zeros lie in [0, 1]")
    if args.liberty and args.profile and len(profile.fitted(args.zeros)) < 2:
        parser.error(f"--profile needs two --zeros in {profile.FITTED}")
    if bool(args.liberty) != bool(args.out):
        parser.error("--out goes with --liberty")
    if args.captured and not args.model:
        parser.error("--captured needs --model")
    return args


def main():
    args = parse_arguments()
    try:
        if args.report:
            found = report.read(args.report)
        else:
            found = flow.Characterisation(args).report()
            args.out.write_text(report.lines_of(report.pack(found)), encoding="utf-8")
        middle = profile.typical(profile.shares(found))
        if args.profile:
            made = profile.Profile(found, args.node, middle, not args.no_glitches)
            rows = made.make() + (profile.literature(args.literature) if args.literature else [])
            text = report.lines_of({"name": args.profile.stem, "description": made.description(),
                                    "not_included": profile.NOT_INCLUDED, "rows": rows}, 2)
            args.profile.write_text(text, encoding="utf-8")
        if args.tables:
            text = args.tables.read_text(encoding="utf-8")
            args.tables.write_text(tables.rewrite(text, found, middle, args.machines), encoding="utf-8")
    except (FlowError, OSError) as error:
        print(f"characterise: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
