# SPDX-License-Identifier: Apache-2.0
"""Liberty files: cells cut out of the text, and the groups and tables of those that a netlist uses."""

import bisect
import fnmatch
import hashlib
import pathlib
import re

from synth import FlowError

_CELL = re.compile(r"^\s*cell\s*\(\s*\"?([^\")\s]+)\"?\s*\)", re.M)
# An attribute ends with ';' or, in some files, with the line.
_ITEM = re.compile(r"\s*([A-Za-z_]\w*)\s*(?::\s*(\"[^\"]*\"|[^;{}\n]*?)[ \t]*(?=[;\n}])|\(([^)]*)\)\s*(\{)?)\s*;?")
_NUMBER = re.compile(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?")


def _unquote(text):
    return text.strip().strip('"').strip()


class Group:
    """`kind (name) { attributes and groups }`."""

    def __init__(self, kind, name):
        self.kind, self.name, self.attributes, self.groups = kind, name, {}, []

    def all(self, kind):
        return [group for group in self.groups if group.kind == kind]

    def first(self, kind):
        return next(iter(self.all(kind)), None)

    def get(self, name, default=None):
        return self.attributes.get(name, default)

    def number(self, name, default=None):
        if name not in self.attributes and default is None:
            raise FlowError(f"{self.kind} {self.name}: '{name}' is missing")
        return float(self.attributes.get(name, default))


def parse(text):
    """The one group that `text` is."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S).replace("\\\n", " ")
    root = Group("file", "")
    stack, at = [root], 0
    while True:
        close = re.compile(r"\s*\}").match(text, at)
        if close and len(stack) > 1:
            stack.pop()
            at = close.end()
            continue
        match = _ITEM.match(text, at)
        if not match:
            break
        name, value, arguments, opens = match.groups()
        if opens:
            stack[-1].groups.append(Group(name, _unquote(arguments)))
            stack.append(stack[-1].groups[-1])
        else:
            stack[-1].attributes[name] = _unquote(value) if value is not None else arguments
        at = match.end()
    if text[at:].strip() or len(stack) > 1 or not root.groups:
        raise FlowError(f"Liberty: unreadable at '{text[at:at + 60].strip()}'")
    return root.groups[0]


class Table:
    """A table over input slew and output load, either of which may be missing; linear between and beyond points."""

    def __init__(self, group, variables):
        axes = []
        for i in (1, 2):
            if f"index_{i}" in group.attributes:
                axes.append([float(x) for x in _NUMBER.findall(group.attributes[f"index_{i}"])])
        values = [float(x) for x in _NUMBER.findall(group.attributes["values"])]
        if len(axes) == 2 and "capacitance" in variables[0]:  # load first: turn it round
            rows = len(axes[1])
            values = [values[j * rows + i] for i in range(rows) for j in range(len(axes[0]))]
            axes.reverse()
        elif len(axes) == 1 and "capacitance" in variables[0]:
            axes = [[0.0], axes[0]]
        elif len(axes) == 1:
            axes = [axes[0], [0.0]]
        elif not axes:
            axes = [[0.0], [0.0]]
        self.slews, self.loads, self.values = axes[0], axes[1], values
        if len(values) != len(axes[0]) * len(axes[1]):
            raise FlowError(f"Liberty table {group.name}: {len(values)} values for "
                            f"{len(axes[0])} x {len(axes[1])} points")

    @staticmethod
    def _place(axis, x):
        if len(axis) == 1:
            return 0, 0, 0.0
        i = min(max(bisect.bisect_right(axis, x) - 1, 0), len(axis) - 2)
        return i, i + 1, (x - axis[i]) / (axis[i + 1] - axis[i])

    def at(self, slew, load):
        i, j, f = self._place(self.slews, slew)
        k, l, g = self._place(self.loads, load)
        width = len(self.loads)
        low = self.values[i * width + k] * (1 - g) + self.values[i * width + l] * g
        high = self.values[j * width + k] * (1 - g) + self.values[j * width + l] * g
        return low * (1 - f) + high * f


class Library:
    """Liberty files as one: `merged` is what Yosys is given, cell() parses one of its cells."""

    def __init__(self, paths, dont_use=()):
        self.files, self._texts, self._cells = [], {}, {}
        for path in map(pathlib.Path, paths):
            data = path.read_bytes()
            self.files.append({"name": path.name, "sha256": hashlib.sha256(data).hexdigest()})
            text = data.decode("latin-1")
            starts = list(_CELL.finditer(text))
            if not starts:
                raise FlowError(f"{path}: no cell in it")
            end = text.rstrip().rindex("}")
            for match, stop in zip(starts, [m.start() for m in starts[1:]] + [end]):
                if not any(fnmatch.fnmatchcase(match[1], glob) for glob in dont_use):
                    self._texts.setdefault(match[1], text[match.start():stop])
            group = parse(text[:starts[0].start()] + "}")
            if not hasattr(self, "header"):
                self.header, self.group = text[:starts[0].start()], group
            for name in ("time_unit", "capacitive_load_unit", "leakage_power_unit", "nom_voltage"):
                if group.get(name) != self.group.get(name):
                    raise FlowError(f"{path}: '{name}' is not that of {self.files[0]['name']}")
        self.templates = {group.name: [group.get(f"variable_{i}", "") for i in (1, 2)]
                          for group in self.group.groups if group.kind.endswith("template")}
        self.voltage = self.group.number("nom_voltage")
        # Tables give energies in capacitance unit times V^2, and times in the time unit.
        self.farad = self._unit(self.group.get("capacitive_load_unit"), {"pf": 1e-12, "ff": 1e-15})
        self.second = self._unit(self.group.get("time_unit"), {"ns": 1e-9, "ps": 1e-12})
        self.watt = self._unit(self.group.get("leakage_power_unit"), {"uW": 1e-6, "nW": 1e-9, "pW": 1e-12})

    @staticmethod
    def _unit(text, units):
        match = re.match(r"\s*([\d.]+)\s*,?\s*(\w+)", text or "")
        scale = match and {name.lower(): value for name, value in units.items()}.get(match[2].lower())
        if not scale:
            raise FlowError(f"Liberty: unit '{text}' is none of {', '.join(units)}")
        return float(match[1]) * scale

    @property
    def merged(self):
        return self.header + "".join(self._texts.values()) + "}\n"

    @property
    def names(self):
        return list(self._texts)

    def text(self, name):
        return self._texts[name]

    @property
    def least_area(self):
        """Of the cells that have one."""
        areas = (re.search(r"^\s*area\s*:\s*([\d.eE+-]+)", text, re.M) for text in self._texts.values())
        return min(float(match[1]) for match in areas if match and float(match[1]) > 0)

    def only(self, name):
        """A library of one cell."""
        return self.header + self._texts[name] + "}\n"

    def cell(self, name):
        if name not in self._cells:
            if name not in self._texts:
                raise FlowError(f"Liberty: no cell '{name}'")
            self._cells[name] = parse(self._texts[name])
        return self._cells[name]

    def table(self, group):
        """The Table of a values group, made once; None for None."""
        if group is None or "values" not in group.attributes:
            return None
        if not hasattr(group, "table"):
            group.table = Table(group, self.templates.get(group.name, ["", ""]))
        return group.table
