// The keyboard, and what calls somebody back to this page: a new critical case sounds and stands in the title.
// Written for Chromium 78.
(function () {
  "use strict";
  var rows = document.getElementById("rows");
  var bulk = document.getElementById("bulk");
  var title = document.title;
  var POLL = 20000;

  function links() { return rows ? Array.prototype.slice.call(rows.querySelectorAll("li > a")) : []; }
  function at() { return links().indexOf(document.activeElement); }
  function go(step) {
    var all = links();
    var next = all[Math.max(0, Math.min(all.length - 1, at() + step))];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  }
  function tick() {
    var row = links()[at()];
    return row ? row.parentNode.querySelector(".tick input") : null;
  }
  var KEYS = {
    j: function () { go(1); },
    k: function () { go(-1); },
    x: function () { var box = tick(); if (box) { box.checked = !box.checked; } },
    a: function () {
      var box = tick();
      var form = bulk || document.querySelector('form[action$="/acknowledge"]');
      if (rows && box) { box.checked = true; }
      if (form && (!rows || document.querySelector(".tick input:checked"))) { form.querySelector("button").click(); }
    },
    r: function () { var fresh = document.getElementById("show-fresh"); if (fresh) { fresh.click(); } },
    "/": function () { var find = document.getElementById("find"); if (find) { find.focus(); find.select(); } }
  };
  document.addEventListener("keydown", function (event) {
    var tag = event.target.tagName;
    var typing = tag === "TEXTAREA" || tag === "SELECT" || (tag === "INPUT" && event.target.type !== "checkbox");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || !KEYS[event.key]) { return; }
    event.preventDefault();
    KEYS[event.key]();
  });

  // Two short tones, made here. A browser that wants to be touched first stays silent; the title speaks all the same.
  function sound() {
    var Audio = window.AudioContext || window.webkitAudioContext;
    if (!Audio) { return; }
    var context = new Audio();
    [880, 660].forEach(function (tone, place) {
      var voice = context.createOscillator(), volume = context.createGain();
      voice.frequency.value = tone;
      volume.gain.value = 0.15;
      voice.connect(volume);
      volume.connect(context.destination);
      voice.start(context.currentTime + place * 0.25);
      voice.stop(context.currentTime + place * 0.25 + 0.2);
    });
    setTimeout(function () { context.close(); }, 1000);
  }
  function heard(told) {
    var before = sessionStorage.getItem("alarm");
    sessionStorage.setItem("alarm", told.mark || "none");
    document.title = (told.unseen ? "（" + told.unseen + "）" : "") + title;
    if (told.mark && before && before !== told.mark) { sound(); document.body.dataset.rang = told.mark; }
  }
  function ask() {
    fetch("/console/alarm", { credentials: "same-origin", headers: { "X-Part": "1" } }).then(function (answer) {
      return answer.ok ? answer.json() : null;
    }).then(function (told) { if (told) { heard(told); } }).catch(function () { /* asked again soon */ });
  }
  if (document.body.dataset.alarm) {
    ask();
    setInterval(ask, POLL);
    document.addEventListener("changed", ask);
  }
})();
