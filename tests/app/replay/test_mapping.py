"""Dividing the recording's groups over the office's services and counters."""

from collections import Counter

from app.replay.mapping import Dealer, choose_counters, shares

SERVED = {1: ["A", "D"], 2: ["A"], 3: ["C"], 4: ["C", "D"]}


def test_the_chosen_counters_serve_as_many_services_as_they_can() -> None:
    assert choose_counters(2, SERVED) == [1, 3]
    assert choose_counters(4, SERVED) == [1, 2, 3, 4]


def test_a_group_of_one_services_worth_goes_to_one_service() -> None:
    divided = shares(Counter({"x": 5, "y": 5}), ["A", "C"], {1: ["A"], 2: ["C"]})
    assert divided == {"x": {"A": 1.0}, "y": {"C": 1.0}}


def test_a_large_group_is_divided_in_proportion_to_the_counters() -> None:
    divided = shares(Counter({"x": 100}), ["A", "C"], {1: ["A"], 2: ["A"], 3: ["C"]})
    assert divided["x"]["A"] > divided["x"]["C"] > 0
    assert sum(divided["x"].values()) == 1


def test_more_groups_than_services_share_them() -> None:
    groups = Counter({f"g{n}": n for n in range(1, 10)})
    divided = shares(groups, ["A", "C", "D"], SERVED)
    assert set(divided) == set(groups)
    for parts in divided.values():
        assert abs(sum(parts.values()) - 1) < 1e-9


def test_only_services_that_a_working_counter_serves_are_used() -> None:
    divided = shares(Counter({"x": 5, "y": 1}), ["A", "C", "Z"], {3: ["C"]})
    assert {code for parts in divided.values() for code in parts} == {"C"}


def test_without_any_service_nothing_is_divided() -> None:
    assert shares(Counter({"x": 5}), ["Z"], SERVED) == {}


def test_visitors_are_dealt_evenly_and_in_the_same_way_each_time() -> None:
    parts = {"x": {"A": 0.75, "C": 0.25}}
    first, second = Dealer(parts), Dealer(parts)
    dealt = [first.service_for("x") for _ in range(40)]
    assert dealt == [second.service_for("x") for _ in range(40)]
    assert Counter(dealt) == {"A": 30, "C": 10}
    assert dealt[:4].count("C") == 1
