"""tests/README.md names tests that there are."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROWS = [line for line in (TESTS / "README.md").read_text().splitlines() if line.startswith("| ")]


def test_the_compiled_tests_that_it_names_are_there():
    sources = [*TESTS.rglob("*.hpp"), *TESTS.rglob("*_test.cpp"), *(TESTS.parent / "src").rglob("*_test.cpp")]
    known = set(re.findall(r"TEST(?:_F|_P)?\((\w+), (\w+)\)", "".join(path.read_text() for path in sources)))
    known = {name for pair in known for name in pair}
    named = {name for row in ROWS for name in re.findall(r"`([A-Z][a-zA-Z0-9]+)`", row)}
    assert len(named) > 20
    assert not named - known


def test_the_python_tests_that_it_names_are_there():
    named = 0
    for row in ROWS:
        for path, parts in re.findall(r"`(?:e2e/)?([\w/]*test_\w+\.py)`(?:: ((?:`\w+`(?:, )?)+))?", row):
            found = [one for one in (TESTS / "e2e").rglob(path.split("/")[-1]) if str(one).endswith(path)]
            assert len(found) == 1, path
            for part in re.findall(r"`(\w+)`", parts):
                named += 1
                assert re.search(rf"def test_\w*{part}", found[0].read_text()), (path, part)
    assert named > 20
