"""What each refusal says to people; the codes are the contract, the sentences may change."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import LazyString, format_date
from flask_babel import lazy_gettext as _l

from web.languages import locale

SENTENCES: dict[str, LazyString] = {
    "account_taken": _l("Somebody signs in by this name already, or did before leaving."),
    "action_unknown": _l("There is no such follow-up action any more."),
    "account_unknown": _l("There is no such account."),
    "alert_unknown": _l("This alert is over."),
    "already_open": _l("The office is open already."),
    "already_rated": _l("You have already rated this visit. Thank you."),
    "already_surveyed": _l("The questions about this visit have been answered. Thank you."),
    "body_too_large": _l("What was sent is too large."),
    "clip_invalid": _l(
        "This recording cannot be used: it is silent, too short, too long, or not a sound file."
    ),
    "captions_invalid": _l("This is no WebVTT file of captions."),
    "code_wrong": _l("The code is wrong, too old, or was used already. Wait for the next one."),
    "clip_unknown": _l("There is no such word to record."),
    "counter_busy": _l("The counter still has a visitor. Finish that visit first."),
    "counter_elsewhere": _l("You are still at counter %(counter)s. Say whether you move here."),
    "counter_idle": _l("No visitor has been called to this counter."),
    "carrying_off": _l(
        "This office carries nobody over to another day. Allow it under Rules of the queue."
    ),
    "changed_meanwhile": _l(
        "%(name)s changed “%(names)s” on %(moment)s, after you opened this page. That stands; what "
        "you typed is still here, but not saved."
    ),
    "changed_since": _l("Something else has happened to this ticket since. It stays as it is."),
    "change_unknown": _l("This change cannot be taken back here."),
    "setting_changed_since": _l("The same was changed again later. Take that back first."),
    "clerk_away": _l("This colleague is signed on at no counter now."),
    "missing_unknown": _l("This is not in the list of what to bring."),
    "next_undecided": _l("Say whether the next step of this visit can follow now."),
    "notify_address_wrong": _l("This is no address of this kind. Please check each sign."),
    "notify_spent": _l("This address gets no more messages today."),
    "notify_off": _l("This office sends no messages this way."),
    "note_has_number": _l("This looks like an identity number. Notes hold none."),
    "outcome_code_wrong": _l(
        "The code %(names)s cannot be used: it is taken, or not made of small letters and _."
    ),
    "outcome_default_wrong": _l("One way to end that is on offer has to be the usual one."),
    "outcome_unnamed": _l("Each way to end needs its name in every language: %(names)s."),
    "outcome_missing": _l("Choose how the visit ended."),
    "outcome_unknown": _l("This office has no such outcome."),
    "return_invalid": _l(
        "There is no such return code. Check each letter on the slip, or ask the staff."
    ),
    "return_used": _l("This return code has been used already. Please ask the staff."),
    "return_early": _l("This return code is valid from %(first_day)s on. Please come again then."),
    "return_over": _l("This return code was valid until %(until)s. Please take a new number."),
    "counter_in_use": _l(
        "Somebody is signed on at this counter, or a visit is to go on there. End that first."
    ),
    "counter_paused": _l("The counter is on a break. End the break first."),
    "counter_shut": _l("The counter is closed. Open it first."),
    "counter_taken": _l("A colleague is signed on at this counter."),
    "counter_unknown": _l("There is no counter with this number."),
    "counters_full": _l("An office has at most %(limit)s counters."),
    "credentials_invalid": _l("The sign-in or device link is not valid any more."),
    "credentials_missing": _l("Please sign in, or link this device first."),
    "csrf_failed": _l("This page has been open too long. Please reload it."),
    "days_wrong": _l(
        "The days must begin today or later, end after they begin, and be at most %(limit)s."
    ),
    "days_taken": _l(
        "From %(first)s to %(last)s there are special hours already. End those first, or choose "
        "other days."
    ),
    "special_unknown": _l("These special hours are over or were taken away already."),
    "day_open": _l("The office is open on that day already."),
    "day_out_of_reach": _l("Only today and the three months ahead can be planned."),
    "not_drawn": _l("The number %(label)s was in no draw of this spot check."),
    "photos_full": _l("A spot check has at most %(limit)s photos."),
    "spot_check_open": _l("Close the spot check first."),
    "spot_check_signed": _l(
        "This spot check is signed off. What is said about it now is an addition."
    ),
    "spot_check_unknown": _l("There is no such spot check."),
    "spot_check_unsigned": _l("Additions begin once the spot check is signed off."),
    "data_request_open": _l("A request about this visit is being dealt with already."),
    "data_request_unknown": _l("There is no such request that waits for an answer."),
    "day_full": _l("Everybody who can still be served today has a number."),
    "disk_full": _l(
        "The server's disk is full or faulty. Nothing was changed. Please tell the staff."
    ),
    "device_unknown": _l("There is no such device."),
    "form_number_taken": _l("A form with the number %(name)s has been typed in for this year."),
    "form_published": _l("This form is counted in a published index and stays."),
    "form_unfilled": _l("Some questions have no answer yet. They are marked."),
    "form_unknown": _l("There is no such form of yours any more."),
    "idempotency_key_reused": _l("This request key was used for another request."),
    "office_there": _l("There is an office here already."),
    "set_up_code_wrong": _l(
        "This is not the set-up code. It stands in the window in which the server was started."
    ),
    "outage_standing": _l("This outage has been reported already."),
    "outage_unknown": _l("There is no such outage now."),
    "papers_differ": _l("What to bring needs as many lines in every language."),
    "password_common": _l(
        "Others would soon guess this password. Three or four words that do not belong together, "
        "without your name or the office's, are hard to guess."
    ),
    "password_too_short": _l("A password has at least ten characters."),
    "passwords_differ": _l("The two passwords are not the same."),
    "period_published": _l("This period has been published. Its figures stay as they are."),
    "period_running": _l("This period is not over yet."),
    "period_unpublished": _l("Nothing has been published of this period."),
    "pin_refused": _l("A PIN has six digits that nobody guesses at once: no row, few the same."),
    "pin_unset": _l("This colleague has no PIN yet. It is set on the own account's page."),
    "pin_wrong": _l("The PIN is wrong."),
    "input_invalid": _l("Something in the request is not right: %(names)s."),
    "invitation_invalid": _l(
        "Name and code do not belong together, or the code was used or is too old."
    ),
    "identity_needed": _l("A number needs the applicant's identity number (NIK)."),
    "identity_spent": _l(
        "Today's numbers for this applicant have been taken. Please ask at the reception."
    ),
    "identity_wrong": _l("This is no identity number (NIK). Please check its 16 digits."),
    "group_unnamed": _l("Each group needs its name in every language: %(names)s."),
    "json_malformed": _l("The request is not valid JSON."),
    "entrance_closed": _l("Numbers are not given to phones here. Please use the ticket machine."),
    "entrance_over": _l("This code is over. Please scan the code at the entrance again."),
    "kiosk_resting": _l(
        "Many numbers were taken here within a minute. The machine goes on at %(ends)s."
    ),
    "label_invalid": _l("This is not a ticket number."),
    "visitors_came": _l("Visitors have taken numbers here. The office does not rehearse any more."),
    "last_administrator": _l("One administrator has to remain."),
    "line_empty": _l("Nobody is waiting for this counter."),
    "code_not_shown": _l("No screen shows this code. Type the one that stands on the screen now."),
    "link_invalid": _l("This code is not valid or has been used. Ask for a new one."),
    "locale_unknown": _l("This office does not offer this language."),
    "media_space_full": _l("There is not enough space left for this. Delete something first."),
    "media_too_large": _l("This is too large: at most %(limit)s million bytes or pixels."),
    "printer_wrong": _l(
        "This is no address of a printer in the network, such as 10.0.0.9; ports go from 9100 to "
        "%(limit)s."
    ),
    "media_type_refused": _l(
        "This is no picture (JPEG, PNG, WebP) and no video (MP4, WebM) that screens show."
    ),
    "medium_unknown": _l("There is no such picture, video or notice any more."),
    "method_not_allowed": _l("This cannot be done at this address."),
    "move_refused": _l("This is not possible now: the ticket's status is %(status)s."),
    "names_wrong": _l(
        "A name is needed in every language, each at most %(limit)s characters long."
    ),
    "no_outage": _l("The service goes on; nothing keeps you from being served today."),
    "not_closed_early": _l("The office has not closed early, or everybody is still served."),
    "nothing_needs_it": _l("No service is said to need this. Say so in the services first."),
    "not_allowed": _l("You are not allowed to do this."),
    "not_found": _l("There is nothing at this address."),
    "not_served_here": _l("This counter does not serve that ticket's service."),
    "not_yet_served": _l("You can rate the visit once it is finished."),
    "nothing_to_undo": _l("There is nothing to undo at this counter."),
    "numbers_spent": _l("All numbers of this service have been given out today."),
    "office_closed": _l("The office gives out no tickets at this hour."),
    "office_not_ready": _l("The office cannot open before it has hours, services and counters."),
    "office_unknown": _l("There is no such office."),
    "office_unnamed": _l("Which office? This server has several."),
    "priority_unknown": _l("There is no such priority class."),
    "quota_spent": _l("Today's quota of this service has been given out."),
    "rating_closed": _l("The next visitor is being served here. Please answer at the exit."),
    "rating_over": _l("This visit was too long ago to be rated. Thank you all the same."),
    "several_wrong": _l("More than one thing is not right."),
    "sign_elsewhere": _l("This screen is not the sign of that counter."),
    "sign_in_unknown": _l("This sign-in is over already."),
    "single_sign_on_away": _l(
        "The sign-in service does not answer now. Your account name and password let you in here."
    ),
    "single_sign_on_failed": _l(
        "Signing in there did not work. Try once more, or use your account name and password."
    ),
    "single_sign_on_off": _l("There is no such way to sign in here."),
    "single_sign_on_other": _l(
        "This account belongs to somebody else there. Ask a manager to let it be linked anew."
    ),
    "single_sign_on_unknown": _l(
        "Nobody here signs in as “%(name)s”. Ask a manager for an account of that name."
    ),
    "slip_unknown": _l("The number or the code is not right. Please look at your slip once more."),
    "range_wrong": _l(
        "The last number must not lie before the first; both lie between 1 and %(limit)s."
    ),
    "ranges_clash": _l(
        "“%(service)s” has the letter %(letter)s, too, with the numbers %(range)s. Choose numbers "
        "that do not meet these, or exactly the same, to share them."
    ),
    "reason_missing": _l("Calling out of order needs a reason."),
    "recall_first": _l("Call the visitor once more before marking them absent."),
    "server_error": _l("Something went wrong on our side. Nothing was changed."),
    "sent_home": _l("Those who waited have been sent home. That cannot be taken back."),
    "second_factor_first": _l("Set up your own second factor first, so that you stay in."),
    "second_factor_missing": _l(
        "This office asks its managers for a second factor. Set yours up on your account's page."
    ),
    "service_in_use": _l("Tickets of this service are still open. Try again when they are done."),
    "service_suspended": _l("This service is suspended for now."),
    "service_taken": _l("There is a service with this code already, perhaps a retired one."),
    "service_unknown": _l("There is no such service."),
    "sign_in_failed": _l("The name or the password is wrong."),
    "stretch_unread": _l("%(names)s: write the hours like 8–12 or 08.00–12.00, 13.00–15.30."),
    "stretch_backwards": _l("%(names)s: these hours end before they begin."),
    "stretches_overlap": _l("%(names)s: these hours overlap."),
    "stretches_wrong": _l(
        "This time of day ends before it begins, or overlaps with another: %(names)s."
    ),
    "survey_file_kept": _l("The answers of this file have been taken over before."),
    "survey_file_refused": _l("This file holds no answers that can be taken over."),
    "template_incomplete": _l(
        "The sentence must be at most 200 letters long and hold {number} and {counter}."
    ),
    "template_invalid": _l(
        "The sentence has an unknown place: %(names)s. Only {number} and {counter} are known."
    ),
    "shift_wrong": _l(
        "The hours must end after they begin, the break must lie within them, and one of the "
        "weekdays must lie between the two days."
    ),
    "shift_clash": _l(
        "Counter or clerk are already planned on %(day)s from %(begins)s to %(ends)s."
    ),
    "shift_unknown": _l("This shift is no longer in the roster."),
    "schedule_wrong": _l("By these days and hours it would never be shown."),
    "upload_unknown": _l("This file is not waiting any more. Choose it once more."),
    "upload_cut_off": _l("Not all of the file arrived. Please try again."),
    "slip_number_missing": _l(
        "The number has to stand large on every slip, in a line of its own: # {{ number }}"
    ),
    "slip_place_unknown": _l("Line %(line)s: there is no place called %(name)s."),
    "slip_template_refused": _l(
        "Line %(line)s: here only places, “if” and “for paper in bring” can be used."
    ),
    "slip_template_syntax": _l("Line %(line)s: something is left open, or does not belong here."),
    "slip_template_too_long": _l("Line %(line)s: the slip is too long."),
    "ticket_reprinted": _l(
        "A new slip was printed for this number. Please scan the code on the new slip."
    ),
    "rehearsal_over": _l(
        "This number was one of the rehearsal, which is over. Please take a new one."
    ),
    "ticket_unknown": _l("There is no such ticket."),
    "sheet_day_wrong": _l("Sheets are entered for today and the seven days before."),
    "sheet_row_entered": _l("These numbers have been entered already: %(names)s."),
    "sheet_row_wrong": _l(
        "The times or the outcome cannot be right: %(names)s. Coming, call and end follow one "
        "another and are not in the future."
    ),
    "too_many_files": _l("So many files are for the reception. Please ask there."),
    "too_many_matters": _l("One number is not for so many services. Please ask the staff."),
    "too_few_forms": _l("There are fewer than %(limit)s filled forms: too few for an index."),
    "too_soon": _l("The visitor may still be on the way. Possible in %(wait_s)s seconds."),
    "times_spent": _l("This is not possible again. Please ask the staff."),
    "too_many_requests": _l("Too many requests. Please wait a moment."),
    "typed_by_rated": _l(
        "You served visitors of this service on that day: let somebody else type this form in."
    ),
    "undo_too_late": _l("That was more than a minute ago and cannot be undone."),
    "unavailable": _l("The system is busy. Please try again in a moment."),
    "voice_unavailable": _l("The voice is not available on this server."),
    "version_ahead": _l("The journal goes up to version %(limit)s."),
    "webhook_address_wrong": _l("The address must begin with http:// or https://."),
    "webhook_unknown": _l("There is no such webhook any more."),
    "webhooks_full": _l("An office has at most %(limit)s webhooks."),
    "weight_settled": _l("An index of this year has been published with the weight %(name)s."),
    "zone_unknown": _l("There is no such part of the waiting room."),
}

STATUS_NAMES: dict[str, LazyString] = {
    "waiting": _l("waiting"),
    "called": _l("called"),
    "serving": _l("being served"),
    "held": _l("on hold"),
    "done": _l("finished"),
    "no_show": _l("missed the call"),
    "cancelled": _l("cancelled"),
    "expired": _l("expired"),
}

#: What fields say of themselves in the API, with # for its numbers, as pages say it.
FIELD_SENTENCES: dict[str, LazyString] = {
    "# to # characters": _l("Between %(first)s and %(second)s characters."),
    "# to # letters": _l("Between %(first)s and %(second)s characters."),
    "from # to # characters": _l("Between %(first)s and %(second)s characters."),
    "at most # characters": _l("At most %(first)s characters."),
    "at least # characters": _l("At least %(first)s characters."),
    "at least one character": _l("Please fill this in."),
    "required": _l("Please fill this in."),
    "missing": _l("Please fill this in."),
    "Field required": _l("Please fill this in."),
    "String should have at least # character": _l("Please fill this in."),
    "String should have at least # characters": _l("At least %(first)s characters."),
    "String should have at most # characters": _l("At most %(first)s characters."),
    "between # and #": _l("A number from %(first)s to %(second)s."),
    "from # to #": _l("A number from %(first)s to %(second)s."),
    "# to #": _l("A number from %(first)s to %(second)s."),
    "between # and #, or none": _l("A number from %(first)s to %(second)s, or nothing."),
    "Input should be greater than or equal to #": _l("At least %(first)s."),
    "Input should be less than or equal to #": _l("At most %(first)s."),
    "at least #": _l("At least %(first)s."),
    "at most #": _l("At most %(first)s."),
    "at most #, and a service in one of them": _l(
        "At most %(first)s groups, and each service in one of them."
    ),
    "this one or the next": _l("This year or the next."),
    "Input should be a valid integer": _l("A whole number."),
    "String should match pattern '^[#-#]{#}$'": _l("%(third)s digits."),
    "a number": _l("A whole number."),
    "a year": _l("A year, such as 2027."),
    "a day": _l("A day of the calendar."),
    "days as YYYY-MM-DD, hours as HH:MM": _l("Fill in both days and both hours."),
    "today or later": _l("Today or a later day."),
    "today or within a year": _l("Today or a day within a year."),
    "today": _l("A time of today."),
    "in the past": _l("This time is over already."),
    "not over yet": _l("This day is not over yet."),
    "at most # days from the first": _l("Not before the first day, and at most %(first)s days."),
    "not before the first day, and within a year": _l(
        "Not before the first day, and within a year."
    ),
    "at least one, # to #": _l("Choose at least one."),
    "none of them lies between these days": _l("None of them lies between these days."),
    "after `begins`": _l("Later than the beginning."),
    "both ends of the break, or neither": _l("Both ends of the break, or neither."),
    "within the shift": _l("The break lies within the shift."),
    "nobody who signs in here": _l("Nobody of this name signs in here any more."),
    "in every language": _l("Please fill this in, in every language."),
    "# to # of a-z, #-#, dot, dash and underscore": _l(
        "Between %(first)s and %(second)s small letters, digits, dots and dashes, without spaces."
    ),
    "# to # letters, digits, dashes and underscores": _l(
        "Between %(first)s and %(second)s letters, digits and dashes, without spaces."
    ),
    "one or two letters A to Z": _l("One or two letters, A to Z."),
    "one of those there are": _l("Choose one."),
    "at least one service": _l("Choose at least one service."),
    "one or more of the office's counters": _l("Choose at least one counter."),
    "one or more of your own rights": _l("Choose at least one."),
    "one or more of those there are": _l("Choose at least one."),
    "a sign needs its counter": _l("Choose the counter whose sign it is."),
    "a time zone such as Asia/Makassar": _l("A time zone such as Asia/Makassar."),
    "a version and a seal, such as #:#f#d#": _l("A version and a seal, such as 1834:9f86d081."),
    "not before the check": _l("Not before the day of the check."),
}
#: Facts that sentences tell as they are.
PLAIN = ("moment", "begins", "counter", "ends", "label", "letter", "line", "name", "range", "right")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def by_field(code: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return what to say beside each field that a refusal is about, in the request's language."""
    if "problems" in facts:
        return {
            field: said
            for each in facts["problems"]
            for field, said in by_field(each["code"], each).items()
        }
    fields = facts.get("fields")
    if not isinstance(fields, dict):
        return {}
    own = None if code == "input_invalid" else sentence(code, facts)
    return {str(name): own or _of_field(told) for name, told in fields.items()}


