/** The voice's settings: changed, heard before they are saved, and saved for every board at once. */
import { Refusal, send } from "/static/web/api.js";
import { clear as forget, overtaken } from "/static/web/forms.js";
import { fill, icon, make, readData, toast } from "/static/web/page.js";

const words = readData("words");
const given = readData("voice");
const form = document.querySelector("[data-voice]");
const find = (name) => form.querySelector(`[data-${name}]`);
const stretches = find("stretches");

for (const slider of form.querySelectorAll("input[type=range]")) {
  const output = slider.parentElement.querySelector("output");
  slider.addEventListener("input", () => {
    output.textContent = `${slider.value}${output.dataset.unit}`;
  });
}

function addStretch({ from = "12:00", to = "13:00", volume = 40, speech = true } = {}) {
  const time = (name, value) =>
    make("input", { type: "time", required: true, value, "data-part": name, "aria-label": words[name] });
  const speaks = make("input", { type: "checkbox", checked: speech, "data-part": "speech" });
  const remove = make(
    "button",
    { type: "button", class: "button button-quiet", "aria-label": words.remove },
    icon("close"),
  );
  const row = make(
    "li",
    {},
    time("from", from),
    make("span", { "aria-hidden": "true" }, "–"),
    time("to", to),
    make(
      "span",
      { class: "stretch-volume" },
      make("input", {
        type: "number",
        min: 0,
        max: 100,
        step: 5,
        value: volume,
        "data-part": "volume",
        "aria-label": words.volume,
      }),
      make("span", { "aria-hidden": "true" }, "%"),
    ),
    make("label", { class: "check" }, speaks, make("span", {}, words.speech)),
    remove,
  );
  remove.addEventListener("click", () => {
    row.remove();
    changed();
    find("add-stretch").focus();
  });
  stretches.append(row);
  return row;
}
given.stretches.forEach(addStretch);
find("add-stretch").addEventListener("click", () => {
  addStretch().querySelector("input").focus();
  changed();
});

/** Return what the form says, as the server takes it. */
function settings() {
  const said = new FormData(form);
  const part = (row, name) => row.querySelector(`[data-part="${name}"]`);
  return {
    enabled: said.has("enabled"),
    repeats: Number(said.get("repeats")),
    speed: Number(said.get("speed")),
    pitch: Number(said.get("pitch")),
    tone: said.get("tone"),
    volume: Number(said.get("volume")),
    stretches: [...stretches.children].map((row) => ({
      from: part(row, "from").value,
      to: part(row, "to").value,
      volume: Number(part(row, "volume").value),
      speech: part(row, "speech").checked,
    })),
    english: said.get("english") ?? given.english,
    style: said.get("style"),
    counter_name: said.get("counter_name"),
    templates: Object.fromEntries(
      [...form.querySelectorAll("[data-template]")].map((each) => [
        each.dataset.template,
        each.value,
      ]),
    ),
    recall_after: Number(said.get("recall_after")),
  };
}

function changed() {
  find("state").textContent = words.unsaved;
}
form.addEventListener("input", changed);
// What is only tried out changes nothing.
find("hear-label").addEventListener("input", (event) => event.stopPropagation());
find("hear-counter").addEventListener("input", (event) => event.stopPropagation());

function complain(name, text) {
  const place = find(name);
  place.hidden = !text;
  place.replaceChildren(...(text ? [icon("warning"), make("span", {}, text)] : []));
}

function clear() {
  for (const each of form.querySelectorAll("[data-template]")) {
    each.removeAttribute("aria-invalid");
    complain(`template-error="${each.dataset.template}"`, "");
  }
  complain("stretches-error", "");
}

function refused(error) {
  const { locale } = error.problem;
  const field = locale && form.querySelector(`[data-template="${locale}"]`);
  if (field && error.code.startsWith("template_")) {
    complain(`template-error="${locale}"`, error.message);
    field.setAttribute("aria-invalid", "true");
    field.focus();
  } else if (error.code === "stretches_wrong" || "stretches" in error.fields) {
    complain("stretches-error", error.message);
  }
  find("state").textContent = fill(words.wrong, { reason: error.message });
}

async function save(read) {
  clear();
  forget(form);
  try {
    await send("/voice", settings(), { read });
    find("state").textContent = words.saved;
    toast(words.saved);
  } catch (error) {
    if (error.code === "changed_meanwhile") overtaken(form, error.problem, () => save(error.problem.version));
    else if (error instanceof Refusal) refused(error);
    else toast(words.unreachable, "bad");
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});

/** What is sounding now, so that two samples never sound at once. */
let sounding = null;

async function hear(locale) {
  const said = settings();
  const label = find("hear-label").value.trim().toUpperCase();
  const query = new URLSearchParams({
    speed: said.speed,
    pitch: said.pitch,
    tone: said.tone,
    style: said.style,
    counter_name: said.counter_name,
    template: said.templates[locale] ?? "",
  });
  const path = `${locale}/${encodeURIComponent(label)}/${find("hear-counter").value}.wav`;
  complain("hear-error", "");
  clear();
  const answer = await fetch(`/display/voice/sample/${path}?${query}`, {
    headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang },
  }).catch(() => null);
  if (!answer?.ok) {
    const problem = await answer?.json().catch(() => null);
    if (problem?.code?.startsWith("template_")) refused(new Refusal(problem));
    complain("hear-error", problem?.detail ?? words.unreachable);
    return;
  }
  sounding?.pause();
  sounding = new Audio(URL.createObjectURL(await answer.blob()));
  sounding.volume = said.volume / 100;
  form.dataset.heard = path;
  await sounding.play();
}
for (const button of form.querySelectorAll("[data-hear]")) {
  button.addEventListener("click", () => hear(button.dataset.hear));
}
