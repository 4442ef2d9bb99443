# SPDX-License-Identifier: Apache-2.0
"""What the Markdown pages name exists: files, links and their headings, test programs."""

import fnmatch
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Ends of names that only files of this repository have; a .json in backticks may be a reader's own.
SOURCE = r"(?:h|c|cc|cpp|S|sv|vlt|py|sh|cmake|in|ld)"
CODE_SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
REFERENCE = re.compile(r"^\[[^\]\n]+\]: +(\S+)", re.MULTILINE)


def tracked():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            stdout=subprocess.PIPE, universal_newlines=True, check=True).stdout
    return [path for path in listed.splitlines() if (ROOT / path).is_file()]


FILES = tracked()
PAGES = [path for path in FILES if path.endswith(".md")]
FOLDERS = sorted({path.split("/")[0] for path in FILES if "/" in path})
# A path from the root, anywhere in a page: `sim/dram/dram_model.h`, tests/hw/{array,accum}_test.cpp.
ROOT_PATH = re.compile(rf"(?<![\w./<-])(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./{{}},*-]*")
# What a recipe leaves for its reader to put in.
PLACEHOLDER = re.compile(r"NAME|FOLDER")
# A name in backticks that ends as a source file does, of any folder.
SOURCE_NAME = re.compile(rf"[\w./{{}},*-]+\.{SOURCE}(?![\w.*])")
TEST_NAME = re.compile(r"(?<![\w./{}*])\w+_test(?![\w./*])")


def alternatives(pattern):
    """`a{b,c}d` -> abd, acd; with several braces all of them."""
    match = re.search(r"\{([^{}]*)\}", pattern)
    if not match:
        return [pattern]
    return [name for choice in match.group(1).split(",")
            for name in alternatives(pattern[:match.start()] + choice + pattern[match.end():])]


def exists(path, page=None):
    """Whether a file or folder has this path: from the root, or from the page's folder if one is given."""
    folders = [ROOT] if page is None else [ROOT, (ROOT / page).parent]
    return any((folder / path).exists() if "*" not in path else any(folder.glob(path))
               for folder in folders)


def prose(text):
    """The page without its fenced blocks, whose lines are programs, output or drawings."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def missing_paths(page, text):
    """Paths and file names in `text` that name nothing."""
    wrong = set()
    for found in ROOT_PATH.findall(text):
        wrong.update(path for path in alternatives(found.rstrip(".,{-")) if not exists(path))
    names = {pathlib.PurePath(path).name for path in FILES}
    for span in CODE_SPAN.findall(prose(text)):
        for found in SOURCE_NAME.findall(span):
            for path in alternatives(found):
                known = exists(path, page) if "/" in path else fnmatch.filter(names, path)
                if not known and not path.startswith(("build/", "/")):
                    wrong.add(path)
    return sorted(path for path in wrong if not PLACEHOLDER.search(path))


def anchors(text):
    """The links that GitHub gives the page's headings."""
    heads = re.findall(r"^#+ +(.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def broken_links(page, text):
    wrong = []
    for target in LINK.findall(prose(text)) + REFERENCE.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        if not file.exists():
            wrong.append(target)
        elif anchor and anchor not in anchors(file.read_text(encoding="utf-8")):
            wrong.append(target)
    return wrong


def test_programs():
    """Names of the test executables that CMake is told of."""
    lists = [path for path in FILES if path.startswith("tests/") and path.endswith((".cmake", "CMakeLists.txt"))]
    text = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in lists)
    names = set(re.findall(r"(?:tercet_gtest|tercet_catch_test|tercet_script_test|add_executable)\((\w+)", text))
    return names | {f"rtl_{unit}_test" for unit in re.findall(r"tercet_rtl_test\((\w+)", text)}


class Docs(unittest.TestCase):
    def each_page(self, find, message):
        for page in PAGES:
            with self.subTest(page=page):
                wrong = find(page, (ROOT / page).read_text(encoding="utf-8"))
                self.assertFalse(wrong, f"{page}: {message}: {', '.join(wrong)}")

    def test_paths_exist(self):
        self.each_page(missing_paths, "names files that do not exist")

    def test_links_lead_somewhere(self):
        self.each_page(broken_links, "links to nothing")

    def test_every_page_of_docs_is_in_the_index(self):
        index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
        listed = set(LINK.findall(index))
        pages = {path[len("docs/"):] for path in PAGES if path.startswith("docs/") and path != "docs/README.md"}
        self.assertFalse(pages - listed, "docs/README.md does not list these pages")

    def test_every_script_is_in_the_index(self):
        index = (ROOT / "scripts/README.md").read_text(encoding="utf-8")
        scripts = {path[len("scripts/"):] for path in FILES if re.fullmatch(r"scripts/[^/]+", path)}
        self.assertFalse({name for name in scripts - {"README.md"} if f"`{name}`" not in index},
                         "scripts/README.md does not list these files")

    def test_test_programs_and_suites_exist(self):
        programs = test_programs()
        sources = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in FILES
                            if path.startswith("tests/") and path.endswith((".cpp", ".h", ".py")))
        for page in PAGES:
            for span in CODE_SPAN.findall(prose((ROOT / page).read_text(encoding="utf-8"))):
                for name in {name for name in TEST_NAME.findall(span) if not name.startswith("tercet_") and not PLACEHOLDER.search(name)}:
                    self.assertIn(name, programs, f"{page}: no test program has this name")
                if page == "tests/testplan.md" and re.fullmatch(r"[A-Z]\w+(\.\w+)?(\.\.\.)?", span):
                    suite = span.rstrip(".").replace(".", ", ")
                    self.assertTrue(suite in sources, f"{page}: no test has the name {suite}")

    def test_wrong_pages_are_found(self):
        self.assertEqual(missing_paths("docs/x.md", "`sim/no_such.h` and model/transformer.h, rtl/{array,nowhere}/"),
                         ["rtl/nowhere/", "sim/no_such.h"])
        self.assertEqual(missing_paths("docs/x.md", "`no_such.cpp`, `transformer.cpp`, `old/transformer.h`"),
                         ["no_such.cpp", "old/transformer.h"])
        self.assertEqual(missing_paths("rtl/x.md", "`array/tercet_accum.sv`, `build/a.cpp`, `tests/hw/*_test.cpp`"), [])
        self.assertEqual(broken_links("docs/x.md", "[a](machine.md) [b](machine.md#ports) [c](https://a.b/c.md)"), [])
        self.assertEqual(broken_links("docs/x.md", "[a](no.md) [b](machine.md#no)\n[r]: ../no"),
                         ["no.md", "machine.md#no", "../no"])


if __name__ == "__main__":
    unittest.main()
