"""What surveys keep of visits, and so what goes with a rehearsal as the office opens.

Forms typed in from paper or taken over from a file are about real visits elsewhere, and stay; a
spot check made meanwhile says itself that it was a rehearsal.
"""

from typing import Any

from sqlalchemy import ColumnElement, exists, select

from office.opening import Strike, all_of
from office.tickets import Ticket
from surveys.ratings import RatedVisit, Rating, RatingReason
from surveys.skm.desks import SurveyedCounter
from surveys.skm.forms import Channel, SkmAnswer, SkmForm, SurveyedHour, SurveyedVisit
from surveys.skm.publications import SkmPublication
from surveys.taps import Tap


def _forms(office_id: int) -> ColumnElement[bool]:
    here = (Channel.PHONE.value, Channel.TABLET.value)
    return (SkmForm.office_id == office_id) & SkmForm.channel.in_(here)


def _published(office_id: int) -> ColumnElement[bool]:
    counted = exists().where(_forms(office_id), SkmForm.day <= SkmPublication.last)
    return (SkmPublication.office_id == office_id) & counted


def _visits(office_id: int) -> Any:
    return select(Ticket.id).where(Ticket.office_id == office_id)


#: Those that refer to others first.
STRIKES = (
    Strike(SkmPublication, _published),
    Strike(
        SkmAnswer,
        lambda office_id: SkmAnswer.form_id.in_(select(SkmForm.id).where(_forms(office_id))),
    ),
    Strike(SkmForm, _forms),
    Strike(SurveyedVisit, lambda office_id: SurveyedVisit.ticket_id.in_(_visits(office_id))),
    all_of(SurveyedHour),
    all_of(SurveyedCounter),
    Strike(
        RatingReason,
        lambda office_id: RatingReason.rating_id.in_(
            select(Rating.id).where(Rating.office_id == office_id)
        ),
    ),
    all_of(Rating),
    Strike(RatedVisit, lambda office_id: RatedVisit.ticket_id.in_(_visits(office_id))),
    all_of(Tap),
)
