"""The plan of a round is its seed's."""

from support.crash.plan import FROZEN_MAX, FROZEN_MIN, PARTS, blows

SEEDS = range(300)


def test_the_same_seed_is_the_same_plan():
    assert [blows(seed) for seed in SEEDS] == [blows(seed) for seed in SEEDS]
    assert blows(1) != blows(2)


def test_every_part_is_killed_and_frozen():
    made = {(blow.part, blow.kind) for seed in SEEDS for blow in blows(seed)}
    assert made == {(part, kind) for part in PARTS for kind in ("kill", "freeze")}


def test_what_is_down_is_not_hit_again():
    for seed in SEEDS:
        for part in PARTS:
            hits = [blow for blow in blows(seed) if blow.part == part]
            assert all(one.at + one.seconds < next_one.at for one, next_one in zip(hits, hits[1:]))


def test_freezes_last_from_one_to_fifteen_seconds():
    frozen = [blow.seconds for seed in SEEDS for blow in blows(seed) if blow.kind == "freeze"]
    assert FROZEN_MIN <= min(frozen) < 1.1
    assert 12 < max(frozen) <= FROZEN_MAX
