"""The files of the pages, sent compressed: a phone on a slow network waits for half as much.

Only files that are the same for everybody. What answers one person is sent as it is, since a
secret beside words of somebody else's choice could be guessed from the length (BREACH).
"""

from flask import Flask, Response, request
from flask_compress import Compress

#: Fonts and pictures are compressed already.
KINDS = ["text/css", "text/javascript", "image/svg+xml"]


def init_app(app: Flask) -> None:
    """Compress what `app` serves under /static/ for browsers that can read it."""
    app.config.update(
        COMPRESS_REGISTER=False, COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_MIMETYPES=KINDS
    )
    compress = Compress(app)

    @app.after_request
    def shrink(response: Response) -> Response:
        if not request.path.startswith("/static/") or response.mimetype not in KINDS:
            return response
        if response.status_code == 200 and request.method == "GET":
            # whole, so that its length and its validator are known and a second visit gets a 304
            response.direct_passthrough = False
            response.get_data()
        return compress.after_request(response)
