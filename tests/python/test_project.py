# SPDX-License-Identifier: Apache-2.0
"""The project's own rules: licence lines, script arguments, which machines can be built as RTL."""

import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = {"CMakeLists.txt", "files.txt", "packages.txt", "run", "test", "lint", "setup"}
SUFFIXES = {".cpp", ".h", ".c", ".in", ".sv", ".vlt", ".py", ".sh", ".cmake"}


def run(*command):
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True, check=False)


class Project(unittest.TestCase):
    def test_every_source_file_names_its_licence(self):
        listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard").stdout
        for path in map(pathlib.Path, listed.splitlines()):
            if (path.suffix in SUFFIXES or path.name in NAMES) and (ROOT / path).is_file():
                head = (ROOT / path).read_text(encoding="utf-8").splitlines()[:3]
                self.assertTrue(any("SPDX-License-Identifier: Apache-2.0" in line for line in head),
                                f"{path} has no SPDX line")

    def test_packages_are_one_per_line_and_named_once(self):
        lines = [line for line in (ROOT / "scripts/packages.txt").read_text().splitlines()
                 if line and not line.startswith("#")]
        for line in lines:
            self.assertRegex(line, r"^(run|test) +[a-z0-9][a-z0-9+.-]+$")
        self.assertEqual(len(lines), len({line.split()[1] for line in lines}))

    def test_scripts_refuse_unknown_arguments(self):
        for script in ("setup", "test", "lint"):
            with self.subTest(script=script):
                result = run(f"scripts/{script}", "--bogus")
                self.assertEqual(result.returncode, 2)
                self.assertIn("unknown argument '--bogus'", result.stdout)

    def test_the_build_refuses_machines_that_have_no_rtl(self):
        cases = (("server", "'server' is not built as RTL"),
                 ("edge;lrage", "unknown machine 'lrage'"), ("", "names no machine"))
        for names, message in cases:
            with self.subTest(names=names), tempfile.TemporaryDirectory() as folder:
                result = run("cmake", "-S", ".", "-B", folder, "-G", "Ninja",
                             f"-DTERCET_CONFIG={names}")
                self.assertNotEqual(result.returncode, 0)
                self.assertIn(message, re.sub(r"\s+", " ", result.stdout))


if __name__ == "__main__":
    unittest.main()
