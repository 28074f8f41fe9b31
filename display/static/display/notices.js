/** The running text, as notices that stand still: page after page, in each language by turns. */

/** How long (ms) a notice stays, and how much longer for each letter. */
const STAYS = 5000;
const READING = 60;

export class Notices {
  #element;
  #texts;
  #pages = [];
  #timer = null;
  #said = "";

  /**
   * @param {HTMLElement} element  where they are shown, one line high
   * @param {() => {lang: string, text: string}[]} texts  what is to be shown now
   */
  constructor(element, texts) {
    this.#element = element;
    this.#texts = texts;
  }

  /** Begin, unless begun; and anew with what is to be said now, if that is something else. */
  show() {
    const said = JSON.stringify(this.#texts());
    if (this.#timer === null) window.addEventListener("resize", () => this.#again());
    else if (said === this.#said) return;
    this.#said = said;
    this.#again();
  }

  /** Begin anew: what fitted may fit no more. */
  #again() {
    clearTimeout(this.#timer);
    this.#pages = [];
    this.#turn();
  }

  #turn() {
    if (this.#pages.length === 0) {
      this.#pages = this.#texts().flatMap(({ lang, text }) =>
        this.#split(text).map((page) => ({ lang, page })),
      );
    }
    const { lang, page } = this.#pages.shift() ?? { lang: "", page: "" };
    if (page !== this.#element.textContent) {
      this.#element.textContent = page;
      if (lang) this.#element.lang = lang;
    }
    this.#timer = setTimeout(() => this.#turn(), STAYS + READING * page.length);
  }

  /** Return `text` in pages that fit: whole sentences where they do, else whole words. */
  #split(text) {
    const fits = this.#measure();
    const pages = [];
    const put = (piece) => {
      const joined = pages.length ? `${pages.at(-1)} ${piece}` : piece;
      if (fits(joined)) pages.splice(-1, 1, joined);
      else pages.push(piece);
    };
    const sentences = text.split(/(?<=[.!?])\s+|\s*\n\s*/).filter(Boolean);
    for (const sentence of sentences) {
      if (fits(sentence)) put(sentence);
      else sentence.split(/\s+/).forEach(put);
    }
    return pages;
  }

  #measure() {
    const style = getComputedStyle(this.#element);
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const room = this.#element.clientWidth * 0.97;
    return (text) => canvas.measureText(text).width <= room;
  }
}
