/// The script of the page: filters and copying. Without it the page is whole.
enum HTMLScript {
    static let text = """
        (function () {
          "use strict";
          var form = document.getElementById("filters");
          var shown = document.getElementById("shown");
          var items = Array.prototype.slice.call(document.querySelectorAll("[data-service]"));
          var groups = Array.prototype.slice.call(document.querySelectorAll("[data-group]"));
          var total = document.querySelectorAll(".service [data-service]").length;
          form.hidden = false;
          function has(item, name, wanted) {
            return wanted === "" || (" " + item.getAttribute("data-" + name) + " ").indexOf(" " + wanted + " ") >= 0;
          }
          function apply() {
            var text = form.elements.text.value.trim().toLowerCase();
            var service = form.elements.service.value;
            var count = 0;
            items.forEach(function (item) {
              var fits = has(item, "severity", form.elements.severity.value)
                && (service === "" || item.getAttribute("data-service") === service)
                && (form.elements.status.value === "" || item.getAttribute("data-status") === form.elements.status.value)
                && has(item, "secret", form.elements.secret.value)
                && (text === "" || item.getAttribute("data-text").indexOf(text) >= 0);
              if (item.tagName === "TD") { item.classList.toggle("dim", !fits); } else { item.hidden = !fits; }
              item.setAttribute("data-fits", fits ? "yes" : "no");
              if (fits && item.tagName === "TR") { count += 1; }
            });
            groups.forEach(function (group) {
              group.hidden = group.querySelector("[data-fits=yes]") === null;
            });
            Array.prototype.forEach.call(document.querySelectorAll("th[data-column]"), function (head) {
              head.classList.toggle("dim", service !== "" && head.getAttribute("data-column") !== service);
            });
            shown.textContent = count + " of " + total + " variables shown";
          }
          form.addEventListener("input", apply);
          form.addEventListener("submit", function (event) { event.preventDefault(); });
          form.addEventListener("reset", function () { setTimeout(apply, 0); });
          Array.prototype.forEach.call(document.querySelectorAll(".command"), function (line) {
            var button = document.createElement("button");
            button.type = "button";
            button.className = "copy";
            button.textContent = "Copy";
            button.addEventListener("click", function () {
              var code = line.querySelector("code");
              var range = document.createRange();
              range.selectNodeContents(code);
              var selection = getSelection();
              selection.removeAllRanges();
              selection.addRange(range);
              if (navigator.clipboard) {
                navigator.clipboard.writeText(code.textContent).then(function () { button.textContent = "Copied"; }, function () {});
              }
            });
            line.appendChild(button);
          });
          apply();
        })();
        """
}
