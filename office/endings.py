"""The ways in which visits end at an office: set by whoever manages, retired instead of deleted."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from office import journal
from office.errors import Invalid, OutcomeCodeWrong, OutcomeDefaultWrong, OutcomeUnnamed
from office.journal import Kind
from office.outcomes import Follow, Outcome, all_outcomes
from office.people import Actor, Right
from office.place import Names, Office
from storage.work import Work

#: Longest name, on a clerk's button, and the most ways to end.
LONGEST = 40
MOST = 30
#: The longest time to come back in, in days, and the most who go first then.
MOST_DAYS = 365
MOST_PLACES = 50

_CODE = re.compile(r"[a-z][a-z_]{1,29}")
#: Codes by which the office itself ends a stretch of a visit, and how such codes begin.
_TAKEN = {"held", "transferred", "cancelled", "no_show", "expired"}
_TAKEN_BEGINNINGS = ("left_", "expired_", "no_show_")


@dataclass(frozen=True)
class Ending:
    """One way to end, as the office wants it."""

    code: str
    names: Names
    follow: Follow
    is_default: bool
    retired: bool


@dataclass(frozen=True)
class Endings:
    """The ways to end in the order in which clerks see them, and what holds for all of them."""

    outcomes: list[Ending]
    #: Whether a clerk has to choose one for every visit.
    mandatory: bool
    #: For how many days who was sent away may come back, and how many go first then.
    return_days: int
    return_places: int


def endings_of(work: Work, office: Office) -> Endings:
    """Return how visits end at the office."""
    return Endings(
        [
            Ending(each.code, each.names, Follow(each.follow), each.is_default, each.retired)
            for each in all_outcomes(work, office.id)
        ],
        office.outcome_mandatory,
        office.return_days,
        office.return_places,
    )


def set_endings(work: Work, office: Office, actor: Actor, now: datetime, wanted: Endings) -> None:
    """Let visits end so from now on; what is not named any more is retired, since visits ended so.

    Raises Forbidden, OutcomeCodeWrong, OutcomeUnnamed, OutcomeDefaultWrong or Invalid.
    """
    actor.need(Right.MANAGE)
    former = endings_of(work, office)
    _check(office, wanted, {each.code for each in former.outcomes})
    there = {each.code: each for each in all_outcomes(work, office.id)}
    named = {each.code for each in wanted.outcomes}
    for outcome in there.values():
        if outcome.code not in named:
            outcome.retired, outcome.is_default, outcome.position = True, False, len(named)
    for position, each in enumerate(wanted.outcomes):
        outcome = there.get(each.code) or Outcome(office_id=office.id, code=each.code)
        outcome.names = {locale: name.strip() for locale, name in each.names.items()}
        outcome.follow, outcome.retired = each.follow.value, each.retired
        outcome.is_default, outcome.position = each.is_default, position
        work.session.add(outcome)
    office.outcome_mandatory = wanted.mandatory
    office.return_days, office.return_places = wanted.return_days, wanted.return_places
    work.session.flush()
    journal.append_change(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        asdict(former),
        asdict(endings_of(work, office)),
        part="endings",
    )


def _check(office: Office, wanted: Endings, known: set[str]) -> None:
    codes = [each.code for each in wanted.outcomes]
    for code in codes:
        free = _CODE.fullmatch(code) and code not in _TAKEN
        if codes.count(code) > 1 or not (
            code in known or (free and not code.startswith(_TAKEN_BEGINNINGS))
        ):
            raise OutcomeCodeWrong(names=code)
    for each in wanted.outcomes:
        if any(not 0 < len(each.names.get(one, "").strip()) <= LONGEST for one in office.locales):
            raise OutcomeUnnamed(names=each.code)
    usual = [each for each in wanted.outcomes if each.is_default]
    if len(usual) != 1 or usual[0].retired:
        raise OutcomeDefaultWrong()
    wrong = {
        name: f"between 0 and {most}"
        for name, value, most in (
            ("return_days", wanted.return_days, MOST_DAYS),
            ("return_places", wanted.return_places, MOST_PLACES),
            ("outcomes", len(codes), MOST),
        )
        if not 0 <= value <= most
    }
    if wrong:
        raise Invalid(fields=wrong)
