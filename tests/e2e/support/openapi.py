"""docs/openapi.yaml, and whether an answer is what it says."""

import copy
import functools
import json
from typing import Iterator, Optional
from urllib.parse import unquote, urlsplit

import jsonschema
import yaml

from .server import REPOSITORY

METHODS = ("get", "post", "patch", "delete")

# Described ahead of the server.
NOT_YET = {("GET", "/messages")}


@functools.cache
def document() -> dict:
    return yaml.safe_load((REPOSITORY / "docs" / "openapi.yaml").read_text())


def document_of_served() -> dict:
    """The document without what is not there yet."""
    served = copy.deepcopy(document())
    for method, path in NOT_YET:
        del served["paths"][path][method.lower()]
    return served


def operations() -> Iterator[tuple[str, str, dict]]:
    """Method, path and description of each."""
    for path, item in document()["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def security(operation: dict) -> Optional[str]:
    """`user`, `administrator`, or None where no token is needed."""
    wanted = operation.get("security", document()["security"])
    return next(iter(wanted[0])) if wanted else None


def _resolved(node: dict) -> dict:
    while "$ref" in node:
        found = document()
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        node = found
    return node


def _matches(pattern: str, path: str) -> bool:
    wanted, given = pattern.split("/"), path.split("/")
    return len(wanted) == len(given) and all(w.startswith("{") or w == g for w, g in zip(wanted, given))


def _item_for(target: str) -> Optional[dict]:
    path = unquote(urlsplit(target).path)
    paths = document()["paths"]
    return paths.get(path) or next((item for pattern, item in paths.items() if _matches(pattern, path)), None)


def _check_value(schema: dict, value: object, where: str) -> None:
    resolver = jsonschema.RefResolver("", document())
    errors = list(jsonschema.Draft202012Validator(schema, resolver=resolver).iter_errors(value))
    assert not errors, f"{where}: {errors[0].json_path}: {errors[0].message}"


def check(method: str, target: str, reply) -> None:
    """Asserts that the reply (status, headers, body) is described; of other paths nothing is known."""
    item = _item_for(target)
    if item is None:
        return
    where = f"{method} {urlsplit(target).path}: {reply.status}"
    if method == "OPTIONS":
        assert reply.status in (204, 421) and (reply.status != 204 or reply.headers["Allow"]), where
        return
    operation = item.get("get" if method == "HEAD" else method.lower())
    if operation is None:
        assert reply.status >= 400, where
        assert reply.status != 405 or reply.headers["Allow"], where
        return
    responses = operation["responses"]
    described = responses.get(str(reply.status)) or (responses["default"] if reply.status >= 400 else None)
    assert described is not None, f"{where} is not described"
    _check_reply(_resolved(described), method, reply, where)


def _check_reply(described: dict, method: str, reply, where: str) -> None:
    for name, header in described.get("headers", {}).items():
        value = reply.headers[name]
        assert value is not None or not header.get("required"), f"{where} without {name}"
        if value is not None:
            _check_value(header["schema"], value, f"{where}, {name}")
    content = described.get("content")
    if content is None:
        assert not reply.body, f"{where} has a body, of which nothing is said"
        return
    kind = reply.headers.get_content_type()
    assert kind in content, f"{where} is {kind}"
    if method != "HEAD":
        _check_value(content[kind]["schema"], json.loads(reply.body) if "json" in kind else reply.body.decode(), where)


def operation_name(method: str, target: str) -> tuple[str, str]:
    """The method and the path of the description that a request is of."""
    path = unquote(urlsplit(target).path)
    for known, pattern, _ in operations():
        if known == method and _matches(pattern, path):
            return known, pattern
    raise AssertionError(f"{method} {path} is not described")


def check_success(method: str, target: str, body: str) -> None:
    """Asserts that `body` is that of the operation's one successful answer."""
    operation = _item_for(target)[method.lower()]
    (described,) = [_resolved(r) for status, r in operation["responses"].items() if status.startswith("2")]
    where = f"{method} {target}"
    if "content" not in described:
        assert not body, where
        return
    ((kind, content),) = described["content"].items()
    _check_value(content["schema"], json.loads(body) if "json" in kind else body, where)
