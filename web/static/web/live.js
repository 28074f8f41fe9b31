/**
 * Follows one namespace of the server: a snapshot, then every change in order, through
 * reconnections, gaps and silence.
 */
import { io } from "./vendor/socket.io.esm.min.js";
import { Sequence } from "./sequence.js";

/** Without a word for this long (ms) the connection counts as dead: two heartbeats missed. */
const SILENCE = 12_000;
/** The same where no heartbeats are sent, only a snapshot now and then. */
const LONG_SILENCE = 40_000;

/**
 * @param {object} options
 * @param {string} options.namespace   such as "/display"
 * @param {object} [options.auth]      what connecting carries besides the version, such as {token}
 *   or {counter}
 * @param {(snapshot: object) => void} options.onSnapshot  everything anew
 * @param {(change: object, how: {late: boolean}) => void} [options.onChange]  one change; late: it
 *   happened while this page was cut off, so it is to be shown but not announced
 * @param {(state: "connecting" | "live" | "refused", code?: string) => void} [options.onState]
 * @param {Object<string, (told: object) => void>} [options.events]  what else the namespace may
 *   tell, by the event's name
 * @param {boolean} [options.hears]    whether the namespace sends heartbeats
 */
export function follow({
  namespace,
  auth = {},
  onSnapshot,
  onChange = () => {},
  onState = () => {},
  events = {},
  hears = true,
}) {
  const patience = hears ? SILENCE : LONG_SILENCE;
  // Kept apart from this machine's calendar clock, which may be wrong and may be put right.
  let offset = performance.timeOrigin;
  let heard = performance.now();
  /** Whether this connection has not told yet where things stand. */
  let fresh = true;
  /** Whether a snapshot was asked for while there was nobody to ask. */
  let wanted = false;
  let refusals = 0;
  let retrying = null;

  const socket = io(namespace, {
    transports: ["websocket"],
    // After a restart of the server screens come back first, and phones, which are many, one by one.
    reconnectionDelay: hears ? 500 : 2000,
    reconnectionDelayMax: hears ? 1500 : 4000,
    randomizationFactor: hears ? 0.5 : 0.9,
    timeout: 8000,
    auth: (send) => send(sequence.version === null ? auth : { ...auth, after: sequence.version }),
  });
  const sequence = new Sequence({
    apply: onChange,
    askMissing: (after) => {
      if (socket.connected) socket.emit("catch_up", { after });
    },
  });

  const alive = (at) => {
    heard = performance.now();
    if (at) offset = Date.parse(at) - heard;
  };
  const retry = (after) => {
    clearTimeout(retrying);
    retrying = setTimeout(() => {
      heard = performance.now();
      socket.connect();
    }, after);
  };
  const reconnect = () => {
    onState("connecting");
    heard = performance.now();
    socket.disconnect();
    socket.connect();
  };

  const refresh = () => {
    wanted = !socket.connected;
    if (!wanted) socket.emit("refresh", {});
  };

  socket.on("connect", () => {
    alive();
    refusals = 0;
    if (wanted) refresh();
  });
  socket.on("snapshot", (snapshot) => {
    alive(snapshot.at);
    fresh = false;
    onSnapshot(snapshot);
    sequence.reset(snapshot.version);
    onState("live");
  });
  socket.on("caught_up", ({ version, changes }) => {
    alive();
    // What filled a gap of a standing connection is only moments old: as good as live.
    const late = fresh;
    fresh = false;
    for (const change of changes) sequence.offer(change, { late });
    if (sequence.version < version) sequence.reset(version);
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
  for (const [name, told] of Object.entries(events)) socket.on(name, told);
  socket.on("disconnect", (reason) => {
    sequence.part();
    fresh = true;
    onState("connecting");
    // The server ends a revoked device's connection; trying again tells why.
    if (reason === "io server disconnect") retry(1000);
  });
  socket.on("connect_error", (error) => {
    if (socket.active) {
      onState("connecting");
      return;
    }
    if (error.message === "unavailable") {
      // A server whose database is away refuses everybody: nobody is told to leave, nor to hurry.
      onState("connecting");
      retry((hears ? 500 : 2000) * (1 + Math.random()));
      return;
    }
    refusals += 1;
    onState("refused", error.message);
    retry(Math.min(60_000, 5000 * refusals));
  });

  setInterval(() => {
    // Active is also who was never answered whether it is let in.
    if (socket.active && performance.now() - heard > patience) reconnect();
  }, 2000);
  // A phone taken out of the pocket, a network that came back: the silence may have slept too.
  const wake = () => {
    if (document.hidden || !socket.connected) return;
    const before = heard;
    refresh();
    setTimeout(() => {
      if (socket.connected && heard === before) reconnect();
    }, 4000);
  };
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);

  return {
    /** Ask for everything anew. */
    refresh,
    /** Tell the server something, if it is there; what is told while it is away is lost. */
    tell(name, value) {
      if (socket.connected) socket.emit(name, value);
    },
    /** The server's time now, in milliseconds, though this machine's clock may be wrong. */
    now: () => performance.now() + offset,
    /** The version of what is shown. */
    version: () => sequence.version,
  };
}

/** Return an onState for follow() that shows the page's banner while the connection is away. */
export function liveBanner(onRefused = () => {}) {
  const banner = document.querySelector("[data-live-banner]");
  let timer = null;
  return (state, code) => {
    if (state === "connecting") {
      timer ??= setTimeout(() => {
        if (banner) banner.hidden = false;
      }, 1500);
      return;
    }
    clearTimeout(timer);
    timer = null;
    if (banner) banner.hidden = state === "live";
    if (state === "refused") onRefused(code);
  };
}
