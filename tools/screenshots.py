"""Takes the pictures in docs/screenshots/: `python -m tools.screenshots [--recorded FILE]`.

A sample office of its own, with nine weeks of a past and a morning's worth of visitors, in a folder
that is thrown away. On the newest days of that past people come as they came in the recording.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from app.replay.days import SHIPPED
from office.clock import SystemClock
from office.place import the_office
from storage.engine import sqlite_url
from storage.work import Store
from tools.browser import chromium
from tools.month import make_past

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
FLAGS = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]


class Office:
    """The running sample office."""

    def __init__(self, url: str, data: Path, tokens: dict[str, Any]) -> None:
        self.url = url
        self.data = data
        self.tokens = tokens

    def post(self, path: str, token: str = "", body: Any = None) -> Any:
        """Send a request and return the answer; a refusal is an empty answer."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        asked = Request(
            f"{self.url}/api/v1{path}", json.dumps(body or {}).encode(), headers, method="POST"
        )
        try:
            with urlopen(asked, timeout=20) as answer:
                return json.load(answer)
        except URLError:
            return {}

    def password(self, name: str) -> str:
        """Return a new password of an account."""
        return _antrean("password", name, "--data", str(self.data)).split(": ")[1].strip()


def _antrean(*arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "app.command", *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def morning(office: Office) -> None:
    """Let some hundred visitors come and be served, by chance but always the same."""
    chance = random.Random(7)
    services = "AAAACCCKKKLLMNIIJJDDFGGH"
    tickets = []
    for turn in range(110):
        priority = "priority" if chance.random() < 0.15 else None
        body = {"service": chance.choice(services), "priority": priority}
        ticket = office.post("/tickets", office.tokens["kiosk"], body)
        # A service may be full, or an hour be closed; whoever is refused goes home.
        if ticket:
            tickets.append(ticket)
        if turn > 12:
            number = chance.randint(1, 9)
            clerk = office.tokens["clerks"][str(number)]
            verb = "no-show" if chance.random() < 0.05 else "start"
            office.post(f"/counters/{number}/{verb}", clerk)
            office.post(f"/counters/{number}/finish-and-next", clerk)
    for number in range(1, 10):
        clerk = office.tokens["clerks"][str(number)]
        office.post(f"/counters/{number}/next", clerk)
        if number % 3:
            office.post(f"/counters/{number}/start", clerk)
    for ticket in tickets:
        if chance.random() < 0.6:
            score = chance.choices((1, 2, 3, 4), (1, 2, 8, 12))[0]
            office.post(f"/tickets/{ticket['token']}/rating", "", {"score": score})


def sign_in(page: Page, office: Office, name: str) -> None:
    """Sign a person in."""
    page.goto(f"{office.url}/sign-in")
    page.fill("#username", name)
    page.fill("#password", office.password(name))
    page.click("form[action$='/sign-in'] button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def past(data: Path, recorded: Path) -> None:
    """Give the office nine weeks of a past, which the pages of reports tell of."""
    store = Store(sqlite_url(data / "antrean.db"))
    with store.work() as work:
        office = the_office(work)
        make_past(work, office, office.today(SystemClock().now()), days=44, recorded=recorded)
    store.close()


def take(browser: Browser, office: Office) -> None:
    """Take every picture."""
    manager = browser.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID")
    page = manager.new_page()
    sign_in(page, office, "manajer")
    for path, name in (("/manager", "manager"), ("/manager?lang=en", "manager-en")):
        page.goto(office.url + path)
        page.wait_for_selector("[data-desks] li")
        page.screenshot(path=PICTURES / f"{name}.png")
    for path, name in (
        ("/manager/accuracy?lang=id", "accuracy"),
        ("/manager/accuracy?lang=en", "accuracy-en"),
        ("/manager/staffing?lang=id", "counters-needed"),
        ("/manager/staffing?lang=en", "counters-needed-en"),
    ):
        page.goto(office.url + path, timeout=90_000)
        page.wait_for_selector("svg.chart")
        page.screenshot(path=PICTURES / f"{name}.png")
    today = date.today()
    month = f"from={today - timedelta(days=30)}&to={today - timedelta(days=1)}"
    for path, name, shown in (
        ("/floor?lang=id", "floor", "[data-post]"),
        ("/floor?lang=en", "floor-en", "[data-post]"),
        ("/floor/close?lang=id", "close-early", "form"),
        ("/manager/services?lang=id", "services", "details"),
        ("/manager/services?lang=en", "services-en", "details"),
        ("/manager/hours?lang=id", "hours", "form"),
        ("/manager/hours?lang=en", "hours-en", "form"),
        (f"/manager/figures?{month}&lang=id", "figures", "svg.chart"),
        (f"/manager/figures?{month}&lang=en", "figures-en", "svg.chart"),
    ):
        page.goto(office.url + path)
        page.wait_for_selector(shown)
        page.screenshot(path=PICTURES / f"{name}.png")
    keeping(browser, office)
    page.goto(f"{office.url}/manager?lang=id")
    for path, name, width, height in (
        ("/kiosk", "kiosk", 1080, 1920),
        ("/kiosk?lang=en", "kiosk-en", 1080, 1920),
        ("/display", "board", 1920, 1080),
        ("/display?layout=big", "board-big", 1920, 1080),
        ("/display?layout=list", "board-list", 1920, 1080),
        ("/display?layout=sign&counter=3", "sign", 1280, 720),
        ("/manager/screens", "screens", 1366, 768),
    ):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(office.url + path)
        page.wait_for_timeout(2500)
        page.screenshot(path=PICTURES / f"{name}.png")
    clerk = browser.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID").new_page()
    sign_in(clerk, office, "petugas1")
    for path, name in (("/counter/1", "counter"), ("/counter/1?lang=en", "counter-en")):
        clerk.goto(office.url + path)
        clerk.wait_for_selector(".verb-main")
        clerk.screenshot(path=PICTURES / f"{name}.png")
        clerk.keyboard.press("e")
        clerk.screenshot(path=PICTURES / f"{name.replace('counter', 'counter-outcome')}.png")
    ticket = office.post("/tickets", office.tokens["kiosk"], {"service": "K"})
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="id-ID").new_page()
    for path, name in (("", "phone"), ("?lang=en", "phone-en")):
        phone.goto(f"{office.url}/t/{ticket['token']}{path}")
        phone.wait_for_timeout(1500)
        phone.screenshot(path=PICTURES / f"{name}.png")


def keeping(browser: Browser, office: Office) -> None:
    """Take the pictures of what an administrator looks after, after a change to take back."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID").new_page()
    sign_in(page, office, "admin")
    page.goto(f"{office.url}/manager/hours")
    page.fill("[name=serves_after]", "45")
    with page.expect_navigation():
        page.click("form:has([name=serves_after]) button.button-primary")
    for name in ("devices", "audit", "backups", "integrations", "requests", "setup"):
        for language, ending in (("id", ""), ("en", "-en")):
            page.goto(f"{office.url}/manager/{name}?lang={language}")
            page.wait_for_selector("h1")
            # where an office keeps them, in place of the folder of these pictures
            page.evaluate(
                "([here, usual]) => { for (const said of document.querySelectorAll('p'))"
                " said.textContent.includes(here) &&"
                " (said.textContent = said.textContent.replace(here, usual)); }",
                [str(office.data), "/var/lib/antrean"],
            )
            page.screenshot(path=PICTURES / f"{name}{ending}.png")


def main() -> None:
    """Serve a sample office, let a morning pass, and take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots")
    parser.add_argument("--recorded", type=Path, default=SHIPPED, help="recorded days, as CSV")
    recorded = parser.parse_args().recorded
    PICTURES.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="antrean-pictures-") as folder:
        data = Path(folder) / "data"
        tokens = json.loads(_antrean("init", "--sample", "--json", "--data", str(data)))["tokens"]
        past(data, recorded)
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "app.command", "serve"),
                *("--data", str(data), "--port", str(port)),
            ],
            env={**os.environ, "ANTREAN_LOG_LEVEL": "error"},
        )
        try:
            office = Office(f"http://127.0.0.1:{port}", data, tokens)
            for _ in range(200):
                try:
                    urlopen(f"{office.url}/healthz", timeout=1).close()
                    break
                except (URLError, OSError):
                    time.sleep(0.1)
            morning(office)
            _antrean("backup", "--data", str(data))
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                take(browser, office)
                browser.close()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(10)


if __name__ == "__main__":
    main()
