"""The page in a real browser: a master that serves it, a node, an administrator, a trainer, and Chromium.

    def test_something(page_pool, visit):
        page = visit("/tasks", user="trainer", language="en", theme="dark", width=390)
        page.get_by_role("button", name="Submit").click()

`page_pool` is one pool for a file of tests, `visit` opens a page in a browser context of its own. At the end of each test no page
may have had an error on its console (a policy that was violated is one) or have asked another origin for anything.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from goetia_kit import wait_until
from pool_kit import Pool

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "Goetia-2026"
ACCOUNTS = {"administrator": ("admin_1", "super_admin"), "trainer": ("trainer_1", "trainer"), "other": ("trainer_2", "trainer")}
LANGUAGES = ("zh-CN", "en")
THEMES = ("light", "dark")
WIDTHS = (390, 768, 1440)
# A refused request is shown by the page and judged by its test; the browser writes a line of its own for each.
NO_FAULT = re.compile(r"Failed to load resource|WebSocket connection")


def chromium_path():
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        pytest.fail("there is no Chromium; './goetia test' installs the package, CHROMIUM names another place")
    return found


def start_chromium(playwright):
    return playwright.chromium.launch(executable_path=chromium_path(), args=[
        "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"])


def newest(*places):
    made = {"contract.d.ts"}  # by the build itself
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*")) if file.is_file() and file.name not in made]
    return max(file.stat().st_mtime for file in files)


def build_page():
    """Makes web/dist where it is older than its sources, once, whatever asks at the same time."""
    web = ROOT / "web"
    index = web / "dist/index.html"
    sources = (web / "src", web / "public", web / "index.html", web / "package.json", web / "vite.config.ts", ROOT / "contract/openapi.json")
    (ROOT / ".goetia").mkdir(exist_ok=True)
    with (ROOT / ".goetia/page.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if index.exists() and index.stat().st_mtime > newest(*sources):
            return
        built = subprocess.run(["npm", "run", "build"], cwd=web, capture_output=True, text=True, check=False)
        assert built.returncode == 0, f"the page was not built; './goetia setup' fetches what it needs\n{built.stdout}\n{built.stderr}"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class PagePool(Pool):
    """A pool whose master serves the page, with a node and three accounts. `tokens` holds one of each account for the API."""

    def __init__(self, goetia, data=None):
        super().__init__(goetia, data)
        build_page()
        self.start_master()
        self.start_agent("one")
        self.tokens = {}
        link = re.search(r"/setup\?token=(\S+)", (self.folder / "master.log").read_text())
        name, _ = ACCOUNTS["administrator"]
        self.ask_api("POST", "/api/setup", {"token": link[1], "name": name, "password": PASSWORD}, status=201)
        self.tokens["administrator"] = self.made_token(name)
        for account in ("trainer", "other"):
            name, role = ACCOUNTS[account]
            self.ask_api("POST", "/api/users", {"name": name, "password": PASSWORD, "role": role}, "administrator", 201)
            self.tokens[account] = self.made_token(name)
        wait_until(lambda: [node["state"] for node in self.ask_api("GET", "/api/nodes", None, "administrator").json["items"]] == ["online"], 60, "the node")

    def get(self, path, method="GET", body=None, **headers):
        """An answer of the master, whatever its status; names of headers with '_' for '-'."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.headers, refused.read())

    def ask_api(self, method, path, body=None, account=None, status=None):
        """As one of the accounts, by its token."""
        headers = {"Authorization": f"Bearer {self.tokens[account]}"} if account else {}
        answer = self.get(path, method, body, **headers)
        assert status in (None, answer.status), (method, path, answer.status, answer.body)
        return answer

    def made_token(self, name):
        signed = self.get("/api/session", "POST", {"name": name, "password": PASSWORD})
        assert signed.status in (200, 201), signed.body
        headers = {"Cookie": signed.headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": signed.json["csrf"]}
        made = self.get("/api/tokens", "POST", {"name": "of the tests"}, **headers)
        assert made.status == 201, made.body
        return made.json["token"]

    def submit_empty(self, account="trainer", **fields):
        """A task that ends at once and needs no LibTorch; its id."""
        return self.ask_api("POST", "/api/tasks", {"noop": True, **fields}, account, 201).json["id"]


class Visits:
    """Opens pages, and keeps what went wrong in them."""

    def __init__(self, pool, browser):
        self.pool, self.browser, self.contexts, self.faults = pool, browser, [], []

    def __call__(self, path="/", user="administrator", language="zh-CN", theme="light", width=1440, height=900, **options):
        """`user`: an account that is signed in already, or None."""
        context = self.browser.new_context(base_url=self.pool.url, locale=language, color_scheme=theme,
                                           viewport={"width": width, "height": height}, accept_downloads=True, **options)
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        if user:
            signed = context.request.post("/api/session", data={"name": ACCOUNTS[user][0], "password": PASSWORD})
            assert signed.ok, signed.text()
        page = context.new_page()
        self.watch(page)
        page.goto(path)
        return page

    def watch(self, page):
        def heard(message):
            if message.type == "error" and not NO_FAULT.search(message.text):
                self.faults.append(f"console: {message.text}")

        def asked(request):
            inside = request.url.startswith((self.pool.url + "/", self.pool.url.replace("http", "ws", 1) + "/"))
            if not inside and not request.url.startswith(("data:", "blob:")):
                self.faults.append(f"left the origin: {request.url}")

        page.on("console", heard)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", asked)
        page.on("websocket", asked)

    def close(self):
        for context in self.contexts:
            context.close()


def first_paint_ms(page):
    """Of the page that is open, from the begin of its navigation."""
    return page.evaluate("""() => new Promise((found) => new PerformanceObserver((list) => found(list.getEntries()[0].startTime))
        .observe({ type: 'paint', buffered: true }))""")
