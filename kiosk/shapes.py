"""What the kiosk's part of the API takes and answers."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from office.identity import Override
from office.moment import Need
from web.returns import ReturnRightShape
from web.shapes import Asked, ServiceName, StatusName, Texts, WaitShape


class MatterWanted(Asked):
    """A further service on the same number."""

    service: str = Field(min_length=1, max_length=20)
    files: int = Field(1, ge=1, le=99)


class TakeTicket(Asked):
    """A request for a ticket: for a service, or by the code of a right to come back."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["service"]}, {"required": ["return_code"]}]}
    )

    service: str | None = Field(
        None,
        min_length=1,
        max_length=20,
        description="Code of the service; may be left out with a return_code, which knows it",
    )
    priority: str | None = Field(
        None, min_length=1, max_length=20, description="Code of the priority class; else ordinary"
    )
    locale: str | None = Field(None, max_length=5, description="The visitor's language")
    return_code: str | None = Field(
        None, min_length=10, max_length=14, description="Code of a right to come back, used once"
    )
    files: int = Field(
        1, ge=1, le=99, description="Files brought for it; beyond the cap only at the reception"
    )
    further: list[MatterWanted] = Field(
        [], max_length=4, description="Further services that follow on the same number"
    )
    identity: str | None = Field(
        None, max_length=64, description="The pass of POST /identities, where the office asks"
    )
    override: Override | None = Field(
        None, description="Why the reception gives a number beyond the applicant's limit"
    )
    needs: list[Need] = Field(
        [], max_length=4, description="What the staff are to do for the visitor; kept until close"
    )
    beyond: bool = Field(
        False,
        description="Give a number though its holder may not be served today; for supervisors",
    )

    @model_validator(mode="after")
    def something(self) -> "TakeTicket":
        """Refuse a wish for nothing."""
        if self.service is None and self.return_code is None:
            raise ValueError("name a service or a return_code")
        return self


class Applicant(Asked):
    """The identity number of whoever the number is for."""

    nik: str = Field(min_length=1, max_length=20, description="16 digits; nothing of it is kept")


class Admitted(BaseModel):
    """A pass of today for an identity number."""

    identity: str


class Needs(Asked):
    """All that the staff are to do for a visitor today; what is left out is taken back."""

    needs: list[Need] = Field(max_length=4)


class ServiceWanted(Asked):
    """The service to wait for instead."""

    service: str = Field(min_length=1, max_length=20)


class LeftShape(BaseModel):
    """The answer to whoever goes home: the right to come back."""

    version: int
    return_right: ReturnRightShape


class SlipTextsShape(Asked):
    """The texts of the office's slip, by language."""

    texts: dict[str, str] = Field(
        description="A template for each language; an empty one brings the shipped text back"
    )


class SlipDraft(Asked):
    """A slip to look at before it is kept."""

    text: str = Field(max_length=20_000)
    locale: str = Field("id", max_length=5)
    width: Literal[58, 80] = Field(80, description="Of the paper, in mm")


class SlipPreview(BaseModel):
    """How a slip comes out."""

    png: str = Field(description="The paper as a data: address of a PNG, 8 dots to the mm")
    html: str = Field(description="The same for a page, and for who does not see the picture")


class AgentLink(Asked):
    """A print agent that asks for its token."""

    code: str = Field(min_length=4, max_length=40, description="The link code of the device")


class AgentToken(BaseModel):
    """The token of a print agent, told this once."""

    token: str
    name: str


class OfficeShape(BaseModel):
    """The office as visitors know it."""

    code: str
    name: str
    names: Texts
    timezone: str
    locales: list[str]
    rehearsal: bool = Field(description="True while the office tries the system out")
    open: bool
    opens_at: datetime | None = Field(description="When closed: when it opens next, if known")
    closed_early: Texts = Field(description="Why it closes early today and what follows, if so")
    closes: str | None


class ClassShape(BaseModel):
    """A priority class; its score grows by `rate` with every minute waited."""

    code: str
    names: Texts
    rate: float


class OfferShape(BaseModel):
    """A service, whether it can be had now, and how long it would take."""

    code: str
    letter: str
    name: str
    names: Texts
    requirements: dict[str, list[str]]
    icon: str
    group: int | None = Field(description="The group it is shown in at kiosks")
    open: bool
    reason: str | None = Field(description="Code of why it cannot be had")
    reason_text: str | None
    reason_texts: Texts
    until: datetime | None = Field(description="Until when it is suspended, where that is known")
    waiting: int
    wait: WaitShape
    quota_left: int | None
    counters_open: int


class GroupShape(BaseModel):
    """Services that a kiosk shows under one name first."""

    id: int
    names: Texts


class LimitsShape(BaseModel):
    """How much one number may be for at a kiosk."""

    matters: int = Field(description="Services")
    files: int = Field(description="Files of one service")
    identity: bool = Field(description="Whether an identity number is asked for")


class Offers(BaseModel):
    """What can be had now."""

    version: int
    at: datetime
    office: OfficeShape
    policy: str
    priority_classes: list[ClassShape]
    services: list[OfferShape]
    groups: list[GroupShape]
    limits: LimitsShape


class FurtherShape(ServiceName):
    """A service that follows in the same visit, and the files brought for it."""

    files: int


class TicketTakenShape(BaseModel):
    """A ticket just taken; `token` is its secret and is told this once."""

    label: str
    token: str
    status: StatusName
    service: ServiceName
    files: int
    further: list[FurtherShape]
    priority: str
    position: int
    wait: WaitShape
    url: str
    taken_at: datetime
    day: date
    version: int
    print: Literal["queued", "none"]


class ComingBack(BaseModel):
    """The right to come first on another day that an ended ticket left."""

    first_day: date
    until: date | None
    by_itself: bool = Field(description="The number comes as the office opens; else by a code")


class TicketShape(BaseModel):
    """A ticket as its holder sees it."""

    version: int
    at: datetime
    office: Texts
    timezone: str
    label: str
    status: StatusName
    service: ServiceName
    files: int
    further: list[FurtherShape] = Field(description="Services still to come in this visit")
    priority: str
    locale: str
    position: int | None
    wait: WaitShape
    counter: int | None
    counter_name: str | None
    counter_names: Texts | None
    called_at: datetime | None
    taken_at: datetime
    day: date
    recalls: int
    requirements: dict[str, list[str]]
    can_cancel: bool
    can_step_back: bool = Field(description="Whether the holder may ask for more time")
    can_rejoin: bool = Field(description="Whether the holder may rejoin without the staff")
    places_back: int = Field(description="Places that either of these puts it back")
    near: bool = Field(description="Whether it is called soon: its holder is told to stay near")
    unserved: bool = Field(description="Whether it waits while no counter is open for its service")
    can_leave: bool = Field(
        description="Whether the service stands still, so that the holder may go home and come back"
    )
    can_change: bool = Field(description="Whether it may wait for another service")
    needs: list[Need] | None = Field(
        None, description="Left out of answers to changes, which are kept longer than needs"
    )
    closed_early: Texts = Field(description="What whoever waits is told of an early close")
    coming_back: ComingBack | None = Field(description="How an ended ticket still holds")
    can_rate: bool
    rated: bool
    can_comment: bool = Field(
        description="Whether reasons and words may still be added to the rating"
    )
    can_talk: bool = Field(description="Whether the holder may ask to speak to somebody now")
    can_survey: bool = Field(description="Whether the nine questions can still be answered")
    drawn: bool = Field(description="Whether the visit was drawn at random to answer them")
