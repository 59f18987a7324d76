// The operator's page: what is pasted or changed is looked at at once; everything can be done from the keyboard.
// Nothing is kept in the browser. Written for Chromium 78.
(function () {
  "use strict";
  var form = document.getElementById("forward");
  var pasted = document.getElementById("pasted");
  var notMinor = document.getElementById("not-minor");
  var WAIT = 350;
  var AGAIN = 2000;
  var timer = null;
  var asked = 0;

  function look() {
    var mine = ++asked;
    var said = new FormData(form);
    said.append("act", "read");
    fetch("/console/forward", { method: "POST", body: new URLSearchParams(said), credentials: "same-origin" })
      .then(function (answer) {
        if (answer.status === 401) { location.reload(); }
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.text();
      })
      .then(function (html) {
        if (mine !== asked) { return; }
        var page = new DOMParser().parseFromString(html, "text/html");
        document.getElementById("seen").innerHTML = page.getElementById("seen").innerHTML;
        if (page.querySelector("[name=read]").value !== form.elements.read.value) { fill(page); }
      })
      .catch(function () { if (mine === asked) { timer = setTimeout(look, AGAIN); } });
  }

  function fill(page) {
    Array.prototype.forEach.call(page.querySelectorAll("#fields [name]"), function (one) {
      var here = form.elements[one.name];
      if (!here || one.type === "checkbox") { return; }
      if (one.tagName === "SELECT") { here.innerHTML = one.innerHTML; }
      here.value = one.value;
    });
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  }

  // The whole text as lines, in the order of the platform's form.
  function copy(button) {
    var text = document.querySelector(button.dataset.copy).textContent;
    var box = document.createElement("textarea");
    box.value = text;
    box.style.position = "fixed";
    box.style.left = "-999px";
    document.body.appendChild(box);
    box.select();
    if (document.execCommand("copy")) { button.textContent = document.body.dataset.copied; }
    document.body.removeChild(box);
    button.focus();
  }
  document.addEventListener("click", function (event) {
    if (event.target.dataset && event.target.dataset.copy) { copy(event.target); }
  });

  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  if (pasted.value.trim()) { soon(); }  // pasted before this script was there
  pasted.addEventListener("paste", function () { setTimeout(look, 0); });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.getElementById("send").click();
    } else if (event.altKey && !event.ctrlKey && event.code === "KeyN") {
      event.preventDefault();
      notMinor.click();
    } else if (event.altKey && !event.ctrlKey && event.code === "KeyC") {
      // What is looked at now comes before the receipt of the ticket before it.
      var copy = document.querySelector("#seen [data-copy]") || document.querySelector("[data-copy]");
      if (copy) { event.preventDefault(); copy.click(); }
    }
  });
  // Clears what stands here; the address is the same, so the page is asked for afresh.
  notMinor.addEventListener("click", function () { asked += 1; clearTimeout(timer); form.reset(); });
  form.addEventListener("submit", function (event) {
    asked += 1;
    clearTimeout(timer);
    if (form.dataset.sent) { event.preventDefault(); }
    form.dataset.sent = "1";
  });
})();
