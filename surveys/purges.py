"""What is purged of all: what the office keeps, what people said in surveys and spot checks.

Their scores stay.
"""

from datetime import date, datetime, timedelta
from typing import Any

from office.purging import PURGES as OF_THE_OFFICE
from office.purging import Purge
from surveys.ratings import Rating
from surveys.skm.forms import SkmForm
from surveys.spot_checks.keeping import PURGES as OF_SPOT_CHECKS

#: How long words are kept, from the day of the visit.
KEPT = timedelta(days=365)


def _ratings(office_id: int, _now: datetime, today: date) -> Any:
    old = Rating.day < today - KEPT
    return (Rating.office_id == office_id) & old & Rating.comment.is_not(None)


def _forms(office_id: int, _now: datetime, today: date) -> Any:
    old = SkmForm.day < today - KEPT
    return (SkmForm.office_id == office_id) & old & SkmForm.comment.is_not(None)


PURGES = (
    *OF_THE_OFFICE,
    Purge("rating_comments", Rating, _ratings, {"comment": None}),
    Purge("survey_comments", SkmForm, _forms, {"comment": None}),
    *OF_SPOT_CHECKS,
)
