/** Findings and photos. */

import { newKey } from "/static/web/api.js";
import { dayLocale, fill, make } from "/static/web/page.js";
import { sure } from "./sidak-check.js";

/** Longest edge (pixels) of a photo as it is sent, of a small one as it is shown, and the quality. */
const EDGE = 1600;
const SMALL = 320;
const QUALITY = 0.85;

export class Notes {
  constructor(desk) {
    this.desk = desk;
    this.finding = desk.find("finding");
    this.photo = desk.find("photo");
    this.changed = null;
    this.finding.addEventListener("submit", (event) => this.keepFinding(event));
    this.photo.addEventListener("submit", (event) => this.keepPhoto(event));
    desk.find("finding-new").addEventListener("click", () => this.clear());
  }

  async show(view, tab) {
    if (view !== "check") return;
    if (tab === "findings") this.findings();
    if (tab === "photos") await this.photos();
  }

  findings() {
    const { desk } = this;
    const { words, check } = desk;
    desk.find("findings").replaceChildren(
      ...Object.entries(check.entries.finding).map(([finding, each]) => {
        const day = new Intl.DateTimeFormat(dayLocale(), { dateStyle: "medium" });
        return make(
          "section",
          { class: "card stack" },
          make("p", {}, make("b", {}, each.text)),
          make("p", {}, fill(words.due, { owner: each.owner, day: day.format(new Date(`${each.due}T12:00`)) })),
          each.unsent ? make("span", { class: "badge badge-warn" }, words.not_sent) : null,
          make(
            "div",
            { class: "row" },
            this.button(words.change, each.text, () => this.change(finding, each)),
            this.button(words.remove, each.text, () =>
              desk.note("finding", "findings", { finding, text: "" }),
            ),
          ),
        );
      }),
    );
  }

  button(name, about, act) {
    const button = make("button", { class: "button", type: "button", "aria-label": `${name}: ${about}` }, name);
    button.addEventListener("click", act);
    return button;
  }

  fields() {
    return ["text", "owner", "due"].map((name) => document.getElementById(`finding-${name}`));
  }

  change(finding, each) {
    this.changed = finding;
    const [text, owner, due] = this.fields();
    [text.value, owner.value, due.value] = [each.text, each.owner, each.due];
    this.desk.find("finding-new").hidden = false;
    text.focus();
  }

  clear() {
    this.changed = null;
    this.finding.reset();
    this.desk.find("finding-new").hidden = true;
    this.desk.find("digits", this.finding).hidden = true;
  }

  async keepFinding(event) {
    event.preventDefault();
    const [text, owner, due] = this.fields().map((each) => each.value.trim());
    const meant = sure(this.finding, [text, owner]);
    if (!meant.kept) return;
    const finding = this.changed ?? newKey();
    this.clear();
    await this.desk.note("finding", "findings", { finding, text, owner, due, sure: meant.sure });
  }

  async photos() {
    const { desk } = this;
    const { words, check, store } = desk;
    const shown = await Promise.all(
      Object.entries(check.entries.photo).map(async ([key, each]) => {
        const small = await store.get(`small/${check.key}/${key}`);
        const source = small ?? `/manager/spot-checks/${check.number}/photos/${key}`;
        return make(
          "figure",
          {},
          make("img", { src: source, alt: each.note || "" }),
          make("figcaption", {}, each.note || ""),
          each.unsent ? make("span", { class: "badge badge-warn" }, words.not_sent) : null,
          this.button(words.remove, each.note || "", () => this.remove(key)),
        );
      }),
    );
    desk.find("photos").replaceChildren(...shown);
  }

  async remove(key) {
    const { desk } = this;
    await desk.store.drop(`small/${desk.check.key}/${key}`);
    const waiting = (await desk.store.outbox()).find((each) => each.key === key);
    // It may be on its way already, so it is taken back in any case.
    if (waiting) await desk.store.discard(waiting.place);
    await desk.note("photo-back", "photos/remove", { photo: key });
  }

  async keepPhoto(event) {
    event.preventDefault();
    const { desk } = this;
    const { words, check, told } = desk;
    const [file, note] = [document.getElementById("photo"), document.getElementById("photo-note")];
    if (!file.files.length) return desk.trouble(words.photo_missing);
    if (Object.keys(check.entries.photo).length >= told.photos) {
      return desk.trouble(fill(words.photos_full, { count: told.photos }));
    }
    const meant = sure(this.photo, [note.value]);
    if (!meant.kept) return undefined;
    const button = this.photo.querySelector("button");
    button.disabled = true;
    try {
      const picture = await createImageBitmap(file.files[0]);
      const large = drawn(picture, EDGE);
      const blob = await new Promise((done) => large.toBlob(done, "image/jpeg", QUALITY));
      if (!blob) throw new Error("no picture");
      const body = { note: note.value.trim(), sure: meant.sure };
      const small = drawn(picture, SMALL).toDataURL("image/jpeg", QUALITY);
      this.photo.reset();
      const path = `/spot-checks/${check.key}/photos`;
      const key = await desk.store.add(check.key, "photo", path, body, blob);
      await desk.store.put(`small/${check.key}/${key}`, small);
    } catch {
      return desk.trouble(words.photo_unreadable);
    } finally {
      button.disabled = false;
    }
    await desk.show();
    return desk.send();
  }
}

/** Return a canvas with a picture, its longer edge at most so many pixels. */
function drawn(picture, edge) {
  const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}
