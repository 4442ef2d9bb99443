#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns rtl/spec into the SystemVerilog packages, the C header, the linker map and docs/registers.md.

  scripts/gen_hw.py           write the files
  scripts/gen_hw.py --check   write nothing; fail when a file on disk is not what would be written
"""

import argparse
import sys
from pathlib import Path

from hwgen.config import load_config
from hwgen.emit_c import header
from hwgen.emit_ld import memory_map
from hwgen.emit_md import registers_page
from hwgen.emit_sv import config_package, hw_package
from hwgen.spec import SpecError, load_spec


def generate(root):
    """{path below root: text} of every generated file."""
    spec = load_spec(root / "rtl/spec/hw.json")
    paths = sorted((root / "rtl/spec/configs").glob("*.json"))
    if not paths:
        raise SpecError(f"{root / 'rtl/spec/configs'}: no configuration found")
    configs = sorted((load_config(p, spec) for p in paths),
                     key=lambda c: (c.numbers["rows"] * c.numbers["cols"], c.name))
    files = {
        "rtl/gen/tercet_hw_pkg.sv": hw_package(spec),
        "rtl/gen/tercet_hw.h": header(spec, configs),
        "rtl/gen/tercet_core.ld": memory_map(spec),
        "docs/registers.md": registers_page(spec, configs),
    }
    for config in configs:
        files[f"rtl/gen/{config.name}/tercet_cfg_pkg.sv"] = config_package(config)
    return files


def strays(root, files):
    """Files below rtl/gen that no configuration makes any more."""
    return [path for path in sorted((root / "rtl/gen").rglob("*"))
            if path.is_file() and path.relative_to(root).as_posix() not in files]


def check(root, files):
    stale = [name for name, text in sorted(files.items())
             if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != text]
    stale += [path.relative_to(root).as_posix() for path in strays(root, files)]
    for name in stale:
        print(f"gen_hw: {name} is out of date; run scripts/gen_hw.py", file=sys.stderr)
    return 1 if stale else 0


def write(root, files):
    for path in strays(root, files):
        path.unlink()
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when stale")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent,
                        help="the repository to read and write (default: this one)")
    args = parser.parse_args(argv)
    try:
        files = generate(args.root)
    except SpecError as error:
        print(f"gen_hw: {error}", file=sys.stderr)
        return 2
    return check(args.root, files) if args.check else write(args.root, files)


if __name__ == "__main__":
    sys.exit(main())
