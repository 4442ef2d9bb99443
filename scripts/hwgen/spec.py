# SPDX-License-Identifier: Apache-2.0
"""Reads rtl/spec/hw.json and refuses anything unknown, missing, overlapping or left out."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional

ACCESSES = ("RO", "RW", "WO", "W1", "W1C")


class SpecError(Exception):
    """A fault in a spec file; the message names the file and the place in it."""


@dataclass(frozen=True)
class Named:
    """A value with a name: a constant, an error code or an enum's member."""

    name: str
    value: int
    doc: str


@dataclass(frozen=True)
class Enum:
    name: str
    bits: int
    doc: str
    values: List[Named]


@dataclass(frozen=True)
class Field:
    name: str
    lsb: int
    width: int
    access: str
    value: Optional[int]
    doc: str

    @property
    def mask(self):
        return (1 << self.width) - 1

    @property
    def bits(self):
        return str(self.lsb) if self.width == 1 else f"{self.lsb + self.width - 1}:{self.lsb}"


@dataclass(frozen=True)
class WordField:
    """A field of a record: bits of one of its words."""

    name: str
    word: int
    lsb: int
    width: int
    doc: str

    @property
    def mask(self):
        return (1 << self.width) - 1

    @property
    def bits(self):
        return str(self.lsb) if self.width == 1 else f"{self.lsb + self.width - 1}:{self.lsb}"


@dataclass(frozen=True)
class Record:
    """A structure in memory, in 32-bit little-endian words; bits in no field are reserved, 0."""

    name: str
    words: int
    doc: str
    fields: List[WordField]

    def reserved(self, word):
        """The bits of `word` that belong to no field."""
        used = sum(f.mask << f.lsb for f in self.fields if f.word == word)
        return 0xffffffff & ~used


@dataclass(frozen=True)
class Register:
    name: str
    offset: int
    doc: str
    fields: List[Field]  # without the reserved ones, lowest bit first

    @property
    def is_plain(self):
        """One number in the low bits, rather than named fields."""
        return [f.name for f in self.fields] == ["value"]

    @property
    def constant(self):
        """The value of a register that never changes, or None."""
        if any(f.value is None for f in self.fields):
            return None
        return sum(f.value << f.lsb for f in self.fields)


@dataclass(frozen=True)
class Spec:
    addr_bits: int
    constants: List[Named]
    enums: List[Enum]
    errors: List[Named]
    registers: List[Register]  # the counters' LO/HI pairs included
    counters: List[Named]  # value = offset of LO
    records: List[Record]
    contract: dict  # the JSON without its prose: what CONFIG_HASH covers

    def constant(self, name):
        return next(c.value for c in self.constants if c.name == name)

    def register(self, name):
        return next(r for r in self.registers if r.name == name)


def read_json(path):
    def no_duplicates(pairs):
        keys = [k for k, _ in pairs]
        for key in keys:
            if keys.count(key) > 1:
                raise SpecError(f"{path}: key '{key}' is given twice")
        return dict(pairs)

    try:
        return json.loads(Path(path).read_text(encoding="utf-8"), object_pairs_hook=no_duplicates)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SpecError(f"{path}: {error}") from error


def check_keys(where, obj, required, optional=()):
    """Refuses a missing or unknown key; `where` is 'file' or 'file: place'."""
    if not isinstance(obj, dict):
        raise SpecError(f"{where}: expected an object")
    for key in obj:
        if key not in required and key not in optional:
            raise SpecError(f"{where}: unknown key '{key}'")
    for key in required:
        if key not in obj:
            raise SpecError(f"{where}: missing key '{key}'")


def number(where, value):
    """An int, or a string such as "0x040"."""
    try:
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        return int(value, 16) if value.startswith("0x") else int("not a number")
    except (AttributeError, ValueError):
        raise SpecError(f"{where}: {value!r} is not a natural number or '0x' string") from None


def without_docs(node):
    if isinstance(node, dict):
        return {k: without_docs(v) for k, v in node.items() if k != "doc"}
    return [without_docs(v) for v in node] if isinstance(node, list) else node


def check_unique(where, what, keys):
    seen = {}
    for owner, key in keys:
        if key in seen:
            raise SpecError(f"{where}: {owner} and {seen[key]} have the same {what}")
        seen[key] = owner


def read_named(where, rows, bits, distinct=True):
    names = []
    for row in rows:
        check_keys(where, row, ("name", "value", "doc"))
        value = number(f"{where}: {row['name']}", row["value"])
        if value >> bits:
            raise SpecError(f"{where}: {row['name']} = {value} does not fit {bits} bits")
        names.append(Named(row["name"], value, row["doc"]))
    check_unique(where, "name", ((n.name, n.name) for n in names))
    if distinct:
        check_unique(where, "value", ((n.name, n.value) for n in names))
    return names


def read_bits(where, text):
    """'31:4' or '0' -> (lsb, width)."""
    try:
        high, low = (int(part) for part in (text.split(":") if ":" in text else (text, text)))
    except (AttributeError, ValueError):
        raise SpecError(f"{where}: bits {text!r} are not 'high:low' or 'bit'") from None
    if not 31 >= high >= low >= 0:
        raise SpecError(f"{where}: bits {text!r} are not within 31:0")
    return low, high - low + 1


