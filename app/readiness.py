"""Whether this server can do its work now, for whatever watches over it: GET /readyz."""

import shutil

from apiflask import APIBlueprint
from flask import Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from app import migrations
from office.setting_up import has_office
from web.house import house

readiness = APIBlueprint("readiness", __name__, enable_openapi=False)

#: Below this (bytes) tickets may soon not be kept any more.
LEAST_FREE = 100 * 1024 * 1024


@readiness.get("/readyz")
def ready() -> Response:
    """Say what keeps the server from its work: 200 when nothing does, else 503 with the reasons."""
    home = house()
    wrong = []
    try:
        with home.store.read() as work:
            if migrations.current_of(work.session.connection()) != migrations.newest():
                wrong.append("database_shape")
            elif not has_office(work):
                wrong.append("office")
    except SQLAlchemyError:
        wrong.append("database")
    if shutil.disk_usage(home.folder).free < LEAST_FREE:
        wrong.append("disk")
    response = jsonify(status="unready" if wrong else "ok", wrong=wrong)
    response.status_code = 503 if wrong else 200
    return response
