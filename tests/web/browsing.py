"""A browser without a screen: cookies, forms with their token, and the calls a page makes."""

import re
from dataclasses import dataclass
from typing import Any

import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HTML = {"Accept": "text/html"}


@dataclass
class Browser:
    """One browser profile; its cookies last as long as it does."""

    flask: FlaskClient

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        return self.flask.get(path, headers={**HTML, **_named(headers)})

    def token(self) -> str:
        """Return the token against forgery that pages of this browser carry."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/sign-in").text)
        assert found is not None
        return found[1]

    def send(self, path: str, **fields: str) -> TestResponse:
        """Send a form as its page would."""
        return self.flask.post(path, data={"csrf_token": self.token(), **fields}, headers=HTML)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Ask the API as a page's script does, vouched for by the cookie."""
        answer = self.flask.open(
            f"/api/v1{path}",
            method=method,
            json=body,
            headers={"X-CSRFToken": self.token(), **_named(headers)},
        )
        return answer.status_code, answer.get_json()

    def sign_in(self, username: str, password: str, **fields: str) -> TestResponse:
        """Sign a person in."""
        return self.send("/sign-in", username=username, password=password, **fields)

    def link(self, code: str) -> TestResponse:
        """Become the device of a link code."""
        return self.send("/link", code=code)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


class FarBrowser:
    """The same at a running server; what it sends is to succeed, and it goes where it is led."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        #: The last page it was led to, with a token against forgery.
        self._page = ""
        self._session.headers.update({**HTML, "Origin": url})

    def get(self, path: str) -> requests.Response:
        """Open a page."""
        return self._session.get(self.url + path, timeout=30)

    def send(self, path: str, **fields: str) -> requests.Response:
        """Send a form as its page would, and return the page it leads to."""
        page = self._page or self.get("/sign-in").text
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found is not None
        form = {"csrf_token": found[1], **fields}
        answer = self._session.post(self.url + path, data=form, timeout=30)
        assert answer.status_code == 200, (path, answer.text)
        self._page = answer.text
        return answer
