# SPDX-License-Identifier: Apache-2.0
"""Rows of finished units, kept in the work folder, so that a run that was cut short can go on (--resume)."""

import hashlib
import json
import pathlib

from synth import activity, synthesis

# What rows do not depend on, beside where files lie.
_ARGUMENTS = ("liberty", "captured", "model", "work", "out", "profile", "node", "no_glitches", "literature", "tables",
              "machines", "report", "jobs", "units", "resume")
_SOURCES = ("profile.py", "report.py", "tables.py", "machines.py", "kept.py")


def key_of(args, library, captured, unit):
    """Changes with anything that the unit's rows depend on: arguments, files, tools, RTL, this flow."""
    here = pathlib.Path(__file__).parent
    flow = [path for path in sorted(here.glob("*.py")) if path.name not in _SOURCES]
    files = [*flow, activity.SOURCE, *(synthesis.ROOT / path for path in unit.sources), *args.captured]
    if args.model:
        files.append(args.model / "model.safetensors")
    known = {"arguments": {name: value for name, value in sorted(vars(args).items()) if name not in _ARGUMENTS},
             "liberty": library.files, "tools": synthesis.tool_versions(), "unit": unit.name,
             "captured": [each.about for each in captured],
             "files": [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]}
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


def load(folder, key):
    """The rows, or None if there are none of this key."""
    path = folder / "rows.json"
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    return found["rows"] if found["key"] == key else None


def save(folder, key, rows):
    (folder / "rows.json").write_text(json.dumps({"key": key, "rows": rows}), encoding="utf-8")
