"""The counter's addresses: one for every verb a clerk has."""

from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from counter.shapes import (
    CallTicket,
    Cancel,
    Console,
    Counters,
    DeskWork,
    Finish,
    Hold,
    Labelled,
    Needed,
    NewNote,
    Pause,
    Priority,
    ReturnCode,
    ServiceNamed,
    SignOn,
    TakeOver,
    Transfer,
    Verb,
    WalkIn,
)
from office import (
    aside,
    calling,
    console,
    desks,
    moment,
    notes,
    pausing,
    pins,
    serving,
    taking_over,
    undoing,
)
from office.desks import Desk, desk_at
from office.errors import AccountUnknown
from office.people import Account, Right, actor_of_account, at_counters
from office.place import counter_numbered
from office.tickets import Ticket, ticket_labelled
from web.access import asking, bearer, sign_in, sign_in_failed
from web.aside import aside as beside
from web.house import house
from web.languages import locale
from web.limits import pin_tries
from web.returns import right_printed, right_told
from web.shapes import problems
from web.turns import Turn, in_reading, in_turn, in_unkept_turn

api = APIBlueprint("counter_api", __name__, tag="Counters")

Said = tuple[Ticket | None, dict[str, object] | None]

REFUSALS = problems(400, 401, 403, 404, 409, 413, 422)


@api.get("/counters")
@api.output(Counters)
@api.doc(responses=problems(401, 403))
def counters() -> Response:
    """List the counters with who sits there, what they serve and whom."""
    return in_reading(
        Right.READ_COUNTERS,
        lambda turn: {
            "version": turn.office.version,
            "counters": console.counter_list(turn.work, turn.office),
        },
    )


@api.get("/counters/<int:number>")
@api.output(Console)
@api.doc(responses=problems(401, 403, 404))
def counter(number: int) -> Response:
    """Tell everything the console of a counter shows."""
    return in_reading(
        Right.READ_COUNTERS,
        lambda turn: console.console(
            turn.work,
            turn.office,
            counter_numbered(turn.work, turn.office.id, number),
            turn.now,
        ),
    )


@api.post("/counters/<int:number>/open")
@api.input(SignOn)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def open_counter(number: int, json_data: SignOn) -> Response:
    """Sign on at the counter; whoever is still at another one says that they move."""

    def act(desk: Desk) -> Said:
        if not json_data.move:
            desks.refuse_elsewhere(desk)
        desks.open_counter(desk)
        return desks.ticket_at(desk.work, desk.office, desk.counter), None

    return _at(number, act)


@api.post("/counters/<int:number>/close")
@api.output(Verb)
@api.doc(responses=REFUSALS)
def close_counter(number: int) -> Response:
    """Sign off at the counter."""
    return _without_ticket(number, desks.close_counter)


@api.post("/counters/<int:number>/take-over")
@api.input(TakeOver)
@api.output(Verb)
@api.doc(responses={**REFUSALS, **problems(429)})
def take_over(number: int, json_data: TakeOver) -> Response:
    """Let a clerk go on where a colleague is signed on, proved by a PIN; the visitor stays.

    In a browser the clerk is then who is signed in there.
    """
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        asker = asking(work, now, Right.SERVE)
        clerk = pins.colleague_named(work, asker.office_id, json_data.account)
    with pin_tries(clerk, number):
        if not beside(pins.is_pin, clerk, json_data.pin):
            with home.store.work() as work:
                sign_in_failed(work, clerk, "pin", now)
            raise pins.PinWrong(fields={"pin": "wrong"})

    def act(turn: Turn) -> dict[str, Any]:
        desk_at(turn.work, turn.office, turn.actor, turn.now, number)
        proved = turn.work.session.get(Account, clerk.id)
        if proved is None or not proved.active or proved.pin_hash != clerk.pin_hash:
            raise AccountUnknown(account=json_data.account)
        actor = at_counters(actor_of_account(proved))
        desk = desk_at(turn.work, turn.office, actor, turn.now, number)
        return _told(turn, desk, taking_over.take_over(desk))

    answer = in_unkept_turn(Right.SERVE, act)
    if bearer(request) is None:
        with home.store.work() as work:
            sign_in(work, clerk, now, by_pin=True)
    return answer


@api.post("/counters/<int:number>/next")
@api.output(Verb)
@api.doc(responses=REFUSALS)
def call_next(number: int) -> Response:
    """Call whoever is next."""
    return _at(number, calling.call_next)


