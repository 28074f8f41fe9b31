/** The managers' page of media: a chosen file is sent as it is, and how much has gone is shown. */
import { readData } from "/static/web/page.js";

const words = readData("words");
const refused = document.querySelector("[data-refused]");

function refuse(text) {
  refused.hidden = false;
  refused.querySelector("[data-refused-text]").textContent = text;
  refused.scrollIntoView({ block: "nearest" });
}

for (const button of document.querySelectorAll("[data-upload]")) {
  button.addEventListener("click", () => {
    const [file] = document.getElementById(button.dataset.from).files;
    if (file) send(button, file);
    else refuse(words.choose);
  });
}

/** Send a file; only XMLHttpRequest tells how much of it has gone. */
function send(button, file) {
  const progress = document.querySelector(`[data-progress="${button.dataset.from}"]`);
  const request = new XMLHttpRequest();
  const over = (text) => {
    button.disabled = false;
    if (progress) progress.hidden = true;
    refuse(text);
  };
  request.open("POST", `${button.dataset.upload}?name=${encodeURIComponent(file.name)}`);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("Accept-Language", document.documentElement.lang);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader(
    "X-CSRFToken",
    document.querySelector('meta[name="csrf-token"]').content,
  );
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    if (progress) progress.value = (100 * loaded) / total;
  });
  request.addEventListener("error", () => over(words.unreachable));
  request.addEventListener("load", () => {
    if (request.status === 200) window.location.reload();
    else over(detail(request.responseText));
  });
  refused.hidden = true;
  button.disabled = true;
  if (progress) progress.hidden = false;
  request.send(file);
}

/** Return what a refusal says; something on the way may have answered in place of the server. */
function detail(answer) {
  try {
    return JSON.parse(answer).detail;
  } catch {
    return words.unreachable;
  }
}
