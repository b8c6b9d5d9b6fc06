"""A client that moves between servers, says things, and takes note of all that it is shown."""

import asyncio
import json
import random
from dataclasses import dataclass, field
from typing import Optional, Sequence

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatusCode

from ..client import open_socket
from .verdict import Entry

STAY_MIN, STAY_MAX = 0.3, 4.0  # seconds at one server
PAUSE = 1.5  # seconds between two things said, on average
UNHEARD_MAX = 4  # said and not acknowledged, before more is said
OPENING_SECONDS = 2.0  # then the next server is tried: this one is frozen
IN_GENERAL = {"type": "chat_message", "channel": "General"}

# How a connection ends or does not come about while something is away.
LOST = (ConnectionClosed, InvalidHandshake, OSError, asyncio.IncompleteReadError, TimeoutError)


@dataclass(frozen=True)
class Person:
    name: str
    id: str
    token: str


@dataclass
class Stream:
    """Of public or private messages, as one client sees it over all of its connections."""

    shown: list[Entry] = field(default_factory=list)  # since the last round that was judged
    acknowledged: list[Entry] = field(default_factory=list)  # likewise
    last: int = 0

    def take_until(self, last: int) -> tuple[list[Entry], list[Entry]]:
        """What was shown and what was acknowledged up to there, to be judged once."""
        taken = _up_to(self.shown, last), _up_to(self.acknowledged, last)
        self.shown = [entry for entry in self.shown if entry[0] > last]
        self.acknowledged = [entry for entry in self.acknowledged if entry[0] > last]
        return taken


def _up_to(entries: list[Entry], last: int) -> list[Entry]:
    return [entry for entry in entries if entry[0] <= last]


@dataclass
class Said:
    frame: str
    times: int = 0
    copy: Optional[Entry] = None  # its author's own, which is the acknowledgement


class Member:
    """One client, for a whole run. Texts are unique. Those that carry a nonce (the same text) are said again until they are
    acknowledged; the others once, whatever becomes of them."""

    def __init__(self, name: str, person: Person, people: Sequence[Person], nodes: Sequence, seed: int):
        self.name = name
        self.person = person
        self.public, self.private = Stream(), Stream()
        self.unheard: dict[str, Said] = {}  # with nonces, not acknowledged
        self.connections = 0
        self._about: Optional[int] = None  # what it talks about by itself
        self._said: dict[str, Said] = {}
        self._to_say: list[Said] = []  # as soon as there is a connection
        self._people = people
        self._nodes = nodes
        self._chance = random.Random(f"{seed} {name}")

    async def live(self) -> None:
        """Until it is cancelled; raises what no server may do."""
        while True:
            try:
                await self._visit(self._chance.choice(self._nodes))
            except LOST as lost:
                if isinstance(lost, InvalidStatusCode) and lost.status_code != 503:
                    raise
                await asyncio.sleep(0.05)

    def talk(self, about: int) -> None:
        """Says this and that from now on, to all and to others."""
        self._about = about

    def listen(self) -> None:
        """Says nothing new any more."""
        self._about = None

    def tell(self, text: str, to: Optional[str] = None) -> None:
        """Says it, to all or to the person with that id, until it is acknowledged."""
        self._compose(text, to, nonce=True)

    # --- connections --------------------------------------------------------------

    async def _visit(self, node) -> None:
        stay = self._chance.uniform(STAY_MIN, STAY_MAX)
        politely = self._chance.random() < 0.5
        socket = await open_socket(
            node, self.person.token, since=self.public.last, private_since=self.private.last,
            open_timeout=OPENING_SECONDS, close_timeout=OPENING_SECONDS,
        )  # fmt: skip
        self.connections += 1
        try:
            async with asyncio.timeout(stay):
                await self._attend(socket)
        except TimeoutError:
            if politely:
                await socket.close()  # else as a cable that is pulled
        finally:
            socket.transport.abort()

    async def _attend(self, socket) -> None:
        while self._take(await socket.recv()) != "connected_users":
            pass
        talking = asyncio.create_task(self._talk(socket))
        try:
            while not talking.done():
                self._take(await socket.recv())
            talking.result()
        finally:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)

    # --- what it says ---------------------------------------------------------------

    async def _talk(self, socket) -> None:
        self._to_say = list(self.unheard.values())
        while True:
            if self._about is not None and len(self.unheard) < UNHEARD_MAX:
                self._compose_something()
            while self._to_say:
                said = self._to_say.pop(0)
                said.times += 1
                await socket.send(said.frame)
            await asyncio.sleep(self._chance.uniform(0, 2 * PAUSE) if self._about is not None else 0.2)

    def _compose_something(self) -> None:
        to = self._chance.choice(self._people).id if self._chance.random() < 0.2 else None
        self._compose(f"{self._about} {self.name} {len(self._said)}", to, nonce=self._chance.random() < 0.7)

    def _compose(self, text: str, to: Optional[str], nonce: bool) -> None:
        where = {"type": "private_chat_message", "recipient_id": to} if to else IN_GENERAL
        said = Said(json.dumps({**where, "message": text, **({"nonce": text} if nonce else {})}))
        self._said[text] = said
        self._to_say.append(said)
        if nonce:
            self.unheard[text] = said

    # --- what it is shown -----------------------------------------------------------

    def _take(self, text: str) -> str:
        """Takes note of a frame, and says of what type it is."""
        frame = json.loads(text)
        kind, payload = frame["type"], frame["payload"]
        if kind in ("chat_message", "private_chat_message"):
            if not self._is_answer_to_a_repeat(payload):
                self._note(self.public if kind == "chat_message" else self.private, payload)
        elif kind in ("bulk_chat_messages", "bulk_private_messages"):
            assert "truncated" not in payload and "reset" not in payload, f"{self.name}: {kind} {payload.keys()}"
            for message in payload["messages"]:
                self._note(self.public if kind == "bulk_chat_messages" else self.private, message)
        elif kind == "error":
            self._refused(payload)
        return kind

    def _is_answer_to_a_repeat(self, message: dict) -> bool:
        """Of its own message, which it has already: one for each time that it was said again."""
        said = self._said.get(message["message"])
        if said is None or said.copy != (message["cacheID"], message["message"]) or said.times < 2:
            return False
        said.times -= 1
        return True

    def _note(self, stream: Stream, message: dict) -> None:
        entry = (message["cacheID"], message["message"])
        stream.shown.append(entry)
        stream.last = max(stream.last, entry[0])
        said = self._said.get(entry[1])
        if said is not None:
            said.copy = entry
            stream.acknowledged.append(entry)
            self.unheard.pop(entry[1], None)

    def _refused(self, error: dict) -> None:
        assert error["code"] == "unavailable", f"{self.name}: {error}"
        if (said := self.unheard.get(error.get("nonce"))) is not None:
            self._to_say.append(said)
