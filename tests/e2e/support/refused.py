"""Tables of requests that must be refused."""

import json
from dataclasses import dataclass
from typing import Any, Optional

import pytest

from .admin import Api


@dataclass(frozen=True)
class Refused:
    """A request that must be refused: how, and what the detail must name."""

    method: str
    target: str
    body: Optional[dict] = None
    status: int = 400
    named: str = ""

    def check(self, api: Api) -> None:
        reply = api.call(self.method, self.target, self.body)
        assert reply.status == self.status, reply.body
        assert self.named in reply.problem["detail"]

    def __str__(self) -> str:
        return f"{self.method} {self.target} {json.dumps(self.body)[:60]}"


def refusals(*cases: Refused):
    """A test's cases, under names that say what they are."""
    return pytest.mark.parametrize("case", cases, ids=[str(case) for case in cases])


def fields(method: str, target: str, good: dict, *wrong: tuple[str, Any]) -> list[Refused]:
    """One refusal for each wrong value of a field of a body that is good otherwise, naming the field."""
    return [Refused(method, target, {**good, name: value}, named=name) for name, value in wrong]
