# SPDX-License-Identifier: Apache-2.0
"""The committed checkpoint: its files agree with each other and with the packed layout."""

import collections
import json
import math
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from training import bpe, corpus, safetensors  # noqa: E402  pylint: disable=wrong-import-position

FOLDER = ROOT / "model" / "checkpoints" / "kjv-5m"


class Checkpoint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.config = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
        cls.metrics = json.loads((FOLDER / "metrics.json").read_text(encoding="utf-8"))
        cls.tokenizer = bpe.Tokenizer.from_json((FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
        cls.tensors = safetensors.deserialize((FOLDER / "model.safetensors").read_bytes())

    def expected_shapes(self):
        """{name: (dtype, shape)} from config.json."""
        c = self.config
        d, f = c["hidden_size"], c["intermediate_size"]
        kv = c["num_key_value_heads"] * d // c["num_attention_heads"]
        shapes = {"model.embed_tokens.weight": ("BF16", [c["vocab_size"], d]),
                  "model.norm.weight": ("BF16", [d])}
        for layer in range(c["num_hidden_layers"]):
            p = f"model.layers.{layer}."
            for name, size in (("input_layernorm", d), ("post_attention_layernorm", d),
                               ("self_attn.attn_sub_norm", d), ("mlp.ffn_sub_norm", f)):
                shapes[f"{p}{name}.weight"] = ("BF16", [size])
            for name, out, width in (("self_attn.q", d, d), ("self_attn.k", kv, d), ("self_attn.v", kv, d),
                                     ("self_attn.o", d, d), ("mlp.gate", f, d), ("mlp.up", f, d),
                                     ("mlp.down", d, f)):
                shapes[f"{p}{name}_proj.weight"] = ("U8", [out // 4, width])
                shapes[f"{p}{name}_proj.weight_scale"] = ("BF16", [1])
        return shapes

    def test_tensors_are_those_of_the_configuration(self):
        found = {name: (dtype, shape) for name, (dtype, shape, _) in self.tensors.items()}
        self.assertEqual(found, self.expected_shapes())

    def test_weights_are_ternary_and_metrics_count_them(self):
        codes = collections.Counter()
        for dtype, _, data in self.tensors.values():
            if dtype == "U8":
                for byte, count in collections.Counter(data).items():
                    for shift in (0, 2, 4, 6):
                        codes[byte >> shift & 3] += count
        self.assertEqual(set(codes), {0, 1, 2})
        total = sum(codes.values())
        self.assertEqual(total, self.metrics["ternary_parameters"])
        self.assertAlmostEqual(codes[1] / total, self.metrics["ternary_zero_fraction"], places=5)

    def test_all_parameters_are_counted(self):
        total = sum(math.prod(shape) * (4 if dtype == "U8" else 1)
                    for name, (dtype, shape, _) in self.tensors.items() if not name.endswith("_scale"))
        self.assertEqual(total, self.metrics["parameters"])

    def test_the_tokenizer_fits_the_model_and_the_counted_text(self):
        self.assertEqual(self.tokenizer.vocab_size, self.config["vocab_size"])
        self.assertEqual((self.tokenizer.bos, self.tokenizer.eos),
                         (self.config["bos_token_id"], self.config["eos_token_id"]))
        held = (FOLDER / "heldout.txt").read_text(encoding="utf-8")
        for key, text in (("heldout", held), ("heldout_first_16k", corpus.cut_at_line(held, 16384))):
            ids = self.tokenizer.encode(text)
            self.assertEqual(self.tokenizer.decode(ids), text)
            self.assertEqual(len(ids), self.metrics[key]["tokens"])
            self.assertEqual(len(text.encode()), self.metrics[key]["bytes"])

    def test_training_is_complete_and_the_card_quotes_the_measured_figures(self):
        card = (FOLDER / "README.md").read_text(encoding="utf-8")
        for run in self.metrics["runs"].values():
            self.assertEqual(run["steps"], run["steps_planned"])
        for figure in (self.metrics["heldout"]["bits_per_byte"],
                       self.metrics["heldout_first_16k"]["bits_per_byte"],
                       self.metrics["runs"]["llama"]["heldout_bits_per_byte"]):
            self.assertIn(f"{figure:.3f}", card)
        self.assertLess(self.metrics["heldout"]["bits_per_byte"], 1.9)

    def test_the_checkpoint_stays_small(self):
        self.assertLess((FOLDER / "model.safetensors").stat().st_size, 3 << 20)
        self.assertLess(sum(p.stat().st_size for p in FOLDER.iterdir()), 4 << 20)


if __name__ == "__main__":
    unittest.main()