@api.post("/counters/<int:number>/call")
@api.input(CallTicket)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def call_ticket(number: int, json_data: CallTicket) -> Response:
    """Call one ticket; out of order by right and with a reason."""
    return _at(number, lambda desk: calling.call_ticket(desk, json_data.label, json_data.reason))


@api.post("/counters/<int:number>/recall")
@api.output(Verb)
@api.doc(responses=REFUSALS)
def recall(number: int) -> Response:
    """Call the called visitor once more."""
    return _at(number, lambda desk: (calling.recall(desk), None))


@api.post("/counters/<int:number>/start")
@api.output(Verb)
@api.doc(responses=REFUSALS)
def start(number: int) -> Response:
    """Begin to serve the called visitor."""
    return _at(number, lambda desk: (serving.start(desk), None))


@api.post("/counters/<int:number>/finish")
@api.input(Finish)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def finish(number: int, json_data: Finish) -> Response:
    """End the visit."""
    return _at(number, lambda desk: (serving.finish(desk, *_ending(json_data)), None))


@api.post("/counters/<int:number>/finish-and-next")
@api.input(Finish)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def finish_and_next(number: int, json_data: Finish) -> Response:
    """End the visit and call whoever is next; with nobody waiting the ticket is null."""
    return _at(number, lambda desk: serving.finish_and_next(desk, *_ending(json_data)))


@api.post("/counters/<int:number>/no-show")
@api.output(Verb)
@api.doc(responses=REFUSALS)
def no_show(number: int) -> Response:
    """Mark the called visitor absent."""
    return _at(number, lambda desk: (calling.no_show(desk), None))


@api.post("/counters/<int:number>/put-back")
@api.output(Verb)
@api.doc(responses=REFUSALS)
def put_back(number: int) -> Response:
    """Return the called ticket to the line, with its place."""
    return _at(number, lambda desk: (calling.put_back(desk), None))


@api.post("/counters/<int:number>/hold")
@api.input(Hold)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def hold(number: int, json_data: Hold) -> Response:
    """Set the visitor, or a waiting ticket, aside."""
    return _at(number, lambda desk: (aside.hold(desk, json_data.label), None))


@api.post("/counters/<int:number>/resume")
@api.input(Labelled)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def resume(number: int, json_data: Labelled) -> Response:
    """Return a held ticket to the line with the place it had."""
    return _at(number, lambda desk: (aside.resume(desk, json_data.label), None))


@api.post("/counters/<int:number>/rejoin")
@api.input(Labelled)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def rejoin(number: int, json_data: Labelled) -> Response:
    """Let a visitor who missed the call back into the line, some places down."""
    return _at(number, lambda desk: (aside.rejoin(desk, json_data.label), None))


@api.post("/counters/<int:number>/cancel")
@api.input(Cancel)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def cancel_ticket(number: int, json_data: Cancel) -> Response:
    """Give a waiting or held ticket back for a visitor who has left; by right."""
    return _at(number, lambda desk: (aside.cancel(desk, json_data.label, json_data.reason), None))


@api.post("/counters/<int:number>/return")
@api.input(ReturnCode)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def admit(number: int, json_data: ReturnCode) -> Response:
    """Give a visitor with a return slip a number, by its code."""
    return _at(number, lambda desk: (aside.admit(desk, json_data.code), None))


@api.post("/counters/<int:number>/undo")
@api.output(Verb)
@api.doc(responses=REFUSALS)
def undo(number: int) -> Response:
    """Take the last action at the counter back, within a minute."""
    return _at(number, lambda desk: (undoing.undo(desk), None))


@api.post("/counters/<int:number>/pause")
@api.input(Pause)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def pause(number: int, json_data: Pause) -> Response:
    """Begin a break; nobody is called to the counter meanwhile."""
    return _without_ticket(
        number, lambda desk: pausing.pause(desk, json_data.reason, json_data.minutes)
    )


@api.post("/counters/<int:number>/back")
@api.output(Verb)
@api.doc(responses=REFUSALS)
def come_back(number: int) -> Response:
    """End the break."""
    return _without_ticket(number, pausing.come_back)


@api.post("/counters/<int:number>/desk-work")
@api.input(DeskWork)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def desk_work(number: int, json_data: DeskWork) -> Response:
    """Begin or end work on papers, which silences the bell."""
    return _without_ticket(number, lambda desk: pausing.set_desk_work(desk, json_data.on))


