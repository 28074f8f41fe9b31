"""What one server keeps of the forms it has counted."""

from typing import cast

from flask import Flask, current_app

from surveys.skm.counting import Counts

_EXTENSION = "antrean.survey_counts"


def keep_counts(app: Flask) -> None:
    """Let the app keep what it counts."""
    app.extensions[_EXTENSION] = Counts()


def counts() -> Counts:
    """Return what has been counted so far."""
    return cast(Counts, current_app.extensions[_EXTENSION])
