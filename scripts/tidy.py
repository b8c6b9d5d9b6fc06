#!/usr/bin/python3
"""Runs clang-tidy over the sources, in parallel, over each at most once.

    tidy.py --all       every file that is compiled
    tidy.py --changed   what differs from the last release (see changed_files)

A file that was found clean is not read again until it, a header that it includes,
the rules or the compiler flags change. Exit code 1 when something was found.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE_COMMANDS = ROOT / "build/asan/compile_commands.json"
CLEAN = ROOT / "build/tidy"  # an empty file for each source found clean, named by its key
CLANG_TIDY = "clang-tidy-19"

# `./dev test` has to end in reasonable time: a file takes 5 to 50 s. What is beyond
# this is left to `./dev lint`, and said so.
CHANGED_FILES_MAX = 40


def git(*arguments):
    # A clone that belongs to another user (a container's volume) is as good as ours.
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.split() if done.returncode == 0 else []


def changed_files():
    """Files that differ, in the working tree too, from the last release; before the
    first one, from where this branch left main; on main itself, from the last commit's
    parent. The most recently changed come first."""
    release = git("describe", "--tags", "--abbrev=0", "--match", "v*")
    branched = git("merge-base", "HEAD", "origin/main") if git("rev-parse", "HEAD") != git("rev-parse", "origin/main") else []
    base = (release or branched or git("rev-parse", "HEAD~1") or [""])[0]
    changed = git("diff", "--name-only", base) if base else []
    untracked = git("ls-files", "--others", "--exclude-standard")
    paths = [path for name in {*changed, *untracked} if (path := ROOT / name).exists()]
    return sorted(paths, key=lambda path: -path.stat().st_mtime)


def compiled_files():
    """Path -> the command that compiles it, for the project's own sources."""
    entries = json.loads(COMPILE_COMMANDS.read_text())
    ours = {}
    for entry in entries:
        path = Path(entry["file"])
        if path.is_relative_to(ROOT) and "cmake" not in path.relative_to(ROOT).parts:
            ours[path] = re.sub(r" -o \S+", "", entry["command"])
    return ours


def sources_for(changed, compiled):
    """What to run over: changed sources, and for a changed header the source it belongs to."""
    chosen = {}
    for path in changed:
        for candidate in (path, path.with_suffix(".cpp"), path.with_name(path.stem + "_test.cpp")):
            if candidate in compiled:
                chosen.setdefault(candidate)
                break
    return list(chosen)


INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.M)


def digest(path, seen):
    """Hashes a file and, below src/ and tests/, all that it includes."""
    seen.add(path)
    content = path.read_bytes()
    yield content
    for name in INCLUDE.findall(content):
        for folder in (ROOT / "src", ROOT / "tests", path.parent):
            header = folder / name.decode()
            if header.is_file():
                if header not in seen:
                    yield from digest(header, seen)
                break


def key_of(path, command):
    key = hashlib.sha256(command.encode())
    for folder in path.relative_to(ROOT).parents:
        rules = ROOT / folder / ".clang-tidy"
        key.update(rules.read_bytes() if rules.exists() else b"")
    for content in digest(path, set()):
        key.update(hashlib.sha256(content).digest())
    return key.hexdigest()


def faults_in(path, stamp):
    command = [CLANG_TIDY, "-p", str(COMPILE_COMMANDS.parent), "--quiet", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode == 0:
        stamp.touch()
        return None
    return done.stdout.strip() or done.stderr.strip()


def check(paths, compiled):
    """Runs clang-tidy over those not known to be clean; returns the diagnostics."""
    CLEAN.mkdir(parents=True, exist_ok=True)
    stamps = {path: CLEAN / key_of(path, compiled[path]) for path in paths}
    pending = [path for path in paths if not stamps[path].exists()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(faults_in, pending, [stamps[path] for path in pending])
        found = [faults for faults in results if faults]
    print(f"clang-tidy: {len(paths)} files, {len(pending)} of them read, {len(found)} with faults")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--all", action="store_true")
    choice.add_argument("--changed", action="store_true")
    compiled = compiled_files()
    paths = list(compiled)
    if parser.parse_args().changed:
        paths = sources_for(changed_files(), compiled)
        if len(paths) > CHANGED_FILES_MAX:
            print(f"clang-tidy: {len(paths) - CHANGED_FILES_MAX} more changed files are left to ./dev lint")
            del paths[CHANGED_FILES_MAX:]
    found = check(paths, compiled)
    print(*found, sep="\n\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
