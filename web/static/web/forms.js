/**
 * Forms that change something: sent without leaving the page, so that a refusal loses nothing.
 *
 * What is wrong is told beside each field, all at once, and the first is where one goes on typing.
 * What has not been saved is kept over a change of language and while another form of the page is
 * saved, is saved by the way on through the set-up, and is asked about before one leaves otherwise.
 */
import { freshToken } from "./api.js";
import { dayLocale, fill, icon, make, readData } from "./page.js";

const words = readData("form-words");
const KEPT = "antrean-unsaved";
/** Forms that scripts of their own save, by what saves them: it resolves to whether it was kept. */
const keepers = new Map();
const typedIn = new Set();
let made = 0;
let leaving = false;

const isPost = (form) => form.getAttribute("method")?.toLowerCase() === "post";
/** Whether this script sends the form. */
const isOurs = (form) => isPost(form) && !form.matches("[data-plain]");
const isSecret = (form) => form.querySelector("[type=password]") !== null;

/** Let the way on through the set-up save `form` by `save`, which resolves to whether it was kept. */
export function keeps(form, save) {
  form.noValidate = true;
  keepers.set(form, save);
}

/** Note that what stands in `form` is kept. */
export function kept(form) {
  typedIn.delete(form);
}

/** Take away what was said of the form and its fields. */
export function clear(form) {
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    const described = field.dataset.described ?? field.getAttribute("aria-describedby") ?? "";
    if (described) field.setAttribute("aria-describedby", described);
    else field.removeAttribute("aria-describedby");
  }
  for (const each of form.querySelectorAll("[data-said]")) each.remove();
  for (const each of document.querySelectorAll("main [data-said-of-page]")) each.remove();
}

/** Return the fields that a name of the API stands for: of those in several languages, the empty. */
function fieldsOf(form, name) {
  const found = [...form.elements].filter(
    (each) => each.type !== "hidden" && (each.name === name || each.dataset.field === name),
  );
  if (found.some((each) => ["radio", "checkbox"].includes(each.type))) return found.slice(0, 1);
  const empty = found.filter((each) => !each.value.trim());
  return empty.length ? empty : found;
}

/** Say beside a field what is wrong with it. */
function sayBeside(field, text) {
  made += 1;
  const said = make(
    "p",
    { class: "field-error", id: `said-${made}`, "data-said": true },
    icon("warning"),
    make("span", {}, text),
  );
  field.dataset.described ??= field.getAttribute("aria-describedby") ?? "";
  field.setAttribute("aria-describedby", `${field.dataset.described} said-${made}`.trim());
  field.setAttribute("aria-invalid", "true");
  const choice = ["radio", "checkbox"].includes(field.type);
  const place = field.closest(choice ? "fieldset" : ".field") ?? field.parentElement;
  place.append(said);
}

/** Say what is wrong with the form as a whole: before its button, or where it has no fields on top. */
function sayOf(form, submitter, said) {
  const notice = make(
    "div",
    { class: "notice notice-bad form-said", role: "alert", "data-said": true, tabindex: "-1" },
    icon("close"),
    make("div", { class: "stack-tight" }, ...said),
  );
  const shown = [...form.elements].some((each) => each.type !== "hidden" && each.tagName !== "BUTTON");
  const heading = document.querySelector("main h1");
  if (!shown && heading) {
    notice.removeAttribute("data-said");
    notice.setAttribute("data-said-of-page", "");
    heading.after(notice);
    return notice;
  }
  let before = form.contains(submitter) ? submitter : form.querySelector("button:not([type=button])");
  while (before && before.parentElement !== form) before = before.parentElement;
  form.insertBefore(notice, before);
  return notice;
}

/**
 * Say what is wrong: `said` beside fields by name or, where none bears it, with `whole` of the form.
 *
 * The first wrong field has the focus afterwards.
 */
export function complain(form, said, whole, { submitter, more = [], marks = [] } = {}) {
  clear(form);
  // What was saved before is no news any more, and reads as if this had been.
  for (const each of document.querySelectorAll("main > .notice-good")) each.remove();
  const homeless = [];
  for (const [name, text] of Object.entries(said)) {
    const fields = fieldsOf(form, name);
    for (const each of fields) sayBeside(each, text);
    if (!fields.length) homeless.push(text);
  }
  for (const [field, text] of marks) sayBeside(field, text);
  const first = form.querySelector("[aria-invalid]");
  const all = first && !homeless.length ? words.mend : [...new Set(first ? homeless : [whole])].join(" ");
  const notice = sayOf(form, submitter, [make("span", {}, all), ...more]);
  for (let each = first; each; each = each.parentElement) {
    if (each.tagName === "DETAILS") each.open = true;
  }
  (first ?? notice).focus();
  if (!first) notice.scrollIntoView({ block: "nearest" });
}

