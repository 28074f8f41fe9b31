"""What is saved from a page that shows older settings: refused where it would undo newer ones.

Every page of `page_for` carries the version of the journal it was read at, in each of its forms
and for its scripts, which send it back. Who saves all the same sends the version the refusal told,
and so has seen what is newer. Programs that send no version are not held to any.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from flask import g, request
from flask_babel import gettext as _
from sqlalchemy import select

from office import meanwhile
from office.errors import Conflict
from office.place import Office
from storage.work import Work
from web.house import house
from web.languages import moment

#: The field of forms and the header of scripts that say what their page was read at.
FIELD = "read_at"
HEADER = "Antrean-Read"
#: The header that tells scripts which version their own change made.
MADE = "Antrean-Version"


class ChangedMeanwhile(Conflict):
    """The same has been changed since the page was read; `version` is where it stands now."""

    code = "changed_meanwhile"


def reading(work: Work, office_id: int) -> None:
    """Note for the page which version it is read at, before anything else of it is."""
    g.read_at = work.session.scalar(select(Office.version).where(Office.id == office_id))


def version_read() -> int | None:
    """Return the version that this request's page was read at; nothing where it says none."""
    told = request.headers.get(HEADER) or request.form.get(FIELD, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


@contextmanager
def nothing_undone(work: Work, office: Office) -> Iterator[None]:
    """Refuse what is done in the block, where it undoes what is newer than the page it comes from.

    Raises ChangedMeanwhile.
    """
    begun = office.version
    yield
    read = version_read()
    rows = [] if read is None else meanwhile.undone(work, office, read, begun)
    if not rows:
        return
    # by a reading of its own, which knows things by the names they have, not by those refused
    with house().store.read() as before:
        told = [house().row_told(before, office, row) for row in rows]
    last = max(rows, key=lambda row: row.version)
    who = told[rows.index(last)].get("who", "")
    at = last.at.astimezone(ZoneInfo(office.timezone))
    raise ChangedMeanwhile(
        version=begun,
        at=last.at.isoformat(),
        name=_("You yourself") if last.actor == g.actor.key else who,
        moment=moment(at),
        names=", ".join(dict.fromkeys(each.get("setting", "") for each in told)),
        changes=[
            f"{name}: {former} → {present}"
            for each in told
            for name, former, present in each.get("changes", ())
        ],
    )
