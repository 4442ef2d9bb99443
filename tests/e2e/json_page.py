# SPDX-License-Identifier: Apache-2.0
"""The keys that docs/json.md has tables of, beside those of JSON that the program wrote.

A section whose title is a command in backticks documents that command's JSON, `Every file` what all have, and any other
an object that stands in several places. The first column of a table has keys in backticks: `a.b` is b of the object a,
`a[].b` is b of each object in the list a, NAME stands for any name and N for a number. A link to an object's section in
the second column says that its keys follow below the row's; if the row's key is `*`, they stand in the same object.
"""

import functools
import re

EVERY = "Every file"
COMMAND = re.compile(r"`(.+)`")
ROW = re.compile(r"\|([^|]*)\|([^|]*)\|")
KEY = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\[[^\]]*\]\(#([^)]+)\)")
ANY = {"NAME": ".+", "N": r"\d+"}


def anchor(title):
    return title.replace("`", "").replace(" ", "-")


def sections(text):
    """{title: [(key, anchor of the object that it links, or None)]} of the sections that have keys."""
    found = {}
    title = None
    for line in text.splitlines():
        if line.startswith("#"):
            title = line.lstrip("# ")
        row = ROW.match(line)
        if row is None:
            continue
        link = LINK.search(row.group(2))
        for key in KEY.findall(row.group(1)):
            found.setdefault(title, []).append((key, link and link.group(1)))
    return found


@functools.lru_cache(maxsize=None)
def steps(key):
    """`a[].b` -> ["a", "[]", "b"]"""
    return [step for name in key.split(".") for step in re.split(r"(?=\[\])", name) if step]


@functools.lru_cache(maxsize=None)
def stands_for(known, step):
    """Whether a key with NAME or N stands for `step`."""
    pattern = re.sub("NAME|N", lambda found: ANY[found.group()], known)
    return re.fullmatch(pattern, step) is not None


class Node:
    """A place in a JSON: the keys that may follow, and the page's rows that put it here."""

    def __init__(self):
        self.following = {}  # step -> Node
        self.rows = set()  # (title, key)

    def at(self, key):
        node = self
        for step in steps(key):
            node = node.following.setdefault(step, Node())
        return node

    def matching(self, step):
        if step in self.following:
            return self.following[step]
        for known, node in self.following.items():
            if "N" in known and stands_for(known, step):
                return node
        return None


def add_section(page, title, node, above=frozenset()):
    """Puts the keys of a section, and of those that it links, below `node`."""
    titles = {anchor(name): name for name in page}
    for key, link in page[title]:
        here = node if key == "*" else node.at(key)
        row = (title, key)
        if key != "*":
            here.rows |= {row} | above
        if link is not None:
            add_section(page, titles[link], here, above | {row} if key == "*" else frozenset())


def places(value, above=()):
    """All (path, whether it is a plain value) of a JSON, {"a": [{"b": 1}]} -> a; a []; a [] b."""
    if above:
        yield above, value is not None and not isinstance(value, (dict, list))
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*above, key))
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, (dict, list)):
                yield from places(inner, (*above, "[]"))


def written_places(files):
    """{command in backticks: its places} of JSONs that commands wrote."""
    found = {}
    for json in files:
        found.setdefault("`" + json["tercet"]["command"] + "`", set()).update(places(json))
    return found


def compare(page, written):
    """Returns what is in written_places() and not in the page's sections(), and what is there and never written, as
    sorted lists of "SECTION: KEY"."""
    unknown = set()
    seen = set()
    for command, paths in written.items():
        tree = Node()
        for title in (EVERY, command):
            if title in page:
                add_section(page, title, tree)
        for path, plain in paths:
            node = tree
            for step in path:
                node = node and node.matching(step)
            # A place on the way to others is known by them, but a plain value has to have a row.
            if node is None or (plain and not node.rows):
                unknown.add(f"{command}: {'.'.join(path).replace('.[]', '[]')}")
            else:
                seen |= node.rows
    every = {(title, key) for title, rows in page.items() for key, _ in rows}
    return sorted(unknown), sorted(f"{title}: {key}" for title, key in every - seen)
