"""Pages are made ready beside, so that whoever opens one first waits no longer than others."""

import jinja2
import pytest
from flask import Flask

from tests.houses import Client
from web import warming


def test_a_warm_server_makes_no_page_anew(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    app = client.flask.application
    assert isinstance(app, Flask)
    monkeypatch.setattr(warming, "FIRST", 0.0)
    monkeypatch.setattr(warming, "BREATH", 0)
    warming.run(app)

    def made(*_what: object, **_how: object) -> None:
        raise AssertionError("a template was made amid a request")

    monkeypatch.setattr(jinja2.Environment, "compile", made)
    assert client.flask.get("/sign-in").status_code == 200
