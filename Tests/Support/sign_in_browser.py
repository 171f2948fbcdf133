"""Signs in with (a fake) Apple in a real browser, over https and between two sites, and looks at every cookie.

usage: sign_in_browser.py PROGRAM [--pictures FOLDER]
Ends with 0 when everything is as it should be; prints each fact, and what is wrong.
"""

import argparse
import base64
import hashlib
import http.client
import json
import os
import queue
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

from devtools import Browser

SITE, APPLE = "shop.example", "appleid.test"
BASKET, STATE, BOUNCE, SESSION = "__Host-basket", "__Host-apple-signin", "__Host-apple-bounce", "__Host-session"


def fact(text, holds, detail=""):
    print(("ok    " if holds else "WRONG ") + text + ("" if holds else f": {detail}"), flush=True)
    if not holds:
        raise AssertionError(text)


class Server:
    """The example, with its lines of log."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program, "--demo", "--port", "0", "--apple-port", "0", "--host", SITE, "--apple-host", APPLE],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        self.lines, self._queue = [], queue.Queue()
        threading.Thread(target=self._receive, daemon=True).start()
        self.site = self.wait_for(r"The site:\s+(https://\S+)")[1]
        self.apple = self.wait_for(r"Fake Apple:\s+(https://\S+)")[1]

    def _receive(self):
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def drain(self):
        while not self._queue.empty():
            line = self._queue.get()
            if line is not None:
                self.lines.append(line)

    def wait_for(self, pattern, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.drain()
            for line in self.lines:
                match = re.search(pattern, line)
                if match:
                    return match
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise TimeoutError(f"the server never says {pattern}: {self.lines[-5:]}")

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        fact("the server ends well when it is asked to", code == 143, code)


def port_of(url):
    return int(url.rsplit(":", 1)[1])


def pin(url):
    """The hash of the public key of a server's certificate, for the browser to accept this one and no other."""
    certificate = ssl.get_server_certificate(("127.0.0.1", port_of(url)))
    key = subprocess.run(["openssl", "x509", "-pubkey", "-noout"], input=certificate.encode(), capture_output=True, check=True)
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key.stdout, capture_output=True, check=True)
    return base64.b64encode(hashlib.sha256(der.stdout).digest()).decode()


