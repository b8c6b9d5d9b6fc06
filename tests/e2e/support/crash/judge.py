"""Holds what clients were shown against each other at once, and against the database when it has it."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional, Sequence

from ..deadline import SECONDS
from .cluster import Cluster
from .member import Member
from .verdict import Entry, faults

# A share of a dead server is taken over after 15 s, and nothing is stored while the database is away.
STORED_WITHIN = 2 * SECONDS


@dataclass
class Window:
    """What its readers were shown of one stream from one round's last message to the next one's."""

    party: Optional[str]  # who reads these private messages; None: the public ones
    after: int
    up_to: int
    views: dict[str, list[Entry]]
    acknowledged: list[Entry]
    closed: float = field(default_factory=time.monotonic)

    @property
    def shown(self) -> set[Entry]:
        return {entry for view in self.views.values() for entry in view}


class Judge:
    def __init__(self, cluster: Cluster):
        self._cluster = cluster
        self._open: list[Window] = []  # not all of it is in the database yet
        self._reached: dict[Optional[str], int] = {}
        self._stored: dict[Optional[str], set[str]] = {}

    def close(self, party: Optional[str], up_to: int, readers: Sequence[Member]) -> Window:
        """Takes what they were shown up to there, which must be the same for all."""
        window = Window(party, self._reached.get(party, 0), up_to, {}, [])
        for member in readers:
            stream = member.public if party is None else member.private
            window.views[member.name], acknowledged = stream.take_until(up_to)
            window.acknowledged += acknowledged
        self._reached[party] = up_to
        self._open.append(window)
        self._rule(window, sorted(window.shown))
        return window

    async def look_into_the_database(self, to_the_end: bool = False) -> None:
        """Judges the windows that it has in full, and those that it ought to have; or waits for all of them."""
        while True:
            for window in list(self._open):
                stored = await asyncio.to_thread(self._cluster.stored, window.after, window.up_to, window.party)
                if window.shown <= set(stored) or time.monotonic() > window.closed + STORED_WITHIN:
                    self._rule(window, stored, self._stored.setdefault(window.party, set()))
                    self._stored[window.party].update(text for _, text in stored)
                    self._open.remove(window)
            if not (to_the_end and self._open):
                return
            await asyncio.sleep(0.5)

    @staticmethod
    def _rule(window: Window, stored: Sequence[Entry], stored_before: set[str] = frozenset()) -> None:
        found = faults(window.views, stored, window.acknowledged, stored_before)
        what = "public messages" if window.party is None else f"private messages of {window.party}"
        assert not found, f"{what} from {window.after} to {window.up_to}:\n  " + "\n  ".join(found)

    def keep_views(self, directory: Path) -> None:
        views = [vars(window) for window in self._open]
        (directory / "windows.json").write_text(json.dumps(views, indent=1))
