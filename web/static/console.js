// The console: times that count, pages that stay true by themselves, forms that are sent once.
// Written for Chromium 78.
(function () {
  "use strict";
  var body = document.body;
  var words = body.dataset;
  var ahead = new Date(words.now).getTime() - Date.now(); // the server's clock, which a demonstration may push
  var rows = document.querySelector("[data-rows]");
  var fresh = document.getElementById("fresh");
  var touched = 0;
  var waiting = null;
  var HELD = 4000;

  function each(selector, act, root) { Array.prototype.forEach.call((root || document).querySelectorAll(selector), act); }

  function span(seconds) {
    var d = Math.floor(seconds / 86400), h = Math.floor(seconds / 3600) % 24, m = Math.floor(seconds / 60) % 60, s = seconds % 60;
    var parts = d ? [d, words.day, h, words.hour] : h ? [h, words.hour, m, words.minute] : [m, words.minute, s, words.second];
    return parts.join(" ");
  }
  function tick() {
    each("[data-due]", function (time) {
      var left = Math.floor((new Date(time.dataset.due).getTime() - Date.now() - ahead) / 1000);
      var told = (left <= 0 ? words.late : words.left).replace("@", span(Math.abs(left)));
      if (time.textContent !== told) { time.textContent = told; }
      time.classList.toggle("late", left <= 0);
    });
  }
  tick();
  setInterval(tick, 1000);

  // A form is sent once; the server would refuse the second one anyway. One that gives a file may give it again.
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented || event.target.dataset.file) { return; }
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    if (event.target.method === "post") { event.target.dataset.sent = "1"; }
    setTimeout(function () { each("button", function (button) { button.disabled = true; }, event.target); }, 0);
  });
  // 快进 takes its time: the page shows how far it has come, until the answer is there.
  var push = document.querySelector(".demo form");
  if (push) {
    push.addEventListener("submit", function () {
      var clock = document.querySelector(".demo .clock");
      push.classList.add("busy");
      push.querySelector("span").textContent = words.pushing;
      setInterval(function () {
        fetch("/console/now", { credentials: "same-origin" }).then(function (answer) { return answer.ok ? answer.json() : null; })
          .then(function (told) { if (told) { clock.textContent = told.said; } }).catch(function () { /* the page is leaving */ });
      }, 700);
    });
  }
  window.addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });
  document.addEventListener("change", function (event) { if (event.target.form) { event.target.form.dataset.dirty = "1"; } });
  document.addEventListener("input", function (event) { if (event.target.form) { event.target.form.dataset.dirty = "1"; } });

  // Under the finger: the mouse is over the list, it was just touched, or something in it has the focus.
  ["touchstart", "touchmove", "pointerdown", "keydown"].forEach(function (name) {
    document.addEventListener(name, function () { touched = Date.now(); }, { passive: true });
  });
  function held(part) {
    return Date.now() - touched < HELD || part.matches(":hover") || part.contains(document.activeElement) || busyForm(part);
  }
  function busyForm(part) {
    return Array.prototype.some.call(part.querySelectorAll("form"), function (form) {
      return form.dataset.dirty || form.dataset.sent || form.contains(document.activeElement);
    });
  }

  function keys(list) { return Array.prototype.map.call(list.children, function (row) { return row.dataset.key; }).join(" "); }
  function row(list, key) {
    return Array.prototype.filter.call(list.children, function (one) { return one.dataset.key === key; })[0];
  }
  function anchored(change) {
    var first = rows && Array.prototype.filter.call(rows.children, function (one) { return one.getBoundingClientRect().bottom > 0; })[0];
    var key = first && first.dataset.key, was = first && first.getBoundingClientRect().top;
    change();
    var now = key && row(rows, key);
    if (now && window.scrollY > 0) { window.scrollBy(0, now.getBoundingClientRect().top - was); }
  }

  function putRows(next) {
    if (keys(rows) === keys(next) || !held(rows)) {
      if (held(rows)) { renewInPlace(next); } else { anchored(function () { replaceRows(next); }); }
      fresh.hidden = true;
      waiting = null;
    } else {
      renewInPlace(next);
      waiting = next;
      fresh.hidden = false;
    }
    tick();
  }
  function keepTicks(next) {
    each(".tick input:checked", function (old) {
      var now = next.querySelector('.tick input[value="' + old.value + '"]');
      if (now) { now.setAttribute("checked", ""); }
    }, rows);
  }
  function replaceRows(next) {
    keepTicks(next);
    each("details[data-key]", function (old) {
      var now = row(next, old.dataset.key);
      if (now) { now.open = old.open; }
    }, rows);
    rows.innerHTML = next.innerHTML;
    Array.prototype.forEach.call(next.children, function (now, at) { if (now.open) { rows.children[at].open = true; } });
  }
  function renewInPlace(next) {
    keepTicks(next);
    Array.prototype.forEach.call(rows.children, function (old) {
      var now = row(next, old.dataset.key);
      old.classList.toggle("gone", !now);
      if (now && !old.matches(":hover") && !old.contains(document.activeElement) && !busyForm(old)) { old.innerHTML = now.innerHTML; }
    });
  }
  function putParts(page) {
    var left = false;
    each("[data-part]", function (old) {
      var now = page.querySelector('[data-part="' + old.dataset.part + '"]');
      if (!now || now.innerHTML === old.innerHTML) { return; }
      if (busyForm(old)) { left = true; return; }
      var open = Array.prototype.map.call(old.querySelectorAll("details"), function (one) { return one.open; });
      old.innerHTML = now.innerHTML;
      each("details", function (one, at) { if (open[at]) { one.open = true; } }, old);
    });
    fresh.hidden = !left;
    tick();
  }

  // The session is over: to the login page, unless something is being written, which a reload would lose.
  function leave() {
    if (!document.querySelector("form[data-dirty]")) { location.reload(); return; }
    fresh.hidden = false;
    fresh.textContent = words.over;
  }

  function renew() {
    fetch(location.href, { headers: { "X-Part": "1" }, credentials: "same-origin" }).then(function (answer) {
      if (answer.status === 401) { leave(); return ""; }
      return answer.ok ? answer.text() : "";
    }).then(function (html) {
      if (!html) { return; }
      var page = new DOMParser().parseFromString(html, "text/html");
      ahead = new Date(page.body.dataset.now).getTime() - Date.now();
      if (rows) { putRows(page.querySelector("[data-rows]")); } else { putParts(page); }
    }).catch(function () { /* the next change asks again */ });
  }

  if (fresh) {
    document.getElementById("show-fresh").addEventListener("click", function () {
      if (!waiting) { location.reload(); return; }
      replaceRows(waiting);
      waiting = null;
      fresh.hidden = true;
      tick();
    });
    var about = document.querySelector("[data-about]");
    var seen = null;
    var source = null;
    // A browser keeps few connections to one house: only a page in sight holds one, and asks afresh when it comes back.
    function listen() {
      if (document.hidden) {
        if (source) { source.close(); source = null; }
        return;
      }
      if (source) { return; }
      source = new EventSource("/console/events" + (about ? "?about=" + encodeURIComponent(about.dataset.about) : ""));
      source.addEventListener("change", function (event) {
        if (seen !== null && seen !== event.lastEventId) { renew(); document.dispatchEvent(new Event("changed")); }
        seen = event.lastEventId;
      });
      source.addEventListener("over", function () { source.close(); leave(); });
    }
    listen();
    document.addEventListener("visibilitychange", listen);
    window.addEventListener("beforeunload", function () { if (source) { source.close(); } });
    // What was held back while the finger was on the list is shown once it has gone.
    setInterval(function () {
      if (waiting && !held(rows)) { putRows(waiting); }
    }, 1000);
  }
})();