/**
 * Show what somebody else saved since the page was opened, which `form` would have undone.
 *
 * `again` saves what is typed in its place: a choice of its own, and only over what is shown here.
 */
export function overtaken(form, problem, again, submitter) {
  const mine = make("button", { type: "button", class: "button" }, words.mine);
  mine.addEventListener("click", again);
  const page = window.location.pathname + window.location.search;
  const newer = make("a", { class: "button", href: page, target: "_blank" }, words.newer);
  const changes = problem.changes.map((each) => make("li", {}, each));
  const more = [make("div", { class: "row" }, newer, mine)];
  if (changes.length) more.unshift(make("ul", {}, ...changes));
  complain(form, {}, problem.detail, { submitter, more });
}

/** Return what a field lacks, in the page's language. */
function lack(field) {
  const { validity, min, max } = field;
  if (validity.valueMissing) {
    const choice = ["radio", "checkbox"].includes(field.type) || field.tagName === "SELECT";
    return choice ? words.choose : words.missing;
  }
  if (field.type === "date" || field.type === "time") {
    if (!validity.rangeUnderflow || !min) return words.wrong;
    const day = new Intl.DateTimeFormat(dayLocale(), { dateStyle: "long" });
    return field.type === "date" ? fill(words.from, { day: day.format(new Date(`${min}T12:00`)) }) : words.wrong;
  }
  if (field.type === "number") {
    return min !== "" && max !== "" ? fill(words.between, { least: min, most: max }) : words.number;
  }
  if (validity.tooShort) return fill(words.short, { least: field.minLength });
  return field.dataset.how ?? words.wrong;
}

/** Return each field that cannot be sent as it is, with what it lacks; of several radios the first. */
export function lacks(form) {
  const found = [...form.elements].filter((each) => each.willValidate && !each.validity.valid);
  const groups = new Set();
  return found
    .filter(({ type, name }) => type !== "radio" || (!groups.has(name) && groups.add(name)))
    .map((each) => [each, lack(each)]);
}

/** Say what the form lacks, and return whether it lacks anything. */
export function isLacking(form, submitter) {
  const marks = lacks(form);
  if (marks.length) complain(form, {}, words.mend, { submitter, marks });
  return marks.length > 0;
}

function bodyOf(form, submitter) {
  const body = new FormData(form);
  if (submitter?.name) body.append(submitter.name, submitter.value);
  return form.enctype === "multipart/form-data" ? body : new URLSearchParams(body);
}

async function renewToken(form) {
  const token = await freshToken();
  for (const each of document.querySelectorAll("input[name=csrf_token]")) each.value = token;
  return form;
}

/** Put the answer's page in the place of this one's; what was typed stays. */
function turnTo(page, form) {
  const fresh = new DOMParser().parseFromString(page, "text/html");
  const main = document.querySelector("main");
  const values = [...new FormData(form)];
  main.replaceChildren(...fresh.querySelector("main").childNodes);
  document.title = fresh.title;
  takeOver();
  const again = [...document.forms].find((each) => each.action === form.action && isPost(each));
  if (again) refill(again, values);
  const place = main.querySelector("[aria-invalid], [role=alert]") ?? main.querySelector("h1");
  if (!place?.matches("input, select, textarea")) place?.setAttribute("tabindex", "-1");
  place?.focus();
}

/** Forms on their way, by what becomes of them: pressing again sends nothing twice. */
const underway = new Map();

/** Send a form; resolve to where to go on, or to nothing where it was refused. */
function sent(form, submitter) {
  if (!underway.has(form)) {
    const sending = post(form, submitter).finally(() => underway.delete(form));
    underway.set(form, sending);
  }
  return underway.get(form);
}

async function post(form, submitter) {
  if (isLacking(form, submitter)) return null;
  clear(form);
  try {
    for (let turn = 1; ; turn += 1) {
      const answer = await fetch(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", {
        method: "POST",
        headers: {
          Accept: "application/json, text/html;q=0.5",
          "Accept-Language": document.documentElement.lang,
          "Antrean-Form": "1",
        },
        body: bodyOf(form, submitter),
      });
      const text = await answer.text();
      if (answer.headers.get("Content-Type")?.startsWith("text/html")) {
        turnTo(text, form);
        return null;
      }
      const told = JSON.parse(text);
      if (answer.ok) return told.next;
      if (told.code === "csrf_failed" && turn === 1) {
        await renewToken(form);
        continue;
      }
      if (told.code === "changed_meanwhile") {
        const again = () => {
          form.elements.read_at.value = told.version;
          form.requestSubmit(form.contains(submitter) ? submitter : null);
        };
        overtaken(form, told, again, submitter);
        return null;
      }
      const door = make("a", { href: "/sign-in", target: "_blank" }, words.sign_in);
      const more = answer.status === 401 ? [door] : [];
      complain(form, told.said ?? {}, told.detail, { submitter, more });
      return null;
    }
  } catch {
    complain(form, {}, words.unreachable, { submitter });
    return null;
  }
}

