"""What is looked at in a spot check: the parts of the service standard that can be seen in a room.

After Law 25/2009: article 21 (the components of a service standard), 22 (the pledge), 29 (special
treatment of those who need it).
"""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

#: Before a counter's number: whether somebody is at a counter that the system calls open.
COUNTER = "counter:"


class Seen(StrEnum):
    """How something was found."""

    YES = "yes"
    NO = "no"
    NOT_SEEN = "not_seen"


ITEMS: dict[str, LazyString] = {
    "requirements": _l("Requirements of each service are posted"),
    "fees": _l("It is posted that documents are free of charge"),
    "times": _l("Procedure and time of each service are posted"),
    "pledge": _l("The service pledge is posted"),
    "priority_seats": _l("Seats for elderly, pregnant and disabled visitors are marked and free"),
    "access": _l("A wheelchair gets from the gate to the counters"),
    "toilets": _l("Toilets are open and clean"),
    "calls": _l("Calls can be seen and heard from every seat"),
    "badges": _l("Staff wear badges with their names"),
    "complaints": _l("It can be seen where to complain"),
}
ANSWERS: dict[Seen, LazyString] = {
    Seen.YES: _l("Yes"),
    Seen.NO: _l("No"),
    Seen.NOT_SEEN: _l("Not seen"),
}
