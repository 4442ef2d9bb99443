# SPDX-License-Identifier: Apache-2.0
"""Byte-level BPE: training, encoding, and the Hugging Face tokenizer.json form."""

import collections
import json
import re
import unicodedata

BEGIN = "<|begin_of_text|>"
END = "<|end_of_text|>"

# GPT-2's split, on a string whose non-ASCII characters were replaced by an ASCII one of their class.
_SPLIT = re.compile(r"'(?:[stmd]|re|ve|ll)| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+", re.ASCII)
_CLASS = {"L": "a", "N": "0", "Z": "\t"}


class TokenizerError(Exception):
    """A tokenizer file or a request that makes no sense."""


def split_words(text):
    """GPT-2 pre-tokens of `text`; concatenated they give `text` again."""
    if not text.isascii():
        shape = "".join(c if c.isascii() else "\t" if c == "\x85" else
                        _CLASS.get(unicodedata.category(c)[0], "!") for c in text)
        return [text[m.start():m.end()] for m in _SPLIT.finditer(shape)]
    return _SPLIT.findall(text)


def _byte_alphabet():
    """GPT-2's printable stand-in for each byte: 256 characters, indexed by byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spare = iter(range(256, 512))
    return [chr(b) if b in printable else chr(next(spare)) for b in range(256)]


ALPHABET = _byte_alphabet()


def _merge(ids, pair, new):
    """Replaces each `pair` in the tuple `ids`, left to right, by `new`."""
    out, i = [], 0
    while i < len(ids):
        if ids[i:i + 2] == pair:
            out.append(new)
            i += 2
        else:
            out.append(ids[i])
            i += 1
    return tuple(out)


def train(text, vocab_size):
    """Learns vocab_size - 258 merges; returns [(left id, right id)], merge k makes id 256 + k.

    The commonest pair merges first; of equally common ones, the one with the smaller ids.
    """
    if vocab_size < 258:
        raise TokenizerError(f"vocabulary of {vocab_size} has no room for 256 bytes and 2 specials")
    counts = collections.Counter(split_words(text))
    words = [tuple(w.encode()) for w in counts]
    weight = list(counts.values())
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for i, word in enumerate(words):
        for pair in zip(word, word[1:]):
            pairs[pair] += weight[i]
            where[pair].add(i)
    merges = []
    while len(merges) < vocab_size - 258:
        best = max(pairs, key=lambda p: (pairs[p], -p[0], -p[1]), default=None)
        if best is None or pairs[best] <= 0:
            raise TokenizerError(f"text too small: only {len(merges)} merges found")
        new = 256 + len(merges)
        merges.append(best)
        for i in where.pop(best):
            for pair in zip(words[i], words[i][1:]):
                pairs[pair] -= weight[i]
            words[i] = _merge(words[i], best, new)
            for pair in zip(words[i], words[i][1:]):
                pairs[pair] += weight[i]
                where[pair].add(i)
        del pairs[best]
    return merges


class Tokenizer:
    """Byte-level BPE with ids: bytes 0..255, merges, then begin-of-text and end-of-text."""

    def __init__(self, merges):
        self.merges = [tuple(m) for m in merges]
        self.rank = {pair: k for k, pair in enumerate(self.merges)}
        self.bytes_of = [bytes([b]) for b in range(256)]
        for left, right in self.merges:
            self.bytes_of.append(self.bytes_of[left] + self.bytes_of[right])
        if len(set(self.bytes_of)) != len(self.bytes_of):
            raise TokenizerError("two tokens stand for the same bytes")
        self.bos = len(self.bytes_of)
        self.eos = self.bos + 1
        self.vocab_size = self.bos + 2
        self._cache = {}

    def _encode_word(self, word):
        ids = tuple(word.encode())
        while len(ids) > 1:
            rank, pair = min((self.rank.get(p, len(self.merges)), p) for p in zip(ids, ids[1:]))
            if rank == len(self.merges):
                break
            ids = _merge(ids, pair, 256 + rank)
        return ids

    def encode(self, text):
        """Token ids of `text`, without specials."""
        out = []
        for word in split_words(text):
            ids = self._cache.get(word)
            if ids is None:
                ids = self._cache[word] = self._encode_word(word)
            out.extend(ids)
        return out

    def decode(self, ids):
        """Text of `ids`; specials give nothing, broken UTF-8 gives U+FFFD."""
        return b"".join(self.bytes_of[i] for i in ids if i < self.bos).decode(errors="replace")

    def to_json(self):
        """The Hugging Face tokenizer.json text, one vocabulary entry or merge a line."""
        name = ["".join(ALPHABET[b] for b in token) for token in self.bytes_of]
        special = [{"id": i, "content": c, "single_word": False, "lstrip": False, "rstrip": False,
                    "normalized": False, "special": True} for i, c in ((self.bos, BEGIN), (self.eos, END))]
        level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
        return json.dumps({
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
            "normalizer": None, "pre_tokenizer": level, "post_processor": None, "decoder": level,
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                      "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
                      "ignore_merges": False, "vocab": {n: i for i, n in enumerate(name)},
                      "merges": [f"{name[a]} {name[b]}" for a, b in self.merges]},
        }, ensure_ascii=False, indent=0) + "\n"

    @classmethod
    def from_json(cls, text):
        """Reads back what to_json wrote."""
        try:
            model = json.loads(text)["model"]
            vocab = model["vocab"]
            merges = [tuple(vocab[part] for part in merge.split(" ")) for merge in model["merges"]]
        except (ValueError, KeyError, TypeError) as error:
            raise TokenizerError(f"not a tokenizer.json of ours: {error!r}") from error
        tokenizer = cls(merges)
        if len(vocab) != tokenizer.bos:
            raise TokenizerError(f"{len(vocab)} tokens, but {len(merges)} merges")
        return tokenizer
