"""Refusals: every way the office says no, each with a code that never changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ClassVar


class OfficeError(Exception):
    """A refusal; nothing was changed."""

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts


class Unknown(OfficeError):
    """What was named does not exist here."""


class Gone(OfficeError):
    """It was there, and has been replaced."""


class Conflict(OfficeError):
    """It exists, but not now."""


class Forbidden(OfficeError):
    """Whoever asks may not."""

    code = "not_allowed"


class Invalid(OfficeError):
    """What was sent makes no sense."""

    code = "input_invalid"


def refuse_beyond(limits: Mapping[str, tuple[float, float]], values: Mapping[str, float]) -> None:
    """Raise Invalid naming each value that is not within its limits."""
    wrong = {}
    for name, value in values.items():
        least, most = limits[name]
        if not least <= value <= most:
            wrong[name] = f"between {least} and {most}"
    if wrong:
        raise Invalid(fields=wrong)


class SeveralWrong(Invalid):
    """More than one thing is wrong: `problems` tells each, `fields` where."""

    code = "several_wrong"

    def __init__(self, refusals: Sequence[OfficeError]) -> None:
        told = [
            one
            for each in refusals
            for one in each.facts.get("problems", [{**each.facts, "code": each.code}])
        ]
        fields = {name: why for each in told for name, why in each.get("fields", {}).items()}
        super().__init__(fields=fields, problems=told)


@contextmanager
def all_at_once() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Refuse at the end with everything that is wrong, so that nobody mends one thing at a time.

    What is raised within `with check():` is kept, and what follows is checked all the same. A
    single refusal is raised as it is, several as SeveralWrong. Forbidden ends it at once.
    """
    refusals: list[OfficeError] = []

    @contextmanager
    def check() -> Iterator[None]:
        try:
            yield
        except Forbidden:
            raise
        except OfficeError as refused:
            refusals.append(refused)

    yield check
    if refusals:
        raise refusals[0] if len(refusals) == 1 else SeveralWrong(refusals)


class NamesWrong(Invalid):
    """A name is missing in a language, or longer than `limit`."""

    code = "names_wrong"


class StretchesWrong(Invalid):
    """Stretches of the day overlap, or one ends before it begins."""

    code = "stretches_wrong"


class StretchUnread(StretchesWrong):
    """What is typed is no time of day from and to."""

    code = "stretch_unread"


class StretchBackwards(StretchesWrong):
    """A stretch of the day ends before it begins."""

    code = "stretch_backwards"


class StretchesOverlap(StretchesWrong):
    """Two stretches of the day overlap."""

    code = "stretches_overlap"


class OfficeUnknown(Unknown):
    """No office has this code."""

    code = "office_unknown"


class OfficeUnnamed(Unknown):
    """There are several offices, and nothing says which one is meant."""

    code = "office_unnamed"


class ServiceUnknown(Unknown):
    """No service has this code."""

    code = "service_unknown"


class CounterUnknown(Unknown):
    """No counter has this number."""

    code = "counter_unknown"


class TicketUnknown(Unknown):
    """No ticket has this label today, or this token at all."""

    code = "ticket_unknown"


class TicketReprinted(Gone):
    """The slip with this secret has been replaced by another."""

    code = "ticket_reprinted"


class RehearsalOver(Gone):
    """The number was one of the rehearsal, which has ended."""

    code = "rehearsal_over"


class AccountUnknown(Unknown):
    """No account has this name."""

    code = "account_unknown"


class DeviceUnknown(Unknown):
    """No device has this number."""

    code = "device_unknown"


class PriorityUnknown(Invalid):
    """No priority class has this code."""

    code = "priority_unknown"


class LocaleUnknown(Invalid):
    """The office does not speak this language."""

    code = "locale_unknown"


class OfficeClosed(Conflict):
    """The office gives out no tickets at this hour or on this day."""

    code = "office_closed"


class ServiceSuspended(Conflict):
    """The service is suspended for now."""

    code = "service_suspended"


class QuotaSpent(Conflict):
    """The day's quota of the service has been given out."""

    code = "quota_spent"


