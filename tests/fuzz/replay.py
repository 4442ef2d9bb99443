#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one fuzz target on its seeds, on inputs that once failed, and on seeded mutations.

usage: replay.py PROGRAM TARGET MUTATIONS
"""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def main():
    program, target, mutations = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="tercet_fuzz_") as folder:
        subprocess.run([sys.executable, "-B", HERE / "make_seeds.py", folder], check=True)
        files = sorted(pathlib.Path(folder, target).iterdir())
        files += sorted((HERE / "regressions").glob(f"{target}-*"))
        return subprocess.run([program, mutations, "1", *files], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
