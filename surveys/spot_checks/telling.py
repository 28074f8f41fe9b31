"""What of a spot check's record each reader is told, in words: the inspector all, the office less.

What somebody said of money or of a broker is for inspectors alone, with the words that came with
it. Beside a number no answer is told to the office; scores, reasons and words only if at least as
many were asked as the office's rules want for any group.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from office.place import in_language
from surveys.groups import kept_back
from surveys.reasons import INTEGRITY, NAMES, Reason
from surveys.spot_checks.comparison import LEAST
from surveys.spot_checks.draws import Group
from surveys.spot_checks.entries import Outcome
from surveys.spot_checks.standard import ANSWERS, COUNTER, ITEMS, Seen
from web.languages import day_in

PASSED_OVER = "passed_over"
GROUPS: dict[Group, LazyString] = {Group.SERVED: _l("Just served"), Group.WAITING: _l("Waiting")}
OUTCOMES: dict[str, LazyString] = {
    Outcome.ASKED.value: _l("asked"),
    Outcome.REFUSED.value: _l("refused"),
    Outcome.NOT_FOUND.value: _l("not found"),
    PASSED_OVER: _l("passed over, no reason noted"),
}
FACES: dict[int, LazyString] = {
    1: _l("Very dissatisfied"),
    2: _l("Dissatisfied"),
    3: _l("Satisfied"),
    4: _l("Very satisfied"),
}
STATUSES: dict[str, LazyString] = {
    "called": _l("a visitor is called"),
    "serving": _l("serving"),
    "idle": _l("free"),
    "paused": _l("on a break"),
    "desk_work": _l("desk work"),
}


@dataclass(frozen=True)
class Told:
    """A record in the words of one language, for one kind of reader."""

    office: str
    day: str
    opened: str
    closed: str
    inspector: bool
    #: The record, of which figures are taken as they are.
    record: Mapping[str, Any]
    #: Whether so many were asked that their answers may be told.
    enough: bool
    #: Service, waiting, longest wait in minutes, counters open.
    lines: list[tuple[str, str, str, str]]
    #: Number, who is signed on, services, what the system says, how it was found, a note.
    counters: list[tuple[str, str, str, str, str, str]]
    #: Item, answer, note.
    checklist: list[tuple[str, str, str]]
    #: Score, then how many of the served said it, of the waiting, of all, and at the terminals.
    scores: list[tuple[str, str, str, str, str]]
    reasons: list[tuple[str, int]]
    #: Number, group, outcome, service; for inspectors, told and recorded wait.
    people: list[tuple[str, str, str, str, str, str]]
    #: Medians of told waits, of the recorded ones, and of what each told more than was recorded.
    waits: tuple[str, str, str]
    #: When, minutes back, seed, and the numbers in the order drawn, by group.
    draws: list[tuple[str, str, str, list[tuple[str, str]]]]
    words: list[str]
    #: For inspectors: number, what was said of money or brokers, the words with it.
    integrity: list[tuple[str, str, str]] = field(default_factory=list)
    outcomes: list[tuple[str, int]] = field(default_factory=list)


def told(record: Mapping[str, Any], locale: str, least: int, *, inspector: bool) -> Told:
    """Return a record as its reader is told of it, in `locale`, the language of the request."""
    zone = ZoneInfo(record["timezone"])
    people = record["people"]
    asked = [each for each in people if each["outcome"] == Outcome.ASKED.value]
    enough = inspector or len(asked) >= least
    heard = asked if enough else []
    touched = Counter(
        Reason(each) for one in heard for each in one["reasons"] if Reason(each) not in INTEGRITY
    )
    of_money = [each for each in asked if INTEGRITY & {Reason(name) for name in each["reasons"]}]
    plain = [each for each in heard if each not in of_money]
    came = Counter(each["outcome"] for each in people)
    opened = datetime.fromisoformat(record["opened_at"])

    def waits(name: str) -> str:
        return number(record["waits"][name] if enough else None)

    return Told(
        office=in_language(record["office"], locale),
        day=day_in(opened.astimezone(zone).date(), "full", locale),
        opened=clock(record["opened_at"], zone),
        closed=clock(record["closed_at"], zone),
        inspector=inspector,
        record=record,
        enough=enough,
        lines=[
            (
                f"{each['letter']} {in_language(each['names'], locale)}",
                str(each["waiting"]),
                number(each["longest_min"]),
                str(each["counters_open"]),
            )
            for each in record["snapshot"]["waiting"]
        ],
        counters=_counters(record),
        checklist=_checklist(record),
        scores=_scores(record, least, inspector=inspector),
        reasons=[(str(NAMES[reason]), count) for reason, count in touched.most_common()],
        people=[
            (
                each["label"],
                str(GROUPS[Group(each["group"])]),
                str(OUTCOMES[each["outcome"]]),
                in_language(each["names"], locale),
                *(
                    number(each.get(name) if inspector else None)
                    for name in ("wait_min", "recorded_min")
                ),
            )
            for each in people
        ],
        waits=(
            waits("told_min"),
            waits("recorded_min"),
            waits("further_min"),
        ),
        draws=[
            (
                clock(each["at"], zone),
                str(each["within_min"]),
                each["seed"],
                [
                    (
                        str(GROUPS[group]),
                        ", ".join(one["label"] for one in each["drawn"][group.value]),
                    )
                    for group in Group
                ],
            )
            for each in record["draws"]
        ],
        words=sorted(each[name] for each in plain for name in ("mend", "more") if each.get(name)),
        integrity=[
            (
                each["label"],
                "; ".join(str(NAMES[Reason(name)]) for name in each["reasons"]),
                " ".join(each[name] for name in ("mend", "more") if each.get(name)),
            )
            for each in (of_money if inspector else ())
        ],
        outcomes=[(str(said), came[key]) for key, said in OUTCOMES.items()],
    )


def verdict(told: Told, least: int) -> list[str]:
    """Return what follows from the counts of told and recorded, and what does not."""
    record = told.record
    served = sum(record["told"][Group.SERVED.value])
    recorded = record["terminals"].get("counts")
    said = []
    if recorded is None:
        said.append(
            _(
                "Of these hours no answers at terminals are told: of none of these services were"
                " there %(least)s together.",
                least=least,
            )
        )
    else:
        said.append(
            _(
                "Answers at terminals are told of each service in whole batches of %(least)s.",
                least=record["terminals"]["least"],
            )
        )
    if record["p_value"] is None:
        said.append(
            _(
                "%(count)s served visitors were asked: below %(least)s no test is made. These are"
                " voices, not a sample.",
                count=served,
                least=LEAST,
            )
            if served < LEAST
            else _("The terminals have fewer than %(least)s answers: no test is made.", least=LEAST)
        )
    elif told.enough:
        said.append(
            _(
                "Satisfied or not, those asked against the terminals: Fisher's exact test,"
                " two-sided, p = %(p)s from %(told)s and %(recorded)s answers.",
                p=written(record["p_value"]),
                told=served,
                recorded=sum(recorded or ()),
            )
        )
    return said


def number(value: float | None) -> str:
    """Return whole minutes, halves as they are, or a dash."""
    return "–" if value is None else written(value)


def written(value: float) -> str:
    """Return a number as the language of the request writes it."""
    return str(format_decimal(value, "0.####"))


def clock(moment: str | None, zone: ZoneInfo) -> str:
    """Return the time on the office's clock, or a dash."""
    return "–" if moment is None else f"{datetime.fromisoformat(moment).astimezone(zone):%H:%M}"


