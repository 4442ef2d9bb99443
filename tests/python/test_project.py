# SPDX-License-Identifier: Apache-2.0
"""The project's own rules: licence lines, script arguments, which machines can be built as RTL."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = {"CMakeLists.txt", "files.txt", "packages.txt", "run", "test", "lint", "setup", "doctor", "coverage", "fuzz", ".editorconfig"}
SUFFIXES = {".cpp", ".h", ".c", ".in", ".sv", ".vlt", ".py", ".sh", ".cmake"}


def run(*command, **options):
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True, check=False, **options)


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

    def test_every_file_that_names_the_version_names_the_same(self):
        versions = {}
        for name, pattern in (("CMakeLists.txt", r"project\(tercet VERSION (\S+)"), ("CITATION.cff", r"\nversion: (\S+)"),
                              ("CHANGELOG.md", r"\n## \[(\S+)\]")):
            versions[name] = re.search(pattern, (ROOT / name).read_text(encoding="utf-8")).group(1)
        self.assertEqual(len(set(versions.values())), 1, versions)

    def test_scripts_refuse_unknown_arguments(self):
        for script in ("setup", "test", "lint", "doctor"):
            with self.subTest(script=script):
                result = run(f"scripts/{script}", "--bogus")
                self.assertEqual(result.returncode, 2)
                self.assertIn("unknown argument '--bogus'", result.stdout)

    def test_doctor_names_what_is_missing_and_how_to_get_it(self):
        fake = """#!/bin/sh
shift 3
for package; do [ "$package" = verilator ] || [ "$package" = yosys ] || echo "installed $package"; done
"""
        with tempfile.TemporaryDirectory() as folder:
            query = pathlib.Path(folder) / "dpkg-query"
            query.write_text(fake, encoding="utf-8")
            query.chmod(0o755)
            path = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
            everything, only_run = run("scripts/doctor", env=path), run("scripts/doctor", "run", env=path)
            self.assertEqual((everything.returncode, only_run.returncode), (1, 1), everything.stdout)
            self.assertIn("missing  packages             verilator yosys\n", everything.stdout)
            self.assertIn("Run 'scripts/setup', or as root: apt-get install verilator yosys\n", everything.stdout)
            self.assertIn("Run 'scripts/setup run', or as root: apt-get install verilator\n", only_run.stdout)
            query.write_text(fake.replace("verilator", "none").replace("yosys", "none"), encoding="utf-8")
            done = run("scripts/doctor", env=path)
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertIn("Ready for scripts/run and scripts/test.\n", done.stdout)

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
