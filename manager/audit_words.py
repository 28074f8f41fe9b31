"""What the audit trail calls the journal's names and values, in words of the settings' pages."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from babel.dates import get_day_names
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from manager.figures_words import LACKING
from manager.integrations import FAMILIES, SCOPES
from manager.rights import NAMES as OF_RIGHTS
from manager.rights import ROLES
from web.languages import LOCALES, day_in, locale

#: The settings that a row may be about.
PARTS: dict[str, LazyString] = {
    "aims": _l("Targets"),
    "closed_days": _l("Closed days"),
    "counter": _l("Counter"),
    "endings": _l("How visits end"),
    "groups": _l("Groups of services"),
    "hours": _l("Hours"),
    "kiosk": _l("Kiosk"),
    "logo": _l("Logo"),
    "media": _l("Pictures and notices"),
    "office": _l("The office"),
    "opening": _l("Open the office"),
    "plan": _l("What a counter serves"),
    "printer": _l("Printer in the office's network"),
    "programs": _l("Other programs"),
    "public_board": _l("The board for everybody"),
    "questionnaire": _l("Questionnaire"),
    "ratings": _l("Rules of ratings"),
    "running_text": _l("Running text"),
    "screens": _l("Screens"),
    "second_factor": _l("Second factor"),
    "service": _l("Service"),
    "slip": _l("Slip"),
    "special_hours": _l("Special hours"),
    "spot_check": _l("Spot check"),
    "staffing_target": _l("Target of the counters needed"),
    "survey_action": _l("Follow-up action"),
    "survey_draw": _l("Sample of the survey"),
    "survey_file": _l("Answers from a file"),
    "survey_form": _l("Form of the survey"),
    "survey_published": _l("Published index"),
    "survey_weight": _l("Weight of the elements"),
    "turn": _l("Whose turn it is"),
    "voice": _l("Voice"),
    "webhooks": _l("Webhooks"),
    "zones": _l("Zones"),
}
#: What rows tell, by name.
NAMES: dict[str, LazyString] = {
    "added": _l("New"),
    "alert_after": _l("Finished visits of a service before its first alert of a day"),
    "arrow": _l("The way there from the seats"),
    "at_counter": _l("Counter"),
    "break": _l("Break"),
    "browser": _l("Browser"),
    "by_pin": _l("By PIN"),
    "carries_over": _l("Whoever is left waiting at the end of a day comes first on the next"),
    "closed_day": _l("Day"),
    "code": _l("Code"),
    "counter": _l("Counter"),
    "counter_name": _l("The counter"),
    "counters": _l("Counters"),
    "enabled": _l("Speak the calls"),
    "english": _l("English after Indonesian"),
    "expired": _l("Numbers that ended"),
    "families": _l("Tells of"),
    "fate": _l("Those who wait"),
    "first": _l("From"),
    "follow": _l("What follows"),
    "from": _l("From"),
    "further": _l("Further services"),
    "granted": _l("Rights given"),
    "groups": _l("Groups of services"),
    "helps_after_min": _l("Helps out after so many minutes"),
    "home_at": _l("Sent home at"),
    "how": _l("Way in"),
    "icon": _l("Picture"),
    "idle_min": _l("Counter free while people wait (minutes)"),
    "in_a_minute": _l("Numbers in a minute"),
    "is_default": _l("The usual one"),
    "label": _l("Number"),
    "labels": _l("Numbers"),
    "last": _l("To"),
    "layout": _l("Layout"),
    "least": _l("Smallest group that is told of"),
    "letter": _l("Letter"),
    "low": _l("Alert the floor of scores up to (0: of none)"),
    "mandatory": _l("Clerks have to choose for every visit"),
    "minutes": _l("Minutes"),
    "most_files": _l("Files of one service"),
    "most_matters": _l("Services on one number"),
    "name": _l("Name"),
    "names": _l("Name"),
    "names_on_signs": _l("Counter signs show the clerk's first name"),
    "need": _l("What is out of order"),
    "needs": _l("What it needs"),
    "notify_place": _l("Place in line at which they are told"),
    "number": _l("Version"),
    "number_from": _l("First number"),
    "number_to": _l("Last number"),
    "of_day": _l("Day"),
    "open_hours": _l("Hours after a visit in which it can be rated"),
    "outcomes": _l("Ways to end"),
    "part": _l("Setting"),
    "per_identity": _l("Numbers for one applicant and day"),
    "percent": _l("Of so many in a hundred"),
    "phone_minutes": _l("Minutes to take a number by phone"),
    "pitch": _l("Pitch"),
    "place": _l("Place in the list"),
    "policy": _l("Rule"),
    "preference": _l("Order"),
    "present": _l("Now"),
    "printer": _l("Printer in the office's network"),
    "former": _l("Before"),
    "former_priority": _l("Priority before"),
    "priority": _l("Priority"),
    "proof": _l("Shown"),
    "public": _l("The board for everybody"),
    "questions": _l("Questions"),
    "quota": _l("At most a day"),
    "rates": _l("Points a minute"),
    "reason": _l("Reason"),
    "recall_after": _l("Seconds before “Call again” is offered"),
    "recalls_before_no_show": _l("Calls again before “Absent”"),
    "reentry_places": _l("After a missed call"),
    "rehearsal": _l("Rehearsal"),
    "repeats": _l("Say each call"),
    "request": _l("Request"),
    "requirements": _l("What to bring"),
    "rest_minutes": _l("Minutes it rests"),
    "retired": _l("Offered no longer"),
    "return_days": _l("Days in which one may come back"),
    "return_places": _l("So many go first then"),
    "revoked": _l("Rights taken back"),
    "role": _l("Role"),
    "scopes": _l("What it may do"),
    "second_factor": _l("Second factor for managers"),
    "serve_min": _l("Served within (minutes)"),
    "serves_after": _l("Minutes the counters go on after that"),
    "service": _l("Service"),
    "services": _l("Services"),
    "shift": _l("Shift"),
    "sign_in": _l("Sign-in"),
    "special": _l("Special hours"),
    "speech": _l("Speech"),
    "speed": _l("Speed"),
    "stretches": _l("Times of day"),
    "style": _l("The number"),
    "suspended": _l("Suspended"),
    "templates": _l("The sentence"),
    "texts": _l("Words"),
    "timezone": _l("Time zone"),
    "to": _l("To"),
    "token": _l("Program"),
    "tone": _l("Voice"),
    "typical_min": _l("Minutes it usually takes"),
    "until": _l("Until"),
    "version": _l("Version"),
    "volume": _l("Volume"),
    "wait_min": _l("Called within (minutes)"),
    "wait_percent": _l("Of so many in a hundred"),
    "webhook": _l("Webhook"),
    "week": _l("Hours of the week"),
    "weight": _l("Weight of the elements"),
    "wish": _l("Request"),
    "year": _l("Year"),
    "zone": _l("Zone"),
    "zones": _l("Zones"),
}
DEVICES: dict[str, LazyString] = {
    "kiosk": _l("Kiosk"),
    "screen": _l("Screen"),
    "agent": _l("Print agent"),
    "exit": _l("Exit tablet"),
}
RIGHTS = {right.value: words for right, words in OF_RIGHTS.items()}
LANGUAGES: dict[str, LazyString] = {"id": _l("Indonesian"), "en": _l("English")}
NOTHING: Mapping[str, str] = MappingProxyType({})
#: Values that are codes, by the name of what has them.
VALUES: dict[str, Mapping[str, LazyString | str]] = {
    "part": PARTS,
    "policy": {
        "accumulating": _l("Points for waiting"),
        "first_come": _l("First come, first called"),
        "ratio": _l("Two to one"),
    },
    "layout": {
        "standard": _l("Standard"),
        "big": _l("Big"),
        "list": _l("List"),
        "sign": _l("Sign over a counter"),
        "line": _l("One line"),
    },
    "arrow": {
        "left": _l("to the left"),
        "right": _l("to the right"),
        "ahead": _l("straight ahead"),
        "up": _l("upstairs"),
        "down": _l("downstairs"),
    },
    "follow": {
        "none": _l("nothing more"),
        "papers": _l("comes back with papers"),
        "return": _l("comes back once"),
    },
    "english": {
        "chosen": _l("for those who chose it"),
        "always": _l("always"),
    },
    "tone": {"low": _l("lower"), "high": _l("higher")},
    "style": {"digits": _l("digit by digit"), "number": _l("as a number")},
    "counter_name": {"name": _l("by its name"), "number": _l("always by its number")},
    "weight": {"exact": "1/9"},
    "fate": {
        "served": _l("are still served"),
        "carried": _l("come first on the next day"),
        "return": _l("may come back once"),
    },
    "need": LACKING,
    "needs": LACKING,
    "role": {**ROLES, **DEVICES},
    "scopes": {right.value: words for right, words in SCOPES.items()},
    "families": {family.value: words for family, words in FAMILIES.items()},
    "granted": RIGHTS,
    "revoked": RIGHTS,
}


def name_of(name: str, called: Mapping[str, str] = NOTHING) -> str:
    """Return what people call what a row tells: a field, a day, or what is `called` by a code."""
    if name in called:
        return called[name]
    if name in LANGUAGES:
        return str(LANGUAGES[name])
    day = _day(name)
    return day or str(NAMES.get(name, name))


def value_of(value: Any, name: str = "", called: Mapping[str, str] = NOTHING) -> str:
    """Return a value of the journal in words: what holds others tells each of them.

    `name` is what it is the value of; services and zones are told as they are `called`.
    """
    if value in (None, "", [], {}):
        return "–"
    match value:
        case bool():
            return str(_("yes") if value else _("no"))
        case list() if name == "week" and len(value) == 7:
            days = get_day_names("abbreviated", locale=locale())
            return "; ".join(f"{days[day]} {value_of(each)}" for day, each in enumerate(value))
        case list():
            between = " | " if any(isinstance(each, dict) for each in value) else ", "
            return between.join(value_of(each, name, called) for each in value)
        case dict() if set(value) <= set(LOCALES):
            told = {each: value_of(text) for each, text in value.items()}
            return "; ".join(f"{name_of(each)}: {text}" for each, text in told.items())
        case dict():
            return "; ".join(
                f"{name_of(one, called if name == 'services' else NOTHING)}: "
                f"{value_of(each, one, called)}"
                for one, each in value.items()
            )
    text = str(value)
    if name in ("service", "services", "code"):
        return called.get(text, text)
    if name == "zone":
        return called.get(f"zone:{text}", text)
    return str(VALUES.get(name, {}).get(text) or _day(text) or text)


def differing(former: Any, present: Any) -> tuple[Any, Any]:
    """Return two values as they are; of lists of things only what is not in the other, too."""
    if not all(isinstance(each, list) and each for each in (former, present)):
        return former, present
    if not all(isinstance(each, dict) for each in (*former, *present)):
        return former, present
    gone = [each for each in former if each not in present]
    come = [each for each in present if each not in former]
    # where only the order has changed, the whole of it tells
    return (gone, come) if gone or come else (former, present)


def _day(text: str) -> str:
    """Return a day told as 2026-11-24 in words; nothing where it is none."""
    try:
        return day_in(date.fromisoformat(text), "medium", locale())
    except ValueError:
        return ""
