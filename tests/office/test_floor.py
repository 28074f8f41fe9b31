"""The floor's alerts of devices."""

from datetime import timedelta

from office import floor
from office.people import Token
from office.place import Office
from storage.work import Work
from tests.houses import Staffed


def test_a_kiosk_not_heard_of_in_opening_hours_is_told(staffed: Staffed) -> None:
    def look(work: Work, office: Office) -> list[tuple[str, str, int]]:
        now = staffed.clock.now()
        kiosk = work.session.get_one(Token, staffed.actors["kiosk"].token_id)
        kiosk.seen_at = now - timedelta(minutes=4)
        office.rehearsal = False
        work.session.flush()
        alerts = floor.floor(work, office, now)["alerts"]
        return [(each["sort"], each["device"], each["minutes"]) for each in alerts]

    assert staffed.in_turn(look) == [("silent", staffed.actors["kiosk"].name, 4)]
