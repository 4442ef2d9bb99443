# SPDX-License-Identifier: Apache-2.0
"""Liberty's Boolean expressions as truth tables: bit s of the integer is the value in state s.

State s assigns pin i of the list its bit i.
"""

import re

from synth import FlowError

_TOKEN = re.compile(r"\s*([A-Za-z_][\w\[\]]*|[01]|[!'&*|+^()])")


def variable(index, count):
    """The truth table of pin `index` among `count` pins."""
    return sum(1 << s for s in range(1 << count) if s >> index & 1)


class _Parser:
    """! and ' bind tightest, then ^, then AND (& * or nothing), then OR (| +)."""

    def __init__(self, text, pins):
        self.text, self.pins = text, pins
        self.ones = (1 << (1 << len(pins))) - 1
        self.tokens, at = [], 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if not match:
                raise FlowError(f"function '{text}': unreadable at '{text[at:]}'")
            self.tokens.append(match[1])
            at = match.end()

    def peek(self):
        return self.tokens[0] if self.tokens else ""

    def disjunction(self):
        value = self.conjunction()
        while self.peek() in ("|", "+"):
            self.tokens.pop(0)
            value |= self.conjunction()
        return value

    def conjunction(self):
        value = self.exclusive()
        while self.peek() and self.peek() not in "|+)":
            if self.peek() in "&*":
                self.tokens.pop(0)
            value &= self.exclusive()
        return value

    def exclusive(self):
        value = self.literal()
        while self.peek() == "^":
            self.tokens.pop(0)
            value ^= self.literal()
        return value

    def literal(self):
        token = self.tokens.pop(0) if self.tokens else ""
        if token == "!":
            return self.ones ^ self.literal()
        if token == "(":
            value = self.disjunction()
            if not self.tokens or self.tokens.pop(0) != ")":
                raise FlowError(f"function '{self.text}': a ')' is missing")
        elif token in ("0", "1"):
            value = self.ones * int(token)
        elif token in self.pins:
            value = variable(self.pins.index(token), len(self.pins))
        else:
            raise FlowError(f"function '{self.text}': '{token}' is none of {', '.join(self.pins)}")
        while self.peek() == "'":
            self.tokens.pop(0)
            value ^= self.ones
        return value


def truth_table(text, pins):
    parser = _Parser(text, pins)
    value = parser.disjunction()
    if parser.tokens:
        raise FlowError(f"function '{text}': unexpected '{parser.tokens[0]}'")
    return value
