"""Rights to return as answers tell them, and as paper: what the counter and the phone share."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from office.people import Actor
from office.place import Office
from office.returning import Granted
from storage.work import Work
from web.house import house
from web.shapes import ServiceName


class ReturnRightShape(BaseModel):
    """A right to come back once; its code is told this once."""

    code: str
    service: ServiceName
    reason: str
    missing: list[int] = Field(description="Places (from 0) in the list of what to bring")
    first_day: date
    until: date | None
    print: Literal["queued", "none"] = Field(description="Whether its slip is being printed")


def right_printed(work: Work, office: Office, actor: Actor, right: Granted, now: datetime) -> bool:
    """Queue the paper of a right just granted; return whether anything prints it."""
    queued = [paper(work, office, actor, right, now) for paper in house().return_papers]
    return any(queued)


def right_told(right: Granted, locale: str | None, *, printed: bool = False) -> dict[str, Any]:
    """Return a right just granted as answers tell it; `printed` where its slip is on its way."""
    service = right.service
    return {
        "code": right.code,
        "service": {
            "code": service.code,
            "name": service.name(locale or right.locale),
            "names": service.names,
        },
        "reason": right.reason.value,
        "missing": list(right.missing),
        "first_day": right.first_day.isoformat(),
        "until": right.until.isoformat() if right.until else None,
        "print": "queued" if printed else "none",
    }