def _of_field(told: object) -> str:
    while isinstance(told, (list, dict)) and told:
        told = next(iter(told.values() if isinstance(told, dict) else told))
    numbers = [*NUMBER.findall(str(told)), "", "", ""]
    text = FIELD_SENTENCES.get(NUMBER.sub("#", str(told)), _l("This is not accepted."))
    return str(text) % {"first": numbers[0], "second": numbers[1], "third": numbers[2]}


#: What a program is told whose token lacks a right: one that tokens can have, or one of people.
OF_A_PROGRAM: dict[bool, LazyString] = {
    True: _l(
        "This token has not the right %(right)s. Tokens are given rights under Settings → Other "
        "programs: let a manager make one that has it."
    ),
    False: _l(
        "This needs the right %(right)s, which people have and no program's token: do it by the "
        "pages."
    ),
}


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Return what a refusal says in the language of the request."""
    if "problems" in facts:
        said = (sentence(each["code"], each) for each in facts["problems"])
        return " ".join(dict.fromkeys(said))
    text = SENTENCES.get(code, SENTENCES["server_error"])
    if code == "not_allowed" and "program" in facts:
        text = OF_A_PROGRAM[bool(facts["program"])]
    status = str(facts.get("status", ""))
    fields = facts.get("fields")
    names = str(facts.get("names") or ", ".join(fields if isinstance(fields, dict) else ()))
    service = facts.get("service_names", {}).get(locale()) or facts.get("service", "")
    return str(text) % {
        "status": STATUS_NAMES.get(status, status),
        "names": names,
        "wait_s": facts.get("wait_s", ""),
        "limit": facts.get("limit", ""),
        **{name: facts.get(name, "") for name in PLAIN},
        "service": service,
        **{name: _day(facts.get(name)) for name in ("day", "first_day", "until")},
    }


def _day(told: object) -> str:
    """Return a day, told as 2026-11-24, in words."""
    return format_date(date.fromisoformat(told), "long") if isinstance(told, str) else ""