class DayFull(Conflict):
    """Whoever came now could probably not be served before the counters close."""

    code = "day_full"


class NumbersSpent(Conflict):
    """The service's range of numbers is used up for the day."""

    code = "numbers_spent"


class LineEmpty(Conflict):
    """Nobody whom this counter serves is waiting."""

    code = "line_empty"


class CounterBusy(Conflict):
    """The counter still has a visitor called or being served."""

    code = "counter_busy"


class CounterElsewhere(Conflict):
    """Whoever opens a counter is still signed on at another one, which that would close."""

    code = "counter_elsewhere"


class CounterIdle(Conflict):
    """The counter has no visitor called or being served."""

    code = "counter_idle"


class CounterTaken(Conflict):
    """Somebody else is signed on at the counter."""

    code = "counter_taken"


class OutcomeUnknown(Invalid):
    """The office has no outcome with this code."""

    code = "outcome_unknown"


class OutcomeCodeWrong(Invalid):
    """The code of an outcome is taken, means something else, or is not written as codes are."""

    code = "outcome_code_wrong"


class OutcomeUnnamed(Invalid):
    """An outcome lacks its name in a language of the office."""

    code = "outcome_unnamed"


class OutcomeDefaultWrong(Invalid):
    """Not exactly one of the outcomes on offer is the usual one."""

    code = "outcome_default_wrong"


class OutcomeMissing(Invalid):
    """The office wants an outcome named for every visit."""

    code = "outcome_missing"


class NextUndecided(Invalid):
    """Another service may follow this one: the clerk has to say whether its condition is met."""

    code = "next_undecided"


class MissingUnknown(Invalid):
    """What is said to be missing is not in the service's list of what to bring."""

    code = "missing_unknown"


class ReturnInvalid(Conflict):
    """The right to return is unknown, or for another service."""

    code = "return_invalid"


class ReturnUsed(Conflict):
    """The right to return has been used."""

    code = "return_used"


class ReturnEarly(Conflict):
    """The right to return holds from a later day on."""

    code = "return_early"


class ReturnOver(Conflict):
    """The right to return has ended."""

    code = "return_over"


class NoteHasNumber(Invalid):
    """A note looks as if it held an identity number."""

    code = "note_has_number"


class ClerkAway(Conflict):
    """The clerk is signed on at no counter."""

    code = "clerk_away"


class CounterShut(Conflict):
    """Nobody is signed on at the counter."""

    code = "counter_shut"


class CounterPaused(Conflict):
    """Whoever is signed on at the counter takes a break."""

    code = "counter_paused"


class NothingToUndo(Conflict):
    """Nothing was done at the counter, or it has been taken back already."""

    code = "nothing_to_undo"


class UndoTooLate(Conflict):
    """The last action at the counter is longer ago than what may be taken back."""

    code = "undo_too_late"


class ChangedSince(Conflict):
    """Something else has happened to the ticket since."""

    code = "changed_since"


class MoveRefused(Conflict):
    """The ticket's status does not allow this; `allowed` are the statuses that would."""

    code = "move_refused"


class NotServedHere(Conflict):
    """The counter does not serve what the ticket is waiting for."""

    code = "not_served_here"


class ReasonMissing(Invalid):
    """Calling out of order needs a reason."""

    code = "reason_missing"


class RecallFirst(Conflict):
    """A visitor is marked absent only after the office's number of calls."""

    code = "recall_first"


class TooSoon(Conflict):
    """The call is still to be heard, or the visitor may be on the way; `wait_s` says how long."""

    code = "too_soon"


class KeyReused(Conflict):
    """The idempotency key was used before with another request."""

    code = "idempotency_key_reused"


class AlreadyRated(Conflict):
    """The visit has been rated."""

    code = "already_rated"


class NotYetServed(Conflict):
    """Only a finished visit can be rated."""

    code = "not_yet_served"


class DayOutOfReach(Invalid):
    """The day is over, or too far ahead to say anything about."""

    code = "day_out_of_reach"
