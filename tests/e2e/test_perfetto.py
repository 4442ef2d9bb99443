#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tercet run --perfetto: valid files, the same from RTL and SystemC, and nothing left out silently."""

import collections
import json
import os
import resource
import unittest

from program import MODEL, ProgramTest, tercet
from trace_format import FormatError, Trace

PROMPT = "And the LORD said"
LAYERS = 6
PROJECTIONS = 7
MODEL_TRACKS = ["forward steps", "layers", "products"]
ENGINES = ["array", "dma read", "dma write", "host: commands", "host: registers", "output"]


def merge_lanes(trace):
    """Slices by track; what is queued together overlaps, and takes lanes of a track."""
    slices = collections.defaultdict(list)
    for track, events in trace.slices.items():
        slices[track.split(", lane")[0]] += events
    return slices


class Perfetto(ProgramTest):
    def trace(self, *args, tokens=3):
        """Runs the model; returns its JSON and its timeline."""
        path = self.folder / "timeline.json"
        _, result = self.succeed_json("run", "--model", MODEL, "--prompt", PROMPT, "--tokens", tokens,
                                      "--perfetto", path, *args)
        trace = Trace(path)
        self.assertEqual(result["perfetto"]["bytes"], path.stat().st_size)
        self.assertEqual(sum(map(len, trace.slices.values())), result["perfetto"]["slices"])
        self.assertEqual(trace.other["slices"], result["perfetto"]["slices"])
        self.assertTrue(trace.other["complete"])
        return result, trace

    def test_rtl_and_systemc_write_the_same_events(self):
        for config in ("tiny", "edge"):
            for memory in ("dram", "ideal"):
                events = []
                for backend in ("rtl", "systemc"):
                    _, trace = self.trace("--config", config, "--memory", memory, "--backend", backend,
                                          tokens=1)
                    self.assertEqual(trace.other.pop("backend"), backend)
                    events.append((trace.other, collections.Counter(map(str, trace.events))))
                self.assertEqual(events[0], events[1])

    def test_slices_are_the_forward_steps_layers_and_products(self):
        result, trace = self.trace("--backend", "systemc", "--packing", "trit5")
        slices = merge_lanes(trace)
        self.assertEqual(sorted(slices), sorted([*ENGINES, *MODEL_TRACKS]))
        names = {track: collections.Counter(e["name"] for e in events)
                 for track, events in slices.items()}
        steps = ["prefill", "token 1", "token 2"]
        self.assertEqual(names["forward steps"], collections.Counter(steps))
        self.assertEqual(names["layers"], {f"layer {i}": len(steps) for i in range(LAYERS)})
        self.assertEqual(set(names["products"].values()), {len(steps)})
        self.assertEqual(len(names["products"]), LAYERS * PROJECTIONS)
        self.assertEqual(names["host: commands"], names["products"])

        by_name = {e["name"]: e for track in MODEL_TRACKS for e in slices[track]}
        self.assertEqual([trace.cycles(by_name[s]["dur"]) for s in steps], result["forward_cycles"])
        self.assertEqual(by_name["prefill"]["args"], {"tokens": len(result["prompt_ids"])})
        self.assertEqual(by_name["model.layers.3.mlp.down_proj"]["args"],
                         {"m": 1, "n": 256, "k": 704, "packing": "trit5"})
        self.check_containment(slices)

    def check_containment(self, slices):
        """Each slice of a track lies in one of the track above it, and each of those holds some: a product
        the command of its name, while those queued with it may lie there too."""
        for outer, inner, each in (("forward steps", "layers", LAYERS),
                                   ("layers", "products", PROJECTIONS),
                                   ("products", "host: commands", 1)):
            found = [sum(o["ts"] <= i["ts"] and i["ts"] + i["dur"] <= o["ts"] + o["dur"]
                         and (outer != "products" or o["name"] == i["name"])
                         for i in slices[inner]) for o in slices[outer]]
            self.assertEqual(found, [each] * len(slices[outer]), (outer, inner))
            self.assertEqual(sum(found), len(slices[inner]))

    def test_slices_and_counters_add_up_to_the_machine_s_counters(self):
        # Without the mover's bursts, which no counter counts.
        result, trace = self.trace("--backend", "rtl", "--control", "direct")
        counters = result["counters"]
        beats = counters["weight_beats"] + counters["act_beats"]
        # GB/s times microseconds are kB; the file has six digits of each value.
        self.assertAlmostEqual(trace.integral("memory read") * 1000 / (64 * beats), 1, delta=1e-5)
        self.assertAlmostEqual(
            trace.integral("memory write") * 1000 / (64 * counters["output_beats"]), 1, delta=1e-5)
        self.assertAlmostEqual(
            trace.integral("array busy") * 10 / counters["array_active"], 1, delta=1e-5)
        written = sum(trace.cycles(e["dur"]) for e in trace.slices["dma write"])
        self.assertGreaterEqual(written, counters["output_beats"])
        self.assertEqual(len(trace.slices["array"]), len(trace.slices["output"]))

    def test_a_timeline_changes_nothing_else(self):
        for backend in ("rtl", "systemc"):
            traced, _ = self.trace("--backend", backend)
            _, plain = self.succeed_json("run", "--model", MODEL, "--prompt", PROMPT, "--tokens", 3,
                                         "--backend", backend)
            for result in (traced, plain):
                del result["wall_seconds"]
            del traced["perfetto"]
            self.assertEqual(traced, plain)

    def test_what_detail_and_window_leave_out_is_counted(self):
        whole, all_of_it = self.trace("--backend", "systemc")
        slices = whole["perfetto"]["slices"]
        present = {"layers": ["forward steps", "layers"], "gemms": [*MODEL_TRACKS, "host: commands"],
                   "tiles": [*MODEL_TRACKS, *ENGINES]}
        for detail, tracks in present.items():
            result, trace = self.trace("--backend", "systemc", "--perfetto-detail", detail)
            self.assertEqual(sorted(merge_lanes(trace)), sorted(tracks))
            self.assertEqual(trace.other["detail"], detail)
            left_out = result["perfetto"]["left_out_by_detail"]
            self.assertEqual(result["perfetto"]["slices"] + left_out, slices)
            self.assertEqual(trace.other["slices_left_out_by_detail"], left_out)
            self.assertEqual(trace.counters.keys(), all_of_it.counters.keys())

        first, last = 30000, 31000
        result, trace = self.trace("--backend", "systemc", "--perfetto-window", f"{first}:{last}")
        inside = [e for events in all_of_it.slices.values() for e in events
                  if trace.cycles(e["ts"]) < last and trace.cycles(e["ts"] + e["dur"]) > first]
        written = [e for events in trace.slices.values() for e in events]
        self.assertEqual(collections.Counter((e["name"], e["ts"], e["dur"]) for e in inside),
                         collections.Counter((e["name"], e["ts"], e["dur"]) for e in written))
        left_out = result["perfetto"]["left_out_by_window"]
        self.assertEqual(len(written) + left_out, slices)
        self.assertEqual(trace.other["slices_left_out_by_window"], left_out)

    def test_a_run_that_fails_leaves_a_valid_file_that_says_so(self):
        path = self.folder / "timeline.json"
        for status, args in ((1, ("--check", "--flip-bit", "5")), (1, ("--timeout", "100"))):
            for backend in ("rtl", "systemc"):
                done = tercet("run", "--model", MODEL, "--prompt", PROMPT, "--backend", backend,
                              "--perfetto", path, *args)
                self.assertEqual(done.returncode, status, done.stderr)
                trace = Trace(path)
                self.assertFalse(trace.other["complete"])
                self.assertIn("prefill", [e["name"] for e in trace.slices["forward steps"]])
                self.assertEqual(os.listdir(self.folder), ["timeline.json"])
                path.unlink()

    def test_a_full_disk_is_an_error_and_leaves_no_file(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

        path = self.folder / "timeline.json"
        # SIGXFSZ stays ignored, as Python has it, so that writing fails as on a full disk.
        done = tercet("run", "--model", MODEL, "--prompt", PROMPT, "--tokens", "1", "--perfetto", path,
                      preexec_fn=limit, restore_signals=False)
        self.assertEqual((done.returncode, done.stderr),
                         (1, f"tercet: {path}: cannot be written: File too large\n"))
        self.assertEqual(self.files(), [])

    def test_the_checker_finds_what_is_wrong(self):
        _, trace = self.trace("--backend", "systemc", "--perfetto-detail", "gemms", tokens=1)
        document = json.loads((self.folder / "timeline.json").read_text(encoding="utf-8"))
        slices = [e for e in document["traceEvents"] if e["ph"] == "X"]
        thread = next(e for e in document["traceEvents"] if e["name"] == "thread_name")
        counter = [e for e in document["traceEvents"] if e["ph"] == "C"]
        gemm = next(e for e in slices if e["name"].endswith("q_proj"))
        for words, event, change in (
                ("no dur", slices[0], {"dur": -1}), ("no dur", slices[0], {"dur": "1"}),
                ("no ts", slices[0], {"ts": None}), ("no name", slices[0], {"name": ""}),
                ("no pid", slices[0], {"pid": "1"}), ("unknown ph", slices[0], {"ph": "Q"}),
                ("overlaps", gemm, {"dur": gemm["dur"] + 1}), ("whole cycle", gemm, {"ts": 0.0001}),
                ("thread without", thread, {"tid": 9}), ("numbers", counter[0], {"args": {}}),
                ("back in time", counter[-1], {"ts": 0})):
            before = dict(event)
            event.update(change)
            broken = self.folder / "broken.json"
            broken.write_text(json.dumps(document), encoding="utf-8")
            event.clear()
            event.update(before)
            with self.assertRaisesRegex(FormatError, words):
                Trace(broken)
        self.assertEqual(trace.other["detail"], "gemms")


if __name__ == "__main__":
    unittest.main()
