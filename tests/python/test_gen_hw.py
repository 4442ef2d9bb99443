# SPDX-License-Identifier: Apache-2.0
"""gen_hw.py: what it refuses, that it repeats itself, and that what it writes compiles."""

import contextlib
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import gen_hw  # noqa: E402  pylint: disable=wrong-import-position

HEADER_USE = r"""
#include "tercet_hw.h"
int main(void) {
  struct tercet_status status = tercet_status_unpack(0x9u);
  struct tercet_geometry geometry = tercet_geometry_unpack(TERCET_CONFIGS[0].geometry);
  if (!status.idle || status.start_pending || status.irq || !status.error) return 1;
  if (tercet_status_pack(status) != 0x9u) return 2;
  status.idle = 2; /* does not fit its bit, so it is dropped */
  if (tercet_status_pack(status) != 0x8u) return 3;
  if (1u << geometry.rows_log2 != TERCET_CONFIGS[0].rows) return 4;
  if (tercet_geometry_pack(geometry) != TERCET_CONFIGS[0].geometry) return 5;
  if (tercet_config_find("edge")->rows != 64u) return 6;
  if (tercet_config_find("edg") || tercet_config_find("edges")) return 7;
  if (tercet_error_name(TERCET_ERR_BAD_TILE)[4] != 't') return 8;
  if (tercet_error_name(255u)[0] != 'u') return 9;
  if (TERCET_CSR_CMD_M != 0x40 || TERCET_COUNTER_BASE != TERCET_CSR_CYCLES_BUSY_LO) return 10;
  return TERCET_HW_ID == 0x54524354 ? 0 : 11;
}
"""


