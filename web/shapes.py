"""The shapes that answers of several screens share, as the API's specification tells them."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

StatusName = Literal[
    "waiting", "called", "serving", "held", "done", "no_show", "cancelled", "expired"
]

Texts = dict[str, str]


class Asked(BaseModel):
    """A request's body: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def writable(cls, value: Any) -> Any:
        """Refuse the character NUL, which PostgreSQL cannot keep."""
        if isinstance(value, str) and "\0" in value:
            raise ValueError("the character NUL is not accepted")
        return value


class Days(Asked):
    """A range of the office's local days, both included."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @model_validator(mode="after")
    def in_order(self) -> "Days":
        """Refuse a range that ends before it begins."""
        if self.last < self.first:
            raise ValueError("`to` lies before `from`")
        return self


class Problem(BaseModel):
    """An RFC 9457 problem document."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str = Field(description="What went wrong, in the language of the request")
    code: str = Field(description="Stable name of the refusal")


class WaitShape(BaseModel):
    """An expected wait in seconds, or why none can be told."""

    median_s: int | None
    p90_s: int | None
    reason: str | None


class ServiceName(BaseModel):
    """A service as tickets name it."""

    code: str
    name: str
    names: Texts


def problems(*statuses: int) -> dict[int, str]:
    """Return the `responses` of an operation that may be refused with `statuses`."""
    names = {
        400: "The request is not valid JSON",
        401: "Nobody said who is asking, or the credentials are not valid",
        403: "Whoever asks may not",
        404: "What was named does not exist",
        409: "Not possible now; `code` says why",
        410: "The slip with this secret has been replaced by another",
        413: "The request is too large",
        422: "The request makes no sense; `fields` says where",
        429: "Too many requests",
    }
    return {status: names[status] for status in statuses}
