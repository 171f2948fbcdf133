/// The script of the gallery: which mail, which language, which colours. Without it all mails stand below each other.
enum PreviewScript {
    static let text = """
        (function () {
          "use strict";
          var root = document.documentElement;
          var list = function (selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); };
          var mails = list(".mail");
          var overview = document.getElementById("all");
          var toolbar = document.getElementById("toolbar");
          var localeButtons = list("[data-locale]", toolbar);
          var locale = localeButtons.length ? localeButtons[0].getAttribute("data-locale") : "";
          root.classList.add("js");
          toolbar.hidden = false;
          if (localeButtons.length < 2) { toolbar.firstElementChild.hidden = true; }
          list(".tabs").forEach(function (tabs) { tabs.hidden = false; });

          function press(buttons, name, value) {
            buttons.forEach(function (button) {
              button.setAttribute("aria-pressed", button.getAttribute(name) === value ? "true" : "false");
            });
          }
          function fit(frame) {
            try {
              var page = frame.contentDocument;
              if (!page || !page.body || !frame.offsetParent) { return; }
              frame.style.height = "0";
              frame.style.height = Math.max(200, page.documentElement.scrollHeight) + "px";
            } catch (error) { /* keeps its height, and scrolls */ }
          }
          function fitAll(within) { list(".window iframe, .handset iframe", within).forEach(fit); }
          list(".window iframe, .handset iframe").forEach(function (frame) {
            frame.addEventListener("load", function () { fit(frame); });
          });

          function open(tab, article) {
            list("[data-tab]", article).forEach(function (button) {
              var selected = button.getAttribute("data-tab") === tab;
              button.setAttribute("aria-selected", selected ? "true" : "false");
              button.tabIndex = selected ? 0 : -1;
            });
            list("[data-panel]", article).forEach(function (panel) { panel.hidden = panel.getAttribute("data-panel") !== tab; });
            fitAll(article);
          }
          mails.forEach(function (article) {
            list("[data-tab]", article).forEach(function (button, index, buttons) {
              button.addEventListener("click", function () { open(button.getAttribute("data-tab"), article); });
              button.addEventListener("keydown", function (event) {
                var step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
                if (!step) { return; }
                var next = buttons[(index + step + buttons.length) % buttons.length];
                next.focus();
                next.click();
              });
            });
            open("look", article);
          });

          function show() {
            var parts = location.hash.slice(1).split("/");
            var chosen = document.getElementById(parts[0]);
            if (!chosen || !chosen.classList.contains("mail")) { chosen = null; }
            if (chosen && chosen.getAttribute("data-in")) { locale = chosen.getAttribute("data-in"); }
            overview.hidden = chosen !== null;
            mails.forEach(function (article) { article.hidden = article !== chosen; });
            list("[data-in]", overview).forEach(function (card) { card.hidden = card.getAttribute("data-in") !== locale; });
            list("nav [data-item]").forEach(function (link) {
              var item = link.getAttribute("data-item");
              var twin = mails.filter(function (article) {
                return article.getAttribute("data-of") === item && article.getAttribute("data-in") === locale;
              })[0];
              if (twin) { link.setAttribute("href", "#" + twin.id); }
              if (chosen && chosen.getAttribute("data-of") === item) { link.setAttribute("aria-current", "page"); }
              else { link.removeAttribute("aria-current"); }
            });
            press(localeButtons, "data-locale", locale);
            if (chosen) {
              if (parts[1]) { open(parts[1], chosen); } else { fitAll(chosen); }
              scrollTo(0, 0);
            }
          }
          localeButtons.forEach(function (button) {
            button.addEventListener("click", function () {
              locale = button.getAttribute("data-locale");
              var now = mails.filter(function (article) { return !article.hidden; })[0];
              var twin = now && mails.filter(function (article) {
                return article.getAttribute("data-of") === now.getAttribute("data-of") && article.getAttribute("data-in") === locale;
              })[0];
              if (twin) { location.hash = twin.id; } else { show(); }
            });
          });
          ["theme", "width"].forEach(function (name) {
            var buttons = list("[data-" + name + "]", toolbar);
            buttons.forEach(function (button) {
              button.addEventListener("click", function () {
                var value = button.getAttribute("data-" + name);
                document.body.setAttribute("data-" + name + "-shown", value);
                press(buttons, "data-" + name, value);
                mails.forEach(function (article) { if (!article.hidden) { fitAll(article); } });
              });
            });
          });
          addEventListener("hashchange", show);
          addEventListener("resize", function () { fitAll(document); });
          show();
        })();
        """
}
