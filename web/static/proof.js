// A scanned drawing brings the four things behind a #, which no browser sends anywhere. They are put into the form to be compared
// with the paper, and taken out of the address. Written for Chromium 78 and WeChat's browser.
(function () {
  "use strict";
  var form = document.getElementById("proof");
  var parts = decodeURIComponent(location.hash.slice(1)).split(",");
  if (parts.length !== 4) { return; }
  var time = parts[1].match(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/);
  var values = {
    reference: parts[0],
    received: time ? time.slice(1, 4).join("-") + " " + time.slice(4, 7).join(":") : parts[1],
    words: parts[2],
    code: parts[3]
  };
  Object.keys(values).forEach(function (name) { form.elements[name].value = values[name]; });
  history.replaceState(null, "", location.pathname);
})();
