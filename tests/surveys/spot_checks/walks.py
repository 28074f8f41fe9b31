"""An inspector at work, as tests send one through an office."""

from dataclasses import dataclass, field
from typing import Any

from office.people import Role
from office.tickets import ticket_with_token
from surveys import ratings
from tests.houses import Client, Staffed
from tests.web.test_who_may import make_token

PLACE = "Ruang tunggu"
SIGNED = {
    "signer": "Hj. Contoh Nama",
    "position": "Wakil Bupati",
    "nip": "",
    "town": "Selong",
}


def key(number: int) -> str:
    """Return a key as a phone makes them."""
    return f"{number:032x}"


def visit(staffed: Staffed, minutes: int = 0, score: int | None = None) -> str:
    """Let a visit of service A wait so long and be finished, and rated if wanted; its number."""
    label, token = staffed.take_with_token("A")
    staffed.clock.advance(minutes=minutes)
    staffed.serve(1)
    if score is not None:
        staffed.in_turn(
            lambda work, office: ratings.rate(
                work,
                office,
                staffed.actors["kiosk"],
                staffed.clock.now(),
                ticket_with_token(work, token),
                score,
            )
        )
    return label


@dataclass
class Inspector:
    """Somebody with a phone, an open check on it, and what the office is told otherwise."""

    client: Client
    staffed: Staffed
    token: str = ""
    check: str = key(1)
    sent: int = 100
    state: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.token = self.token or make_token(self.staffed, Role.INSPECTOR)

    def ask(self, path: str, **body: Any) -> tuple[int, Any]:
        """Send something about the check, each time with a key of its own unless one is given."""
        self.sent += 1
        return self.client.ask(
            "POST", f"/spot-checks{path}", self.token, {"key": key(self.sent), **body}
        )

    def open(self, place: str = PLACE) -> dict[str, Any]:
        """Open the check."""
        status, self.state = self.ask("", key=self.check, place=place)
        assert status == 200, self.state
        return self.state

    def draw(self, within_min: int = 30) -> dict[str, Any]:
        """Draw; return the newest draw."""
        status, self.state = self.ask(f"/{self.check}/draws", within_min=within_min)
        assert status == 200, self.state
        drawn: dict[str, Any] = self.state["draws"][-1]
        return drawn

    def note(self, what: str, **said: Any) -> tuple[int, Any]:
        """Note something."""
        return self.ask(f"/{self.check}/{what}", **said)

    def person(self, label: str, outcome: str = "asked", **said: Any) -> None:
        """Note what came of one who was drawn."""
        status, answer = self.note("people", label=label, outcome=outcome, **said)
        assert status == 200, answer

    def close(self) -> int:
        """Close the check; return the number of its report."""
        status, self.state = self.note("close")
        assert status == 200, self.state
        number: int = self.state["number"]
        return number

    def page(self, path: str, token: str | None = None) -> Any:
        """Get a page, or what is at an address."""
        return self.client.flask.get(
            path, headers={"Authorization": f"Bearer {token or self.token}"}
        )

    def form(self, path: str, token: str | None = None, **sent: str) -> Any:
        """Send a form."""
        return self.client.flask.post(
            path, data=sent, headers={"Authorization": f"Bearer {token or self.token}"}
        )

    def sign(self, number: int) -> None:
        """Sign the report off."""
        answer = self.form(f"/manager/spot-checks/{number}/sign", **SIGNED)
        assert answer.status_code == 302, answer.text
