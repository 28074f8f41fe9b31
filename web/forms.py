"""Forms that the page's own script sends: told where to go on, or what is wrong with which field.

So a refused form stays as it was typed, and the browser's history holds pages only. Without the
script a form is sent as ever, and a refusal is a page.
"""

from flask import Flask, Response, json, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

#: The header by which `web/static/web/forms.js` says that it sends a form.
HEADER = "Antrean-Form"


def by_script() -> bool:
    """Say whether the page's script sends this form, and so wants to be told, not led."""
    return HEADER in request.headers


def whole(typed: str | None, digits: int = 9) -> int | None:
    """Return the whole number that was typed, of so many digits at most, or nothing."""
    said = (typed or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= digits else None


def init_app(app: Flask) -> None:
    """Tell the script where it is led, as a browser would go there by itself."""

    @app.after_request
    def lead(response: Response) -> Response:
        if by_script() and response.status_code in (302, 303):
            response.data = json.dumps({"next": response.headers.pop("Location")})
            response.status_code, response.content_type = 200, "application/json"
        return response


def page_before(app: Flask) -> ResponseReturnValue | None:
    """Lead whoever opens the address of a form, such as by reloading, to the page it stands on.

    That is the nearest address above that shows something; nothing where none does.
    """
    adapter = app.create_url_adapter(request)
    path = request.path
    while adapter is not None and (path := path.rpartition("/")[0]):
        try:
            adapter.match(path, method="GET")
        except HTTPException:
            continue
        return redirect(path, 303)
    return None
