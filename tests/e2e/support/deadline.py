"""How long a test waits for something that must happen, and the one way to poll for it."""

import asyncio
import time
from typing import Callable, TypeVar

SECONDS = 60.0  # generous: a deadline says that something is broken, never how fast it is

T = TypeVar("T")


def eventually(probe: Callable[[], T], what: str, seconds: float = SECONDS) -> T:
    """The first true value of `probe`, asked again and again."""
    end = time.monotonic() + seconds
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"did not happen within {seconds} s: {what}")
        time.sleep(0.02)


async def eventually_async(probe: Callable[[], T], what: str, seconds: float = SECONDS) -> T:
    """As `eventually`, while clients of this event loop go on."""
    end = time.monotonic() + seconds
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"did not happen within {seconds} s: {what}")
        await asyncio.sleep(0.02)
