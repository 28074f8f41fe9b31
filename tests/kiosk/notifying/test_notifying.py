"""Messages to visitors: real gateways on this machine get them once, and no address is left."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from kiosk.notifying import sender as sending
from kiosk.notifying.gateways import check_gateway
from kiosk.notifying.sender import Sender
from office import calling, notifying, purging, serving
from office.notifying import MOST_A_DAY, PAUSES, Due, News, NotifyAddress, NotifyTally, Way
from office.people import Role
from tests.houses import Staffed
from tests.kiosk.notifying.gateways import Post
from tests.kiosk.notifying.visitors import ADDRESS, anywhere, at_place, kept, leave
from tests.web.browsing import HTML, Browser
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.takes(0.7)

NUMBER = "0812 3456 7890"


def told(mail: EmailMessage) -> str:
    """Return what a mail says, in one line."""
    body = mail.get_body(("plain", "html"))
    assert body is not None
    return " ".join(body.get_content().split())


@pytest.mark.parametrize(
    ("way", "typed", "clean"),
    [
        (Way.MAIL, " Ayu.L+kk@surat.example.id ", "Ayu.L+kk@surat.example.id"),
        (Way.TELEGRAM, "6123456789", "6123456789"),
        (Way.WHATSAPP, "0812 3456-7890", "6281234567890"),
        (Way.WHATSAPP, "+62 (812) 34567890", "6281234567890"),
    ],
)
def test_an_address_becomes_what_its_gateway_wants(way: Way, typed: str, clean: str) -> None:
    assert notifying.cleaned(way, typed) == clean


@pytest.mark.parametrize(
    ("way", "typed"),
    [
        *[
            (Way.MAIL, each)
            for each in ("", "a@b", "a@b.id,c@d.id", "a b@c.id", "a@b.id?cc=x@y.id")
        ],
        *[(Way.MAIL, each) for each in ("a@b.id\nBcc: x@y.id", "a@-b.id", "a" * 120 + "@b.id")],
        *[(Way.TELEGRAM, each) for each in ("@ayu", "-100123456", "1", "１２３４５６")],
        *[(Way.WHATSAPP, each) for each in ("", "0812", "081234567890123456", "0812x4567890")],
    ],
)
def test_what_is_no_address_is_refused(way: Way, typed: str) -> None:
    with pytest.raises(notifying.NotifyAddressWrong):
        notifying.cleaned(way, typed)


def test_a_visitor_is_told_once_when_third_and_once_when_called(
    staffed: Staffed, phone: FlaskClient, sender: Sender, post: Post
) -> None:
    for _ in range(3):
        staffed.take()
    label, secret = staffed.take_with_token()
    assert f"/t/{secret}/message" in phone.get(f"/t/{secret}").text
    assert leave(phone, secret) == 303
    assert sender.send(Way.MAIL) == 0, "the fourth in line is not told yet"
    staffed.serve()
    assert (sender.send(Way.MAIL), sender.send(Way.MAIL)) == (1, 0)
    [(to, mail)] = post.mails
    assert (to, mail["Subject"]) == (ADDRESS, f"{label}: giliran Anda sudah dekat")
    assert "urutan ke-3 di" in told(mail)
    staffed.serve()
    staffed.serve()
    assert sender.send(Way.MAIL) == 0, "being second or next is told to nobody"
    assert staffed.next() == label
    assert (sender.send(Way.MAIL), sender.send(Way.MAIL)) == (1, 0)
    _, mail = post.mails[-1]
    assert (len(post.mails), mail["Subject"]) == (2, f"{label}: giliran Anda!")
    assert "Silakan ke Loket 1 di" in told(mail)


def test_a_message_is_in_the_language_in_which_it_was_asked_for(
    staffed: Staffed, phone: FlaskClient, sender: Sender, post: Post
) -> None:
    label, secret = staffed.take_with_token()
    leave(phone, secret, language="en")
    assert sender.send(Way.MAIL) == 1
    [(_, mail)] = post.mails
    assert mail["Subject"] == f"{label}: almost your turn"
    assert "You are number 1 in line at" in told(mail)


def test_a_call_is_told_even_where_being_near_was_not(
    staffed: Staffed, phone: FlaskClient, sender: Sender, post: Post
) -> None:
    label, secret = staffed.take_with_token()
    leave(phone, secret, NUMBER, "whatsapp")
    post.answer = 500
    assert sender.send(Way.WHATSAPP) == 0
    assert "6281234567890" in post.asked[0]
    assert staffed.next() == label
    post.answer = 200
    assert (sender.send(Way.WHATSAPP), sender.send(Way.WHATSAPP)) == (1, 0)
    assert len(post.asked) == 2 and f"{label}: giliran Anda!" in post.asked[1]


def test_a_gateway_that_hangs_holds_nothing_up_and_is_tried_again(
    staffed: Staffed,
    phone: FlaskClient,
    sender: Sender,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # longer than the mail beside it takes on a busy machine
    monkeypatch.setattr(sending, "PATIENCE", 8.0)
    _, secret = staffed.take_with_token()
    leave(phone, secret, NUMBER, "whatsapp")
    post.speaks.clear()
    lane = threading.Thread(target=sender.send, args=(Way.WHATSAPP,))
    lane.start()
    while not post.asked:
        time.sleep(0.02)
    other, mine = staffed.take_with_token()
    leave(phone, mine)
    assert sender.send(Way.MAIL) == 1, f"{other} is told by mail meanwhile"
    assert lane.is_alive()
    lane.join(20)
    post.speaks.set()
    assert sender.send(Way.WHATSAPP) == 0, "not at once again"
    staffed.clock.advance(seconds=PAUSES[0])
    assert (sender.send(Way.WHATSAPP), len(post.asked)) == (1, 2)


def test_pauses_grow_and_nothing_is_tried_after_the_visit_began(
    staffed: Staffed, phone: FlaskClient, sender: Sender, post: Post
) -> None:
    _, secret = staffed.take_with_token()
    leave(phone, secret, NUMBER, "whatsapp")
    post.answer = 503
    assert sender.send(Way.WHATSAPP) == 0
    for pause in PAUSES[:2]:
        staffed.clock.advance(seconds=pause - 1)
        assert (sender.send(Way.WHATSAPP), len(post.asked)) == (0, PAUSES.index(pause) + 1)
        staffed.clock.advance(seconds=1)
        sender.send(Way.WHATSAPP)
    assert len(post.asked) == 3
    staffed.next()
    staffed.at(1, serving.start)
    staffed.clock.advance(minutes=10)
    post.answer = 200
    assert (sender.send(Way.WHATSAPP), len(post.asked)) == (0, 3)


def test_of_two_processes_one_sends(
    staffed: Staffed, phone: FlaskClient, app: APIFlask, sender: Sender, post: Post
) -> None:
    _, secret = staffed.take_with_token()
    leave(phone, secret)
    home = app.extensions["antrean"]
    both = [
        threading.Thread(target=each.send, args=(Way.MAIL,)) for each in (sender, Sender(app, home))
    ]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert len(post.mails) == 1


def test_a_message_is_not_claimed_twice_nor_after_it_stopped_being_true(
    staffed: Staffed, phone: FlaskClient, sender: Sender
) -> None:
    _, secret = staffed.take_with_token()
    leave(phone, secret)
    now = staffed.clock.now()
    ticket_id = staffed.read(
        lambda work, office: work.session.scalars(
            select(NotifyAddress.ticket_id).where(NotifyAddress.office_id == office.id)
        ).one()
    )
    near = Due(ticket_id, News.NEAR, 1)
    claims = [staffed.in_turn(lambda work, _: notifying.claim(work, near, now)) for _ in range(2)]
    assert claims[0] is not None and claims[1] is None
    later = now + notifying.LEASE + timedelta(seconds=1)
    assert staffed.in_turn(lambda work, _: notifying.claim(work, near, later)) is not None
    staffed.next()
    later += notifying.LEASE
    assert staffed.in_turn(lambda work, _: notifying.claim(work, near, later)) is None


def test_the_address_is_nowhere_else_and_gone_when_the_visit_ends(
    staffed: Staffed, phone: FlaskClient, sender: Sender, post: Post
) -> None:
    # the store is shared, so that others' may stand there
    address = f"ayu{staffed.office_id}x@surat.example.id"
    _, secret = staffed.take_with_token()
    with capture_logs() as logs:
        leave(phone, secret, address)
        assert anywhere(staffed, address) == {"notify_addresses"}
        assert address in phone.get(f"/t/{secret}/data").text
        assert address not in phone.get(f"/t/{secret}").text
        assert address not in phone.get(f"/api/v1/tickets/{secret}").text
        staffed.serve()
        sender.look()
        assert anywhere(staffed, address) == set()
        assert "berakhir" in phone.get(f"/t/{secret}/message?lang=id").text
        assert leave(phone, secret) == 409
        _, secret = staffed.take_with_token()
        leave(phone, secret, NUMBER, "whatsapp")
        post.answer = 500
        sender.send(Way.WHATSAPP)
    assert {each["event"] for each in logs} >= {"notifying_refused"}
    assert not any(text in str(logs) for text in (address, "81234567890", str(post.http)))


def test_the_address_is_gone_when_the_day_closes(staffed: Staffed, phone: FlaskClient) -> None:
    _, secret = staffed.take_with_token()
    leave(phone, secret)
    staffed.close_day()
    assert kept(staffed) == []


def test_the_purge_finds_what_was_left_behind(staffed: Staffed, phone: FlaskClient) -> None:
    _, secret = staffed.take_with_token()
    leave(phone, secret)
    now = staffed.clock.now()
    of = [each for each in purging.PURGES if each.name == "notify_addresses"]
    assert staffed.in_turn(lambda work, office: purging.purge(work, office, now, of)) == {}
    staffed.next()
    staffed.at(1, calling.no_show)
    assert staffed.read(lambda work, office: purging.left(work, office, now, of)) == {
        "notify_addresses": 1
    }
    staffed.in_turn(lambda work, office: purging.purge(work, office, now, of))
    assert kept(staffed) == []


def test_a_visitor_mends_and_takes_back_the_address(
    staffed: Staffed, phone: FlaskClient, sender: Sender, post: Post
) -> None:
    _, secret = staffed.take_with_token()
    assert leave(phone, secret, "ayu@surat") == 422
    assert leave(phone, secret, "ayu@surat.exampel.id") == 303
    assert leave(phone, secret) == 303
    assert kept(staffed) == [ADDRESS]
    assert sender.send(Way.MAIL) == 1
    assert leave(phone, secret, NUMBER, "whatsapp") == 303
    assert (sender.send(Way.WHATSAPP), sender.send(Way.MAIL)) == (0, 0), "nothing is told twice"
    page = f"/t/{secret}/message"
    assert phone.post(page, data={"forget": "1"}, headers=HTML).status_code == 303
    assert kept(staffed) == []
    assert leave(phone, secret) == 303
    assert leave(phone, secret) == 429, "six times an hour"


def test_nobody_is_asked_before_gateway_and_office_are_set(
    staffed: Staffed, phone: FlaskClient, app: APIFlask
) -> None:
    _, secret = staffed.take_with_token()
    assert leave(phone, secret, "6123456789", "telegram") == 409, "no such gateway"
    at_place(staffed, 0)
    assert f"/t/{secret}/message" not in phone.get(f"/t/{secret}").text
    assert leave(phone, secret) == 409
    at_place(staffed, 3)
    app.extensions["antrean"].notify = {}
    assert f"/t/{secret}/message" not in phone.get(f"/t/{secret}").text
    assert leave(phone, secret) == 409
    assert kept(staffed) == []


def test_an_address_taken_back_and_left_anew_is_not_told_the_same_again(
    staffed: Staffed, phone: FlaskClient, sender: Sender, post: Post
) -> None:
    label, secret = staffed.take_with_token()
    leave(phone, secret)
    assert sender.send(Way.MAIL) == 1
    phone.post(f"/t/{secret}/message", data={"forget": "1"}, headers=HTML)
    assert kept(staffed) == []
    leave(phone, secret)
    assert sender.send(Way.MAIL) == 0, "it was told before that it is near"
    assert staffed.next() == label
    assert sender.send(Way.MAIL) == 1


def test_one_address_gets_so_many_messages_a_day_whatever_the_ticket(
    staffed: Staffed, phone: FlaskClient, sender: Sender, post: Post
) -> None:
    secrets = [staffed.take_with_token()[1] for _ in range(MOST_A_DAY // 2 + 2)]
    for secret in secrets[:-1]:
        assert leave(phone, secret) == 303
    told_so_far = 0
    for _ in secrets[:-1]:
        told_so_far += sender.send(Way.MAIL)
        staffed.serve()
        told_so_far += sender.send(Way.MAIL)
    for _ in range(3):
        staffed.clock.advance(minutes=5)
        told_so_far += sender.send(Way.MAIL)
    assert told_so_far == len(post.mails) <= MOST_A_DAY
    tally = staffed.read(
        lambda work, office: work.session.scalar(
            select(func.max(NotifyTally.messages)).where(NotifyTally.office_id == office.id)
        )
    )
    assert tally == told_so_far
    staffed.in_turn(
        lambda work, office: work.session.execute(
            update(NotifyTally)
            .where(NotifyTally.office_id == office.id)
            .values(messages=MOST_A_DAY)
        )
    )
    assert leave(phone, secrets[-1]) == 409
    staffed.close_day()
    left = staffed.read(
        lambda work, office: work.session.scalar(
            select(func.count()).where(NotifyTally.office_id == office.id)
        )
    )
    assert left == 0, "nothing of it outlives the day"


def test_a_gateway_is_looked_at_without_sending_anything(post: Post) -> None:
    assert [check_gateway(each) for each in post.gateways.values()] == [None, None]
    assert (post.mails, post.asked) == ([], [])
    assert check_gateway("mailto://127.0.0.1:9?mode=insecure&from=a@b.id&to={address}") == "offline"
    assert check_gateway("tidak-ada://{address}") == "address_invalid"
    assert check_gateway(f"twilio://AC{'a' * 32}:{'b' * 32}@6281200000001/{{address}}") is None


def test_a_manager_sends_a_message_on_trial(
    staffed: Staffed,
    app: APIFlask,
    post: Post,
    make_account: Callable[..., str],
) -> None:
    manager = Browser(app.test_client())
    manager.sign_in(make_account(Role.MANAGER), PASSWORD)
    done = manager.send("/manager/kiosk/message", way="mail", address=ADDRESS)
    assert done.status_code == 302
    [(to, mail)] = post.mails
    assert (to, mail["Subject"][:20]) == (ADDRESS, "Pesan percobaan dari")
    assert "Gerbang menerimanya" in manager.get("/manager/kiosk").text
    post.answer = 500
    wrong = manager.send("/manager/kiosk/message", way="whatsapp", address=NUMBER)
    assert wrong.status_code == 502
    assert "tidak menerimanya" in wrong.text
    assert manager.send("/manager/kiosk/message", way="telegram", address="1").status_code == 409
