/** The reception desk: numbers for others, papers looked at first. */
import { finding } from "./finding.js";
import { newKey, Refusal, send } from "/static/web/api.js";
import { follow, liveBanner } from "/static/web/live.js";
import { aheadInWords, fill, icon, inLanguage, make, readData, toast, usualWait } from "/static/web/page.js";

const words = readData("words");
const find = (name) => document.querySelector(`[data-${name}]`);
const language = document.documentElement.lang;

/** The list of today's numbers is asked for at most this often (ms) while things change. */
const REFRESH = 1000;

let offers = null;
/** Code of the service that a number is to be given for. */
let chosen = null;
/** The wish that has had no answer yet keeps its key, so that it is not done twice. */
let wish = { body: "", key: "" };

const found = finding({ words, language, offers: () => offers, given: showGiven });

const live = follow({
  namespace: "/kiosk",
  onSnapshot(snapshot) {
    const first = offers === null;
    offers = snapshot;
    show();
    if (first) found.begin();
    else found.refresh();
  },
  onChange: soon,
  events: { printer: () => live.refresh() },
  onState: liveBanner(() => window.location.assign("/sign-in?next=/reception")),
});

let coming = null;
function soon() {
  coming ??= setTimeout(() => {
    coming = null;
    live.refresh();
  }, REFRESH);
}

function note(each) {
  if (!each.open) return inLanguage(each.reason_texts) || each.reason_text || "";
  const crowd = each.waiting ? fill(words.waiting, { count: each.waiting }) : words.nobody;
  return `${crowd}, ${wait(each.wait)}`;
}

function wait(told) {
  return told.median_s === null ? words.no_counter : fill(words.usual, usualWait(told));
}

function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function show() {
  find("shut").hidden = offers.office.open;
  find("shut-text").textContent = words.closed;
  const codes = offers.services.map(({ code }) => code).join();
  const list = find("offers");
  if (list.dataset.codes !== codes) {
    list.dataset.codes = codes;
    list.replaceChildren(
      ...offers.services.map((each) => {
        const made = make(
          "button",
          { type: "button", class: "button offer", "data-code": each.code },
          icon(each.icon),
          make("span", {}, inLanguage(each.names)),
          make("span", { class: "offer-note" }),
        );
        made.addEventListener("click", () => choose(each.code));
        return make("li", {}, made);
      }),
    );
  }
  for (const each of offers.services) {
    const made = list.querySelector(`[data-code="${CSS.escape(each.code)}"]`);
    made.querySelector(".offer-note").textContent = note(each);
    made.disabled = !each.open;
  }
  if (chosen) showWait();
}

function showWait() {
  const each = offers.services.find(({ code }) => code === chosen);
  find("chosen-wait").textContent = each ? note(each) : "";
}

function step(name) {
  for (const each of document.querySelectorAll("[data-step]")) {
    each.hidden = each.dataset.step !== name;
  }
}

/** Look at the papers before a number is given. */
function choose(code) {
  chosen = code;
  const each = offers.services.find((one) => one.code === code);
  find("take-form").reset();
  find("chosen").replaceChildren(icon(each.icon), ` ${inLanguage(each.names)}`);
  const bring = inLanguage(each.requirements) || [];
  find("bring-box").hidden = !bring.length;
  find("bring").replaceChildren(
    ...bring.map((what) =>
      make("label", { class: "bring-row" }, make("input", { type: "checkbox" }), make("span", {}, what)),
    ),
  );
  find("other").replaceChildren(
    make("option", { value: "" }, words.no_other),
    ...offers.services
      .filter((other) => other.open && other.code !== code)
      .map((other) => make("option", { value: other.code }, inLanguage(other.names))),
  );
  find("identity-box").hidden = !offers.limits.identity;
  find("classes-box").hidden = offers.priority_classes.length < 2;
  countPapers();
  showWait();
  step("check");
  find("chosen").focus();
}

function countPapers() {
  const left = find("bring").querySelectorAll("input:not(:checked)").length;
  find("bring-told").textContent = left ? fill(words.bring_left, { count: left }) : words.bring_all;
}
find("bring").addEventListener("change", countPapers);

function back() {
  const code = chosen;
  chosen = null;
  step("choose");
  find("offers").querySelector(`[data-code="${CSS.escape(code ?? "")}"]`)?.focus();
}
find("back").addEventListener("click", back);
document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && chosen) back();
  if (event.key === "/" && !event.target.closest?.("input, select")) {
    event.preventDefault();
    find("look-label").focus();
  }
});

let busy = false;
/** Give a number, once however often it is asked for. */
async function take(body) {
  if (busy) return;
  busy = true;
  const asked = JSON.stringify(body);
  if (wish.body !== asked) wish = { body: asked, key: newKey() };
  try {
    const ticket = await send("/tickets", body, { key: wish.key });
    wish = { body: "", key: "" };
    find("code-form").reset();
    if (chosen) back();
    const place = aheadInWords(words, ticket.position);
    showGiven({
      title: words.given,
      label: ticket.label,
      service: inLanguage(ticket.service.names),
      told: `${place} ${sentence(wait(ticket.wait))}`,
      print: ticket.print === "none" ? words.no_print : words.printing,
      token: ticket.token,
    });
    soon();
  } catch (error) {
    if (error instanceof Refusal) wish = { body: "", key: "" };
    toast(error instanceof Refusal ? error.message : words.unreachable, "bad");
  } finally {
    busy = false;
  }
}

find("take-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = new FormData(event.target);
  const body = {
    service: chosen,
    files: Number(said.get("files")),
    further: said.get("other") ? [{ service: said.get("other") }] : [],
    locale: said.get("locale"),
    needs: said.getAll("take-needs"),
  };
  if (said.get("class")) body.priority = said.get("class");
  if (said.get("override")) body.override = said.get("override");
  if (said.get("nik")) {
    try {
      const { identity } = await send("/identities", { nik: said.get("nik") }, { key: newKey() });
      body.identity = identity;
    } catch (error) {
      toast(error instanceof Refusal ? error.message : words.unreachable, "bad");
      return;
    }
  }
  take(body);
});
find("code-form").addEventListener("submit", (event) => {
  event.preventDefault();
  take({ return_code: find("code").value.trim() });
});

/** Show a number or a code as large as it can be read over the desk. */
function showGiven({ title, label, service, told, print, token = null }) {
  find("given-title").textContent = title;
  find("given-label").textContent = label;
  find("given-label").classList.toggle("is-code", token === null);
  find("given-service").textContent = service;
  find("given-told").textContent = told;
  find("given-print").textContent = print;
  find("given-qr").hidden = token === null;
  if (token === null) find("given-qr").removeAttribute("src");
  else find("given-qr").src = `/t/${token}/qr.svg`;
  find("given").showModal();
}
