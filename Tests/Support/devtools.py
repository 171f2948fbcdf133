"""A browser, driven over the pipe of Chromium's DevTools protocol: nothing but the standard library."""

import base64
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time


class Browser:
    """Chromium without a window, with a profile of its own that is gone afterwards."""

    def __init__(self, arguments=(), patience=15.0):
        self.patience = patience
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if not program:
            raise RuntimeError("there is no Chromium; Tests/Support/install.sh chromium")
        self.profile = tempfile.mkdtemp(prefix="groundwork-browser-")
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        command = [
            program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-extensions", "--no-proxy-server", "--hide-scrollbars",
            "--force-color-profile=srgb", "--lang=en-US", "--remote-debugging-pipe",
            f"--user-data-dir={self.profile}", *arguments, "about:blank",
        ]

        def place():
            # The browser reads commands at 3 and writes answers to 4. Both may lie in each other's way.
            safe_in, safe_out = os.dup(to_browser), os.dup(from_browser)
            high_in, high_out = 40, 41
            os.dup2(safe_in, high_in)
            os.dup2(safe_out, high_out)
            os.dup2(high_in, 3)
            os.dup2(high_out, 4)

        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=place, close_fds=False, start_new_session=True, env={**os.environ, "HOME": self.profile},
        )
        os.close(to_browser)
        os.close(from_browser)
        self._number = 0
        self._answers = {}
        self._events = queue.Queue()
        self._changed = threading.Condition()
        self._is_open = True
        self.events = []
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self):
        rest = b""
        while True:
            try:
                chunk = os.read(self._read, 1 << 16)
            except OSError:
                chunk = b""
            if not chunk:
                break
            *messages, rest = (rest + chunk).split(b"\0")
            with self._changed:
                for message in map(json.loads, messages):
                    if "id" in message:
                        self._answers[message["id"]] = message
                    else:
                        self.events.append(message)
                self._changed.notify_all()
        with self._changed:
            self._is_open = False
            self._changed.notify_all()

    def call(self, method, session=None, **parameters):
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        with self._changed:
            arrived = self._changed.wait_for(lambda: number in self._answers or not self._is_open, self.patience)
            if not arrived or number not in self._answers:
                raise TimeoutError(f"the browser does not answer to {method}")
            answer = self._answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def page(self, width=1000, height=760, is_private=False):
        """A page; a private one shares no cookies with the others."""
        parameters = {"url": "about:blank"}
        if is_private:
            parameters["browserContextId"] = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", **parameters)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        for domain in ("Page", "Network", "Runtime"):
            page.call(f"{domain}.enable")
        page.resize(width, height)
        return page

    def close(self):
        try:
            self.call("Browser.close")
        except (OSError, RuntimeError, TimeoutError):
            pass
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            pass
        # Its helpers are in the session that it began; none of them may stay.
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self._write)
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Page:
    def __init__(self, browser, session):
        self.browser, self.session = browser, session

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def resize(self, width, height, scale=2, is_dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)
        scheme = "dark" if is_dark else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def go(self, url):
        answer = self.call("Page.navigate", url=url)
        if answer.get("errorText"):
            raise RuntimeError(f"{url}: {answer['errorText']}")

    def value(self, script):
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            return None
        return answer["result"].get("value")

    def wait(self, selector):
        """Waits for an element of a page that has been read to its end."""
        script = f"document.readyState === 'complete' && !!document.querySelector({json.dumps(selector)})"
        end = time.monotonic() + self.browser.patience
        while time.monotonic() < end:
            try:
                if self.value(script):
                    return
            except RuntimeError:
                pass
            time.sleep(0.03)
        raise TimeoutError(f"{selector} does not appear at {self.address()}: {self.value('document.body.innerText')!r}")

    def address(self):
        return self.value("location.href")

    def text(self, selector):
        return self.value(f"document.querySelector({json.dumps(selector)})?.innerText")

    def click(self, selector):
        """Presses the mouse in the middle of an element, as a user does."""
        self.wait(selector)
        box = self.value(
            f"(() => {{ const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2] })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def picture(self, path):
        image = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(image))

    def requests(self):
        """Each request that this page made: method, URL, the cookies that went along and why others did not."""
        found = {}
        with self.browser._changed:
            events = [event for event in self.browser.events if event.get("sessionId") == self.session]
        # Redirected requests have the number of the first, and each its own further event, in the same order.
        for event in events:
            details = event["params"]
            if event["method"] == "Network.requestWillBeSent":
                request = details["request"]
                found.setdefault(details["requestId"], []).append(
                    {"method": request["method"], "url": request["url"], "sent": None, "kept": None}
                )
        extras = {}
        for event in events:
            if event["method"] == "Network.requestWillBeSentExtraInfo":
                extras.setdefault(event["params"]["requestId"], []).append(event["params"]["associatedCookies"])
        for number, requests in found.items():
            for request, cookies in zip(requests, extras.get(number, [])):
                request["sent"] = sorted(c["cookie"]["name"] for c in cookies if not c["blockedReasons"])
                request["kept"] = {c["cookie"]["name"]: c["blockedReasons"] for c in cookies if c["blockedReasons"]}
        return [request for requests in found.values() for request in requests]
