# SPDX-License-Identifier: Apache-2.0
"""Corpus, tokenizer and file format of scripts/training, without torch."""

import json
import pathlib
import random
import shutil
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from training import bpe, corpus, safetensors  # noqa: E402  pylint: disable=wrong-import-position

RAW = """
Genesis 1

  1 In the beginning.
  2 And the earth.

Song of Solomon 2

  1 I am the rose.

1 John 1

  1 That which was.
"""


class Corpus(unittest.TestCase):
    def test_verses_lose_their_numbers_and_chapters_keep_their_heading(self):
        self.assertEqual(corpus.parse_chapters(RAW), [
            "Genesis 1\nIn the beginning.\nAnd the earth.\n",
            "Song of Solomon 2\nI am the rose.\n", "1 John 1\nThat which was.\n"])

    def test_a_missing_verse_or_an_odd_line_is_an_error(self):
        for raw in (RAW.replace("  2 And", "  3 And"), RAW.replace("  2 And", "And"), "  1 No heading.\n"):
            with self.assertRaises(corpus.CorpusError):
                corpus.parse_chapters(raw)

    def test_the_split_keeps_every_chapter_once_and_depends_on_the_seed_only(self):
        chapters = [f"Book {i}\n" + "x" * (i % 7) + "\n" for i in range(200)]
        train, held = corpus.split_chapters(chapters, 0.05, 1)
        self.assertEqual(sorted(train + held), sorted(chapters))
        self.assertEqual((train, held), corpus.split_chapters(chapters, 0.05, 1))
        self.assertNotEqual(held, corpus.split_chapters(chapters, 0.05, 2)[1])
        share = sum(map(len, held)) / sum(map(len, chapters))
        self.assertTrue(0.05 <= share < 0.06, share)
        with self.assertRaises(corpus.CorpusError):
            corpus.split_chapters(chapters, 1.5, 1)

    def test_a_cut_ends_at_a_line_and_within_the_limit(self):
        self.assertEqual(corpus.cut_at_line("ab\ncde\nf\n", 6), "ab\n")
        self.assertEqual(corpus.cut_at_line("ab\ncde\nf\n", 7), "ab\ncde\n")
        self.assertEqual(corpus.cut_at_line("ab", 2), "ab")

    @unittest.skipUnless(shutil.which("bible"), "bible-kjv is not installed")
    def test_the_committed_held_out_text_is_what_the_script_extracts(self):
        train, held = corpus.extract(0.05, 1)
        path = ROOT / "model" / "checkpoints" / "kjv-5m" / "heldout.txt"
        self.assertEqual(held, path.read_text(encoding="utf-8"))
        for chapter in held.split("\n\n"):
            self.assertNotIn("\n" + chapter.strip() + "\n", train)


class Tokenizer(unittest.TestCase):
    def test_words_split_as_in_gpt2(self):
        cases = {
            "Hello world": ["Hello", " world"], "it's  we'll": ["it", "'s", " ", " we", "'ll"],
            "a\n\nb": ["a", "\n", "\n", "b"], "x 12;y ": ["x", " 12", ";", "y", " "],
            "né\u00a0½ …!": ["né", "\u00a0", "½", " …!"], "'tis": ["'t", "is"], "": []}
        for text, words in cases.items():
            self.assertEqual(bpe.split_words(text), words)

    def test_the_commonest_pair_merges_first_and_ties_go_to_smaller_ids(self):
        merges = bpe.train("ababab cd cd", 258 + 2)
        self.assertEqual(merges, [(ord("a"), ord("b")), (ord(" "), ord("c"))])

    def test_merging_is_greedy_from_the_left(self):
        tokenizer = bpe.Tokenizer([(ord("a"), ord("a"))])
        self.assertEqual(tokenizer.encode("aaa"), [256, ord("a")])

    def test_any_text_survives_encoding_and_the_json_form(self):
        text = "And God said, Let there be light: and there was light. " * 3
        tokenizer = bpe.Tokenizer(bpe.train(text, 280))
        self.assertEqual((tokenizer.vocab_size, tokenizer.bos, tokenizer.eos), (280, 278, 279))
        again = bpe.Tokenizer.from_json(tokenizer.to_json())
        self.assertEqual(again.merges, tokenizer.merges)
        rng = random.Random(7)
        odd = "".join(chr(rng.choice([rng.randrange(128), rng.randrange(0xD800), 0x1F600]))
                      for _ in range(2000))
        for sample in (text, odd, "", "\x00\x7f\r\n\t"):
            self.assertEqual(again.decode(again.encode(sample)), sample)
            self.assertEqual(again.encode(sample), tokenizer.encode(sample))

    def test_a_small_text_a_small_vocabulary_and_a_foreign_file_are_errors(self):
        for call in (lambda: bpe.train("ab", 300), lambda: bpe.train("ab", 100),
                     lambda: bpe.Tokenizer.from_json("{}"), lambda: bpe.Tokenizer.from_json("no")):
            with self.assertRaises(bpe.TokenizerError):
                call()


class Packing(unittest.TestCase):
    def test_a_byte_holds_four_rows_a_quarter_apart(self):
        codes = bytes([0, 1, 2, 1, 2, 2, 1, 0])  # 8 rows, 1 column
        packed = safetensors.pack_ternary(codes, 8, 1)
        self.assertEqual(packed, bytes([0 | 2 << 2 | 2 << 4 | 1 << 6, 1 | 1 << 2 | 2 << 4 | 0 << 6]))
        self.assertEqual(safetensors.unpack_ternary(packed), codes)

    def test_wrong_shapes_and_codes_are_errors(self):
        for codes, rows in ((bytes(6), 6), (bytes(8), 4), (bytes([3] * 4), 4)):
            with self.assertRaises(safetensors.FormatError):
                safetensors.pack_ternary(codes, rows, 1)


class Container(unittest.TestCase):
    tensors = {"b": ("U8", [2, 4], bytes(range(8))), "a": ("BF16", [1], b"\x80\x3f"),
               "c": ("F32", [2], bytes(8))}

    def test_tensors_survive_and_large_ones_are_aligned(self):
        data = safetensors.serialize(self.tensors)
        self.assertEqual(safetensors.deserialize(data), self.tensors)
        self.assertEqual(data, safetensors.serialize(dict(reversed(self.tensors.items()))))
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8:8 + size])
        self.assertEqual((8 + size) % 64, 0)
        self.assertEqual([header[n]["data_offsets"] for n in "bca"], [[0, 8], [8, 16], [16, 18]])

    def test_truncated_and_inconsistent_files_are_errors(self):
        data = safetensors.serialize(self.tensors)
        for bad in (b"", data[:20], data[:-1]):
            with self.assertRaises(safetensors.FormatError):
                safetensors.deserialize(bad)
        with self.assertRaises(safetensors.FormatError):
            safetensors.serialize({"a": ("U8", [3], b"12")})


if __name__ == "__main__":
    unittest.main()
