"""The texts of an office's own slip, one for each language; without one the shipped text holds."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.printing.slip_template import TemplateRefused, check, shipped
from office.journal import Kind, append_change
from office.people import Actor
from office.place import Names, Office
from storage.base import Base
from storage.work import Work


class SlipText(Base):
    """What an office prints on a ticket in one language."""

    __tablename__ = "slip_texts"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(5), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


def slip_text(work: Work, office_id: int, locale: str) -> str:
    """Return the office's own text in `locale`, or the shipped one."""
    own = work.session.get(SlipText, (office_id, locale))
    return shipped(locale) if own is None else own.text


def own_texts(work: Work, office_id: int) -> Names:
    """Return the office's own texts by language; in the others the shipped one holds."""
    kept = work.session.scalars(
        select(SlipText).where(SlipText.office_id == office_id).order_by(SlipText.locale)
    )
    return {each.locale: each.text for each in kept}


def write_slip_texts(work: Work, office: Office, actor: Actor, now: datetime, texts: Names) -> None:
    """Print tickets by `texts` from now on, in the office's turn.

    An empty text, and one that is the shipped one word for word, is not kept: the office follows
    what is shipped. Raises TemplateRefused, and then nothing has changed.
    """
    own = {
        locale: text
        for locale, raw in texts.items()
        if (text := _tidy(raw)).strip() and text != shipped(locale)
    }
    for locale, text in own.items():
        try:
            check(text)
        except TemplateRefused as refused:
            refused.facts["fields"] = {locale: [refused.code]}
            raise
    session = work.session
    kept = {
        each.locale: each
        for each in session.scalars(select(SlipText).where(SlipText.office_id == office.id))
    }
    former, present = {"texts": own_texts(work, office.id)}, {"texts": own}
    for locale in kept.keys() - own.keys():
        session.delete(kept[locale])
    for locale, text in own.items():
        session.merge(SlipText(office_id=office.id, locale=locale, text=text))
    append_change(work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="slip")


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\r\n").splitlines()) + "\n"
