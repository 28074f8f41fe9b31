/** What is shown between calls: pictures, videos and notices by turns, until a call needs the place. */

/** How long (ms) a picture or a video may take to come, and until those that failed are tried again. */
const PATIENCE = 20_000;
/** Letters of a notice on one page. */
const PAGE = 160;
/** In vain so often, a picture or video is reported. */
const TRIES = 2;

export class Between {
  #element;
  #frames;
  #languages;
  #clock;
  #onBroken;
  /** What may be shown, or null while the place is needed. */
  #media = null;
  #timezone = "UTC";
  /** The frame in front, and what it shows: {medium, lang, page, pages, title, text}. */
  #front = 0;
  #shown = null;
  #timer = null;
  /** Counts the changes; what was begun before the newest one ends. */
  #run = 0;
  #failed = new Map();

  /**
   * @param {HTMLElement} element  the place, with two frames
   * @param {object} wishes
   * @param {string[]} wishes.languages  those of notices, in their order
   * @param {() => number} wishes.clock  the server's time in ms
   * @param {(medium: number) => void} wishes.onBroken  told of what cannot be shown
   */
  constructor(element, { languages, clock, onBroken }) {
    this.#element = element;
    this.#frames = [...element.querySelectorAll("[data-frame]")].map((frame) => new Frame(frame));
    this.#languages = languages;
    this.#clock = clock;
    this.#onBroken = onBroken;
  }

