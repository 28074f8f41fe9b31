"""Addresses of the pictures, videos and captions, for the office's screens and its managers."""

from apiflask import APIBlueprint
from flask import Response, request

from office.media import MediumUnknown, medium_numbered, medium_with
from office.people import Right
from web.access import asking
from web.house import house
from web.shelf import checked, file_answer

files = APIBlueprint("media_files", __name__, enable_openapi=False)


@files.get("/display/media/<name>")
def file(name: str) -> Response:
    """Send a picture or a video of the asker's office, a range of it where one is asked for."""
    home = house()
    with home.store.read() as work:
        actor = asking(work, home.clock.now(), Right.READ_BOARD)
        if medium_with(work, actor.office_id, checked(name)) is None:
            raise MediumUnknown()
    return file_answer(name, "private")


@files.get("/display/media/<int:number>/captions.vtt")
def captions(number: int) -> Response:
    """Send a video's captions."""
    home = house()
    with home.store.read() as work:
        actor = asking(work, home.clock.now(), Right.READ_BOARD)
        text = medium_numbered(work, actor.office_id, number).captions
    if text is None:
        raise MediumUnknown(medium=number)
    answer = Response(text, mimetype="text/vtt")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
