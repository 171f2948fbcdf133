"""Looks at a gallery of mails in a real browser: every mail, in light and dark, on a desktop and on a phone.

usage: mail_browser.py PAGE.html [--pictures FOLDER]
Ends with 0 when everything is as it should be; prints each fact, and what is wrong. With --pictures it only takes them.
"""

import argparse
import os
import pathlib
import time

from devtools import Browser

# What is asked of every frame that shows: whether it overflows (at its own width and on a phone of 320 points), whether
# it is as high as its mail, how well each text is read on what lies behind it, and how dark the page is.
LOOK = """
(() => {
  const channel = (c) => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
  const parts = (text) => (text.match(/[0-9.]+/g) || []).map(Number);
  const light = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)]; return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
  const behind = (element, view) => {
    for (let here = element; here; here = here.parentElement) {
      const color = parts(view.getComputedStyle(here).backgroundColor);
      if (color.length === 3 || color[3] === 1) { return color; }
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll(".mail:not([hidden]) iframe")].filter((f) => f.offsetParent).map((frame) => {
    const page = frame.contentDocument, root = page.documentElement, view = page.defaultView;
    let worst = 21, where = "";
    const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim() || !node.parentElement.offsetParent) { continue; }
      const found = ratio(parts(view.getComputedStyle(node.parentElement).color), behind(node.parentElement, view));
      if (found < worst) { worst = found; where = node.data.trim().slice(0, 40); }
    }
    const result = {
      title: frame.title, worst, where, overflow: root.scrollWidth - root.clientWidth,
      hidden: root.scrollHeight - frame.clientHeight, brightness: light(behind(page.body, view)),
    };
    const width = frame.style.width;
    frame.style.width = "320px";
    result.small = root.scrollWidth - root.clientWidth;
    frame.style.width = width;
    return result;
  });
})()
"""


def fact(text, holds, detail=""):
    print(("ok    " if holds else "WRONG ") + text + ("" if holds else f": {detail}"), flush=True)
    if not holds:
        raise AssertionError(text)


def settle(page):
    """Until every frame that shows is there."""
    script = """[...document.querySelectorAll(".mail:not([hidden]) iframe")].filter((f) => f.offsetParent)
        .every((f) => f.contentDocument && f.contentDocument.readyState === "complete" && f.contentDocument.body.firstElementChild)"""
    end = time.monotonic() + page.browser.patience
    while time.monotonic() < end:
        if page.value(script):
            time.sleep(0.1)
            return
        # Frames out of sight are read when they come into view.
        page.value("[...document.querySelectorAll('iframe')].forEach((f) => f.loading = 'eager')")
        time.sleep(0.05)
    raise TimeoutError("the frames do not appear")


def check(page):
    mails = page.value("[...document.querySelectorAll('.mail')].map((m) => m.id)")
    fact(f"the gallery has mails: {len(mails)}", len(mails) > 0)
    for mail in mails:
        page.value(f"location.hash = '{mail}'")
        settle(page)
        frames = page.value(LOOK)
        fact(f"{mail}: four frames", len(frames) == 4, frames)
        for frame in frames:
            name = f"{mail}, {frame['title']}"
            fact(f"{name}: nothing sticks out, on 320 points neither", frame["overflow"] <= 0 and frame["small"] <= 0, frame)
            fact(f"{name}: shown whole", frame["hidden"] <= 1, frame)
            fact(f"{name}: contrast {frame['worst']:.1f}", frame["worst"] >= 4.5, frame)
            is_dark = frame["title"].endswith("dark")
            fact(f"{name}: {'dark' if is_dark else 'light'}", (frame["brightness"] < 0.1) == is_dark, frame)


def use(page):
    first = page.value("document.querySelector('.mail[data-in]').id")
    page.value(f"location.hash = '{first}'")
    settle(page)
    other = page.value("document.querySelectorAll('[data-locale]')[1].getAttribute('data-locale')")
    page.click(f"[data-locale='{other}']")
    settle(page)
    shown = page.value("document.querySelector('.mail:not([hidden])').getAttribute('data-in')")
    fact("the language can be changed", shown == other, shown)
    for tab in ("text", "html", "headers", "checks", "look"):
        page.click(f".mail:not([hidden]) [data-tab='{tab}']")
        panels = page.value(
            "[...document.querySelectorAll('.mail:not([hidden]) [data-panel]')].filter((p) => !p.hidden)"
            ".map((p) => p.getAttribute('data-panel'))"
        )
        fact(f"the tab {tab} shows its panel only", panels == [tab], panels)
    page.click("[data-theme='dark']")
    visible = page.value("[...document.querySelectorAll('.mail:not([hidden]) .views')].filter((v) => v.offsetParent).length")
    fact("the dark can be shown alone", visible == 1, visible)
    page.click("[data-theme='both']")


def quiet(browser, page, url):
    requests = [r["url"] for r in page.requests() if not r["url"].startswith("data:")]
    fact("nothing is loaded but the page", set(requests) <= {url}, requests)
    loud = [
        event["params"]
        for event in browser.events
        if event["method"] in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
    ]
    fact("no error, no warning, nothing that the policy had to stop", not loud, loud[:3])


def pictures(browser, url, folder):
    def shoot(name, hash, width, height, scale=1, dark=False, script=None):
        page = browser.page(width, height)
        page.resize(width, height, scale=scale, is_dark=dark)
        page.go(f"{url}#{hash}")
        page.wait("html.js")
        page.value("[...document.querySelectorAll('iframe')].forEach((f) => f.loading = 'eager')")
        if script:
            page.value(script)
        time.sleep(1.0)
        page.value("dispatchEvent(new Event('resize'))")
        time.sleep(0.3)
        page.picture(os.path.join(folder, f"{name}.png"))

    mails = browser.page(1440, 900)
    mails.go(url)
    mails.wait(".mail")
    ids = mails.value("[...document.querySelectorAll('.mail')].map((m) => m.id)")
    shoot("mail-gallery", "all", 1440, 1010)
    shoot("mail-four", ids[0], 1440, 1900)
    shoot("mail-verify", ids[0], 1440, 1150, script="document.querySelector('[data-theme=\"light\"]').click()")
    shoot("mail-notice-dark", ids[9], 1440, 1250, dark=True, script="document.querySelector('[data-theme=\"dark\"]').click()")
    shoot("mail-checks", f"{ids[-1]}/checks", 1440, 1000)
    shoot("mail-phone", ids[2], 420, 1150, script="document.querySelector('[data-width=\"phone\"]').click()")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page")
    parser.add_argument("--pictures")
    arguments = parser.parse_args()
    url = pathlib.Path(arguments.page).resolve().as_uri()
    with Browser() as browser:
        page = browser.page(1440, 1000)
        page.call("Log.enable")
        page.go(url)
        page.wait("html.js")
        if arguments.pictures:
            pictures(browser, url, arguments.pictures)
            return
        check(page)
        use(page)
        quiet(browser, page, url)


if __name__ == "__main__":
    main()
