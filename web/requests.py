"""The request as this house reads it, its addresses, and the office an address names."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import quote

from flask import Flask, Request, current_app, request
from werkzeug.routing import Rule

from office.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Every sign that an address may hold as it is, and those it may not but does.
ASCII = "".join(map(chr, range(128)))
API = "/api/v1"
OFFICES = f"{API}/offices/"


Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def takes_uploads(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Mark a view whose request's body may be as large as the setting UPLOAD_LENGTH."""
    view.takes_uploads = True  # type: ignore[attr-defined]
    return view


class HouseRequest(Request):
    """A request whose empty JSON body reads as an empty object, and whose query is always read.

    Bytes that are no UTF-8 become the sign that stands for any such.
    """

    def __init__(self, environ: "WSGIEnvironment", *given: Any, **named: Any) -> None:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():
            environ["QUERY_STRING"] = quote(query, safe=ASCII, encoding="latin-1")
        super().__init__(environ, *given, **named)

    @property
    def max_content_length(self) -> int | None:
        """The largest body in bytes that the address takes."""
        view = current_app.view_functions.get(self.endpoint or "") if current_app else None
        if getattr(view, "takes_uploads", False):
            return int(current_app.config["UPLOAD_LENGTH"])
        return super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """Return the body parsed; nothing sent is an empty object."""
        if not self.get_data(cache=True):
            return {}
        return super().get_json(force=force, silent=silent, cache=cache)


class HouseRule(Rule):
    """An address whose builder is compiled when it is first built, as most never are in a process.

    Compiling them all took half of what making the app took. A werkzeug that does so by another
    name compiles them all again, and nothing else changes.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []
        compile_now = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build


def init_app(app: Flask) -> None:
    """Refuse the character NUL, which PostgreSQL can neither keep nor seek, in addresses and forms.

    In the API's bodies their shapes refuse it.
    """

    @app.before_request
    def refuse_unwritable() -> None:
        sent = list(request.args.items(multi=True))
        # of a secret its hash is sought
        sent += [each for each in (request.view_args or {}).items() if each[0] != "token"]
        if not request.path.startswith(API):
            sent += request.form.items(multi=True)
        fields = {name: ["not accepted"] for name, value in sent if "\0" in str(value)}
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
