"""The wait an office aims at: such a share of its visitors called within so many minutes."""

from dataclasses import asdict, dataclass
from datetime import datetime

from office import journal
from office.errors import Invalid
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office
from storage.work import Work

MINUTES = range(1, 241)
PERCENT = range(50, 100)


@dataclass(frozen=True)
class Target:
    """`percent` of the visitors are called within `minutes`."""

    minutes: int = 30
    percent: int = 80

    @property
    def seconds(self) -> float:
        """The longest wait that keeps the aim."""
        return self.minutes * 60.0

    @property
    def share(self) -> float:
        """The part of the visitors for whom it is kept."""
        return self.percent / 100


def target_of(office: Office) -> Target:
    """Return the office's aim."""
    return Target(office.target_wait_min, office.target_wait_percent)


def set_target(
    work: Work, office: Office, actor: Actor, now: datetime, minutes: int, percent: int
) -> None:
    """Set the office's aim. Raises Forbidden, or Invalid for what no office can aim at."""
    actor.need(Right.MANAGE)
    wrong = {
        name: f"between {allowed[0]} and {allowed[-1]}"
        for name, value, allowed in (("minutes", minutes, MINUTES), ("percent", percent, PERCENT))
        if value not in allowed
    }
    if wrong:
        raise Invalid(fields=wrong)
    former = asdict(target_of(office))
    office.target_wait_min, office.target_wait_percent = minutes, percent
    present = asdict(target_of(office))
    journal.append_change(
        work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="staffing_target"
    )
