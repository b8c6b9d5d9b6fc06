"""What befalls whom, and when: all of it from one seed."""

import random
from dataclasses import dataclass

NODES = ["node 1", "node 2", "node 3"]
PARTS = [*NODES, "valkey", "postgres"]

BLOWS_MIN, BLOWS_MAX = 2, 4
FALL_WITHIN = 4.0  # seconds into the round
DOWN_MAX = 2.0
FROZEN_MIN, FROZEN_MAX = 1.0, 15.0


@dataclass(frozen=True)
class Blow:
    at: float  # seconds into the round
    part: str
    kind: str  # "kill" (SIGKILL, and started again) or "freeze" (SIGSTOP, and SIGCONT)
    seconds: float  # how long it is down or frozen

    def __str__(self) -> str:
        return f"{self.kind} {self.part} at {self.at:.1f} s for {self.seconds:.1f} s"


def blows(seed: int) -> list[Blow]:
    """Those of one round, by time. Different parts may be hit at once, one part only after it has got up."""
    chance = random.Random(seed)
    up_again = dict.fromkeys(PARTS, 0.0)
    made = []
    for at in sorted(chance.uniform(0, FALL_WITHIN) for _ in range(chance.randint(BLOWS_MIN, BLOWS_MAX))):
        part = chance.choice(PARTS)
        kind = chance.choice(["kill", "kill", "freeze"])
        at = max(at, up_again[part] + 0.1)
        seconds = chance.uniform(0, DOWN_MAX) if kind == "kill" else _frozen(chance)
        up_again[part] = at + seconds
        made.append(Blow(at, part, kind, seconds))
    return sorted(made, key=lambda blow: blow.at)


def _frozen(chance: random.Random) -> float:
    """Mostly short, so that a round is; now and then longer than any time-out."""
    return FROZEN_MIN + (FROZEN_MAX - FROZEN_MIN) * chance.random() ** 4
