# SPDX-License-Identifier: Apache-2.0
"""scripts/check_layers: this tree keeps the one-way rule, and a use against it is found."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# A tree in which every room uses all that it may.
TREE = {
    "base/error.h": "#include <string>\n",
    "base/CMakeLists.txt": "add_library(tercet_base STATIC error.cpp)\n",
    "rtl/gen/tercet_hw.h": "#include <stdint.h>\n",
    "firmware/version.h": "",
    "firmware/hal.h": "",
    "firmware/main.c": '#include "hal.h"\n#include "tercet_hw.h"\n',
    "firmware/CMakeLists.txt": "add_library(tercet_firmware STATIC main.c)\n"
                               "set(elf tercet.elf)  # not tercet_model\n",
    "model/ternary.h": '#include "base/error.h"\n',
    "model/CMakeLists.txt": "add_library(tercet_model STATIC ternary.cpp)\n"
                            "target_link_libraries(tercet_model PUBLIC tercet_base)\n",
    "host_driver/driver.h": '#include "base/error.h"\n#include "tercet_hw.h"\n',
    "host_driver/CMakeLists.txt": "add_library(tercet_driver STATIC driver.cpp)\n"
                                  "target_link_libraries(tercet_driver\n"
                                  "  PUBLIC tercet_base tercet_hw)\n",
    "sim/engine/session.h": '#include "firmware/version.h"\n#include "host_driver/driver.h"\n'
                            '#include "model/ternary.h"\n',
    "sim/CMakeLists.txt": "add_library(tercet_sim STATIC session.cpp)\n"
                          "target_link_libraries(tercet_sim PUBLIC tercet_driver tercet_model)\n",
    "study/energy/ledger.h": '#include "sim/engine/session.h"\n',
    "study/CMakeLists.txt": "add_library(tercet_study STATIC ledger.cpp)\n"
                            "target_link_libraries(tercet_study PUBLIC tercet_sim)\n",
    "cli/main.cpp": '#include "study/energy/ledger.h"\n',
    "cli/CMakeLists.txt": "add_executable(tercet main.cpp)\n"
                          "target_link_libraries(tercet PRIVATE tercet_study tercet_firmware)\n",
    "tools/capture.cpp": '#include "model/ternary.h"\n',
    "tests/unit/bench.h": "",
    "tests/unit/alone/CMakeLists.txt": "add_library(tercet_hw INTERFACE)\n",
    "tests/unit/bench_test.cpp": '#include "bench.h"\n#include "study/energy/ledger.h"\n',
}


def check(folder):
    done = subprocess.run([sys.executable, ROOT / "scripts/check_layers", folder],
                          capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout.splitlines(), done.stderr


class CheckLayers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name, text in TREE.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def found_after(self, name, text):
        """What is found when `text` is added to the file `name`, which is then put back."""
        path = self.root / name
        before = path.read_text() if path.exists() else None
        path.write_text((before or "") + text)
        code, lines, _ = check(self.root)
        path.unlink() if before is None else path.write_text(before)
        self.assertEqual(code, 1 if lines else 0)
        return lines

    def test_this_tree_and_the_good_one_pass(self):
        for folder in (ROOT, self.root):
            self.assertEqual(check(folder), (0, [], ""))

    def test_a_wrong_include_is_named_with_its_line(self):
        for name, text, expected in (
                ("host_driver/driver.h", '#include "model/ternary.h"\n',
                 "host_driver/driver.h:3: host_driver -> model (model/ternary.h)"),
                ("model/ternary.h", "\n#  include <host_driver/driver.h>\n",
                 "model/ternary.h:3: model -> host_driver (host_driver/driver.h)"),
                ("base/error.h", '#include "../model/ternary.h"\n',
                 "base/error.h:2: base -> model (../model/ternary.h)"),
                ("sim/new.cc", '#define HWY_TARGET_INCLUDE "study/energy/kernel.cc"\n',
                 "sim/new.cc:1: sim -> study (study/energy/kernel.cc)"),
                ("study/new.cpp.in", '#include "cli/main.h"\n',
                 "study/new.cpp.in:1: study -> cli (cli/main.h)"),
                ("firmware/hal.h", '#include "base/error.h"\n',
                 "firmware/hal.h:1: firmware -> base (base/error.h)"),
                ("sim/engine/session.h", '#include "firmware/hal.h"\n',
                 "sim/engine/session.h:4: sim -> firmware (firmware/hal.h)"),
                ("host_driver/driver.h", '#include "firmware/version.h"\n',
                 "host_driver/driver.h:3: host_driver -> firmware (firmware/version.h)"),
                ("model/ternary.h", '#include "tercet_hw.h"\n',
                 "model/ternary.h:2: model -> rtl/gen (tercet_hw.h)"),
                ("tools/capture.cpp", '#include "study/energy/ledger.h"\n',
                 "tools/capture.cpp:2: tools -> study (study/energy/ledger.h)"),
                ("cli/main.cpp", '#include "tests/unit/bench.h"\n',
                 "cli/main.cpp:2: cli -> tests (tests/unit/bench.h)")):
            self.assertEqual(self.found_after(name, text), [expected])

    def test_a_wrong_library_is_named_with_its_line(self):
        for name, text, expected in (
                ("host_driver/CMakeLists.txt", "target_link_libraries(tercet_driver\n"
                 "  PRIVATE tercet_base\n  tercet_model)\n",
                 "host_driver/CMakeLists.txt:6: host_driver -> model (tercet_model)"),
                ("model/CMakeLists.txt", "set(libraries tercet_driver)\n",
                 "model/CMakeLists.txt:3: model -> host_driver (tercet_driver)"),
                ("sim/CMakeLists.txt", "target_link_libraries(x $<LINK_ONLY:tercet_study>)\n",
                 "sim/CMakeLists.txt:3: sim -> study (tercet_study)"),
                ("base/CMakeLists.txt", "add_dependencies(tercet_base tercet)\n",
                 "base/CMakeLists.txt:2: base -> cli (tercet)"),
                ("host_driver/CMakeLists.txt", "link_libraries(tercet_firmware)\n",
                 "host_driver/CMakeLists.txt:4: host_driver -> firmware (tercet_firmware)")):
            self.assertEqual(self.found_after(name, text), [expected])

    def test_all_uses_against_the_rule_are_listed(self):
        (self.root / "base/new.h").write_text('#include "sim/engine/session.h"\n')
        found = self.found_after("model/ternary.h",
                                 '#include "study/energy/ledger.h"\n#include "cli/main.cpp"\n')
        self.assertEqual(len(found), 3)

    def test_a_folder_without_the_rooms_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            code, lines, error = check(folder)
            self.assertEqual((code, lines), (1, []))
            self.assertIn("has no base/", error)
        done = subprocess.run([sys.executable, ROOT / "scripts/check_layers", "--fast"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
