"""What the API takes and tells of the rules of kiosks."""

from pydantic import Field

from office.groups import MOST
from office.kiosk_rules import Rules
from web.shapes import Asked

_LEAST = {name: least for name, (least, _) in Rules.LIMITS.items()}
_MOST = {name: most for name, (_, most) in Rules.LIMITS.items()}


class GroupPart(Asked):
    """A group: its names by language, and the codes of its services."""

    names: dict[str, str]
    services: list[str] = Field(max_length=100)


class GroupsShape(Asked):
    """All groups in their order; a service in none of them stands for itself."""

    groups: list[GroupPart] = Field(max_length=MOST)


class KioskRulesShape(Asked):
    """How much one number may be for at a kiosk, and when a kiosk rests."""

    most_matters: int = Field(
        ge=_LEAST["most_matters"], le=_MOST["most_matters"], description="Services on one number"
    )
    most_files: int = Field(
        ge=_LEAST["most_files"], le=_MOST["most_files"], description="Files of one service"
    )
    in_a_minute: int = Field(
        ge=_LEAST["in_a_minute"],
        le=_MOST["in_a_minute"],
        description="Numbers in a minute after which a kiosk rests; 0 never",
    )
    rest_minutes: int = Field(
        ge=_LEAST["rest_minutes"], le=_MOST["rest_minutes"], description="For so many minutes"
    )
    per_identity: int = Field(
        0,
        ge=_LEAST["per_identity"],
        le=_MOST["per_identity"],
        description="Numbers of a day for one applicant; 0 asks nobody for an identity number",
    )
    phone_minutes: int = Field(
        0,
        ge=_LEAST["phone_minutes"],
        le=_MOST["phone_minutes"],
        description="Minutes to take one number on a phone after the entrance's code; 0 not at all",
    )
    notify_place: int = Field(
        0,
        ge=_LEAST["notify_place"],
        le=_MOST["notify_place"],
        description="Place in line at which visitors are sent a message, and when called; 0 never",
    )