def read_field(where, row, default_access):
    reserved = isinstance(row, dict) and row.get("name") == "reserved"
    check_keys(where, row, ("name", "bits") if reserved else ("name", "bits", "doc"),
               () if reserved else ("access", "value"))
    where = f"{where}.{row['name']}"
    lsb, width = read_bits(where, row["bits"])
    access = "RO" if reserved else row.get("access", default_access)
    if access not in ACCESSES:
        raise SpecError(f"{where}: access {access!r} is none of {', '.join(ACCESSES)}")
    value = number(where, row["value"]) if "value" in row else None
    if value is not None and value >> width:
        raise SpecError(f"{where}: value {value} does not fit {width} bits")
    return Field(row["name"], lsb, width, access, value, row.get("doc", ""))


def read_register(where, row, addr_bits):
    check_keys(where, row, ("name", "offset", "doc", "fields"), ("access",))
    where = f"{where}: {row['name']}"
    offset = number(where, row["offset"])
    if offset % 4 or offset >> addr_bits:
        raise SpecError(f"{where}: offset {offset:#x} is not a word of {addr_bits} address bits")
    fields = sorted((read_field(where, f, row.get("access")) for f in row["fields"]),
                    key=lambda f: f.lsb)
    next_bit = 0
    for field in fields:
        if field.lsb < next_bit:
            raise SpecError(f"{where}: field '{field.name}' overlaps another at bit {field.lsb}")
        if field.lsb > next_bit:
            raise SpecError(f"{where}: bits {field.lsb - 1}:{next_bit} belong to no field; "
                            "name them or mark them 'reserved'")
        next_bit = field.lsb + field.width
    if next_bit != 32:
        raise SpecError(f"{where}: bits 31:{next_bit} belong to no field; "
                        "name them or mark them 'reserved'")
    named = [f for f in fields if f.name != "reserved"]
    check_unique(where, "name", ((f.name, f.name) for f in named))
    return Register(row["name"], offset, row["doc"], named)


def read_counters(where, row, addr_bits):
    """Each counter becomes two registers, NAME_LO and NAME_HI, in the order given."""
    check_keys(where, row, ("offset", "doc", "names"))
    base = number(where, row["offset"])
    counters, registers = [], []
    for index, entry in enumerate(row["names"]):
        check_keys(where, entry, ("name", "doc"))
        counters.append(Named(entry["name"], base + 8 * index, entry["doc"]))
        for half, (suffix, bits) in enumerate((("LO", "31:0"), ("HI", "63:32"))):
            registers.append(read_register(where, {
                "name": f"{entry['name']}_{suffix}", "offset": base + 8 * index + 4 * half,
                "access": "RO", "doc": entry["doc"],
                "fields": [{"name": "value", "bits": "31:0", "doc": f"Counter bits {bits}."}],
            }, addr_bits))
    return counters, registers


def read_record(where, row):
    check_keys(where, row, ("name", "doc", "words", "fields"))
    where = f"{where}: {row['name']}"
    words = number(f"{where}: words", row["words"])
    used = [0] * words
    fields = []
    for entry in row["fields"]:
        check_keys(where, entry, ("name", "word", "bits", "doc"))
        place = f"{where}.{entry['name']}"
        lsb, width = read_bits(place, entry["bits"])
        field = WordField(entry["name"], number(place, entry["word"]), lsb, width, entry["doc"])
        if field.word >= words:
            raise SpecError(f"{place}: word {field.word} is past the record's {words}")
        if used[field.word] & field.mask << lsb:
            raise SpecError(f"{place}: overlaps another field of word {field.word}")
        used[field.word] |= field.mask << lsb
        fields.append(field)
    check_unique(where, "name", ((f.name, f.name) for f in fields))
    return Record(row["name"], words, row["doc"], fields)


def load_spec(path):
    raw = read_json(path)
    check_keys(path, raw, ("doc", "csr", "constants", "enums", "errors", "registers", "counters",
                           "records"))
    check_keys(f"{path}: csr", raw["csr"], ("addr_bits", "data_bits"))
    addr_bits = number(f"{path}: csr.addr_bits", raw["csr"]["addr_bits"])
    if raw["csr"]["data_bits"] != 32:
        raise SpecError(f"{path}: csr.data_bits: only 32-bit registers are supported")

    enums = []
    for row in raw["enums"]:
        check_keys(f"{path}: enums", row, ("name", "bits", "doc", "values"))
        where = f"{path}: enums: {row['name']}"
        enums.append(Enum(row["name"], row["bits"], row["doc"],
                          read_named(where, row["values"], number(where, row["bits"]))))

    registers = [read_register(f"{path}: registers", r, addr_bits) for r in raw["registers"]]
    counters, halves = read_counters(f"{path}: counters", raw["counters"], addr_bits)
    registers = sorted(registers + halves, key=lambda r: r.offset)
    records = [read_record(f"{path}: records", r) for r in raw["records"]]
    check_unique(f"{path}: records", "name", ((r.name, r.name) for r in records))
    check_unique(path, "name", ((r.name, r.name) for r in registers))
    check_unique(path, "offset", ((r.name, r.offset) for r in registers))
    return Spec(addr_bits, read_named(f"{path}: constants", raw["constants"], 31, distinct=False),
                enums, read_named(f"{path}: errors", raw["errors"], 8), registers, counters, records,
                without_docs(raw))
