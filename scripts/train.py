#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the small BitNet b1.58 of model/checkpoints from scratch; docs/training.md has the commands."""

import argparse
import json
import pathlib
import shutil
import sys

from training import bpe, corpus, safetensors

SHORT_BYTES = 16384
LEARNING_RATE = {"bitnet": 2e-3, "llama": 1e-3}


def command_extract(args):
    """train.txt and heldout.txt from the installed text."""
    train, held = corpus.extract(args.fraction, args.seed)
    args.work.mkdir(parents=True, exist_ok=True)
    (args.work / "train.txt").write_text(train, encoding="utf-8")
    (args.work / "heldout.txt").write_text(held, encoding="utf-8")
    print(f"training {len(train.encode())} bytes, held out {len(held.encode())} bytes")


def command_tokenizer(args):
    """tokenizer.json, learnt from train.txt only."""
    text = (args.work / "train.txt").read_text(encoding="utf-8")
    tokenizer = bpe.Tokenizer(bpe.train(text, args.vocab))
    (args.work / "tokenizer.json").write_text(tokenizer.to_json(), encoding="utf-8")
    ids = tokenizer.encode(text)
    print(f"{tokenizer.vocab_size} tokens, {len(text.encode()) / len(ids):.3f} bytes per token")


def load_text(args):
    """Returns (tokenizer, training ids, held-out text)."""
    tokenizer = bpe.Tokenizer.from_json((args.work / "tokenizer.json").read_text(encoding="utf-8"))
    ids = tokenizer.encode((args.work / "train.txt").read_text(encoding="utf-8"))
    return tokenizer, ids, (args.work / "heldout.txt").read_text(encoding="utf-8")


def command_train(args):
    """One model, resumed from its last snapshot if there is one."""
    import torch  # pylint: disable=import-outside-toplevel
    from training import loop  # pylint: disable=import-outside-toplevel
    tokenizer, ids, held = load_text(args)
    folder = args.work / args.arch
    folder.mkdir(parents=True, exist_ok=True)
    rate = args.rate or LEARNING_RATE[args.arch]
    recipe = loop.Recipe(steps=args.steps, learning_rate=rate, seed=args.seed)
    loop.train(args.arch, recipe, torch.tensor(ids), (tokenizer.encode(held), len(held.encode())),
               tokenizer, str(folder))


def evaluate(model, text, window):
    """{'bits_per_byte', 'bytes', 'tokens'} of a text under the exported checkpoint."""
    from training import loop  # pylint: disable=import-outside-toplevel
    ids, size = model.tokenizer.encode(text), len(text.encode())
    bits = loop.bits_per_byte(model, ids, model.tokenizer.bos, window, size)
    return {"bits_per_byte": round(bits, 5), "bytes": size, "tokens": len(ids)}


def command_export(args):
    """Packed checkpoint, held-out text, curves and metrics from the last snapshots."""
    import torch  # pylint: disable=import-outside-toplevel
    from training import export, reference  # pylint: disable=import-outside-toplevel
    cfg, state = export.load_snapshot(args.work / "bitnet" / "snapshot.pt")
    args.out.mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "heldout.txt"):
        shutil.copyfile(args.work / name, args.out / name)
    tokenizer = bpe.Tokenizer.from_json((args.out / "tokenizer.json").read_text(encoding="utf-8"))
    tensors, ternary, zeros = export.packed_tensors(cfg, state["model"])
    (args.out / "model.safetensors").write_bytes(safetensors.serialize(tensors))
    (args.out / "config.json").write_text(export.hf_config(cfg, tokenizer), encoding="utf-8")

    states = {"bitnet": state}
    if (args.work / "llama" / "snapshot.pt").exists():
        states["llama"] = export.load_snapshot(args.work / "llama" / "snapshot.pt")[1]
    curves = {arch: each["curve"] for arch, each in states.items()}
    (args.out / "curve.csv").write_text(export.curve_rows(curves), encoding="utf-8")
    model = reference.Reference(args.out)
    held = (args.out / "heldout.txt").read_text(encoding="utf-8")
    window = state["recipe"]["window"]
    metrics = {
        "parameters": model.parameters, "ternary_parameters": ternary,
        "ternary_zero_fraction": round(zeros / ternary, 5), "torch": torch.__version__, "window": window,
        "heldout": evaluate(model, held, window),
        "heldout_first_16k": evaluate(model, corpus.cut_at_line(held, SHORT_BYTES), window),
        "runs": {arch: export.run_metrics(each) for arch, each in states.items()}}
    (args.out / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(metrics, indent=2))


def command_eval(args):
    """Held-out bits per byte of an exported checkpoint."""
    from training import reference  # pylint: disable=import-outside-toplevel
    text = (args.text or args.model / "heldout.txt").read_text(encoding="utf-8")
    if args.bytes:
        text = corpus.cut_at_line(text, args.bytes)
    print(json.dumps(evaluate(reference.Reference(args.model), text, args.window)))


def command_sample(args):
    """Text written by an exported checkpoint."""
    from training import reference  # pylint: disable=import-outside-toplevel
    model = reference.Reference(args.model)
    print(args.prompt + model.sample(args.prompt, args.tokens, args.temperature, args.seed))


def parser():
    """The command line."""
    top = argparse.ArgumentParser(description=__doc__)
    top.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/training"),
                     help="folder for text, tokenizer and snapshots (default %(default)s)")
    top.add_argument("--seed", type=int, default=1)
    sub = top.add_subparsers(dest="command", required=True)
    p = sub.add_parser("extract", help=command_extract.__doc__)
    p.add_argument("--fraction", type=float, default=0.05, help="of the bytes held out")
    p.set_defaults(run=command_extract)
    p = sub.add_parser("tokenizer", help=command_tokenizer.__doc__)
    p.add_argument("--vocab", type=int, default=2048)
    p.set_defaults(run=command_tokenizer)
    p = sub.add_parser("train", help=command_train.__doc__)
    p.add_argument("--arch", choices=sorted(LEARNING_RATE), required=True)
    p.add_argument("--steps", type=int, required=True)
    p.add_argument("--rate", type=float, help="peak learning rate")
    p.set_defaults(run=command_train)
    p = sub.add_parser("export", help=command_export.__doc__)
    p.add_argument("--out", type=pathlib.Path, required=True, help="checkpoint folder")
    p.set_defaults(run=command_export)
    p = sub.add_parser("eval", help=command_eval.__doc__)
    p.add_argument("--model", type=pathlib.Path, required=True, help="checkpoint folder")
    p.add_argument("--text", type=pathlib.Path, help="default: the checkpoint's heldout.txt")
    p.add_argument("--bytes", type=int, help="whole lines of at most so many bytes")
    p.add_argument("--window", type=int, default=256, help="tokens (default %(default)s)")
    p.set_defaults(run=command_eval)
    p = sub.add_parser("sample", help=command_sample.__doc__)
    p.add_argument("--model", type=pathlib.Path, required=True, help="checkpoint folder")
    p.add_argument("--prompt", default="And it came to pass")
    p.add_argument("--tokens", type=int, default=120)
    p.add_argument("--temperature", type=float, default=0.7, help="0 takes the likeliest token")
    p.set_defaults(run=command_sample)
    return top


def main():
    args = parser().parse_args()
    try:
        args.run(args)
    except ModuleNotFoundError as error:
        sys.exit(f"train.py: {error}; `{args.command}` needs Debian's python3-torch and /usr/bin/python3")
    except (corpus.CorpusError, bpe.TokenizerError, safetensors.FormatError, OSError, ValueError) as error:
        sys.exit(f"train.py: {error}")


if __name__ == "__main__":
    main()
