"""Format and lint of the sources, as tests."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def output_of(*command):
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return "" if done.returncode == 0 else done.stdout


def sources(*suffixes):
    return sorted(
        str(path.relative_to(ROOT))
        for folder in ("src", "tests", "bench")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in suffixes
    )


def test_the_sources_are_formatted():
    faults = output_of("clang-format-19", "--dry-run", "-Werror", *sources(".cpp", ".hpp"))
    assert not faults, f"{faults}\nto mend it: clang-format-19 -i FILE"


def test_what_changed_is_free_of_clang_tidy_s_warnings():
    faults = output_of("scripts/tidy.py", "--changed")
    assert not faults, faults


def test_the_shell_scripts_are_free_of_shellcheck_s_warnings():
    scripts = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "scripts").glob("*.sh"))
    faults = output_of("shellcheck", "--external-sources", "dev", ".ci/run", *scripts)
    assert not faults, faults


def test_lock_files_name_no_registry():
    listed = subprocess.run(["git", "ls-files", "*package-lock.json"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    locks = listed.stdout.split()
    assert locks, "the lock files are found"
    for lock in locks:
        assert '"resolved"' not in (ROOT / lock).read_text(), f"{lock}: set omit-lockfile-registry-resolved"
