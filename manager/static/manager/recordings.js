/** The office's own voice: each word recorded or chosen as a file, heard, replaced, deleted. */
import { fill, icon, make, readData, toast } from "/static/web/page.js";
import { canRecord, fileAsWav, Recorder } from "./recorder.js";

const words = readData("words");
const find = (name) => document.querySelector(`[data-${name}]`);
const KINDS = ["chime", "phrase", "letter", "number", "name"];
/** Longest recording (ms): a microphone nobody stops stops by itself. */
const LONGEST = 5000;

/** The recording under way: its recorder, key and what ends it. */
let live = null;
let playing = null;

find("no-microphone").hidden = canRecord();

async function ask(path, options = {}) {
  const answer = await fetch(`/display/voice/clips${path}`, {
    ...options,
    headers: {
      Accept: "application/json",
      "Accept-Language": document.documentElement.lang,
      "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
      ...options.headers,
    },
  }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (answer?.ok) return told;
  toast(told?.detail ?? words.unreachable, "bad");
  return null;
}

async function show() {
  const packs = await ask("");
  if (!packs) return;
  const focused = document.activeElement?.dataset?.is;
  const first = Object.entries(packs).sort(([one], [other]) => (other === "id") - (one === "id"));
  find("packs").replaceChildren(...first.map(([locale, pack]) => section(locale, pack)));
  if (focused) document.querySelector(`[data-is="${CSS.escape(focused)}"]`)?.focus();
}

function section(locale, pack) {
  const progress = fill(words.progress, { done: pack.recorded, all: pack.needed });
  const whole = pack.recorded === pack.needed;
  return make(
    "section",
    { class: "card stack", "data-pack": locale, "aria-label": words[locale] },
    make(
      "div",
      { class: "row row-apart" },
      make("h2", {}, words[locale]),
      make(
        "p",
        { class: `badge ${whole ? "badge-good" : ""}`, "data-progress": locale },
        whole ? icon("check") : null,
        whole ? `${progress}: ${words.complete}` : progress,
      ),
    ),
    make("progress", {
      class: "pack-progress",
      max: Math.max(pack.needed, 1),
      value: pack.recorded,
      "aria-label": progress,
    }),
    ...KINDS.flatMap((kind) => {
      const some = pack.words.filter((each) => each.kind === kind);
      if (!some.length) return [];
      return [
        make("h3", {}, words[kind]),
        make("ul", { class: "words" }, ...some.map((each) => word(locale, each))),
      ];
    }),
  );
}

function word(locale, each) {
  const done = each.seconds !== null;
  const say = each.kind === "chime" ? words.chime_note : each.say;
  const row = make(
    "li",
    { class: `word ${done ? "word-done" : ""}`, "data-word": each.key },
    make(
      "span",
      { class: "word-say", lang: each.kind === "chime" ? null : locale },
      done ? icon("check") : null,
      ` ${say}`,
    ),
  );
  const act = (name, sign, text, doing) => {
    const made = make(
      "button",
      {
        type: "button",
        class: "button",
        "data-act": name,
        "data-is": `${locale} ${each.key} ${name}`,
        "aria-label": `${text}: ${say}`,
      },
      icon(sign),
      text,
    );
    made.addEventListener("click", doing);
    row.append(made);
  };
  if (canRecord()) {
    act("record", "microphone", done ? words.again : words.record, () => record(locale, each, row, say));
  }
  const chooser = make("input", { type: "file", accept: "audio/*", hidden: true });
  chooser.addEventListener("change", () => chosen(locale, each, chooser.files[0], say));
  row.append(chooser);
  act("file", "plus", words.file, () => chooser.click());
  if (done) {
    act("hear", "sound-on", words.hear, () => hear(locale, each));
    act("delete", "close", words.delete, () => forget(locale, each, say));
    row.append(
      make(
        "span",
        { class: "word-seconds number" },
        fill(words.seconds, { count: each.seconds.toLocaleString(document.documentElement.lang) }),
      ),
    );
  }
  return row;
}

async function record(locale, each, row, say) {
  if (live) {
    const same = live.key === each.key && live.locale === locale;
    await live.end();
    if (same) return;
  }
  const meter = make("meter", { class: "meter-live", max: 1, "aria-label": words.level });
  const recorder = new Recorder((level) => {
    meter.value = level;
  });
  try {
    await recorder.start();
  } catch {
    toast(words.refused, "bad");
    return;
  }
  const button = row.querySelector("[data-act=record]");
  row.classList.add("word-live");
  button.replaceChildren(icon("pause"), words.stop);
  row.append(meter);
  find("said").textContent = fill(words.speak, { word: say });
  const timer = setTimeout(() => live?.end(), LONGEST);
  live = {
    key: each.key,
    locale,
    async end() {
      clearTimeout(timer);
      live = null;
      await keep(locale, each, await recorder.stop(), say);
    },
  };
}

async function chosen(locale, each, file, say) {
  if (!file) return;
  try {
    await keep(locale, each, await fileAsWav(file), say);
  } catch {
    toast(words.unreadable, "bad");
  }
}

async function keep(locale, each, wav, say) {
  const kept = await ask(`/${locale}/${each.key}`, {
    method: "PUT",
    headers: { "Content-Type": "audio/wav" },
    body: wav,
  });
  if (kept) find("said").textContent = fill(words.kept, { word: say });
  await show();
}

async function forget(locale, each, say) {
  const gone = await ask(`/${locale}/${each.key}`, { method: "DELETE" });
  if (gone) find("said").textContent = fill(words.deleted, { word: say });
  await show();
}

function hear(locale, each) {
  playing?.pause();
  playing = new Audio(`/display/voice/clips/${locale}/${each.key}.wav`);
  playing.play().catch(() => toast(words.unreachable, "bad"));
}

await show();
