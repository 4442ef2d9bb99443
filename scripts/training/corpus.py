# SPDX-License-Identifier: Apache-2.0
"""The King James text from Debian's `bible-kjv-text`, and its held-out split by chapter."""

import random
import re
import shutil
import subprocess

_VERSE = re.compile(r"^  (\d+) (.*)$")
_HEADING = re.compile(r"^(?:\d )?[A-Z][A-Za-z ]* \d+$")
_CHAPTERS = 1189


class CorpusError(Exception):
    """The text could not be extracted, or is not what was expected."""


def read_bible():
    """Runs `bible` over the whole text, unwrapped; returns its pretty-printed output."""
    program = shutil.which("bible")
    if program is None:
        raise CorpusError("`bible` not found; install it: apt-get install bible-kjv bible-kjv-text")
    done = subprocess.run([program, "-l", "99999", "gen1:1-rev22:21"], check=False,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise CorpusError(f"`bible` failed: {done.stderr.strip()}")
    return done.stdout


def parse_chapters(raw):
    """Pretty-printed output -> chapters, each 'Heading\\nverse\\nverse\\n', verse numbers dropped."""
    chapters = []
    expected = 1
    for number, line in enumerate(raw.splitlines(), 1):
        if not line.strip():
            continue
        verse = _VERSE.match(line)
        if verse and chapters:
            if int(verse.group(1)) != expected:
                raise CorpusError(f"line {number}: verse {verse.group(1)}, expected {expected}")
            expected += 1
            chapters[-1].append(verse.group(2).strip())
        elif _HEADING.match(line):
            chapters.append([line])
            expected = 1
        else:
            raise CorpusError(f"line {number}: neither a chapter heading nor a verse: {line[:60]!r}")
    return ["\n".join(lines) + "\n" for lines in chapters]


def join_chapters(chapters):
    """Chapters -> one text, a blank line between two chapters."""
    return "\n".join(chapters)


def split_chapters(chapters, fraction, seed):
    """Draws whole chapters (seeded) until `fraction` of the bytes is held out.

    Returns (training chapters, held-out chapters), both in the order of the book.
    """
    if not 0.0 < fraction < 1.0:
        raise CorpusError(f"held-out fraction {fraction} is not between 0 and 1")
    goal = fraction * sum(len(c.encode()) for c in chapters)
    order = list(range(len(chapters)))
    random.Random(seed).shuffle(order)
    held, size = set(), 0
    for index in order:
        if size >= goal:
            break
        held.add(index)
        size += len(chapters[index].encode())
    return ([c for i, c in enumerate(chapters) if i not in held],
            [c for i, c in enumerate(chapters) if i in held])


def extract(fraction, seed):
    """Returns (training text, held-out text) of the whole Bible."""
    chapters = parse_chapters(read_bible())
    if len(chapters) != _CHAPTERS:
        raise CorpusError(f"found {len(chapters)} chapters, expected {_CHAPTERS}")
    train, held = split_chapters(chapters, fraction, seed)
    return join_chapters(train), join_chapters(held)


def cut_at_line(text, limit):
    """The longest prefix of whole lines that is at most `limit` UTF-8 bytes."""
    data = text.encode()
    if len(data) <= limit:
        return text
    return data[:data.rfind(b"\n", 0, limit) + 1].decode()
