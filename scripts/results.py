#!/usr/bin/python3
"""Sums the results that the test runners left and prints the closing line.

    results.py DIRECTORY

DIRECTORY holds one folder a suite with any of: `ctest.xml` (one entry a test
program), `<program>.xml` (GoogleTest's own, one entry a test), `pytest.xml`,
`node.xml`; and a file `unfinished` naming suites that could not run. Exit code 0
when something ran and all of it passed.
"""

import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Results:
    passed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)

    def closing_line(self):
        line = f"{self.passed} passed, {len(self.failures)} failed"
        return f"{line}, {self.skipped} skipped" if self.skipped else line

    def good(self):
        return self.passed > 0 and not self.failures


def name_of(case):
    # Node.js calls every class "test": its tests are told apart by their file.
    group = Path(case.get("file", "")).name if case.get("classname") == "test" else case.get("classname")
    return f"{group}.{case.get('name')}"


def outcomes(xml_file):
    """Yields (name, 'passed' | 'failed' | 'skipped') once a test."""
    seen = {}
    for case in ElementTree.parse(xml_file).iter("testcase"):
        name = name_of(case)
        if case.get("result") == "suppressed" or case.get("status") in ("notrun", "disabled"):
            continue  # GoogleTest: filtered out or disabled
        if case.find("failure") is not None or case.find("error") is not None or case.get("status") == "fail":
            outcome = "failed"
        elif case.find("skipped") is not None or case.get("result") == "skipped":
            outcome = "skipped"
        else:
            outcome = "passed"
        # pytest reports an error in a fixture's teardown as a second entry.
        if seen.get(name) != "failed":
            seen[name] = outcome
    yield from seen.items()


def add_tests(results, suite, xml_file):
    """Adds every test of a file; returns the number of its failures."""
    failures = 0
    for name, outcome in outcomes(xml_file):
        if outcome == "failed":
            failures += 1
            results.failures.append(f"{suite}: {name}")
        elif outcome == "skipped":
            results.skipped += 1
        else:
            results.passed += 1
    return failures


def add_programs(results, suite, folder):
    """Adds GoogleTest programs; one that failed without a failed test (it crashed,
    timed out or leaked) counts as a failure itself."""
    for case in ElementTree.parse(folder / "ctest.xml").iter("testcase"):
        program = case.get("name").split(".", 1)[1]
        own = folder / f"{program}.xml"
        failures = add_tests(results, suite, own) if own.exists() else 0
        if case.get("status") != "run" and not failures:
            results.failures.append(f"{suite}: {program} did not end well")


def collect(directory):
    results = Results()
    for folder in sorted(path for path in directory.iterdir() if path.is_dir()):
        if (folder / "ctest.xml").exists():
            add_programs(results, folder.name, folder)
        for runner in ("pytest.xml", "node.xml"):
            if (folder / runner).exists():
                add_tests(results, folder.name, folder / runner)
    unfinished = directory / "unfinished"
    if unfinished.exists():
        results.failures += [f"{suite}: could not be built or run" for suite in unfinished.read_text().split()]
    return results


def main():
    results = collect(Path(sys.argv[1]))
    print()
    for failure in results.failures:
        print(f"FAILED {failure}")
    if not results.passed and not results.failures:
        print("no test was run")
    print(results.closing_line(), flush=True)
    return 0 if results.good() else 1


if __name__ == "__main__":
    sys.exit(main())
