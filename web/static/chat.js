// The chat: a queue of messages in the page, one on its way at a time, until the server has confirmed each.
// Nothing said is stored on the device. Written for Chromium 78 and WeChat's browser.
(function () {
  "use strict";
  var form = document.getElementById("chat");
  var log = document.getElementById("log");
  var text = document.getElementById("text");
  var file = document.getElementById("file");
  var chosen = document.getElementById("chosen");
  var hiddenWords = document.getElementById("hidden");
  var words = form.dataset;
  var queue = [];
  var busy = false;
  var wait = 0;
  var timer = null;
  var leaving = false;
  var LONGEST_WAIT = 30000;
  var MOST_BYTES = 20 * 1024 * 1024;
  var IDLE = 5 * 60 * 1000;
  var NEWS = 15000;
  var lastMove = Date.now();

  function newId() {
    var bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  }

  function mark(item, kind, words) {
    item.bubble.className = "mine " + kind;
    item.state.textContent = words;
  }

  function say(said, shown, attached) {
    var bubble = document.createElement("section");
    var state = document.createElement("span");
    bubble.textContent = shown;
    state.className = "state";
    bubble.appendChild(state);
    log.appendChild(bubble);
    var item = { update: newId(), text: said, file: attached, bubble: bubble, state: state };
    mark(item, "", words.sending);
    queue.push(item);
    bubble.scrollIntoView(false);
    send();
  }

  function send() {
    clearTimeout(timer);
    if (busy || !queue.length) { return; }
    busy = true;
    var item = queue[0];
    var body = new FormData();
    body.append("update", item.update);
    body.append("text", item.text);
    body.append("unit", form.elements.unit.value);
    if (item.file) { body.append("file", item.file, item.file.name); }
    fetch("/chat/say", { method: "POST", body: body, headers: { "X-Part": "1" }, credentials: "same-origin" })
      .then(function (answer) {
        if (answer.ok) { return answer.text().then(function (html) { confirmed(item, html); }); }
        if (answer.status >= 500 || answer.status === 429 || answer.status === 408) { throw new Error("later"); }
        return answer.text().then(function (told) { refused(item, told); });
      })
      .catch(function () {
        busy = false;
        wait = Math.min(wait ? wait * 2 : 1000, LONGEST_WAIT);
        queue.forEach(function (each) { mark(each, "unsent", words.unsent); });
        timer = setTimeout(send, wait);
      });
  }

  function next() {
    queue.shift();
    busy = false;
    wait = 0;
    send();
  }

  function confirmed(item, html) {
    mark(item, "", "");
    settle();
    var holder = document.createElement("template");
    holder.innerHTML = html;
    log.insertBefore(holder.content, item.bubble.nextSibling);
    show(item.bubble);
    next();
  }

  // An answered question keeps its words but offers no choice again; the answered card shrinks.
  function settle() {
    log.querySelectorAll(".choices, dl button").forEach(function (old) { old.parentNode.removeChild(old); });
    log.querySelectorAll(".danger").forEach(function (card) { card.classList.add("done"); });
  }

  // What was answered last, from its beginning: a warning must not scroll out of sight above a long answer.
  function show(from) {
    log.lastElementChild.scrollIntoView(false);
    if (from.getBoundingClientRect().top < 70) { from.scrollIntoView(true); }
  }

  function refused(item, told) {
    var sentence = "";
    try { sentence = "：" + JSON.parse(told).error; } catch (notJson) { sentence = told.length < 60 ? "：" + told : ""; }
    mark(item, "refused", words.refused + sentence);
    next();
  }

  function resize() {
    text.style.height = "auto";
    text.style.height = Math.min(text.scrollHeight + 3, window.innerHeight * 0.4) + "px";
  }

  function showChosen() {
    var one = file.files[0];
    if (one && one.size > MOST_BYTES) {
      file.value = "";
      chosen.textContent = words.large;
    } else {
      chosen.textContent = one ? one.name : "";
    }
    chosen.hidden = !chosen.textContent;
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var said = text.value;
    var one = file.files[0] || null;
    if (!said.trim() && !one) { text.focus(); return; }
    say(said, said + (one ? (said ? "\n" : "") + one.name : ""), one);
    text.value = "";
    file.value = "";
    showChosen();
    resize();
  });
  form.addEventListener("click", function (event) {
    var button = event.target;
    while (button && button !== form && button.tagName !== "BUTTON") { button = button.parentNode; }
    if (!button || button.name !== "text") { return; }
    event.preventDefault();
    say(button.value, button.value.trim() === button.textContent.trim() ? button.value : button.textContent, null);
    if (log.contains(button)) { button.parentNode.querySelectorAll("button").forEach(function (each) { each.disabled = true; }); }
  });
  text.addEventListener("input", resize);
  text.addEventListener("keydown", function (event) {
    var hard = window.matchMedia("(pointer: fine)").matches;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229 && hard) {
      event.preventDefault();
      document.getElementById("send").click();
    }
  });
  file.addEventListener("change", showChosen);
  window.addEventListener("online", function () { wait = 0; send(); });
  window.addEventListener("beforeunload", function (event) {
    if (queue.length && !leaving) { event.preventDefault(); event.returnValue = words.leaving; }
  });

  // A desk's question or result comes by itself while somebody looks at the page; shown, it counts as read.
  function news() {
    var looking = document.visibilityState === "visible" && hiddenWords.hidden && Date.now() - lastMove < IDLE;
    if (!looking || busy || queue.length || !log.querySelector(".mine")) { return; }
    fetch("/chat/news", { method: "POST", credentials: "same-origin" }).then(function (answer) {
      if (answer.status !== 200) { return; }
      return answer.text().then(function (html) {
        var holder = document.createElement("template");
        holder.innerHTML = html;
        log.appendChild(holder.content);
        log.lastElementChild.scrollIntoView(false);
      });
    }).catch(function () { /* no network: the next look tries again */ });
  }
  setInterval(news, NEWS);

  // Leave at once: the page is blank before the other one is there, and going back does not show it again.
  function away() {
    leaving = true;
    document.body.hidden = true;
    log.textContent = "";
    location.replace(document.getElementById("away").href);
  }
  var escapes = 0;
  document.getElementById("away").addEventListener("click", function (event) { event.preventDefault(); away(); });
  document.addEventListener("keydown", function (event) {
    escapes = event.key === "Escape" ? escapes + 1 : 0;
    if (escapes === 3) { away(); }
  });

  // After idle minutes everything but what still waits for an answer is taken out of sight, until the code is given.
  var put = null;
  function moved() { lastMove = Date.now(); }
  ["keydown", "pointerdown", "touchstart", "scroll"].forEach(function (name) {
    document.addEventListener(name, moved, { passive: true });
  });
  function hideEarlier() {
    if (put || Date.now() - lastMove < IDLE || !log.querySelector(".mine")) { return; }
    put = [];
    var unsent = queue.map(function (each) { return each.bubble; });
    Array.prototype.slice.call(log.children).forEach(function (bubble) {
      if (unsent.indexOf(bubble) < 0 && bubble !== log.lastElementChild) { bubble.hidden = true; put.push(bubble); }
    });
    var last = log.lastElementChild;
    if (last.classList.contains("receipt")) { last.hidden = true; put.push(last); }
    hiddenWords.hidden = false;
  }
  setInterval(hideEarlier, 15000);
  function reveal() {
    var body = new FormData();
    body.append("code", document.getElementById("code").value);
    document.getElementById("code-wrong").textContent = "";
    fetch("/chat/reveal", { method: "POST", body: body, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { document.getElementById("code-wrong").textContent = words.wrong; return; }
      (put || []).forEach(function (bubble) { bubble.hidden = false; });
      put = null;
      hiddenWords.hidden = true;
      document.getElementById("code").value = "";
    });
  }
  document.getElementById("reveal").addEventListener("click", reveal);
  document.getElementById("code").addEventListener("keydown", function (event) {
    if (event.key === "Enter") { event.preventDefault(); reveal(); }
  });
})();
