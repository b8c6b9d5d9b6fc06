"""What is wrong with what was shown, acknowledged and stored. Plain values in, sentences out."""

from collections import Counter
from itertools import pairwise
from typing import AbstractSet, Iterable, Mapping, Sequence

# The id and the text of a message; texts are unique.
Entry = tuple[int, str]

NAMED_MAX = 5  # of one kind of fault, so that a report can be read


def faults(
    views: Mapping[str, Sequence[Entry]],
    stored: Sequence[Entry],
    acknowledged: Iterable[Entry],
    stored_before: AbstractSet[str] = frozenset(),
) -> list[str]:
    """Nothing when each view is all of `stored`, once and in the order of ids.

    `views`: what each client was shown, in that order, over all of its connections.
    `stored`: what the database has. `stored_before`: texts that it had of earlier rounds.
    """
    shown = {entry for view in views.values() for entry in view}
    found = []
    for name, view in views.items():
        found += _of_view(name, view, shown)
    texts = Counter(text for _, text in stored)
    kept = set(stored)
    found += _some("has two texts", (i for i, count in Counter(i for i, _ in shown).items() if count > 1))
    found += _some("is stored twice", (text for text, count in texts.items() if count > 1))
    found += _some("is stored again", sorted(texts.keys() & stored_before))
    found += _some("was shown and is not stored", sorted(shown - kept))
    found += _some("was acknowledged and is not stored", sorted(set(acknowledged) - kept))
    found += _some("is stored and was never shown", sorted(kept - shown) if views else [])
    return found


def _of_view(name: str, view: Sequence[Entry], shown: AbstractSet[Entry]) -> list[str]:
    twice = (entry for entry, count in Counter(view).items() if count > 1)
    behind = (f"{later} after {earlier}" for earlier, later in pairwise(view) if later[0] < earlier[0])
    return [
        *_some(f"was shown to {name} twice", twice),
        *_some(f"was shown to {name} out of order", behind),
        *_some(f"was never shown to {name}", sorted(shown - set(view))),
    ]


def _some(fault: str, what: Iterable[object]) -> list[str]:
    every = list(what)
    named = [f"{one} {fault}" for one in every[:NAMED_MAX]]
    return named + ([f"{len(every) - NAMED_MAX} more: {fault}"] if len(every) > NAMED_MAX else [])
