"""What visitors do to be told, and where a text of theirs stands."""

from flask.testing import FlaskClient
from sqlalchemy import String, cast, select

from office import kiosk_rules
from office.kiosk_rules import Rules
from office.notifying import NotifyAddress
from office.place import Office
from storage.base import Base
from storage.work import Work
from tests.houses import Staffed
from tests.web.browsing import HTML

ADDRESS = "ayu.lestari+kk@surat.example.id"


def at_place(staffed: Staffed, place: int) -> None:
    """Have visitors told at this place."""
    actor, now = staffed.actors["manager"], staffed.clock.now()
    staffed.in_turn(
        lambda work, office: kiosk_rules.set_rules(
            work, office, actor, now, Rules(notify_place=place)
        )
    )


def leave(
    phone: FlaskClient, secret: str, address: str = ADDRESS, way: str = "mail", language: str = "id"
) -> int:
    """Leave an address on the ticket's page; return the status."""
    sent = {"way": way, "address": address}
    page = f"/t/{secret}/message?lang={language}"
    return phone.post(page, data=sent, headers=HTML).status_code


def kept(staffed: Staffed) -> list[str]:
    """Return the addresses that the office keeps."""
    found: list[str] = staffed.read(
        lambda work, office: list(
            work.session.scalars(
                select(NotifyAddress.address).where(NotifyAddress.office_id == office.id)
            )
        )
    )
    return found


def anywhere(staffed: Staffed, text: str) -> set[str]:
    """Return the tables in which a text stands, whatever their columns are."""

    def look(work: Work, _office: Office) -> set[str]:
        return {
            table.name
            for table in Base.metadata.sorted_tables
            for column in table.columns
            if work.session.execute(
                select(column).where(cast(column, String).contains(text)).limit(1)
            ).first()
        }

    found: set[str] = staffed.read(look)
    return found