class GenHw(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        shutil.copytree(ROOT / "rtl/spec", self.root / "rtl/spec")

    def enterContext(self, context):  # in unittest itself from Python 3.11
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def run_tool(self, *args):
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            code = gen_hw.main(["--root", str(self.root), *args])
        return code, errors.getvalue()

    def edit(self, name, change):
        path = self.root / "rtl/spec" / name
        spec = json.loads(path.read_text(encoding="utf-8"))
        change(spec)
        path.write_text(json.dumps(spec), encoding="utf-8")

    def assert_refused(self, *needles):
        code, errors = self.run_tool()
        self.assertEqual(code, 2, errors)
        for needle in needles:
            self.assertIn(needle, errors)
        self.assertFalse((self.root / "rtl/gen").exists(), "nothing is written after an error")

    def register(self, spec, name):
        return next(r for r in spec["registers"] if r["name"] == name)

    # What it refuses in hw.json.

    def test_overlapping_fields(self):
        self.edit("hw.json", lambda s: self.register(s, "STATUS")["fields"][1].update(bits="1:0"))
        self.assert_refused("hw.json", "STATUS", "overlaps")

    def test_a_gap_between_fields(self):
        self.edit("hw.json", lambda s: self.register(s, "STATUS")["fields"].pop(1))
        self.assert_refused("STATUS", "bits 1:1 belong to no field")

    def test_a_gap_above_the_last_field(self):
        self.edit("hw.json", lambda s: self.register(s, "STATUS")["fields"].pop())
        self.assert_refused("STATUS", "bits 31:4 belong to no field")

    def test_bits_outside_the_word(self):
        self.edit("hw.json", lambda s: self.register(s, "ID")["fields"][0].update(bits="32:0"))
        self.assert_refused("ID", "not within 31:0")

    def test_two_registers_at_one_offset(self):
        self.edit("hw.json", lambda s: self.register(s, "IRQ").update(offset="0x014"))
        self.assert_refused("hw.json", "IRQ", "STATUS", "same offset")

    def test_a_register_in_the_counters(self):
        self.edit("hw.json", lambda s: self.register(s, "IRQ").update(offset="0x084"))
        self.assert_refused("IRQ", "CYCLES_BUSY_HI", "same offset")

    def test_an_unaligned_offset(self):
        self.edit("hw.json", lambda s: self.register(s, "IRQ").update(offset="0x016"))
        self.assert_refused("IRQ", "offset 0x16")

    def test_an_offset_past_the_window(self):
        self.edit("hw.json", lambda s: self.register(s, "IRQ").update(offset="0x1000"))
        self.assert_refused("IRQ", "offset 0x1000")

    def test_an_unknown_key_of_a_register(self):
        self.edit("hw.json", lambda s: self.register(s, "IRQ").update(colour="red"))
        self.assert_refused("hw.json", "unknown key 'colour'")

    def test_a_missing_key_of_a_field(self):
        self.edit("hw.json", lambda s: self.register(s, "IRQ")["fields"][0].pop("doc"))
        self.assert_refused("hw.json", "IRQ", "missing key 'doc'")

    def test_an_unknown_access(self):
        self.edit("hw.json", lambda s: self.register(s, "IRQ").update(access="RX"))
        self.assert_refused("IRQ.done", "'RX'")

    def test_two_error_codes_of_one_value(self):
        self.edit("hw.json", lambda s: s["errors"][1].update(value=2))
        self.assert_refused("errors", "bad_shape", "bad_tile", "same value")

    def test_a_value_too_wide_for_its_enum(self):
        self.edit("hw.json", lambda s: s["enums"][0]["values"][1].update(value=2))
        self.assert_refused("packing", "trit5 = 2 does not fit 1 bits")

    def test_a_key_given_twice(self):
        path = self.root / "rtl/spec/hw.json"
        path.write_text(path.read_text().replace('"csr":', '"csr": {}, "csr":'))
        self.assert_refused("hw.json", "'csr' is given twice")

    def test_broken_json(self):
        (self.root / "rtl/spec/hw.json").write_text("{")
        self.assert_refused("hw.json")

    # What it refuses in a configuration.

    def test_an_unknown_key_of_a_machine(self):
        self.edit("configs/tiny.json", lambda c: c.update(lanes=3))
        self.assert_refused("tiny.json", "unknown key 'lanes'")

    def test_a_missing_key_of_a_machine(self):
        self.edit("configs/tiny.json", lambda c: c.pop("tokens"))
        self.assert_refused("tiny.json", "missing key 'tokens'")

    def test_a_machine_with_another_file_name(self):
        self.edit("configs/tiny.json", lambda c: c.update(name="edge"))
        self.assert_refused("tiny.json", "name")

    def test_values_that_break_an_invariant(self):
        cases = [
            ("rows-is-beat", {"rows": 32}),
            ("power-of-two", {"cols": 24}),
            ("cols-of-eight", {"cols": 4}),
            ("cols-of-eight", {"axi_ports": 4}),
            ("outputs-fill-beat", {"rows": 64, "axi_bytes": 64, "cols": 8}),
            ("sram-holds-tile", {"act_sram_bytes": 64}),
            ("sram-of-beats", {"act_sram_bytes": 8}),
            ("fifo-two-bursts", {"weight_fifo_beats": 16}),
            ("burst-page", {"max_burst_beats": 512, "weight_fifo_beats": 1024}),
            ("beat-limit", {"rows": 256, "axi_bytes": 256}),
            ("tile-register", {"tokens": 256}),
            ("accumulator-bound", {"acc_bits": 23}),
            ("accumulator-word", {"acc_bits": 33}),
            ("address-width", {"addr_bits": 41}),
            ("positive integer", {"rows": 0}),
            ("positive integer", {"rows": 16.0}),
            ("positive integer", {"rows": True}),
            ("DRAM type", {"dram": ""}),
        ]
        original = (self.root / "rtl/spec/configs/tiny.json").read_text()
        for name, values in cases:
            with self.subTest(name=name, values=values):
                self.edit("configs/tiny.json", lambda c, v=values: c.update(v))
                self.assert_refused("tiny.json", name)
            (self.root / "rtl/spec/configs/tiny.json").write_text(original)

    # What it writes.

    def test_two_runs_write_the_same_bytes(self):
        self.assertEqual(self.run_tool()[0], 0)
        first = {p: p.read_bytes() for p in self.root.rglob("*") if p.is_file()}
        shutil.rmtree(self.root / "rtl/gen")
        self.assertEqual(self.run_tool()[0], 0)
        self.assertEqual(first, {p: p.read_bytes() for p in self.root.rglob("*") if p.is_file()})

    def test_check_accepts_fresh_files(self):
        self.run_tool()
        self.assertEqual(self.run_tool("--check"), (0, ""))

    def test_check_names_a_stale_a_missing_and_a_stray_file(self):
        self.run_tool()
        stale = self.root / "rtl/gen/tercet_hw.h"
        stale.write_text(stale.read_text() + "\n")
        (self.root / "rtl/gen/tiny/tercet_cfg_pkg.sv").unlink()
        (self.root / "rtl/gen/old.sv").write_text("")
        code, errors = self.run_tool("--check")
        self.assertEqual(code, 1)
        for name in ("tercet_hw.h", "tiny/tercet_cfg_pkg.sv", "old.sv"):
            self.assertIn(name, errors)
        self.assertTrue((self.root / "rtl/gen/old.sv").exists(), "--check writes nothing")

    def test_the_committed_files_are_fresh(self):
        self.root = ROOT
        self.assertEqual(self.run_tool("--check"), (0, ""))

    def hashes(self):
        self.run_tool()
        return [p.read_text().split("ConfigHash = ")[1] for p in
                sorted((self.root / "rtl/gen").glob("*/tercet_cfg_pkg.sv"))]

    def test_the_hash_follows_numbers_but_not_prose(self):
        before = self.hashes()
        self.assertEqual(len(set(before)), 3)
        self.edit("hw.json", lambda s: self.register(s, "IRQ").update(doc="Other words."))
        self.assertEqual(self.hashes(), before)
        self.edit("configs/tiny.json", lambda c: c.update(clock_mhz=500))
        after = self.hashes()
        self.assertEqual([a == b for a, b in zip(before, after)], [True, True, False])
        self.edit("hw.json", lambda s: self.register(s, "IRQ").update(offset="0x028"))
        self.assertFalse(set(after) & set(self.hashes()))

    def test_the_header_compiles_and_works_as_c11_and_cxx17(self):
        self.run_tool()
        for suffix, compiler, standard in (("c", "gcc", "c11"), ("cpp", "g++", "c++17")):
            with self.subTest(standard=standard):
                source = self.root / f"use.{suffix}"
                source.write_text(HEADER_USE)
                subprocess.run([compiler, f"-std={standard}", "-Wall", "-Wextra", "-Werror",
                                "-pedantic", f"-I{self.root / 'rtl/gen'}", str(source),
                                "-o", str(self.root / "use")], check=True)
                self.assertEqual(subprocess.run([str(self.root / "use")]).returncode, 0)


if __name__ == "__main__":
    unittest.main()