/**
 * Put values, as [name, value] pairs, into a form; secrets and tokens stay as they are.
 *
 * With what was typed goes what it was typed over, so that nothing newer is undone unseen.
 */
function refill(form, values) {
  const places = new Map();
  for (const field of form.elements) {
    const stays = field.type === "hidden" ? field.name !== "read_at" : ["file", "password"].includes(field.type);
    if (!field.name || stays || field.tagName === "BUTTON") continue;
    const said = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(field.type)) field.checked = said.includes(field.value);
    else {
      const place = places.get(field.name) ?? 0;
      places.set(field.name, place + 1);
      if (said.length > place) field.value = said[place];
    }
  }
}

/** Say whether somebody changed something in the form that is not saved. */
function isChanged(form) {
  if (keepers.has(form)) return typedIn.has(form);
  return [...form.elements].some((each) => {
    if (["hidden", "password", "submit", "button", "fieldset"].includes(each.type)) return false;
    if (["checkbox", "radio"].includes(each.type)) return each.checked !== each.defaultChecked;
    if (each.type === "file") return each.value !== "";
    if (each.tagName !== "SELECT") return each.value !== each.defaultValue;
    const usual = [...each.options].findLastIndex((one) => one.defaultSelected);
    return each.selectedIndex !== Math.max(usual, 0) && each.options.length > 0;
  });
}

const changed = () =>
  [...document.forms].filter((each) => (isPost(each) || keepers.has(each)) && isChanged(each));

/** Keep what is typed for the same page, shown anew. */
function keepTyped(besides) {
  const forms = [...document.forms].filter(isPost);
  const typed = changed()
    .filter((each) => each !== besides && isPost(each))
    .map((each) => [forms.indexOf(each), each.getAttribute("action"), [...new FormData(each)]])
    .map(([place, action, values]) => [place, action, values.filter(([name]) => !isHidden(name))]);
  sessionStorage.setItem(KEPT, JSON.stringify([window.location.pathname, typed]));
}
const isHidden = (name) =>
  name === "csrf_token" || document.querySelector(`[type=password][name="${CSS.escape(name)}"]`) !== null;

function bringBack() {
  const [path, typed] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[null, []]");
  sessionStorage.removeItem(KEPT);
  if (path !== window.location.pathname) return;
  const forms = [...document.forms].filter(isPost);
  for (const [place, action, values] of typed) {
    const same = forms.filter((each) => each.getAttribute("action") === action);
    const form = same.includes(forms[place]) ? forms[place] : same[0];
    if (!form) continue;
    refill(form, values);
    for (let each = form; each; each = each.parentElement) {
      if (each.tagName === "DETAILS") each.open = true;
    }
  }
}

function go(address, form) {
  const to = new URL(address, window.location.href);
  leaving = true;
  if (to.pathname === window.location.pathname) keepTyped(form);
  // A place on the same page would only be scrolled to.
  if (to.hash && to.pathname + to.search === window.location.pathname + window.location.search) {
    window.location.hash = to.hash;
    window.location.reload();
  } else window.location.assign(to);
}

/** Let this script say what a form lacks, instead of the browser, which says one thing at a time. */
function takeOver() {
  for (const form of document.forms) if (isOurs(form)) form.noValidate = true;
}

takeOver();
bringBack();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !isPost(form)) return;
  if (!isOurs(form)) {
    // The browser sends it, and leaves the page for that.
    leaving = true;
    return;
  }
  event.preventDefault();
  const onward = await sent(form, event.submitter);
  if (onward) go(onward, form);
});
document.addEventListener("input", (event) => {
  const { form } = event.target;
  if (form && keepers.has(form)) typedIn.add(form);
});
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => {
    if (changed().some((each) => keepers.has(each))) return;
    leaving = true;
    keepTyped(null);
  });
}
for (const link of document.querySelectorAll("[data-onward]")) {
  link.addEventListener("click", async (event) => {
    const forms = new Set([...document.querySelectorAll("form[data-unsaved]"), ...changed()]);
    if (!forms.size) return;
    event.preventDefault();
    for (const form of forms) {
      const done = keepers.has(form) ? await keepers.get(form)() : await sent(form);
      if (!done) return;
    }
    leaving = true;
    window.location.assign(link.href);
  });
}
window.addEventListener("beforeunload", (event) => {
  if (!leaving && changed().some((each) => !isSecret(each))) event.preventDefault();
});