def day(value: date, locale: str) -> str:
    """Return a day in full."""
    return day_in(value, "long", locale)


def _counters(record: Mapping[str, Any]) -> list[tuple[str, str, str, str, str, str]]:
    found = []
    for each in record["snapshot"]["counters"]:
        seen = record["observations"].get(f"{COUNTER}{each['number']}", {})
        found.append(
            (
                str(each["number"]),
                each["clerk"] or "–",
                " ".join(each["services"]),
                str(STATUSES.get(each["status"], each["status"])),
                str(ANSWERS[Seen(seen["answer"])]) if seen else "–",
                seen.get("note", ""),
            )
        )
    return found


def _checklist(record: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    for item, name in ITEMS.items():
        seen = record["observations"].get(item, {})
        answer = str(ANSWERS[Seen(seen["answer"])]) if seen else "–"
        found.append((str(name), answer, seen.get("note", "")))
    return found


def _scores(
    record: Mapping[str, Any], least: int, *, inspector: bool
) -> list[tuple[str, str, str, str, str]]:
    told, counts = record["told"], record["terminals"].get("counts")
    sizes = {each: sum(told[each]) for each in told}
    total = sum(sizes.values())
    hidden = set() if inspector else kept_back(sizes, total, least)
    rows = []
    for at in (3, 2, 1, 0):
        served, waiting = (
            "–" if group.value in hidden else str(told[group.value][at]) for group in Group
        )
        every = str(sum(each[at] for each in told.values()))
        rows.append(
            (
                str(FACES[at + 1]),
                served,
                waiting,
                every if inspector or total >= least else "–",
                "–" if counts is None else str(counts[at]),
            )
        )
    return rows
