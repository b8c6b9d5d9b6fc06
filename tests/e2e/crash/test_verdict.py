"""The checker of the crash test finds each fault that it is for."""

import pytest

from support.crash.verdict import faults

A, B, C = (1, "a"), (2, "b"), (3, "c")
ALL = [A, B, C]


def test_everybody_saw_everything_that_is_stored():
    assert faults({"ann": ALL, "bob": ALL}, ALL, [B]) == []


@pytest.mark.parametrize(
    "view,fault",
    [
        ([A, C], "(2, 'b') was never shown to bob"),
        ([A, B, B, C], "(2, 'b') was shown to bob twice"),
        ([A, B, C, A], "(1, 'a') was shown to bob twice"),
        ([A, C, B], "(2, 'b') after (3, 'c') was shown to bob out of order"),
        ([A, (2, "x"), C], "2 has two texts"),
    ],
)
def test_a_view_that_is_not_like_the_others(view, fault):
    assert fault in faults({"ann": ALL, "bob": view}, ALL, [])


@pytest.mark.parametrize(
    "stored,fault",
    [
        ([A, B], "(3, 'c') was shown and is not stored"),
        ([A, B, C, (4, "b")], "b is stored twice"),
        ([A, B, C, (4, "d")], "(4, 'd') is stored and was never shown"),
        ([A, B, (3, "x")], "(3, 'c') was shown and is not stored"),
    ],
)
def test_a_database_that_is_not_like_the_views(stored, fault):
    assert fault in faults({"ann": ALL, "bob": ALL}, stored, [])


def test_what_was_acknowledged_and_is_nowhere():
    assert faults({"ann": [A]}, [A], [A, B]) == ["(2, 'b') was acknowledged and is not stored"]


def test_what_an_earlier_round_has_stored_is_not_stored_again():
    assert faults({"ann": ALL}, ALL, [], stored_before={"b", "z"}) == ["b is stored again"]


def test_what_nobody_saw_of_nothing_is_nothing():
    assert faults({"ann": [], "bob": []}, [], []) == []


def test_a_report_can_be_read_however_much_is_wrong():
    stored = [(i, str(i)) for i in range(1000)]
    assert len(faults({"ann": []}, stored, [])) == 6
