#!/usr/bin/python3
"""Checks who includes whom below src/, and how long the files are.

    include_table.py [SRC]

Prints one line a breach and exits with 1 if there is any. Runs in `./dev test style`
and `./dev lint`. The table below is the law; ARCHITECTURE.md explains it.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

# A part is a folder below src/ with a row here; a folder without one (server/routes)
# belongs to the part above it. A row lists what the part may include besides itself,
# the standard library and other libraries: parts (without the parts below them) and
# single headers. So only who lists a backend can name it, and that is `app` alone.

LEVELS_0_1 = ["base", "base/async", "model", "metrics"]
STORE_PORTS = [
    f"store/{port}.hpp"
    for port in ("store", "accounts", "activity", "changes", "channels", "grants", "search", "secrets", "user_records")
]

MAY_INCLUDE = {
    # level 0
    "base": [],
    "base/async": ["base"],
    # level 1
    "model": ["base"],
    "metrics": ["base"],
    "search": ["base"],
    # level 2
    "protocol": LEVELS_0_1,
    "websocket": LEVELS_0_1,
    "hub": [*LEVELS_0_1, "websocket"],  # it is handed encoded frames
    "auth": LEVELS_0_1,
    "auth/issuer": [*LEVELS_0_1, "auth", *STORE_PORTS],  # local accounts lie in the store
    "cache": [*LEVELS_0_1, *STORE_PORTS],  # it writes messages through to the store
    "cache/embedded": [*LEVELS_0_1, "cache", *STORE_PORTS],
    # It hands changes on as the text that the outbox has, and records where its log was left.
    "cache/valkey": [*LEVELS_0_1, "cache", *STORE_PORTS, "store/change_text.hpp", "store/log_records.hpp"],
    "store": [*LEVELS_0_1, "search"],  # every backend indexes the same terms
    "store/sqlite": [*LEVELS_0_1, "search", "store"],
    "store/postgres": [*LEVELS_0_1, "search", "store"],
    # level 3: the ports, no backend
    "chat": [*LEVELS_0_1, "protocol", "websocket", "hub", "auth", "cache", "store"],
    # level 4
    "server": [*LEVELS_0_1, "chat", "protocol", "websocket", "auth", "auth/issuer", "hub"],
    # level 5: what can be set, nothing that acts on it
    "config": [
        "base",
        "model",
        "auth/options.hpp",
        "cache/options.hpp",
        "hub/options.hpp",
        "protocol/options.hpp",
        "server/options.hpp",
        "store/options.hpp",
        "websocket/options.hpp",
    ],
    # level 6: these build the program and so name everything
    "app": ["*"],
    "main": ["*"],
}

# A test may also name the parts of its own module: cache/x_test.cpp, cache/embedded.

# What decides does no I/O: none of these is reached from the core, on any path.
CORE = ["model", "protocol", "websocket", "hub"]
CORE_NEVER_REACHES = {
    r"boost/(asio|beast)": "Asio",
    r"base/async/": "Asio",
    r"(sqlite3|libpq-fe)\.h$|(SQLiteCpp|pqxx|hiredis)/": "a database client",
    r"thread$": "<thread>",
}
# JSON is decoded at the edge into plain structs: no JSON type in a core header.
CORE_HEADERS_NEVER_REACH = {r"boost/json|nlohmann/|simdjson": "a JSON type"}

FILE_LINES_P90_MAX = 350


@dataclass(frozen=True)
class Include:
    line: int
    target: str  # as written between the quotes or brackets


@dataclass
class Source:
    path: str  # relative to src/
    line_count: int
    includes: list[Include]

    @property
    def is_header(self):
        return self.path.endswith(".hpp")

    @property
    def is_test(self):
        return self.path.endswith("_test.cpp")


INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def read_sources(src):
    sources = {}
    for path in sorted([*src.rglob("*.cpp"), *src.rglob("*.hpp")]):
        lines = path.read_text(encoding="utf-8").splitlines()
        includes = [Include(n, m[1]) for n, line in enumerate(lines, 1) if (m := INCLUDE.match(line))]
        name = path.relative_to(src).as_posix()
        sources[name] = Source(name, len(lines), includes)
    return sources


def part_of(path):
    """The longest folder of `path` that has a row; `main` for files of src/ itself."""
    folders = path.split("/")[:-1]
    while folders:
        if "/".join(folders) in MAY_INCLUDE:
            return "/".join(folders)
        folders.pop()
    return "main" if "/" not in path else None


def allowed(source, target):
    own, other = part_of(source.path), part_of(target)
    row = MAY_INCLUDE[own]
    if own == other or "*" in row or target in row or other in row:
        return True
    return source.is_test and other is not None and own.split("/")[0] == other.split("/")[0]


def direct_breaches(sources):
    for source in sources.values():
        own = part_of(source.path)
        if own is None:
            yield f"src/{source.path}:1: this folder has no row in tests/include_table.py"
            continue
        for include in source.includes:
            where = f'src/{source.path}:{include.line}: {own} may not include'
            if include.target in sources:
                if not allowed(source, include.target):
                    yield f'{where} {part_of(include.target)} ("{include.target}"): {row_text(own)}'
            elif own == "base" and re.match(r"boost/asio", include.target):
                yield f"{where} Asio (<{include.target}>): that is what base/async is for"
            elif own == "base" and source.is_header and re.match(r"(fmt|spdlog)/", include.target):
                yield f"{where} <{include.target}> in a header: everything includes base"


def row_text(part):
    row = MAY_INCLUDE[part]
    return f"{part} includes only itself" + "".join(f", {target}" for target in row)


def chains(sources, start):
    """Yields (chain of paths, include) for everything that `start` reaches."""
    pending, seen = [(start,)], {start}
    while pending:
        chain = pending.pop()
        for include in sources[chain[-1]].includes:
            yield chain, include
            if include.target in sources and include.target not in seen:
                seen.add(include.target)
                pending.append((*chain, include.target))


def core_breaches(sources):
    for source in sources.values():
        if source.is_test or source.path.split("/")[0] not in CORE:
            continue
        forbidden = CORE_NEVER_REACHES | (CORE_HEADERS_NEVER_REACH if source.is_header else {})
        for chain, include in chains(sources, source.path):
            for pattern, what in forbidden.items():
                if re.match(pattern, include.target):
                    path = [*chain[1:], include.target]
                    line = next(i.line for i in source.includes if i.target == path[0])
                    yield f"src/{source.path}:{line}: the core may not reach {what} ({' -> '.join(path)})"


def percentile(sizes, percent):
    return sizes[min(len(sizes) - 1, len(sizes) * percent // 100)]


def size_breaches(sources):
    if not sources:
        return
    sizes = sorted(source.line_count for source in sources.values())
    p90 = percentile(sizes, 90)
    if p90 >= FILE_LINES_P90_MAX:
        longest = sorted(sources.values(), key=lambda source: -source.line_count)[:5]
        names = ", ".join(f"src/{source.path} ({source.line_count})" for source in longest)
        yield f"src/: the 90th percentile of file lengths is {p90} lines, at least {FILE_LINES_P90_MAX}: {names}"


def breaches(src):
    sources = read_sources(src)
    return [*direct_breaches(sources), *core_breaches(sources), *size_breaches(sources)]


def main():
    src = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "src"
    found = breaches(src)
    print(*found, sep="\n", end="\n" if found else "")
    sizes = sorted(source.line_count for source in read_sources(src).values())
    if sizes:
        print(f"{len(sizes)} files, lines p50 {percentile(sizes, 50)}, p90 {percentile(sizes, 90)}, max {sizes[-1]}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
