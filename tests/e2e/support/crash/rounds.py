"""Rounds of talk and blows, each with a verdict on all that was shown, acknowledged and stored."""

import asyncio
import shutil
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import AsyncIterator, Callable, Sequence

from ..deadline import eventually_async
from .cluster import Cluster
from .judge import Judge
from .member import Member, Person, Stream
from .plan import PARTS, Blow, blows

MEMBERS = 60


class Rounds:
    """All rounds of a run on one cluster. Clients and what they were shown go on from one to the next."""

    def __init__(self, cluster: Cluster, people: Sequence[Person], seed: int, logs: Path):
        self.played = 0
        self.messages = 0  # public and private
        self.kills = 0
        self.freezes = 0
        self._cluster = cluster
        self._people = people
        self._seed = seed
        self._logs = logs / f"seed-{seed}"
        self._judge = Judge(cluster)
        self._members = [
            Member(f"member {i}", people[i % len(people)], people, cluster.nodes, seed) for i in range(MEMBERS)
        ]
        self._lives: list[asyncio.Task] = []

    @property
    def resumes(self) -> int:
        return sum(member.connections - 1 for member in self._members)

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """All clients live meanwhile. At the first fault, what is needed to understand it is kept."""
        self._lives = [asyncio.create_task(member.live()) for member in self._members]
        try:
            yield
            await self._judge.look_into_the_database(to_the_end=True)
        except BaseException:
            self._keep_logs()
            raise
        finally:
            for life in self._lives:
                life.cancel()
            await asyncio.gather(*self._lives, return_exceptions=True)

    async def play(self) -> None:
        """One round; raises what is wrong."""
        seed = self._seed + self.played
        planned = blows(seed)
        began, resumes, messages = time.monotonic(), self.resumes, self.messages
        print(f"round of seed {seed}: {'; '.join(map(str, planned))}", flush=True)
        for member in self._members:
            member.talk(about=seed)
        await asyncio.gather(*(self._suffer([blow for blow in planned if blow.part == part]) for part in PARTS))
        await self._settle(seed)
        await self._judge.look_into_the_database()
        self.played += 1
        self.kills += sum(blow.kind == "kill" for blow in planned)
        self.freezes += sum(blow.kind == "freeze" for blow in planned)
        print(
            f"    {self.messages - messages} messages, {self.resumes - resumes} resumes,"
            f" {time.monotonic() - began:.1f} s: none missing, doubled or out of order",
            flush=True,
        )

    def summary(self) -> str:
        return (
            f"{self.played} rounds, seeds {self._seed} to {self._seed + self.played - 1}: {self.kills} kills,"
            f" {self.freezes} freezes, {self.messages} messages, {self.resumes} resumes"
        )

    # --- a round --------------------------------------------------------------------

    async def _suffer(self, on_one_part: Sequence[Blow]) -> None:
        passed = 0.0
        for blow in on_one_part:
            await asyncio.sleep(blow.at - passed)
            await self._cluster.suffer(blow)
            passed = blow.at + blow.seconds

    async def _settle(self, seed: int) -> None:
        """Everything is up. Everybody hears the end of the round, and so all that came before it."""
        for member in self._members:
            member.listen()
        await self._until(lambda: not any(member.unheard for member in self._members), "all is acknowledged")
        firsts = self._members[: len(self._people)]
        for member in firsts:
            member.tell(f"end of {seed} for {member.person.name}", to=member.person.id)
        firsts[0].tell(f"end of {seed}")
        await self._until(lambda: not any(member.unheard for member in firsts), "the end is acknowledged")

        end = _place_of(firsts[0].public, f"end of {seed}")
        await self._until(lambda: all(member.public.last >= end for member in self._members), "all hear the end")
        self.messages += len(self._judge.close(None, end, self._members).shown)
        for first in firsts:
            await self._settle_privately(first, f"end of {seed} for {first.person.name}")

    async def _settle_privately(self, first: Member, last: str) -> None:
        readers = [member for member in self._members if member.person is first.person]
        end = _place_of(first.private, last)
        await self._until(
            lambda: all(member.private.last >= end for member in readers), f"{first.person.name} hears the end"
        )
        self.messages += len(self._judge.close(first.person.id, end, readers).shown)

    async def _until(self, probe: Callable[[], bool], what: str) -> None:
        """While all live: what ends a life is the first fault."""

        def ended_or_so() -> bool:
            for life in self._lives:
                if life.done():
                    life.result()
            return probe()

        await eventually_async(ended_or_so, what)

    def _keep_logs(self) -> None:
        shutil.rmtree(self._logs, ignore_errors=True)  # of another run with this seed
        self._logs.mkdir(parents=True)
        self._cluster.keep_logs(self._logs)
        self._judge.keep_views(self._logs)
        print(f"logs and views are in {self._logs}", flush=True)


def _place_of(stream: Stream, text: str) -> int:
    return next(cache_id for cache_id, said in stream.acknowledged if said == text)
