"""The sources keep the include table, and the check that says so finds breaches."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

import include_table  # noqa: E402


@pytest.fixture
def breaches(tmp_path):
    """Checks a tree given as {path below src/: content}."""

    def check(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return include_table.breaches(tmp_path)

    return check


def test_the_sources_keep_the_table():
    assert include_table.breaches(ROOT / "src") == []


def test_the_table_has_no_cycle():
    order = list(include_table.MAY_INCLUDE)
    for part, row in include_table.MAY_INCLUDE.items():
        for target in row:
            if target in include_table.MAY_INCLUDE and not target.startswith(part + "/"):
                assert order.index(target) < order.index(part) or part == "base/async", (part, target)


def test_an_include_upwards_is_found_with_file_and_line(breaches):
    found = breaches({"hub/feed.cpp": '\n#include "server/router.hpp"\n', "server/router.hpp": ""})
    assert len(found) == 1
    assert found[0].startswith('src/hub/feed.cpp:2: hub may not include server ("server/router.hpp"): hub includes')


def test_a_part_may_include_itself_and_its_row(breaches):
    assert breaches({
        "hub/feed.cpp": '#include "hub/feed.hpp"\n#include "websocket/frame.hpp"\n#include <vector>\n',
        "hub/feed.hpp": '#include "base/clock.hpp"\n',
        "websocket/frame.hpp": "",
        "base/clock.hpp": "#include <chrono>\n",
    }) == []


def test_only_the_port_of_the_store_is_open_to_the_cache(breaches):
    found = breaches({
        "cache/embedded/cache.cpp": '#include "store/store.hpp"\n#include "store/options.hpp"\n',
        "store/store.hpp": "",
        "store/options.hpp": "",
    })
    assert len(found) == 1 and "cache.cpp:2" in found[0]


@pytest.mark.parametrize("part", ["chat", "server", "cache", "store"])
def test_a_backend_is_named_by_app_alone(breaches, part):
    files = {"store/sqlite/store.hpp": "", f"{part}/x.cpp": '#include "store/sqlite/store.hpp"\n'}
    assert len(breaches(files)) == 1
    (files := {**files, "app/x.cpp": files.pop(f"{part}/x.cpp"), f"{part}/x.cpp": ""})
    assert breaches(files) == []


def test_a_test_may_name_the_backends_of_its_module(breaches):
    assert breaches({
        "store/migrations_test.cpp": '#include "store/sqlite/store.hpp"\n',
        "store/sqlite/store.hpp": "",
    }) == []


def test_options_are_all_that_config_sees(breaches):
    found = breaches({
        "config/settings.hpp": '#include "hub/options.hpp"\n#include "hub/shard.hpp"\n',
        "hub/options.hpp": "",
        "hub/shard.hpp": "",
    })
    assert len(found) == 1 and "settings.hpp:2" in found[0]


@pytest.mark.parametrize("header", ["boost/asio/io_context.hpp", "boost/asio.hpp", "sqlite3.h", "thread"])
def test_the_core_reaches_no_io_through_any_chain(breaches, header):
    found = breaches({
        "hub/shard.cpp": '#include "hub/shard.hpp"\n',
        "hub/shard.hpp": '#include "model/x.hpp"\n',
        "model/x.hpp": f"#include <{header}>\n",
    })
    assert [line.split(": ")[0] for line in found] == ["src/hub/shard.cpp:1", "src/hub/shard.hpp:1", "src/model/x.hpp:1"]
    assert "hub/shard.hpp -> model/x.hpp -> " in found[0]


def test_json_is_for_the_core_s_sources_only(breaches):
    include = "#include <boost/json.hpp>\n"
    assert breaches({"protocol/parse.cpp": include}) == []
    assert "a JSON type" in breaches({"protocol/parse.hpp": include})[0]


def test_a_folder_without_a_row_is_found(breaches):
    assert "no row" in breaches({"util/strings.hpp": ""})[0]


def test_long_files_are_found(breaches):
    found = breaches({"model/x.hpp": "//\n" * include_table.FILE_LINES_P90_MAX})
    assert len(found) == 1 and "src/model/x.hpp (350)" in found[0]