  /** Show `media` by turns from now on, going on where it was; null: give the place up at once. */
  show(media, timezone) {
    this.#timezone = timezone;
    const freed = this.#media === null;
    const same = JSON.stringify(this.#media) === JSON.stringify(media);
    this.#media = media;
    if (same) return;
    if (media === null) this.#giveUp();
    else if (freed && this.#shown && this.#due().some((each) => isSame(each, this.#shown))) this.#goOn();
    else this.#next();
  }

  /** Return the turns of what is to be shown at this hour: a notice has one for each page. */
  #due() {
    const time = new Intl.DateTimeFormat("en-GB", {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: this.#timezone,
    }).format(this.#clock());
    return (this.#media ?? [])
      .filter(({ from, to }) => (!from || from <= time) && (!to || time < to))
      .flatMap((medium) => turnsOf(medium, this.#languages));
  }

  #giveUp() {
    this.#run += 1;
    clearTimeout(this.#timer);
    this.#element.classList.remove("between-on");
    this.#frames[this.#front].pause();
  }

  #goOn() {
    const run = ++this.#run;
    this.#element.classList.add("between-on");
    this.#stay(run, this.#frames[this.#front].play());
  }

  /** Bring the next turn to the front, leaving out what cannot be shown. */
  async #next() {
    const run = ++this.#run;
    clearTimeout(this.#timer);
    const due = this.#due();
    const after = due.findIndex((each) => isSame(each, this.#shown)) + 1;
    for (let step = 0; step < due.length; step += 1) {
      const turn = due[(after + step) % due.length];
      const back = 1 - this.#front;
      const well = await this.#frames[back].take(turn);
      if (run !== this.#run) return;
      if (well) {
        this.#failed.delete(turn.medium.id);
        this.#turn(back, turn, run);
        return;
      }
      this.#fails(turn.medium.id);
    }
    // Nothing can be shown now: the last call is in this place.
    this.#shown = null;
    this.#element.classList.remove("between-on");
    this.#timer = setTimeout(() => this.#next(), PATIENCE);
  }

  #turn(back, turn, run) {
    this.#frames[this.#front].leave();
    this.#front = back;
    this.#shown = turn;
    this.#element.classList.add("between-on");
    this.#stay(run, this.#frames[back].play());
  }

  /** Let the turn last its time; a video's is its own, told by the promise `played`. */
  #stay(run, played) {
    const next = () => {
      if (run === this.#run) this.#next();
    };
    clearTimeout(this.#timer);
    if (this.#shown.medium.kind !== "video") {
      this.#timer = setTimeout(next, this.#shown.medium.seconds * 1000);
      return;
    }
    played.then(next, () => {
      if (run === this.#run) this.#fails(this.#shown.medium.id);
      next();
    });
  }

  #fails(id) {
    const times = (this.#failed.get(id) ?? 0) + 1;
    this.#failed.set(id, times);
    if (times === TRIES) this.#onBroken(id);
  }
}

/** One of two frames that take turns; its elements are used again and again. */
class Frame {
  #element;
  #picture;
  #video;
  #track;
  #words;
  #settle = null;
  #standing = null;

  constructor(element) {
    this.#element = element;
    this.#picture = element.querySelector("img");
    this.#video = element.querySelector("video");
    this.#track = element.querySelector("track");
    this.#words = element.querySelector(".frame-words");
    this.#video.muted = true;
  }

  /** Make ready what a turn shows, behind the other frame; tells whether it can be shown. */
  async take({ medium, lang, title, text }) {
    const { kind, file, id } = medium;
    this.#empty();
    this.#element.className = `frame frame-${kind}`;
    this.#words.hidden = kind === "picture" || !(text || kind === "notice");
    this.#words.lang = lang;
    this.#words.children[0].textContent = kind === "notice" ? title : "";
    this.#words.children[1].textContent = text;
    if (kind === "notice") return true;
    const address = `/display/media/${file}`;
    if (kind === "picture") {
      this.#picture.hidden = false;
      this.#picture.alt = title;
      this.#picture.src = address;
      return soon(this.#picture.decode());
    }
    this.#video.hidden = false;
    this.#video.setAttribute("aria-label", title);
    if (medium.captions) {
      this.#track.src = `/display/media/${id}/captions.vtt`;
      this.#track.srclang = lang;
    }
    const ready = new Promise((good, bad) => {
      this.#video.oncanplay = good;
      this.#video.onerror = bad;
    });
    this.#video.src = address;
    return soon(ready);
  }

  /** Come to the front, and begin or go on; for a video, the promise is kept at its end. */
  play() {
    this.#element.classList.add("frame-on");
    if (this.#video.hidden) return Promise.resolve();
    this.#track.track.mode = this.#track.hasAttribute("src") ? "showing" : "disabled";
    return new Promise((ended, failed) => {
      const moved = () => {
        clearTimeout(this.#standing);
        this.#standing = setTimeout(failed, PATIENCE);
      };
      moved();
      this.#settle = ended;
      this.#video.ontimeupdate = moved;
      this.#video.onended = ended;
      this.#video.onerror = failed;
      this.#video.play().catch((error) => {
        // Paused for a call before it had begun.
        if (error.name !== "AbortError") failed(error);
      });
    });
  }

  pause() {
    this.#video.pause();
    this.#video.ontimeupdate = null;
    clearTimeout(this.#standing);
  }

  /** Go behind the other frame. */
  leave() {
    this.#element.classList.remove("frame-on");
    this.pause();
  }

  #empty() {
    this.#picture.hidden = true;
    this.#picture.removeAttribute("src");
    this.pause();
    this.#video.oncanplay = this.#video.onended = this.#video.onerror = null;
    this.#video.hidden = true;
    this.#track.removeAttribute("src");
    if (this.#video.hasAttribute("src")) {
      this.#video.removeAttribute("src");
      this.#video.load();
    }
    this.#settle?.();
    this.#settle = null;
  }
}

/** Return the turns of a medium: one, or one for each page of a notice in each of its languages. */
function turnsOf(medium, languages) {
  const [first] = languages;
  const said = (texts, lang) => texts[lang] ?? texts[first] ?? Object.values(texts)[0] ?? "";
  if (medium.kind !== "notice") {
    const [title, text] = [said(medium.titles, first), said(medium.texts, first)];
    return [{ medium, lang: first, page: 0, title, text }];
  }
  return languages
    .filter((lang) => medium.titles[lang] || medium.texts[lang])
    .flatMap((lang) =>
      pagesOf(medium.texts[lang] ?? "").map((text, page) => ({
        medium,
        lang,
        page,
        title: medium.titles[lang] ?? "",
        text,
      })),
    );
}

/** Return a text in pages: whole sentences where they fit, else whole words. */
export function pagesOf(text) {
  const pages = [""];
  const put = (piece) => {
    const joined = pages.at(-1) ? `${pages.at(-1)} ${piece}` : piece;
    if (joined.length <= PAGE || !pages.at(-1)) pages.splice(-1, 1, joined);
    else pages.push(piece);
  };
  for (const sentence of text.split(/(?<=[.!?])\s+|\s*\n\s*/).filter(Boolean)) {
    if (sentence.length <= PAGE) put(sentence);
    else sentence.split(/\s+/).forEach(put);
  }
  return pages;
}

function isSame(one, other) {
  return (
    other !== null &&
    one.medium.id === other.medium.id &&
    one.lang === other.lang &&
    one.page === other.page
  );
}

/** Say whether a promise is kept before patience ends. */
async function soon(promise) {
  let timer = null;
  const late = new Promise((_kept, broken) => {
    timer = setTimeout(broken, PATIENCE);
  });
  try {
    await Promise.race([promise, late]);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
