"""A result as figures to freeze, send and write: decimals as text, just as printed. Pure."""

from fractions import Fraction
from typing import Any

from surveys.skm.index import Index, half_up
from surveys.skm.interval import Interval
from surveys.skm.results import Result, Told
from surveys.skm.sample import sample_size

#: Groups by how they came to answer.
APART = ("drawn", "volunteered")


def figures_of(found: Result, index: Index) -> dict[str, Any]:
    """Return what is told of some days, with `index` as their index."""
    apart = {each.name: each for each in found.groups.get("drawn", ())}
    return {
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "weight": found.weight.value,
        "respondents": index.respondents,
        "lacking": found.lacking,
        "population": found.population,
        "sample_wanted": sample_size(found.population),
        **_told(index),
        "elements": {
            key: {
                "total": _plain(score.total),
                "nrr": str(half_up(score.nrr, 4)),
                "weighted": str(half_up(score.weighted, 4)),
            }
            for key, score in index.elements.items()
        },
        "channels": {each.value: count for each, count in found.by_channel.items()},
        "invited": {"answered": found.invited.answered, "asked": found.invited.asked},
        **{name: _group(apart[name]) if name in apart else None for name in APART},
        "services": [
            {"name": each.name, **_group(each)} for each in found.groups.get("service", ())
        ],
        "trend": [
            {
                "period": each.period.key,
                "respondents": one.respondents if one else 0,
                "visits": each.visits,
                **_told(one),
            }
            for each in found.trend
            for one in (index if each.period == found.period else each.index,)
        ],
    }


def groups_of(found: Result) -> dict[str, list[dict[str, Any]]]:
    """Return the groups of respondents beside the services: counters, sex, age ..."""
    return {
        kind: [{"name": each.name, **_group(each)} for each in several]
        for kind, several in found.groups.items()
        if kind not in ("service", "drawn")
    }


def _plain(total: Fraction) -> str:
    """Return a sum, with decimals only where several questions of an element made some."""
    return str(total.numerator) if total.denominator == 1 else str(half_up(total, 2))


def _told(index: Index | Told | None) -> dict[str, Any]:
    if index is None or index.value is None:
        return {"index": None, "grade": None, "interval": None}
    return {
        "index": str(index.value),
        "grade": index.grade and index.grade.name,
        "interval": _interval(index.interval),
    }


def _group(told: Told) -> dict[str, Any]:
    return {
        "respondents": told.respondents,
        "visits": told.visits,
        "index": str(told.value),
        "grade": told.grade.name,
        "interval": _interval(told.interval),
    }


def _interval(told: Interval | None) -> list[str] | None:
    return None if told is None else [f"{told.low:.2f}", f"{told.high:.2f}"]
