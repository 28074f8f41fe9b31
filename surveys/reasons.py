"""Why a visit was not as it should be: what visitors can touch beside the tap, and who reads it."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Reason(StrEnum):
    """One thing to touch."""

    WAITED_LONG = "waited_long"
    UNCLEAR = "unclear"
    UNFRIENDLY = "unfriendly"
    PAPERS = "papers"
    PLACE = "place"
    ASKED_FOR_MONEY = "asked_for_money"
    BROKER = "broker"


#: What only the inspector reads, who stands outside the office; with the words that came with it.
INTEGRITY = frozenset({Reason.ASKED_FOR_MONEY, Reason.BROKER})

NAMES: dict[Reason, LazyString] = {
    Reason.WAITED_LONG: _l("Waited long"),
    Reason.UNCLEAR: _l("Explained unclearly"),
    Reason.UNFRIENDLY: _l("Unfriendly"),
    Reason.PAPERS: _l("Asked for papers that are not on the list"),
    Reason.PLACE: _l("Room, seats or toilets"),
    Reason.ASKED_FOR_MONEY: _l("Asked for money"),
    Reason.BROKER: _l("A broker was involved"),
}


def reasons_told() -> list[dict[str, object]]:
    """Return what can be touched, in order, named in the language of the request."""
    return [
        {"code": each.value, "name": str(NAMES[each]), "inspector": each in INTEGRITY}
        for each in Reason
    ]
