"""The surveys' settings whose changes can be taken back."""

from dataclasses import asdict
from datetime import datetime

from office.people import Actor
from office.place import Office
from office.taking_back import Setting, Values
from storage.work import Work
from surveys import rules
from surveys.skm import questionnaires, years
from surveys.skm.elements import Words
from surveys.skm.index import Weight


def _put_rules(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    rules.set_rules(work, office, actor, now, rules.Rules(**values))


def _put_questions(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    """Ask as before, as a new version: forms carry the number of theirs."""
    wanted = {key: [Words(*each) for each in asked] for key, asked in values["questions"].items()}
    questionnaires.put_in_force(work, office, actor, now, wanted)


def _put_weight(
    work: Work, office: Office, actor: Actor, now: datetime, about: Values, values: Values
) -> None:
    years.choose_weight(work, office, actor, now, about["year"], Weight(values["weight"]))


SETTINGS: dict[str, Setting] = {
    "ratings": Setting(lambda w, o, _: asdict(rules.rules_of(w, o.id)), _put_rules),
    "questionnaire": Setting(lambda w, o, _: questionnaires.told_of(w, o.id), _put_questions),
    "survey_weight": Setting(
        lambda w, o, about: {"weight": years.weight_of(w, o.id, about["year"]).value}, _put_weight
    ),
}