def ask(url, method="GET", target="/", form=None, **fields):
    """A request of a program, such as an app, without a browser."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", port_of(url), timeout=10, context=context)
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    if form is not None:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    body = urllib.parse.urlencode(form).encode() if isinstance(form, dict) else form
    connection.request(method, target, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, text


class Story:
    def __init__(self, server, browser, pictures):
        self.server, self.browser, self.pictures = server, browser, pictures
        self.page = browser.page()

    def picture(self, name):
        if self.pictures:
            self.page.picture(os.path.join(self.pictures, f"sign-in-{name}.png"))

    def last(self, method, path, page=None):
        """The latest request to a path of the site. The browser tells of cookies a little later than of requests."""
        for _ in range(100):
            found = [
                request for request in (page or self.page).requests()
                if request["method"] == method and request["url"].startswith(self.server.site + path)
            ]
            if found and found[-1]["sent"] is not None:
                return found[-1]
            time.sleep(0.03)
        raise TimeoutError(f"there was no {method} {path}")

    def button(self):
        page = self.page
        page.go(self.server.site + "/")
        page.wait("#sign-in")
        self.picture("front")
        look = page.value(
            "(() => { const e = document.querySelector('#sign-in'), s = getComputedStyle(e),"
            " b = e.getBoundingClientRect(), l = e.querySelector('svg').getBoundingClientRect();"
            " return { text: e.innerText, width: b.width, height: b.height, font: parseFloat(s.fontSize),"
            " back: s.backgroundColor, color: s.color, logo: l.height, margin: parseFloat(s.marginTop) } })()"
        )
        fact("the button says what Apple allows", look["text"] == "Sign in with Apple", look)
        fact("the button is at least 140 by 30", look["width"] >= 140 and look["height"] >= 30, look)
        fact("the title is 43 % of the button's height", abs(look["font"] / look["height"] - 0.43) < 0.01, look)
        fact("the logo is as high as the button", look["logo"] == look["height"], look)
        fact("the margin is a tenth of the height", look["margin"] >= look["height"] / 10, look)
        colors = (look["back"], look["color"])
        fact("the button is white on black", colors == ("rgb(0, 0, 0)", "rgb(255, 255, 255)"), look)
        page.resize(390, 780, is_dark=True)
        back = page.value("getComputedStyle(document.querySelector('#sign-in')).backgroundColor")
        fact("the button is white in the dark", back == "rgb(255, 255, 255)", back)
        self.picture("phone-dark")
        page.resize(1000, 760)

    def cancel(self):
        page = self.page
        page.click("#sign-in")
        page.wait("#agree")
        fact("the user is at Apple, on another site", page.address().startswith(self.server.apple), page.address())
        self.picture("consent")
        page.click("#cancel")
        page.wait("#cancelled")
        fact("who cancels is back without an error", page.address() == self.server.site + "/?cancelled", page.address())

    def sign_in(self):
        page = self.page
        page.click("#sign-in")
        page.click("#agree")
        page.wait("#name")

    def cookies(self):
        self.sign_in()
        post = self.last("POST", "/auth/apple/callback")
        why = post["kept"].get(BASKET, [])
        fact(
            "a SameSite=Lax cookie is lost on Apple's form_post",
            BASKET not in post["sent"] and len(why) == 1 and why[0] in ("SameSiteLax", "SchemefulSameSiteLax"), post,
        )
        fact("the cookie of the sign-in survives it", post["sent"] == [STATE], post)
        finish = self.last("GET", "/auth/apple/finish")
        fact("after the bounce both are there", finish["sent"] == [BOUNCE, STATE, BASKET], finish)
        fact("the server saw the same", bool(self.server.wait_for(rf"POST /auth/apple/callback 200 cookies: {STATE}$")))
        self.server.wait_for(rf"GET /auth/apple/finish 303 cookies: {BOUNCE} {STATE} {BASKET}$")
        secret = re.compile(r"code=|id_token=|user=|firstName|[?&]state=")
        told = [r["url"] for r in page_requests(self.page, self.server.site) if secret.search(r["url"])]
        fact("no code, token, state or name stands in a URL of the site", not told, told)
        fact("the name came with the first sign-in", self.page.text("#name") == "Ada Lovelace", self.page.text("#name"))
        fact("the address is the hidden one", "privaterelay" in self.page.text("#email"), self.page.text("#email"))
        fact("the basket came along", self.page.text("#basket") == "came along", self.page.text("#basket"))
        self.picture("account")
        return finish["url"]

    def one_site(self):
        """What tests on two ports of one name see, and why they prove nothing."""
        page = self.browser.page()
        page.go(f"https://{SITE}:{port_of(self.server.apple)}/auth/keys")
        page.wait("body")
        page.value(f"document.body.innerHTML = '<form method=post action={self.server.site}/auth/apple/callback><button id=b>x'")
        page.click("#b")
        page.wait("#trouble")
        post = self.last("POST", "/auth/apple/callback", page)
        fact("from another port of the same name it is not lost", BASKET in post["sent"], post)

    def replays(self, url):
        stranger = self.browser.page(is_private=True)
        stranger.go(url)
        stranger.wait("#trouble")
        fact("the URL of the bounce is worth nothing in another browser", True)
        self.page.go(url)
        self.page.wait("#trouble")
        fact("the URL of the bounce is good once", True)
        self.page.go(self.server.site + "/")
        self.page.wait("#name")
        fact("a refused replay leaves the session alone", True)

    def sign_out(self):
        self.page.click("#sign-out")
        self.page.wait("#sign-in")
        self.sign_in()
        fact("the name is kept, though Apple tells it once", self.page.text("#name") == "Ada Lovelace")

    def other_sites(self):
        page = self.browser.page()
        page.go(self.server.apple + "/auth/keys")
        page.wait("body")
        page.value(
            f"document.body.innerHTML = '<form method=post action={self.server.site}/account/delete><button id=b>x'"
        )
        page.click("#b")
        page.wait("h1")
        sent = self.last("POST", "/account/delete", page)
        fact("another site's form comes without the session", SESSION not in sent["sent"], sent)
        self.server.wait_for(r"POST /account/delete 403")
        fact("another site cannot delete the account", True)

    def delete(self):
        self.page.click("#delete")
        self.page.wait("#deleted")
        outcome = self.page.value("document.querySelector('#outcome').dataset.outcome")
        fact("the account is deleted, here and at Apple", outcome == "done", outcome)
        self.picture("deleted")
        self.page.go(self.server.site + "/")
        self.page.wait("#sign-in")
        fact("nobody is signed in any more", True)

    def android(self):
        site, apple = self.server.site, self.server.apple
        status, _, text = ask(site, "POST", "/auth/apple/web/begin", form=b"")
        start = json.loads(text)
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(start["url"]).query))
        status, _, page = ask(apple, "POST", "/fake/consent", form={**query, "fake_answer": "yes"})
        inputs = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
        form = {name: value.replace("&quot;", '"').replace("&amp;", "&") for name, value in inputs.items()}
        status, fields, _ = ask(site, "POST", "/auth/apple/android", form=form)
        location = fields["Location"]
        fact("Apple's POST for Android is sent on with 307", status == 307, status)
        match = re.fullmatch(
            r"intent://callback\?([^#]+)#Intent;package=com\.example\.shop;scheme=signinwithapple;end", location
        )
        fact("the intent opens the app and no other", bool(match), location)
        status, _, text = ask(site, "POST", "/auth/apple/web", form=match[1].encode(), Cookie=f"{STATE}={start['binding']}")
        fact("the app signs in with what it was opened with", status == 200 and "session" in json.loads(text), text)
        status, _, text = ask(site, "POST", "/auth/apple/web", form=match[1].encode(), Cookie=f"{STATE}={start['binding']}")
        fact("it can do so once", status == 400, status)
        status, _, _ = ask(site, "POST", "/auth/apple/notifications", form=b'{"payload":"x.y.z"}')
        fact("a forged notification is refused", status == 400, status)


def page_requests(page, site):
    return [request for request in page.requests() if request["url"].startswith(site)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--pictures")
    options = parser.parse_args()
    began = time.monotonic()
    server = Server(options.program)
    try:
        rules = f"MAP {SITE} 127.0.0.1,MAP {APPLE} 127.0.0.1,MAP * ~NOTFOUND"
        pins = f"{pin(server.site)},{pin(server.apple)}"
        with Browser([f"--host-resolver-rules={rules}", f"--ignore-certificate-errors-spki-list={pins}"]) as browser:
            story = Story(server, browser, options.pictures)
            story.button()
            story.cancel()
            url = story.cookies()
            story.one_site()
            story.replays(url)
            story.sign_out()
            story.other_sites()
            story.delete()
            story.android()
    except (AssertionError, TimeoutError, RuntimeError) as error:
        server.drain()
        print(f"WRONG {error}\n" + "\n".join(server.lines[-15:]), flush=True)
        server.process.kill()
        server.process.wait()
        sys.exit(1)
    server.close()
    print(f"all of it in {time.monotonic() - began:.1f} s")


main()
