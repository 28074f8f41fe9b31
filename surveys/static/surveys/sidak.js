/** The inspector's phone: opens a spot check, asks, looks, notes; all of it without network, too. */

import { Refusal, newKey, read, send } from "/static/web/api.js";
import { clockTime, dayLocale, fill, icon, make, readData } from "/static/web/page.js";
import { merged } from "./sidak-check.js";
import { People } from "./sidak-people.js";
import { Notes } from "./sidak-notes.js";
import { Room } from "./sidak-room.js";
import { Store } from "./sidak-store.js";

const words = readData("words");
const root = document.querySelector(".sidak");
const find = (name, within = root) => within.querySelector(`[data-${name}]`);
/** How often (ms) it is tried to send, and what others did is asked for. */
const OFTEN = 15000;

/** What all parts of the page share: the store, the words, the check being shown. */
class Desk {
  constructor(store) {
    this.store = store;
    this.words = words;
    this.told = readData("sidak");
    this.find = find;
    this.check = null;
    this.stopped = null;
    this.shown = Promise.resolve();
    this.parts = [new Room(this), new People(this), new Notes(this)];
  }

  /** Keep an entry on the phone, show it, and send it. */
  async note(kind, path, body, blob = null) {
    const { key } = this.check;
    const made = await this.store.add(key, kind, `/spot-checks/${key}/${path}`, body, blob);
    await this.show();
    this.send();
    return made;
  }

  /** Send what there is to send; then show what the server has. */
  async send() {
    const { sent, refused, stopped } = await this.store.flush();
    this.stopped = stopped;
    if (sent) await this.refresh();
    else if (refused) await this.show();
    else await this.tell();
    if (refused) find("refused").scrollIntoView({ block: "center" });
  }

  /** Ask the server for the list and the check being shown. */
  async refresh() {
    try {
      const list = await read("/spot-checks");
      await this.store.put("list", list);
      await this.forgetSigned(list.checks);
      const { key } = this.place();
      if (key) await this.store.put(`state/${key}`, await read(`/spot-checks/${key}`));
      if (this.stopped === "network") this.stopped = null;
    } catch (error) {
      const out = error instanceof Refusal && [401, 403].includes(error.status);
      this.stopped = out ? "signed-out" : "network";
    }
    await this.show();
  }

  /** Drop from the phone what it kept of checks that are signed, unless something is unsent. */
  async forgetSigned(open) {
    const unsent = (await this.store.outbox()).map((each) => each.check);
    await this.store.forget(new Set([...open.map((each) => each.key), ...unsent]));
  }

  /** Do what only the server can, such as drawing; say so where there is no network. */
  async ask(path, body) {
    find("trouble").hidden = true;
    try {
      const state = await send(path, body);
      await this.store.put(`state/${state.key}`, state);
      this.stopped = null;
      return state;
    } catch (error) {
      this.trouble(error instanceof Refusal ? error.message : words.needs_network);
      return null;
    }
  }

  trouble(text) {
    find("trouble-text").textContent = text;
    find("trouble").hidden = false;
    find("trouble").scrollIntoView({ block: "nearest" });
  }

  time(moment) {
    return clockTime(moment, this.check.timezone);
  }

  /** Return what the address names: a check, one of its parts, and whoever is asked. */
  place() {
    const [key = "", tab = "queue", label = ""] = location.hash.slice(1).split("/");
    return { key, tab, label };
  }

  go(...parts) {
    location.hash = parts.join("/");
  }

  /** Show where the address leads, one time after the other: what is shown last is the newest. */
  show() {
    const paint = () => this.paint();
    this.shown = this.shown.then(paint, paint);
    return this.shown;
  }

  async paint() {
    const { key, tab, label } = this.place();
    const outbox = await this.store.outbox();
    const state = key ? await this.store.get(`state/${key}`) : null;
    this.check = state ? merged(state, outbox) : null;
    const view = !this.check ? "list" : tab === "ask" && label ? "interview" : "check";
    for (const each of root.querySelectorAll("[data-view]")) each.hidden = each.dataset.view !== view;
    if (view === "list") await this.showList(outbox);
    if (view === "check") this.showCheck(tab);
    for (const part of this.parts) await part.show?.(view, tab, label);
    await this.tell(outbox);
  }

  async showList(outbox) {
    const { checks = [], places = [] } = (await this.store.get("list")) ?? {};
    find("checks").replaceChildren(
      ...(checks.length ? [] : [make("p", { class: "muted" }, words.none_open)]),
      ...checks.map((each) => {
        const unsent = outbox.filter((item) => item.check === each.key).length;
        return make(
          "a",
          { class: "card sidak-check", href: `#${each.key}/queue` },
          make(
            "span",
            {},
            make("b", {}, each.place),
            make("br"),
            new Intl.DateTimeFormat(dayLocale(), {
              dateStyle: "medium",
              timeStyle: "short",
            }).format(new Date(each.opened_at)),
          ),
          make(
            "span",
            { class: "badge" },
            unsent ? fill(words.unsent, { count: unsent }) : each.closed_at ? words.closed : words.open,
          ),
        );
      }),
    );
    root
      .querySelector("#places")
      .replaceChildren(...places.map((each) => make("option", { value: each })));
  }

