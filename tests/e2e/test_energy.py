#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tercet energy, paper and compare: figures that add up, counts that agree, files that are refused."""

import json
import math
import pathlib
import unittest
import xml.etree.ElementTree

from program import MODEL, ROOT, ProgramTest

RUN = ("--model", MODEL, "--prompt", "And it came", "--tokens", "3")
LEVELS = ["arithmetic only", "on chip", "with memory", "whole token"]


def near(a, b):
    return math.isclose(a, b, rel_tol=1e-9)


class Energy(ProgramTest):
    def check_ledger(self, ledger):
        total = sum(line["joule"] for line in ledger["lines"])
        self.assertTrue(near(total, ledger["total_j"]), ledger["total_j"])
        self.assertTrue(near(sum(ledger["components"].values()), total))
        self.assertTrue(near(ledger["levels"][-1]["joule"], total))
        self.assertEqual([level["level"] for level in ledger["levels"]], LEVELS)
        for level in ledger["levels"]:
            self.assertTrue(near(level["watt"] * ledger["seconds"], level["joule"]))
        scale = {"pJ/op": 1e-12, "pJ/byte": 1e-12, "pJ/bit": 1e-12, "pJ/bit/mm": 1e-12, "mW": 1e-3}
        for line in ledger["lines"]:
            row = line["row"]
            self.assertTrue(near(line["joule"], line["count"] * row["value"] * scale[row["unit"]]), line)
            self.assertTrue(row["source"] and row["kind"] and row["node"], line)

    def test_rtl_and_systemc_count_the_same(self):
        out, both = self.succeed_json("energy", *RUN)
        self.assertIn("all counts and cycles equal", out)
        self.assertEqual(both["counts_equal"], True)
        self.check_ledger(both)
        self.check_ledger(both["baseline"])
        _, systemc = self.succeed_json("energy", *RUN, "--backend", "systemc")
        self.assertEqual(systemc["counts"], both["counts"])
        self.assertEqual(systemc["dram_counts"], both["dram_counts"])
        self.assertEqual(systemc["total_j"], both["total_j"])
        self.assertEqual(len(both["groups"]), 6)
        for group in both["groups"]:
            self.check_ledger(group["ledger"])
        memory = sum(group["ledger"]["levels"][2]["joule"] for group in both["groups"])
        self.assertTrue(near(memory, both["levels"][2]["joule"]))

    def test_groups_and_lines(self):
        out, result = self.succeed_json("energy", *RUN, "--backend", "systemc", "--by", "projection", "--details")
        self.assertEqual([g["name"] for g in result["groups"]],
                         ["q_proj+k_proj+v_proj", "o_proj", "gate_proj+up_proj", "down_proj"])
        _, apart = self.succeed_json("energy", *RUN, "--backend", "systemc", "--by", "projection", "--apart")
        self.assertEqual([g["name"] for g in apart["groups"]],
                         ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"])
        for name in ("tokens", "lanes_added", "weight_beats", "accumulator_writes", "output_beats"):
            self.assertEqual(apart["counts"][name], result["counts"][name])
            self.assertEqual(apart["counts"][name], sum(g["ledger"]["counts"][name] for g in apart["groups"]))
        # The FP16 machine: all lanes of each token, products that overlap like ours, the same control core.
        fp16 = result["baseline"]
        array = next(line for line in fp16["lines"] if line["what"] == "multiplications and additions")
        self.assertEqual(array["count"], result["counts"]["tokens"] * 64 * 64)
        self.assertEqual(fp16["counts"]["core_instructions"], result["counts"]["core_instructions"])
        self.assertEqual(fp16["counts"]["mover_beats"], result["counts"]["mover_beats"])
        self.assertIn("FP16 machine: estimated by the analytic model", out)
        self.assertLess(fp16["cycles"], apart["baseline"]["cycles"])
        self.assertIn("Ledger: count × row = energy", out)
        # The functional model knows no cycles: the same shapes by formulas.
        _, model = self.succeed_json("energy", *RUN, "--backend", "functional")
        self.check_ledger(model)
        self.assertEqual(model["counts"]["tokens"], result["counts"]["tokens"])
        self.assertEqual(model["counts"]["weight_beats"], result["counts"]["weight_beats"])
        self.assertLess(abs(model["levels"][2]["joule"] / result["levels"][2]["joule"] - 1), 0.2)

    def test_prefill_and_decode_add_up_to_the_run(self):
        for backend in ("systemc", "functional"):
            out, result = self.succeed_json("energy", *RUN, "--backend", backend)
            prefill, decode = result["phases"]
            self.assertEqual([prefill["phase"], decode["phase"]], ["prefill", "decode"])
            self.assertEqual((decode["tokens"], prefill["tokens"] + decode["tokens"]), (2, result["tokens"]))
            for name in ("cycles", "seconds"):
                self.assertTrue(near(prefill[name] + decode[name], result[name]), name)
            for i, level in enumerate(result["levels"]):
                self.assertTrue(near(prefill["levels"][i]["joule"] + decode["levels"][i]["joule"], level["joule"]))
            for phase in (prefill, decode):
                self.assertTrue(near(phase["tokens_per_s"], phase["tokens"] / phase["seconds"]))
                self.assertIn(f"{int(phase['cycles']):,} cycles = ", out)
                for level in phase["levels"]:
                    self.assertTrue(near(level["ratio"], level["baseline_joule"] / level["joule"]))
                    self.assertTrue(near(level["joule_per_token"] * phase["tokens"], level["joule"]))
            # A prompt of many tokens reads the weights once, a token alone for itself.
            self.assertLess(prefill["levels"][2]["joule_per_token"], decode["levels"][2]["joule_per_token"])
            self.assertGreater(result["speed_up"], 1)
            self.assertTrue(near(result["speed_up"], result["baseline"]["cycles"] / result["cycles"]))

    def test_the_summary_is_short_and_details_hold_the_rest(self):
        run = ("energy", *RUN, "--backend", "systemc")
        summary = self.succeed(*run)
        self.assertLessEqual(summary.count("\n"), 20)
        details = self.succeed(*run, "--details")
        self.assertTrue(details.startswith(summary))
        for title in ("Energy by level", "Energy by component", "Energy by layer", "Ledger: "):
            self.assertNotIn(f"\n{title}", summary)
            self.assertIn(f"\n{title}", details)
        self.assertIn("\nEnergy by projection", self.succeed(*run, "--by", "projection"))

    def test_lanes_follow_the_activity_of_their_inputs(self):
        run = ("energy", *RUN, "--backend", "systemc", "--by", "projection", "--details")
        out, result = self.succeed_json(*run, "--energy-profile", "asap7")
        self.assertIn("(counted). The energy of lanes and wires follows", out)
        self.check_ledger(result)
        activity, add = {}, {}
        for group in result["groups"]:
            ledger = group["ledger"]
            activity[group["name"]] = ledger["input_activity"]
            add[group["name"]] = next(line["row"]["value"] for line in ledger["lines"] if line["what"] == "additions")
        # After squared ReLU and gating nearly all activations are 0.
        self.assertLess(activity["down_proj"], 0.15)
        self.assertTrue(all(share > 0.4 for name, share in activity.items() if name != "down_proj"), activity)
        self.assertLess(add["down_proj"], 0.6 * add["gate_proj+up_proj"])
        out, plain = self.succeed_json(*run, "--energy-profile", "literature-7nm")
        self.assertIn("(counted). The energy of wires follows this share, that of lanes does not", out)
        self.assertEqual(plain["input_activity"], result["input_activity"])
        self.assertEqual(len({line["row"]["value"] for group in plain["groups"] for line in group["ledger"]["lines"]
                              if (line["component"], line["what"]) == ("array", "additions")}), 1)

    def test_models_larger_than_the_memory_are_named(self):
        out, result = self.succeed_json("compare", "--shape", "700m,70b", "--config", "edge", "--batch", "1",
                                        "--packing", "two_bit")
        self.assertIn("Too large for one lpddr5x-8533; devices needed for the capacity: 70b ternary 3, 70b fp16 17.\n"
                      "Speed, standby and refresh are those of one device.", out)
        self.assertEqual([[point[side]["devices"] for side in ("ternary", "same_lanes")] for point in result["points"]],
                         [[1, 1], [3, 17]])
        out, result = self.succeed_json("energy", "--shape", "13b")
        self.assertEqual((result["devices"], result["baseline"]["devices"]), (1, 4))
        self.assertIn("13b FP16 of 26.0 GB does not fit the 8.6 GB of lpddr5x-8533: its capacity takes 4 devices.\n"
                      "Speed, standby and refresh are those of one device.", out)
        self.assertNotIn("13b ternary of", out)
        self.assertNotIn("does not fit", self.succeed("energy", "--shape", "70b", "--memory", "ideal"))

    def test_a_shape_by_formulas(self):
        _, two = self.succeed_json("energy", "--shape", "70b", "--config", "server")
        self.check_ledger(two)
        ratio = {r["level"]: r["ratio"] for r in two["ratios"]}
        # At batch 1 the memory decides: 16 bits over 2, less what both machines have in common.
        self.assertTrue(6.0 < ratio["with memory"] < 8.6, ratio)
        self.assertGreater(ratio["arithmetic only"], 40)
        _, five = self.succeed_json("energy", "--shape", "70b", "--config", "server", "--packing", "trit5")
        self.assertLess(five["levels"][2]["joule"], two["levels"][2]["joule"])

    def test_profiles_are_read_strictly(self):
        good = json.loads((ROOT / "study/energy/profiles/literature-7nm.json").read_text(encoding="utf-8"))
        path = self.folder / "mine.json"
        run = ("energy", "--shape", "700m", "--energy-profile", path)
        path.write_text(json.dumps(good), encoding="utf-8")
        self.succeed(*run)
        row = next(i for i, r in enumerate(good["rows"]) if r["name"] == "accumulate")
        for key, value, words in (("unit", "", "'unit' is ''"), ("value", -1, "below 0"), ("node", "6.5 nm", "'node'"),
                                  ("kind", "guess", "'kind'"), ("source", "", "'source' is empty")):
            bad = json.loads(json.dumps(good))
            bad["rows"][row][key] = value
            path.write_text(json.dumps(bad), encoding="utf-8")
            self.fail_with(1, words, *run)
            self.fail_with(1, f"mine.json: row {row} 'accumulate'", *run)
        misspelt = json.loads(json.dumps(good))
        misspelt["rows"][row]["name"] = "acumulate"
        path.write_text(json.dumps(misspelt), encoding="utf-8")
        self.fail_with(1, f"mine.json: row {row}: unknown row 'acumulate'; did you mean 'accumulate'?", *run)
        bad = json.loads(json.dumps(good))
        bad["rows"][row]["unit"] = "pJ/byte"  # a unit, but not one of a sum
        path.write_text(json.dumps(bad), encoding="utf-8")
        self.fail_with(1, "mine.json: 'accumulate' is in pJ/byte, not pJ/op", *run)
        bad["rows"][row] = {k: v for k, v in good["rows"][row].items() if k != "unit"}
        path.write_text(json.dumps(bad), encoding="utf-8")
        self.fail_with(1, f"mine.json: row {row} 'accumulate': key 'unit' is missing", *run)
        bad["rows"][row] = {**good["rows"][row], "colour": "red"}
        path.write_text(json.dumps(bad), encoding="utf-8")
        self.fail_with(1, "unknown key 'colour'", *run)
        text = json.dumps(good).replace("0.0223", "NaN", 1)
        path.write_text(text, encoding="utf-8")
        self.fail_with(1, f"mine.json: row {row}: ", *run)

    def test_paper(self):
        out, paper = self.succeed_json("paper")
        self.assertEqual(round(paper["arithmetic_ratio"], 1), 71.4)
        sizes = [row["size"] for row in paper["fig3"]]
        self.assertEqual(sizes, ["125M", "350M", "760M", "1.3B", "3B", "7B", "13B", "30B", "70B"])
        for row in paper["fig3"]:
            self.assertLessEqual(abs(row["residual_pct"]), 0.5, row)
            self.assertTrue(near(row["ours"] / row["published"] - 1, row["residual_pct"] / 100)
                            or abs(row["residual_pct"]) < 1e-6)
        self.assertEqual(sum(cell["same_digits"] for cell in paper["table1"]), 34)
        self.assertEqual(len(paper["memory"]), 7)
        batch = {(row["weights"], row["kv_heads"]): row for row in paper["batch_70b"]}
        for heads in ("8", "64"):
            self.assertGreater(batch[("two_bit", heads)]["batch"], 4 * batch[("FP16", heads)]["batch"])
            self.assertGreater(batch[("two_bit", heads)]["tokens_per_s"], 2 * batch[("FP16", heads)]["tokens_per_s"])
        self.assertGreater(batch[("trit5", "64")]["batch"], batch[("two_bit", "64")]["batch"])
        self.assertIn("71.4×", out)

    def test_compare(self):
        plot = self.folder / "ratios.svg"
        out, result = self.succeed_json("compare", "--baseline", "fp16", "--shape", "700m,70b", "--plot", plot)
        self.assertEqual(len(result["points"]), 2 * 2 * 2 * 2)
        for point in result["points"]:
            ratios = point["ratios_same_lanes"]
            bits = 1.6 if point["packing"] == "trit5" else 2
            self.assertGreater(ratios["energy, arithmetic only"], ratios["energy, with memory"])
            if point["batch"] == 1:  # with more, fewer FP16 activations fit on chip
                self.assertLess(ratios["bytes"], 16 / bits + 0.1)
                self.assertGreater(ratios["cycles"], 0.9 * 16 / bits)
        root = xml.etree.ElementTree.parse(plot).getroot()
        self.assertTrue(root.tag.endswith("svg"))
        self.assertEqual(sum(e.tag.endswith("polyline") for e in root), 2 * 5)
        self.assertIn("with memory", out)
        _, int8 = self.succeed_json("compare", "--baseline", "int8", "--shape", "7b", "--config", "edge",
                                    "--batch", "1", "--packing", "two_bit")
        self.assertLess(int8["points"][0]["ratios_same_lanes"]["bytes"], 4.1)

    def test_compare_at_equal_area(self):
        profile = json.loads((ROOT / "study/energy/profiles/literature-7nm.json").read_text(encoding="utf-8"))
        for name, value in (("ternary_lane", 6.5), ("fp16_lane", 200.0), ("accumulate", 20.0), ("fp16_accumulate", 107.0)):
            profile["not_included"].remove(f"area_{name}")
            profile["rows"].append({"name": f"area_{name}", "value": value, "unit": "um2", "node": "7 nm",
                                    "source": "invented", "kind": "scaled", "note": ""})
        path = self.folder / "area.json"
        path.write_text(json.dumps(profile), encoding="utf-8")
        out, result = self.succeed_json("compare", "--shape", "7b", "--energy-profile", path)
        columns = {"edge": 2, "server": 8}  # 64 x 6.5 + 20 against 64 x 200 + 107 um2 a column, twice that on server
        for point in result["points"]:
            rows = {"edge": 64, "server": 128}[point["config"]]
            self.assertEqual(point["same_area"]["lanes"], columns[point["config"]] * rows)
            self.assertLess(point["same_area"]["array_mm2"], point["ternary"]["array_mm2"])
            self.assertGreater(point["same_area"]["cycles"], point["same_lanes"]["cycles"])
        self.assertIn("same array area", out)

    def test_systemc_takes_the_cycles_of_the_formulas(self):
        for baseline, wider in (("fp16", 8), ("int8", 4)):
            out, result = self.succeed_json("compare", "--baseline", baseline, "--shape", "700m", "--config", "edge",
                                            "--batch", "1", "--packing", "two_bit", "--systemc",
                                            "--energy-profile", "asap7")
            self.assertIn("Cycles of one layer on the SystemC model", out)
            point = result["points"][0]
            for side in ("ternary", "same_lanes", "same_area"):
                layer = point[side]["layer"]
                self.assertLess(abs(layer["cycles_formulas"] / layer["cycles_systemc"] - 1), 0.03, side)
            ratio = point["same_lanes"]["layer"]["cycles_systemc"] / point["ternary"]["layer"]["cycles_systemc"]
            self.assertTrue(0.9 * wider < ratio < wider, ratio)

    def test_bad_usage(self):
        self.fail_with(2, "either --model or --shape", "energy")
        self.fail_with(2, "--shape '8b' is unknown", "compare", "--shape", "8b")
        self.fail_with(2, "--baseline", "compare", "--baseline", "int4")
        self.fail_with(1, "plot.svg", "compare", "--plot", pathlib.Path("no/such/plot.svg"))
        self.fail_with(2, "--shape: '7b' appears twice", "compare", "--shape", "7b,7b")
        same = self.folder / "same"
        self.fail_with(1, "same file", "compare", "--json", same, "--plot", same)
        self.assertFalse(same.exists())
        self.fail_with(2, "must be a number", "compare", "--zeros", "nan")
        self.fail_with(2, "must be a number", "energy", "--shape", "7b", "--zeros", "nan")
        self.fail_with(2, "--prompt", "energy", "--shape", "7b", "--prompt", "x")
        self.fail_with(2, "must be a whole number", "energy", *RUN, "--tokens", "0")

    def profile_without(self, *rows):
        """A file with asap7 less some rows."""
        profile = json.loads((ROOT / "study/energy/profiles/asap7.json").read_text(encoding="utf-8"))
        names = [row["name"] for row in profile["rows"]]
        self.assertTrue(set(rows) <= set(names), rows)
        profile["rows"] = [row for row in profile["rows"] if row["name"] not in rows]
        path = self.folder / "without.json"
        path.write_text(json.dumps(profile), encoding="utf-8")
        return path

    def test_a_misspelt_row_is_an_error_that_knows_the_right_name(self):
        good = json.loads((ROOT / "study/energy/profiles/asap7.json").read_text(encoding="utf-8"))
        next(row for row in good["rows"] if row["name"] == "ternary_add")["name"] = "ternary_ad"
        path = self.folder / "mine.json"
        path.write_text(json.dumps(good), encoding="utf-8")
        for command in (("compare",), ("energy", "--shape", "7b"), ("energy", *RUN), ("run", *RUN)):
            self.fail_with(1, "unknown row 'ternary_ad'; did you mean 'ternary_add'?", *command, "--energy-profile", path)

    def test_a_level_that_lacks_a_row_has_no_figure_and_no_ratio(self):
        shape = ("compare", "--shape", "7b", "--config", "edge", "--batch", "1", "--packing", "two_bit")
        _, whole = self.succeed_json(*shape)
        ratios = whole["points"][0]["ratios_same_lanes"]
        for level, ratio in (("arithmetic only", 54.15), ("on chip", 9.86), ("with memory", 8.04)):
            self.assertAlmostEqual(ratios[f"energy, {level}"], ratio, 2)
        plot = self.folder / "plot.svg"
        for row, known in (("ternary_add", 0), ("fp16_mac", 0), ("sram_8k", 1), ("dram/lpddr5x-8533/read", 2)):
            path = self.profile_without(row)
            levels = LEVELS[:3]
            out, result = self.succeed_json(*shape, "--energy-profile", path)
            found = result["points"][0]["ratios_same_lanes"]
            for i, level in enumerate(levels):
                self.assertEqual(found[f"energy, {level}"], ratios[f"energy, {level}"] if i < known else None, (row, level))
            self.assertIn(f"No figure for '{levels[known]}' and the levels that include it: profile asap7 has no row {row}.",
                          " ".join(out.split()))
            if known == 0:
                self.fail_with(1, "gives no energy ratio to draw", *shape, "--energy-profile", path, "--plot", plot)
                self.assertFalse(plot.exists())
            else:
                self.succeed(*shape, "--energy-profile", path, "--plot", plot)
                drawn = plot.read_text(encoding="utf-8")
                self.assertIn("arithmetic only, any batch", drawn)
                self.assertEqual("with memory, batch" in drawn, known > 2)
                plot.unlink()
            for command in (("energy", "--shape", "7b"), ("energy", *RUN, "--backend", "systemc"),
                            ("run", *RUN, "--backend", "systemc")):
                out, result = self.succeed_json(*command, "--energy-profile", path)
                result = result.get("ledger", result)
                shown = {r["level"]: r["ratio"] for r in result["ratios"]}
                for i, level in enumerate(shown):
                    self.assertEqual(shown[level] is None, i >= known, (command, row, level))
                    if row != "fp16_mac":
                        self.assertEqual(result["levels"][i]["joule"] is None, i >= known, (command, row, level))
                self.assertIn(row, [gap["row"] for gap in result["missing_rows"] + result["baseline"]["missing_rows"]])
                self.assertIn(f"profile asap7 has no row {row}.", " ".join(out.split()))
                self.assertRegex(out, rf"energy, {LEVELS[known]} .*: -\n")

    def test_what_a_profile_leaves_out_is_named(self):
        out, result = self.succeed_json("energy", *RUN, "--backend", "systemc")
        self.assertIn("Not included (the profile has no energy for them): control core: instructions; leakage: SRAM.\n", out)
        self.assertEqual(result["not_included"], ["control core: instructions", "leakage: SRAM"])
        self.assertEqual(result["missing_rows"], [])
        out, result = self.succeed_json("compare", "--shape", "7b", "--config", "edge", "--energy-profile",
                                        "bitnet-paper-7nm", "--batch", "1", "--packing", "two_bit")
        ratios = result["points"][0]["ratios_same_lanes"]
        self.assertAlmostEqual(ratios["energy, arithmetic only"], 0.5 / 0.007 / (1 - 0.422), 3)
        self.assertIsNone(ratios["energy, with memory"])
        self.assertIsNone(result["points"][0]["ternary"]["joule"]["with memory"])
        self.assertIn("No figure for 'on chip' and the levels that include it: profile bitnet-paper-7nm has no row", out.replace("\n", " "))
        out, result = self.succeed_json("energy", *RUN, "--backend", "systemc", "--memory", "ideal")
        self.assertEqual([r["level"] for r in result["ratios"]], ["arithmetic only", "on chip", "whole token"])
        self.assertNotIn("with memory ", out)


if __name__ == "__main__":
    unittest.main()