@api.post("/counters/<int:number>/help")
@api.output(Verb)
@api.doc(responses=REFUSALS)
def call_help(number: int) -> Response:
    """Call the supervisor to the counter, without a sound."""
    return _without_ticket(number, pausing.call_help)


@api.post("/counters/<int:number>/transfer")
@api.input(Transfer)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def transfer(number: int, json_data: Transfer) -> Response:
    """Send the visitor on to another service or counter, the arrival time kept."""
    clerk = json_data.clerk
    if clerk is not None:
        return _at(number, lambda desk: (serving.transfer_to_clerk(desk, clerk), None))
    return _at(
        number,
        lambda desk: (serving.transfer(desk, json_data.service, json_data.counter), None),
    )


@api.post("/counters/<int:number>/further")
@api.input(ServiceNamed)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def add_service(number: int, json_data: ServiceNamed) -> Response:
    """Let a further service follow in the same visit, the arrival time kept."""
    return _at(number, lambda desk: (serving.add_service(desk, json_data.service), None))


@api.post("/counters/<int:number>/walk-in")
@api.input(WalkIn)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def walk_in(number: int, json_data: WalkIn) -> Response:
    """Give a visitor without a ticket a number and call it at once; by right and with a reason."""
    return _at(
        number, lambda desk: calling.serve_walk_in(desk, json_data.service, json_data.reason)
    )


@api.post("/counters/<int:number>/priority")
@api.input(Priority)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def set_priority(number: int, json_data: Priority) -> Response:
    """Put a waiting ticket into another class of priority; by right."""
    return _at(
        number,
        lambda desk: (serving.set_priority(desk, json_data.label, json_data.priority), None),
    )


@api.post("/counters/<int:number>/note")
@api.input(NewNote)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def add_note(number: int, json_data: NewNote) -> Response:
    """Keep a note on a visit until the day is over."""
    return _at(
        number,
        lambda desk: (
            notes.add_note(desk, json_data.label, json_data.text, sure=json_data.sure),
            None,
        ),
    )


@api.post("/counters/<int:number>/needs")
@api.input(Needed)
@api.output(Verb)
@api.doc(responses=REFUSALS)
def say_needs(number: int, json_data: Needed) -> Response:
    """Say what is to be done for a visitor today; no journal tells of it."""

    def act(turn: Turn) -> dict[str, Any]:
        desk = desk_at(turn.work, turn.office, turn.actor, turn.now, number)
        day = turn.office.today(turn.now)
        ticket = ticket_labelled(turn.work, turn.office.id, day, json_data.label)
        moment.set_needs(turn.work, turn.office, ticket, json_data.needs)
        return _told(turn, desk, ticket)

    return in_unkept_turn(Right.SERVE, act)


def _ending(said: Finish) -> tuple[str | None, list[int], bool | None]:
    return said.outcome, said.missing, said.next_ready


def _without_ticket(number: int, verb: Callable[[Desk], None]) -> Response:
    """Do a `verb` that is about no ticket."""

    def act(desk: Desk) -> Said:
        verb(desk)
        return None, None

    return _at(number, act)


def _at(number: int, verb: Callable[[Desk], Said]) -> Response:
    """Do `verb` at the counter within the office's turn; answer with the ticket it was about."""

    def act(turn: Turn) -> dict[str, Any]:
        desk = desk_at(turn.work, turn.office, turn.actor, turn.now, number)
        ticket, reason = verb(desk)
        return _told(turn, desk, ticket, reason)

    return in_turn(Right.SERVE, act)


def _told(
    turn: Turn, desk: Desk, ticket: Ticket | None, reason: dict[str, object] | None = None
) -> dict[str, Any]:
    """Return the answer to a verb."""
    turn.work.session.flush()
    shown = None
    if ticket is not None:
        shown = console.ticket_at_counter(turn.work, ticket, desk.counter, turn.now, locale()) | {
            "reason": reason
        }
    return {
        "version": turn.office.version,
        "ticket": shown,
        "return_right": _granted(turn, desk),
    }


def _granted(turn: Turn, desk: Desk) -> dict[str, Any] | None:
    """Return the right to come back that the verb granted, if any, its paper queued."""
    if not desk.granted:
        return None
    right = desk.granted[0]
    printed = right_printed(turn.work, turn.office, turn.actor, right, turn.now)
    return right_told(right, locale(), printed=printed)