  showCheck(tab) {
    const { check } = this;
    find("place").textContent = check.place;
    const closed = check.closed_at ? `, ${fill(words.closed_at, { time: this.time(check.closed_at) })}` : "";
    find("about").textContent = fill(words.about, { time: this.time(check.opened_at) }) + closed;
    for (const link of root.querySelectorAll("[data-tab]")) {
      link.href = `#${check.key}/${link.dataset.tab}`;
      if (link.dataset.tab === tab) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    for (const panel of root.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== tab;
    if (tab === "close") this.showClosing();
  }

  showClosing() {
    const { check, told } = this;
    const { person, observation, finding } = check.entries;
    const left = told.items.filter(({ item }) => !observation[item]).length;
    const missing = [
      left ? fill(words.left_items, { count: left }) : "",
      Object.values(person).some((each) => each.outcome === "asked") ? "" : words.left_people,
      Object.keys(finding).length ? "" : words.left_findings,
      check.closing ? words.closing : "",
    ];
    find("left").replaceChildren(...missing.filter(Boolean).map((each) => make("li", {}, each)));
    if (check.closed_at || check.closing) find("sure").hidden = true;
    find("close").hidden = Boolean(check.closed_at || check.closing);
    find("closed").hidden = !check.closed_at;
    find("report").href = `/manager/spot-checks/${check.number}`;
  }

  /** Say what is not sent, and what was not accepted. */
  async tell(known = null) {
    const outbox = known ?? (await this.store.outbox());
    const unsent = outbox.filter((each) => !each.refused).length;
    find("unsent").hidden = !unsent;
    find("unsent-count").textContent = fill(words.unsent, { count: unsent });
    find("unsent-why").textContent = this.stopped === "network" ? words.no_network : words.sending;
    find("signed-out").hidden = this.stopped !== "signed-out";
    find("refused").replaceChildren(
      ...outbox
        .filter((each) => each.refused)
        .map((each) => {
          const { label, text, note, item } = each.body;
          const name = this.told.items.find((one) => one.item === item)?.name ?? item;
          const what = [label || text || note || name, each.refused].filter(Boolean).join(": ");
          const discard = make("button", { class: "button", type: "button" }, words.discard);
          discard.addEventListener("click", async () => {
            await this.store.discard(each.place);
            await this.show();
          });
          const said = make("span", {}, fill(words.refused, { what }));
          return make("li", { class: "notice notice-bad" }, icon("warning"), said, discard);
        }),
    );
  }
}

/** Let the phone keep the page itself, where the address allows that (HTTPS, or this machine). */
async function keepPage() {
  if (!navigator.serviceWorker || !window.caches) {
    find("unkept").hidden = false;
    return;
  }
  await navigator.serviceWorker.register("/sidak/worker.js", { scope: "/sidak/" });
  const used = performance
    .getEntriesByType("resource")
    .map((each) => new URL(each.name))
    .filter((each) => each.origin === location.origin && each.pathname.startsWith("/static/"))
    .map((each) => each.pathname);
  const cache = await caches.open("sidak");
  await cache.addAll([...new Set(["/sidak/", ...used])]);
  // For tests and for nobody's eyes: from now on the page comes without network.
  document.documentElement.dataset.kept = "yes";
}

const store = await Store.open(root.dataset.account);
const desk = new Desk(store);
let opening = newKey();

find("open").addEventListener("submit", async (event) => {
  event.preventDefault();
  const place = root.querySelector("#place");
  const state = await desk.ask("/spot-checks", { key: opening, place: place.value });
  if (!state) return;
  opening = newKey();
  place.value = "";
  desk.go(state.key, "queue");
});
find("close").addEventListener("click", () => {
  const sure = !find("sure").hidden;
  find("sure").hidden = sure;
  return sure ? desk.note("close", "close", {}) : null;
});
window.addEventListener("hashchange", async () => {
  for (const name of ["trouble", "sure"]) find(name).hidden = true;
  await desk.show();
  window.scrollTo(0, 0);
  await desk.refresh();
});
window.addEventListener("online", () => desk.send());
store.onChange(async () => {
  await desk.show();
  await desk.refresh();
});

await desk.show();
await desk.send();
await desk.refresh();
setInterval(async () => {
  if (document.hidden) return;
  await desk.send();
  await desk.refresh();
}, OFTEN);
keepPage().catch(() => {
  find("unkept").hidden = false;
});
