/*
 * A counter's sign, or one line of the newest call, for small and old panels.
 *
 * Plain ES5, without modules, promises or fetch: it runs in the browsers of televisions of 2018
 * (Tizen 4 is Chromium 56, webOS 4 is Chromium 53).
 */
(function () {
  "use strict";
  var SILENCE = 12000;
  var BLINK = 1500;
  var words = JSON.parse(document.getElementById("words").textContent);
  var page = JSON.parse(document.getElementById("page").textContent);
  var first = document.documentElement.lang;
  var second = first === "en" ? "id" : "en";
  var sign = page.layout === "sign";
  var heard = new Date().getTime();
  var version = null;
  var asked = false;
  var cut = null;
  /* What is shown: the counters by number, the ticket and how it stands, the counter it is at. */
  var counters = {};
  var desk = null;
  var label = "";
  var called = false;
  var open = false;
  /* A sign that can be touched asks about the visit that has just ended; others do not. */
  var TOUCH = sign && !page.look && ("ontouchstart" in window || navigator.maxTouchPoints > 0);
  var ASKING = 90000;
  var SAID = 3000;
  var rated = null;
  var closing = null;
  var sending = false;

  function find(name) {
    return document.querySelector("[data-" + name + "]");
  }

  function write(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function paint() {
    var state;
    write(find("desk"), desk === null ? "" : String(desk));
    document.documentElement.setAttribute("data-called", called ? "yes" : "no");
    if (!sign) {
      write(find("label"), label || "–");
      write(find("arrow"), label ? "→" : "");
      return;
    }
    state = label ? (called ? "please_come" : "served_here") : open ? "open" : "closed";
    write(find("label"), label || "–");
    write(find("state-first"), words[first][state]);
    write(find("state-second"), words[second][state]);
  }

  function refresh() {
    if (asked || !socket.connected) return;
    asked = true;
    socket.emit("refresh", {});
  }

  function show(call) {
    desk = call.counter;
    label = call.label;
    called = true;
  }

  function apply(change) {
    var kind = change.kind;
    var here = sign ? change.counter === desk : counters[change.counter] === true;
    if (kind === "ticket_called" || kind === "ticket_recalled") {
      if (here) show(change);
      else if (sign && change.label === label) label = "";
    } else if (kind === "ticket_started") {
      if (change.label === label) called = false;
      if (change.counter === desk) close();
    } else if (kind === "counter_opened" || kind === "counter_closed") {
      if (here) open = kind === "counter_opened";
      if (here && sign) refresh();
    } else if (kind.indexOf("ticket_") === 0) {
      if (kind === "ticket_undone" && change.label === rated) close();
      if (change.label !== label) return;
      if (kind === "ticket_finished") ask_about(label);
      if (sign) label = "";
      called = false;
      if (!sign && kind === "ticket_put_back") refresh();
    } else if (kind !== "rating_given") {
      refresh();
    }
  }

  function take(change) {
    if (version === null || change.version <= version) return;
    if (change.version > version + 1) {
      refresh();
      return;
    }
    version = change.version;
    apply(change);
  }

  function alive() {
    heard = new Date().getTime();
    if (cut !== null) window.clearTimeout(cut);
    cut = null;
    find("away").hidden = true;
    document.documentElement.setAttribute("data-stale", "no");
  }

  function lost() {
    if (cut !== null) return;
    cut = window.setTimeout(function () {
      find("away").hidden = false;
      document.documentElement.setAttribute("data-stale", "yes");
    }, BLINK);
  }

  function report() {
    if (!socket.connected) return;
    socket.emit("report", { version: version, build: page.build, sound: "none" });
  }

  var socket = window.io("/display", {
    transports: ["websocket"],
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
    timeout: 8000,
    auth: page.look ? { look: page.look } : {},
  });

  socket.on("snapshot", function (board) {
    var i;
    var each;
    alive();
    asked = false;
    if (board.screen.layout !== page.layout || (board.screen.build !== page.build && !page.look)) {
      window.location.reload();
      return;
    }
    version = board.version;
    counters = {};
    open = false;
    label = "";
    called = false;
    if (sign) {
      desk = board.screen.counter;
      find("clerk").textContent = board.screen.clerk || "";
      find("clerk").hidden = !board.screen.clerk;
    }
    for (i = 0; i < board.counters.length; i += 1) {
      counters[board.counters[i].number] = true;
      if (board.counters[i].number === desk) open = board.counters[i].open;
    }
    if (!sign && board.recent.length) show(board.recent[0]);
    if (!sign) called = false;
    for (i = 0; i < board.serving.length; i += 1) {
      each = board.serving[i];
      if (sign ? each.counter === desk : each.label === label) {
        label = each.label;
        called = each.status === "called";
      }
    }
    paint();
    report();
  });
  socket.on("change", function (change) {
    alive();
    take(change);
    paint();
  });
  socket.on("heartbeat", function (beat) {
    alive();
    if (version !== null && beat.version > version) window.setTimeout(check(beat.version), 1000);
  });
  socket.on("reload", function () {
    window.location.reload();
  });
  socket.on("identify", function (told) {
    var name = find("name");
    write(name, told.name);
    name.hidden = false;
    window.setTimeout(function () {
      name.hidden = true;
    }, 10000);
  });
  socket.on("disconnect", function (reason) {
    lost();
    asked = false;
    if (reason === "io server disconnect") again(1000);
  });
  socket.on("connect_error", function () {
    lost();
    /* Refused: this browser is a screen no more; its page leads to where it can become one. */
    if (!socket.active) {
      again(10000);
      ask();
    }
  });

  /* Ask about a visit, until it is answered, time is over or the next one begins. */
  function ask_about(finished) {
    if (!TOUCH) return;
    close();
    rated = finished;
    write(find("ask-label"), rated);
    find("ask").hidden = false;
    find("ask-said").hidden = true;
    document.querySelector(".ask-faces").hidden = false;
    document.documentElement.setAttribute("data-asking", "yes");
    closing = window.setTimeout(close, ASKING);
  }

  function close() {
    if (rated === null) return;
    window.clearTimeout(closing);
    rated = null;
    find("ask").hidden = true;
    document.documentElement.setAttribute("data-asking", "no");
  }

  function key() {
    var bytes = new Uint8Array(16);
    var said = "";
    var i;
    window.crypto.getRandomValues(bytes);
    for (i = 0; i < bytes.length; i += 1) said += (256 + bytes[i]).toString(16).slice(1);
    return said;
  }

  function rate(score) {
    var request = new XMLHttpRequest();
    if (rated === null || sending) return;
    sending = true;
    request.open("POST", "/api/v1/counters/" + desk + "/rating");
    request.setRequestHeader("Content-Type", "application/json");
    request.setRequestHeader("Accept-Language", first);
    request.setRequestHeader("Idempotency-Key", key());
    request.setRequestHeader(
      "X-CSRFToken",
      document.querySelector('meta[name="csrf-token"]').getAttribute("content")
    );
    request.timeout = 8000;
    request.onloadend = function () {
      var told = words[first].last_known;
      sending = false;
      if (request.status === 201) {
        told = words[first].ask_thanks;
      } else if (request.status) {
        try {
          told = JSON.parse(request.responseText).detail || told;
        } catch (error) {
          told = words[first].last_known;
        }
      } else {
        /* Not reached: the faces stay, to be touched once more. */
        write(find("ask-said"), told);
        find("ask-said").hidden = false;
        return;
      }
      if (rated === null) return;
      write(find("ask-said"), told);
      find("ask-said").hidden = false;
      document.querySelector(".ask-faces").hidden = true;
      window.clearTimeout(closing);
      closing = window.setTimeout(close, SAID);
    };
    request.send(JSON.stringify({ score: score, label: rated }));
  }

  function touched(face) {
    face.addEventListener("click", function () {
      rate(Number(face.getAttribute("data-score")));
    });
  }

  (function () {
    var faces = document.querySelectorAll("[data-score]");
    var i;
    for (i = 0; i < faces.length; i += 1) touched(faces[i]);
  })();

  function again(after) {
    window.setTimeout(function () {
      socket.connect();
    }, after);
  }

  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", window.location.href);
    request.onload = function () {
      if (request.responseURL && request.responseURL !== window.location.href) {
        window.location.assign(request.responseURL);
      }
    };
    request.send();
  }

  function check(told) {
    return function () {
      if (version < told) refresh();
    };
  }

  window.setInterval(function () {
    if (socket.connected && new Date().getTime() - heard > SILENCE) {
      lost();
      socket.disconnect();
      socket.connect();
    }
  }, 2000);
  window.setInterval(report, 30000);
  paint();
})();
