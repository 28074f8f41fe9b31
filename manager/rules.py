"""The queue's rules: the page on which a manager sets them, and their addresses."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from manager.rules_shapes import AimsShape, AskedBound, Bound, TurnRulesShape
from office import policy, rules
from office.people import Right
from office.place import Office, PolicyName, classes_of, in_language, services_of
from office.voice import settings_of
from web.house import house
from web.languages import locale
from web.pages import page_for
from web.shapes import problems
from web.turns import Turn, in_reading, in_turn

pages = APIBlueprint("rules", __name__, enable_openapi=False)
api = APIBlueprint("rules_api", __name__, tag="Rules")

REFUSALS = problems(400, 401, 403, 404, 409, 413, 422)


@pages.get("/manager/rules")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """Show the rules of the turn and what the office aims at."""
    with house().store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        turn, aims = rules.turn_rules_of(work, office), rules.aims_of(work, office)
        return render_template(
            "manager/rules.html",
            actor=g.actor,
            turn=turn,
            aims=aims,
            limits=rules.LIMITS,
            classes=[
                (each.code, in_language(each.names, locale()), each.rate)
                for each in classes_of(work, office.id)
            ],
            services=[
                (each.code, each.letter, each.name(locale()))
                for each in services_of(work, office.id)
            ],
            recall_after=settings_of(work, office.id).recall_after,
            bound=bound(turn.policy, max(turn.rates.values(), default=1.0), aims.wait_min),
        )


@api.get("/rules/turn")
@api.output(TurnRulesShape)
@api.doc(responses=problems(401, 403))
def turn_rules() -> Response:
    """Tell by what rules visitors are called."""
    return in_reading(Right.READ_REPORTS, _turn_rules)


@api.post("/rules/turn")
@api.input(TurnRulesShape)
@api.output(TurnRulesShape)
@api.doc(responses=REFUSALS)
def set_turn_rules(json_data: TurnRulesShape) -> Response:
    """Call visitors by these rules, from the next call on."""

    def act(turn: Turn) -> dict[str, Any]:
        wanted = rules.TurnRules(**json_data.model_dump())
        rules.set_turn_rules(turn.work, turn.office, turn.actor, turn.now, wanted)
        return _turn_rules(turn)

    return in_turn(Right.MANAGE, act)


@api.get("/rules/turn/bound")
@api.input(AskedBound, location="query")
@api.output(Bound)
@api.doc(responses=problems(401, 403, 422))
def the_bound(query_data: AskedBound) -> Response:
    """Tell how long anybody can wait by rules that are not set yet."""
    asked = query_data
    return in_reading(
        Right.READ_REPORTS,
        lambda _turn: bound(asked.policy, asked.highest, asked.minutes).model_dump(),
    )


@api.get("/rules/aims")
@api.output(AimsShape)
@api.doc(responses=problems(401, 403))
def aims() -> Response:
    """Tell from when a wait, a visit and a free counter are too long."""
    return in_reading(
        Right.READ_REPORTS, lambda turn: asdict(rules.aims_of(turn.work, turn.office))
    )


@api.post("/rules/aims")
@api.input(AimsShape)
@api.output(AimsShape)
@api.doc(responses=REFUSALS)
def set_aims(json_data: AimsShape) -> Response:
    """Say from when a wait, a visit and a free counter are too long."""

    def act(turn: Turn) -> dict[str, Any]:
        asked = json_data.model_dump()
        own = {code: rules.Aim(**aim) for code, aim in asked.pop("services").items()}
        wanted = rules.Aims(**asked, services=own)
        rules.set_aims(turn.work, turn.office, turn.actor, turn.now, wanted)
        return asdict(rules.aims_of(turn.work, turn.office))

    return in_turn(Right.MANAGE, act)


def bound(name: PolicyName, highest: float, minutes: int) -> Bound:
    """Return how long whoever would wait `minutes` can wait by a policy, with the reason."""
    longest = policy.longest_wait(name, 1.0, highest, timedelta(minutes=minutes))
    last = policy.latest_overtaker(1.0, highest, longest)
    facts = {
        "minutes": minutes,
        "longest": round(longest.total_seconds() / 60),
        "last": round(last.total_seconds() / 60),
    }
    if facts["longest"] == minutes:
        said = _("Nobody is passed by the rule: whoever came first is called first.")
    elif name is PolicyName.RATIO:
        said = _(
            "Nobody waits longer than three times what it would be without priority: %(minutes)s "
            "minutes become %(longest)s at most, because no more than two visitors with priority "
            "are called between two ordinary ones.",
            **facts,
        )
    else:
        said = _(
            "Nobody waits longer than %(times)s times what it would be without priority: "
            "%(minutes)s minutes become %(longest)s at most, because in such a wait only visitors "
            "with priority who came in its first %(last)s minutes can go before.",
            times=f"{highest:g}",
            **facts,
        )
    return Bound(
        minutes=minutes,
        longest_min=facts["longest"],
        last_passing_min=_last_passing(name, facts),
        sentence=said,
    )


def _last_passing(name: PolicyName, facts: dict[str, int]) -> int | None:
    if facts["longest"] == facts["minutes"]:
        return 0
    return None if name is PolicyName.RATIO else facts["last"]


def _turn_rules(turn: Turn) -> dict[str, Any]:
    return asdict(rules.turn_rules_of(turn.work, turn.office))
