"""The request as this house reads it, and the office an address names."""

from typing import TYPE_CHECKING, Any

from flask import Flask, Request, request

from office.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

API = "/api/v1"
OFFICES = f"{API}/offices/"


class HouseRequest(Request):
    """A request whose empty JSON body reads as an empty object."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """Return the body parsed; nothing sent is an empty object."""
        if not self.get_data(cache=True):
            return {}
        return super().get_json(force=force, silent=silent, cache=cache)


def init_app(app: Flask) -> None:
    """Refuse forms with the character NUL, which PostgreSQL cannot keep."""

    @app.before_request
    def refuse_unwritable() -> None:
        if request.path.startswith(API):
            return
        fields = {name: ["not accepted"] for name, value in request.form.items() if "\0" in value}
        if fields:
            raise Invalid(fields=fields)


class OfficePrefix:
    """WSGI middleware: /api/v1/offices/CODE/... is /api/v1/... of the office called CODE."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        """Take the office out of the path and hand the request on."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(OFFICES):
            code, slash, rest = path[len(OFFICES) :].partition("/")
            if slash and code.isprintable():
                environ["PATH_INFO"] = f"{API}/{rest}"
                environ["antrean.office"] = code
        return self._app(environ, start_response)
