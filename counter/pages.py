"""The console's pages: choose a counter, then serve."""

from apiflask import APIBlueprint
from flask import g, render_template
from flask.typing import ResponseReturnValue

from office import console
from office.people import Right
from office.place import Office, classes_of, counter_numbered, counters_of, services_of
from web.house import house
from web.languages import locale
from web.pages import page_for

pages = APIBlueprint(
    "counter",
    __name__,
    template_folder="templates",
    static_folder="static/counter",
    static_url_path="/static/counter",
    enable_openapi=False,
)


@pages.get("/counter")
@page_for(Right.SERVE)
def page() -> ResponseReturnValue:
    """Choose a counter."""
    with house().store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        counters = console.counter_list(work, office)
        names = {each.code: each.name(locale()) for each in services_of(work, office.id)}
    return render_template("counter/choose.html", counters=counters, services=names, actor=g.actor)


@pages.get("/counter/<int:number>")
@page_for(Right.SERVE)
def console_page(number: int) -> ResponseReturnValue:
    """Show the console of a counter."""
    with house().store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        counter = counter_numbered(work, office.id, number)
        services = [
            {"code": each.code, "letter": each.letter, "name": each.name(locale())}
            for each in services_of(work, office.id)
        ]
        counters = [
            {"number": each.number, "name": each.name(locale())}
            for each in counters_of(work, office.id)
        ]
        classes = [
            {"code": each.code, "name": each.names.get(locale(), each.code), "rate": each.rate}
            for each in classes_of(work, office.id)
        ]
    return render_template(
        "counter/console.html",
        counter=counter,
        services=services,
        counters=counters,
        classes=classes,
        actor=g.actor,
        may_serve_anywhere=g.actor.may(Right.SERVE_ANYWHERE),
        may_call_out_of_order=g.actor.may(Right.CALL_OUT_OF_ORDER),
    )
