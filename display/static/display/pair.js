/* Waits until the code on the screen has been typed. Plain ES5: old televisions must run it. */
(function () {
  "use strict";
  var page = document.querySelector("[data-state-url]");
  var away = document.querySelector("[data-away]");

  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", page.getAttribute("data-state-url"));
    request.timeout = 8000;
    request.onload = function () {
      var state = "";
      try {
        state = JSON.parse(request.responseText).state;
      } catch (error) {
        // Not the server: something on the way answered in its place.
      }
      away.hidden = state !== "";
      if (state === "paired") window.location.replace(page.getAttribute("data-next"));
      else if (state === "over") window.location.reload();
      else window.setTimeout(ask, 3000);
    };
    request.onerror = request.ontimeout = function () {
      away.hidden = false;
      window.setTimeout(ask, 5000);
    };
    request.send();
  }

  window.setTimeout(ask, 3000);
})();
