# SPDX-License-Identifier: Apache-2.0
"""The trained model against its plain reference, and the training loop; skipped without torch."""

import json
import math
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

try:
    import torch
    from training import bpe, export, loop, model, reference, safetensors
except ImportError:
    torch = None

if torch is not None:
    TINY = model.Config(vocab_size=300, hidden=32, intermediate=48, layers=2, heads=4, kv_heads=2,
                        max_positions=32)


def tiny_tokenizer():
    text = "And God said, Let there be light: and there was light. " \
           "And God saw the light, that it was good: and God divided the light from the darkness."
    return bpe.Tokenizer(bpe.train(text, 300))


@unittest.skipIf(torch is None, "torch is not installed")
class Model(unittest.TestCase):
    def test_projections_use_ternary_weights_and_int8_activations(self):
        torch.manual_seed(1)
        x, w = torch.randn(5, 16), torch.randn(8, 16)
        w[4:] *= 10  # two parts with scales far apart
        got = model.BitLinearFunction.apply(x, w, [4, 4], True)
        for rows in (slice(0, 4), slice(4, 8)):
            t, scale = model.quantize_weights(w[rows])
            q, s = model.quantize_activations(x)
            self.assertEqual(set(t.unique().tolist()), {-1.0, 0.0, 1.0})
            self.assertEqual(q.abs().max(), 127)
            want = (q.double() @ t.double().t()) / s.double() * scale.double()
            self.assertLess((got[:, rows] - want).abs().max() / want.abs().max(), 2 ** -8)

    def test_gradients_pass_the_roundings_as_if_the_product_were_plain(self):
        torch.manual_seed(2)
        x = torch.randn(5, 16, requires_grad=True)
        w = torch.randn(8, 16, requires_grad=True)
        y = model.BitLinearFunction.apply(x, w, [8], False)
        grad = torch.randn(5, 8)
        y.backward(grad)
        t, scale = model.quantize_weights(w.detach())
        q, s = model.quantize_activations(x.detach())
        for got, want in ((x.grad, grad @ (t * scale)), (w.grad, grad.t() @ (q / s))):
            self.assertLess((got - want).norm() / want.norm(), 0.01)

    def test_a_later_token_never_changes_an_earlier_prediction(self):
        net = model.Model(TINY).initialize(3).eval()
        first = torch.randint(0, 300, (2, 32), generator=torch.Generator().manual_seed(4))
        second = first.clone()
        second[:, 20] = (second[:, 20] + 1) % 300
        with torch.no_grad():
            a, b = (net(tokens).view(2, 32, -1) for tokens in (first, second))
        self.assertTrue(torch.equal(a[:, :20], b[:, :20]))
        self.assertFalse(torch.equal(a[:, 20:], b[:, 20:]))

    def test_the_exported_checkpoint_computes_what_was_trained(self):
        net = model.Model(TINY).initialize(5).eval()
        with torch.no_grad():  # values that bfloat16 holds, so that exporting loses nothing but scales
            net.embed.copy_(net.embed.bfloat16())
        tokenizer = tiny_tokenizer()
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            tensors, total, _ = export.packed_tensors(TINY, net.state_dict())
            (folder / "model.safetensors").write_bytes(safetensors.serialize(tensors))
            (folder / "config.json").write_text(export.hf_config(TINY, tokenizer), encoding="utf-8")
            (folder / "tokenizer.json").write_text(tokenizer.to_json(), encoding="utf-8")
            plain = reference.Reference(folder)
        self.assertEqual(total, 2 * (32 * 32 * 3 + 3 * 32 * 48))
        tokens = torch.arange(0, 300, 7)[None, :32]
        with torch.no_grad():
            a, b = net(tokens), plain(tokens)
        self.assertLess((a - b).norm() / b.norm(), 0.02)


@unittest.skipIf(torch is None, "torch is not installed")
class Loop(unittest.TestCase):
    def test_windows_begin_with_bos_and_predict_the_next_token(self):
        recipe = loop.Recipe(steps=8, learning_rate=1e-3, tokens_per_step=64, window=16)
        data = torch.arange(1000)
        for step, width in ((0, 16), (3, 32)):
            inputs, targets = loop.batch(data, 5000, recipe, step, 32)
            self.assertEqual(inputs.shape, (64 // width, width))
            self.assertTrue((inputs[:, 0] == 5000).all())
            self.assertTrue(torch.equal(inputs[:, 1:] + 1, targets[:, 1:]))
            again = loop.batch(data, 5000, recipe, step, 32)[1]
            self.assertTrue(torch.equal(targets, again))

    def test_the_rate_rises_then_falls_and_decay_stops_half_way(self):
        recipe = loop.Recipe(steps=1000, learning_rate=1.0, warmup=100)
        rates = [recipe.rate(step) for step in range(1000)]
        self.assertEqual(max(rates), rates[100])
        self.assertTrue(all(a < b for a, b in zip(rates[:99], rates[1:])))
        self.assertAlmostEqual(rates[-1], 0.05, places=4)
        self.assertEqual([recipe.decay(0), recipe.decay(500)], [0.1, 0.0])

    def test_a_uniform_model_costs_log2_of_the_vocabulary_per_token(self):
        ids = list(range(100))  # 6 windows of 16 and one of 4
        seen = []

        def uniform(tokens):
            seen.append(tokens.shape)
            return torch.zeros(tokens.numel(), 256)

        bits = loop.bits_per_byte(uniform, ids, 0, 16, 50)
        self.assertAlmostEqual(bits, 100 * math.log2(256) / 50, places=4)
        self.assertEqual(seen, [(6, 16), (1, 4)])

    def test_a_resumed_run_gives_the_same_weights_and_refuses_another_recipe(self):
        tokenizer = tiny_tokenizer()
        data = torch.randint(0, 290, (2000,), generator=torch.Generator().manual_seed(6))
        recipe = loop.Recipe(steps=4, learning_rate=1e-3, warmup=2, tokens_per_step=64, window=16,
                             eval_every=2, snapshot_every=2)
        held = (list(range(40)), 100)
        with tempfile.TemporaryDirectory() as whole, tempfile.TemporaryDirectory() as parts:
            def run(folder, stop=None):
                lines = []

                def log(line, **_):
                    lines.append(line)
                    if stop and f"step {stop}/" in line:
                        raise KeyboardInterrupt
                loop.train("bitnet", recipe, data, held, tokenizer, folder, log, TINY)
                return lines

            run(whole)
            with self.assertRaises(KeyboardInterrupt):
                run(parts, stop=2)
            self.assertIn("resumed at step 2", run(parts)[0])
            a, b = (export.load_snapshot(pathlib.Path(f) / "snapshot.pt")[1] for f in (whole, parts))
            for name, value in a["model"].items():
                self.assertTrue(torch.equal(value, b["model"][name]), name)
            self.assertEqual(json.dumps(a["curve"]), json.dumps(b["curve"]))
            other = loop.Recipe(steps=5, learning_rate=1e-3)
            with self.assertRaises(ValueError):
                loop.train("bitnet", other, data, held, tokenizer, whole, print, TINY)


if __name__ == "__main__":
    unittest.main()
