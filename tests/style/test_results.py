"""The closing line counts every test once, and nothing that went wrong is lost."""

import subprocess
import sys
from pathlib import Path

import pytest

RESULTS = Path(__file__).resolve().parents[2] / "scripts/results.py"

GOOGLETEST = """<testsuites><testsuite name="Feed">
<testcase name="A" classname="Feed" status="run" result="completed"/>
<testcase name="B" classname="Feed" status="run" result="completed">{}</testcase>
<testcase name="C" classname="Feed" status="notrun" result="suppressed"/>
</testsuite></testsuites>"""
CTEST = '<testsuite><testcase name="unit.hub_test" classname="unit.hub_test" status="{}"/></testsuite>'
NODE = """<testsuites>
<testcase name="signs in" classname="test" file="/x/a.test.js"/>
<testcase name="signs in" classname="test" file="/x/b.test.js">{}</testcase>
</testsuites>"""
PYTEST = '<testsuites><testsuite><testcase classname="t" name="a"/>{}</testsuite></testsuites>'


@pytest.fixture
def closing(tmp_path):
    """Runs results.py over {path: content}; returns (lines, exit code)."""

    def run(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        done = subprocess.run([sys.executable, RESULTS, tmp_path], capture_output=True, text=True)
        return done.stdout.splitlines(), done.returncode

    return run


def test_all_runners_are_summed(closing):
    lines, code = closing({
        "unit/ctest.xml": CTEST.format("run"),
        "unit/hub_test.xml": GOOGLETEST.format(""),
        "e2e/pytest.xml": PYTEST.format('<testcase classname="t" name="b"><skipped/></testcase>'),
        "browser/node.xml": NODE.format(""),
    })
    assert lines[-1] == "5 passed, 0 failed, 1 skipped" and code == 0


def test_a_failed_test_is_named(closing):
    lines, code = closing({
        "unit/ctest.xml": CTEST.format("fail"),
        "unit/hub_test.xml": GOOGLETEST.format("<failure/>"),
    })
    assert lines[-2:] == ["FAILED unit: Feed.B", "1 passed, 1 failed"] and code == 1


def test_tests_of_one_name_are_told_apart_by_their_file(closing):
    lines, code = closing({"browser/node.xml": NODE.format("<failure/>")})
    assert lines[-2:] == ["FAILED browser: b.test.js.signs in", "1 passed, 1 failed"] and code == 1


@pytest.mark.parametrize("xml", [{}, {"unit/hub_test.xml": GOOGLETEST.format("")}])
def test_a_program_that_crashed_or_leaked_is_a_failure(closing, xml):
    lines, code = closing({"unit/ctest.xml": CTEST.format("fail"), **xml})
    assert "FAILED unit: hub_test did not end well" in lines and code == 1


def test_an_error_in_a_teardown_counts_once(closing):
    lines, code = closing({"e2e/pytest.xml": PYTEST.format('<testcase classname="t" name="a"><error/></testcase>')})
    assert lines[-1] == "0 passed, 1 failed" and code == 1


def test_a_suite_that_could_not_be_built_is_a_failure(closing):
    lines, code = closing({"e2e/pytest.xml": PYTEST.format(""), "unfinished": "unit\n"})
    assert lines[-1] == "1 passed, 1 failed" and code == 1


def test_nothing_run_is_not_a_success(closing):
    lines, code = closing({"unit/ctest.xml": "<testsuite/>"})
    assert lines[-1] == "0 passed, 0 failed" and code == 1
