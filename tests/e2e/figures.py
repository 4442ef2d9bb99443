# SPDX-License-Identifier: Apache-2.0
"""Figures of the Markdown pages that a command reproduces.

A page names the command, and where in its JSON each figure stands, in a comment above the paragraph, list, table or
fenced block that shows them, in the order of the text:

    <!-- figures: tercet bench rtl --reps 1
    103,583  gemm.cycles
    98.9     100 * gemm.utilisation
    -->

The command gets --json FILE. A figure holds if the value, rounded to the figure's decimals, is the figure, and if the
block below shows the figures in this order, and as often as the comments above it do. Values are keys joined by dots; `[key=value,...]` takes the one element
of a list that has these values, `[i]` the i-th; `count LIST[key=value]` is how many elements have them. `+ - * /` between
blanks are worked out from left to right.
"""

import collections
import operator
import re
import shlex
from typing import NamedTuple

COMMENT = re.compile(r"^<!-- figures: (.+)\n((?:.+\n)*?)-->\n", re.MULTILINE)
NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)")
STEP = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]|\.")
OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


class Figure(NamedTuple):
    shown: str  # as the page has it: 103,583
    value: str  # where the command's JSON has it: gemm.cycles


class Figures(NamedTuple):
    command: str
    figures: list
    block: str  # what the page shows below the comment
    beside: list  # the figures of all comments above this block, as shown


def block_at(text, begin):
    """The bounds of the first block from `begin` on: up to a blank line, or a fenced block. Comments are skipped."""
    begin = re.compile(r"(?:\s*<!--.*?-->\n)*\s*", re.DOTALL).match(text, begin).end()
    fenced = text.startswith("```", begin)
    end = re.compile(r"^```$" if fenced else r"^\s*$", re.MULTILINE).search(text, begin + 3)
    return begin, end.end() if end else len(text)


def read_page(text):
    """The Figures of a page. A comment that says `figures` in another form is a ValueError."""
    found = []
    for comment in COMMENT.finditer(text):
        figures = []
        for line in comment.group(2).splitlines():
            shown, blanks, value = line.partition("  ")
            if not blanks or not NUMBER.fullmatch(shown):
                raise ValueError(f"not a figure, two blanks and a value: {line!r}")
            figures.append(Figure(shown, value.strip()))
        if not figures:
            raise ValueError(f"no figures below {comment.group(1)!r}")
        found.append((comment.group(1).strip(), figures, block_at(text, comment.end())))
    if len(found) != text.count("<!-- figures"):
        raise ValueError("a comment of figures is '<!-- figures: COMMAND', one figure per line, '-->'")
    beside = {}
    for _, figures, block in found:
        beside.setdefault(block, []).extend(figure.shown for figure in figures)
    return [Figures(command, figures, text[slice(*block)], beside[block]) for command, figures, block in found]


def places(found, block):
    """Where a block (found.block, or a version of it) shows the figures of `found`, in their order, with room for those
    beside them. A ValueError names the first that it does not show."""
    spans = []
    numbers = NUMBER.finditer(block)
    for figure in found.figures:
        match = next((number for number in numbers if number.group() == figure.shown), None)
        if match is None:
            raise ValueError(f"{figure.shown} is not in the text below, or not in this order")
        spans.append(match.span())
    for shown in collections.Counter(found.beside) - collections.Counter(NUMBER.findall(block)):
        raise ValueError(f"{shown} is in the text below less often than in the comments above")
    return spans


def chosen(elements, choice):
    """The elements of a list that `key=value,...` picks."""
    if choice.isdigit():
        return [elements[int(choice)]]
    wanted = dict(item.split("=", 1) for item in choice.split(","))
    return [element for element in elements if all(str(element[key]) == value for key, value in wanted.items())]


def look_up(json, path):
    """The value at `path`."""
    value = json
    for key, choice in (step.groups() for step in STEP.finditer(path)):
        if key is not None:
            value = value[key]
        elif choice is not None:
            elements = chosen(value, choice)
            if len(elements) != 1:
                raise KeyError(f"{len(elements)} elements are [{choice}]")
            value = elements[0]
    return value


def evaluate(json, text):
    """The number that `text` stands for."""
    if text.startswith("count "):
        path, choice = re.fullmatch(r"count (.*)\[([^\]]*)\]", text).groups()
        return len(chosen(look_up(json, path), choice))
    words = re.split(r" ([-+*/]) ", text)
    values = [float(word) if re.fullmatch(r"[\d.]+", word) else look_up(json, word) for word in words[::2]]
    result = values[0]
    for sign, value in zip(words[1::2], values[1:]):
        result = OPERATIONS[sign](result, value)
    return result


def agrees(shown, value):
    """Whether `value`, rounded to the decimals of `shown`, is `shown`. A sign is the text's affair."""
    number = shown.replace(",", "")
    half = 0.5 * 10.0 ** -len(number.partition(".")[2])
    return abs(abs(value) - float(number)) <= half * (1 + 1e-9)


def arguments(command, json_file):
    """The command without `tercet`, with its JSON sent to the file."""
    words = shlex.split(command)
    if words[0] != "tercet":
        raise ValueError(f"not a command of tercet: {command}")
    return [*words[1:], "--json", str(json_file)]
