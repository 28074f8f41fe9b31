/**
 * Follows one namespace of the server: a snapshot, then every change in order, through
 * reconnections, gaps and silence.
 */
import { io } from "./vendor/socket.io.esm.min.js";
import { Sequence } from "./sequence.js";

/** Without a heartbeat for this long (ms) the connection counts as dead. */
const SILENCE = 12_000;

/**
 * @param namespace   such as "/display"
 * @param auth        what connecting carries besides the version, such as {token} or {counter}
 * @param onSnapshot  (snapshot) everything anew
 * @param onChange    (change, {late}) one change; late: it happened while this page was cut off
 * @param onState     ("connecting" | "live" | "refused", code)
 * @param hears       whether the namespace sends heartbeats
 */
export function follow({
  namespace,
  auth = {},
  onSnapshot,
  onChange = () => {},
  onState = () => {},
  hears = true,
}) {
  const followed = { offset: 0 };
  let heard = Date.now();
  const socket = io(namespace, {
    transports: ["websocket"],
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
    randomizationFactor: 0.5,
    auth: (send) => send(sequence.version === null ? auth : { ...auth, after: sequence.version }),
  });
  const sequence = new Sequence({
    apply: onChange,
    askMissing: (after) => socket.emit("catch_up", { after }),
  });
  const alive = (at) => {
    heard = Date.now();
    if (at) followed.offset = Date.parse(at) - heard;
  };
  socket.on("snapshot", (snapshot) => {
    alive(snapshot.at);
    onSnapshot(snapshot);
    sequence.reset(snapshot.version);
    onState("live");
  });
  socket.on("caught_up", ({ version, changes }) => {
    alive();
    for (const change of changes) sequence.offer(change, { late: true });
    if (sequence.version !== null && sequence.version < version) sequence.reset(version);
    onState("live");
  });
  socket.on("change", (change) => {
    alive();
    sequence.offer(change);
  });
  socket.on("heartbeat", ({ version, at }) => {
    alive(at);
    sequence.behind(version);
  });
  socket.on("disconnect", (reason) => {
    onState("connecting");
    // The server ends a revoked device's connection; trying again tells why.
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 1000);
  });
  let refusals = 0;
  socket.on("connect", () => {
    refusals = 0;
  });
  socket.on("connect_error", (error) => {
    if (socket.active) {
      onState("connecting");
      return;
    }
    refusals += 1;
    onState("refused", error.message);
    setTimeout(() => socket.connect(), Math.min(60_000, 5000 * refusals));
  });
  if (hears) {
    setInterval(() => {
      if (Date.now() - heard > SILENCE && socket.connected) {
        onState("connecting");
        heard = Date.now();
        socket.disconnect();
        socket.connect();
      }
    }, 2000);
  }
  /** Ask for everything anew. */
  followed.refresh = () => socket.emit("refresh", {});
  /** The server's time now, in milliseconds, though this machine's clock may be wrong. */
  followed.now = () => Date.now() + followed.offset;
  followed.version = () => sequence.version;
  return followed;
}

/** Show and hide the page's banner as the connection comes and goes. */
export function liveBanner(onRefused = () => {}) {
  const banner = document.querySelector("[data-live-banner]");
  let timer = null;
  return (state, code) => {
    if (!banner) return;
    clearTimeout(timer);
    if (state === "live") {
      banner.hidden = true;
    } else if (state === "refused") {
      banner.hidden = false;
      onRefused(code);
    } else {
      timer = setTimeout(() => {
        banner.hidden = false;
      }, 1500);
    }
  };
}
