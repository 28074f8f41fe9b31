/** Small things every page needs: its data, its words, icons, times in words and on the clock. */

/** Read the JSON that the template left in the element with this id. */
export function readData(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : {};
}

/** Return a phrase with its {name} places filled. */
export function fill(phrase, values = {}) {
  return phrase.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");
}

/** Say how many are ahead of a place in line: 1 is next. */
export function aheadInWords(words, position) {
  const ahead = position - 1;
  if (ahead <= 0) return words.ahead_none;
  return ahead === 1 ? words.ahead_one : fill(words.ahead, { count: ahead });
}

/** Return an element: tag, attributes (class, data-*, aria-*), children (strings are text). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** Return an icon of the sprite. */
export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/web/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Return the text in the page's language, or in another. */
export function inLanguage(texts, lang = document.documentElement.lang) {
  return texts[lang] ?? texts.id ?? Object.values(texts)[0] ?? "";
}

/** Return hours and minutes on the office's clock. */
export function clockTime(when, timezone, options = {}, lang = document.documentElement.lang) {
  return new Intl.DateTimeFormat(lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: timezone,
    ...options,
  }).format(typeof when === "string" ? new Date(when) : when);
}

/** Return the locale of days in a language: the day stands before the month in both. */
export const dayLocale = (lang = document.documentElement.lang) => (lang === "en" ? "en-GB" : lang);

/** Return a day in full on the office's calendar. */
export function longDay(when, timezone, lang = document.documentElement.lang) {
  const told = (how) => new Intl.DateTimeFormat(dayLocale(lang), { ...how, timeZone: timezone }).format(when);
  return `${told({ weekday: "long" })}, ${told({ day: "numeric", month: "long", year: "numeric" })}`;
}

/**
 * Say that no numbers are given now, why if the office closed early today, and until when; nothing
 * while they are. `office` is as every screen is told: {open, opens_at, timezone}.
 */
export function shutSentence(office, early, now, said, lang = document.documentElement.lang) {
  if (office.open) return "";
  const why = inLanguage(early ?? {}, lang) || said.shut;
  if (!office.opens_at) return why;
  const at = new Date(office.opens_at);
  const [day, today] = [at, new Date(now)].map((each) => longDay(each, office.timezone, lang));
  const time = clockTime(at, office.timezone, {}, lang);
  return `${why} ${fill(day === today ? said.opens : said.opens_on, { day, time })}`;
}

/** Return the whole minutes of a span in seconds. */
export function minutes(seconds) {
  return Math.floor(seconds / 60);
}

/** Round a told wait to what people can use: 1 to 10 by one, then by five minutes. */
function roundedMinutes(seconds) {
  const exact = seconds / 60;
  if (exact < 1) return 1;
  return exact <= 10 ? Math.round(exact) : Math.ceil(exact / 5) * 5;
}

/** Return in words the usual wait of {median_s, p90_s}, and the one nine in ten stay under. */
export function usualWait({ median_s, p90_s }, lang = document.documentElement.lang) {
  const median = roundedMinutes(median_s);
  const p90 = Math.max(roundedMinutes(p90_s), median + 1);
  return { median: inWords(median * 60, lang), p90: inWords(p90 * 60, lang) };
}

/** Return a running time: "4:05", from an hour on "1:04:05". */
export function elapsed(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const rest = Math.floor(whole / 60) % 60;
  const tail = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(rest).padStart(2, "0")}:${tail}` : `${rest}:${tail}`;
}

/** Return a span in whole minutes in the page's language: "25 menit", "1 jam 35 menit". */
export function inWords(seconds, lang = document.documentElement.lang) {
  const whole = minutes(Math.max(0, seconds));
  const say = (count, unit) =>
    new Intl.NumberFormat(lang, {
      style: "unit",
      unit,
      unitDisplay: "long",
    }).format(count);
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  if (!hours) return say(rest, "minute");
  return rest ? `${say(hours, "hour")} ${say(rest, "minute")}` : say(hours, "hour");
}

/** Show a line in the corner for a while (ms): kind "good", "warn" or "bad". */
export function toast(text, kind = "good", during = kind === "good" ? 3000 : 8000) {
  let toasts = document.querySelector(".toasts");
  if (!toasts) {
    toasts = make("div", { class: "toasts", role: "alert" });
    document.body.append(toasts);
  }
  const signs = { good: "check", warn: "warning", bad: "close" };
  const shown = make(
    "p",
    { class: `notice notice-${kind}` },
    icon(signs[kind]),
    make("span", {}, text),
  );
  toasts.append(shown);
  setTimeout(() => shown.remove(), during);
}
