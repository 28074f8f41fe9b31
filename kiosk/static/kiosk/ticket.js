/** A visitor's ticket on the phone: the place in line, the call, giving it back, and one tap after. */
import { Refusal, send } from "/static/web/api.js";
import { follow, liveBanner } from "/static/web/live.js";
import { clockTime, fill, inLanguage, longDay, readData, usualWait } from "/static/web/page.js";

const words = readData("words");
const { token } = readData("page");
const find = (name) => document.querySelector(`[data-${name}]`);
const whole = document.querySelector(".ticket");

let ticket = readData("ticket");
let rung = ticket.status === "called";
let alarm = null;

follow({
  namespace: "/ticket",
  auth: { token },
  hears: false,
  onSnapshot(state) {
    ticket = state;
    show();
  },
  onState: liveBanner(),
});

function show() {
  const { status } = ticket;
  whole.dataset.status = status;
  find("service").textContent = inLanguage(ticket.service.names);
  find("state").textContent = words[status];
  find("hint").textContent =
    status === "called" ? words.go_to : (words[`${status}_hint`] ?? "");
  find("counter").hidden = ticket.counter === null;
  find("counter").textContent = ticket.counter_name ?? "";
  // At a call the way comes before the counter.
  if (status === "called") find("hint").after(find("counter"));
  find("facts").hidden = status !== "waiting";
  if (status === "waiting") {
    find("ahead").textContent = ticket.position === null ? "" : ticket.position - 1;
    const usual = ticket.wait.median_s === null ? null : usualWait(ticket.wait);
    find("wait").textContent = usual ? usual.median : words.unknown;
    find("range").textContent = usual ? fill(words.range, usual) : "";
  }
  const taken = new Date(ticket.taken_at);
  find("taken").textContent =
    `${longDay(taken, ticket.timezone)}, ${clockTime(taken, ticket.timezone, { timeZoneName: "short" })}`;
  find("cancel").hidden = !ticket.can_cancel;
  find("rate").hidden = !ticket.can_rate;
  find("thanks").hidden = !ticket.rated;
  find("alarm-box").hidden = !["waiting", "held", "no_show"].includes(status);
  document.title = status === "called" ? `${words.called} ${ticket.counter_name}` : ticket.label;
  if (status === "called" && !rung) ring();
  rung = status === "called";
}

/** Make the call unmistakable: shake, and sound if the visitor asked for it. */
function ring() {
  navigator.vibrate?.([600, 200, 600, 200, 600]);
  if (!alarm) return;
  for (const [start, tone] of [[0, 880], [0.35, 660], [0.7, 880], [1.05, 660]]) {
    const sound = alarm.createOscillator();
    const volume = alarm.createGain();
    sound.frequency.value = tone;
    volume.gain.setValueAtTime(0.0001, alarm.currentTime + start);
    volume.gain.exponentialRampToValueAtTime(0.5, alarm.currentTime + start + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, alarm.currentTime + start + 0.32);
    sound.connect(volume).connect(alarm.destination);
    sound.start(alarm.currentTime + start);
    sound.stop(alarm.currentTime + start + 0.34);
  }
}

/** Keep the screen on while the page is seen; only over HTTPS, and asked for anew each time. */
async function stayAwake() {
  if (!alarm || document.hidden || !("wakeLock" in navigator)) return;
  await navigator.wakeLock.request("screen").catch(() => null);
}
find("alarm").addEventListener("click", () => {
  alarm ??= new AudioContext();
  alarm.resume();
  navigator.vibrate?.(80);
  find("alarm").replaceChildren(words.alarm_on);
  find("alarm").disabled = true;
  stayAwake();
});
document.addEventListener("visibilitychange", stayAwake);

async function act(path, body) {
  find("refused").hidden = true;
  try {
    return await send(`/tickets/${token}/${path}`, body);
  } catch (error) {
    find("refused").textContent = error instanceof Refusal ? error.message : words.unreachable;
    find("refused").hidden = false;
    return null;
  }
}

const dialog = find("cancel-dialog");
find("cancel").addEventListener("click", () => {
  dialog.returnValue = "";
  dialog.showModal();
});
dialog.addEventListener("close", async () => {
  if (dialog.returnValue !== "cancel") return;
  const state = await act("cancel", {});
  if (state) {
    ticket = state;
    show();
  }
});

for (const face of document.querySelectorAll("[data-score]")) {
  face.addEventListener("click", async () => {
    for (const each of document.querySelectorAll("[data-score]")) each.disabled = true;
    const kept = await act("rating", { score: Number(face.dataset.score) });
    for (const each of document.querySelectorAll("[data-score]")) each.disabled = false;
    if (kept) {
      ticket = { ...ticket, can_rate: false, rated: true };
      show();
    }
  });
}

show();
