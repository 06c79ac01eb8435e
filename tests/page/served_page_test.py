"""The master serves the page: what it sends and how fast, and signing in (P01)."""

import gzip
import re

import pytest

from page_kit import ACCOUNTS, LANGUAGES, PASSWORD, THEMES, Visits, first_paint_ms
from pool_kit import Pool

FIRST_PAINT_MS = 1500
FIRST_SCRIPTS_GZIP = 200_000
SIGN_IN = {"zh-CN": ("用户名", "密码", "登录", "用户名或密码不对。"), "en": ("User name", "Password", "Sign in", "User name or password is wrong.")}


def index_of(pool):
    return pool.get("/", Accept="text/html")


def test_every_place_within_the_page_is_the_page_and_nothing_of_the_api_is(page_pool):
    index = index_of(page_pool)
    assert index.status == 200 and b'<div id="app">' in index.body
    for path in ("/tasks/17", "/setup?token=x", "/no/such/place"):
        assert page_pool.get(path, Accept="text/html").body == index.body, path
    for path in ("/api/nothing", "/api", "/agent/nothing", "/ws/nothing", "/docs/nothing", "/metrics/nothing", "/assets/index-00000000.js", "/../etc/passwd",
                 "/%2e%2e/etc/passwd", "/assets/..%2findex.html"):
        answer = page_pool.get(path, Accept="text/html")
        assert answer.status == 404 and answer.headers["Content-Type"] == "application/problem+json", path
    assert page_pool.get("/tasks/17", Accept="application/json").status == 404
    assert page_pool.get("/docs", Accept="text/html").body != index.body
    assert page_pool.get("/", "HEAD").body == b"" and page_pool.get("/", "POST").status == 404


def test_files_come_precompressed_and_stay_with_the_browser(page_pool):
    script = re.search(r'src="(/assets/[^"]+\.js)"', index_of(page_pool).body.decode())[1]
    plain, brotli, gzipped = (page_pool.get(script, Accept_Encoding=encoding) for encoding in ("identity", "br, gzip", "gzip"))
    assert (plain.headers["Content-Encoding"], brotli.headers["Content-Encoding"], gzipped.headers["Content-Encoding"]) == (None, "br", "gzip")
    assert gzip.decompress(gzipped.body) == plain.body and len(brotli.body) < len(gzipped.body) < len(plain.body) / 2
    assert plain.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert page_pool.get(script, Accept_Encoding="br", If_None_Match=brotli.headers["ETag"]).status == 304
    assert index_of(page_pool).headers["Cache-Control"] == "no-cache"


def test_requests_for_the_page_are_counted_under_one_name(page_pool):
    index_of(page_pool)
    page_pool.get("/tasks/17", Accept="text/html")
    figures = page_pool.ask_api("GET", "/metrics", None, "administrator").body.decode()
    counted = [line for line in figures.splitlines() if "{page}" in line and "requests" in line]
    assert counted and all("tasks/17" not in line for line in figures.splitlines()), figures


def test_the_first_page_is_small_and_painted_soon(page_pool, visit):
    html = index_of(page_pool).body.decode()
    scripts = set(re.findall(r'"(/assets/[^"]+\.js)"', html))
    size = sum(len(page_pool.get(script, Accept_Encoding="gzip").body) for script in scripts)
    paint = first_paint_ms(visit("/", user=None))
    print(f"first scripts: {len(scripts)}, {size} bytes of gzip; first paint after {paint:.0f} ms")
    assert 0 < size <= FIRST_SCRIPTS_GZIP
    assert paint <= FIRST_PAINT_MS


def test_the_policy_is_in_force(page_pool, visit):
    page = visit("/sign-in", user=None)
    page.locator("main, form").first.wait_for()
    ran = page.evaluate("""async () => {
        const script = document.createElement('script');
        script.textContent = 'window.inline_ran = true';
        document.head.append(script);
        const elsewhere = await fetch('http://127.0.0.1:9/').then(() => 'answered', () => 'refused');
        return [window.inline_ran === true, elsewhere];
    }""")
    assert ran == [False, "refused"]
    violated = [fault for fault in visit.faults if "Content Security Policy" in fault]
    assert any("script-src 'self'" in fault for fault in violated) and any("connect-src 'self'" in fault for fault in violated)
    visit.faults.clear()  # they were ours


@pytest.mark.parametrize("language", LANGUAGES)
def test_p01_a_wrong_pair_is_refused_with_one_sentence_and_the_right_one_opens_the_deep_link(page_pool, visit, language):
    user, password, submit, wrong = SIGN_IN[language]
    page = visit("/tasks?q=state%3Dqueued", user=None, language=language)
    page.wait_for_url("**/sign-in?**")
    for name, word in ((ACCOUNTS["trainer"][0], "Wr0ng-pair"), ("nobody_at_all", PASSWORD)):
        page.get_by_label(user, exact=True).fill(name)
        page.get_by_label(password, exact=True).fill(word)
        page.get_by_role("button", name=submit, exact=True).click()
        page.get_by_role("alert").filter(has_text=wrong).wait_for()
        assert page.get_by_label(password, exact=True).input_value() == ""
    page.get_by_label(user, exact=True).fill(ACCOUNTS["trainer"][0])
    page.get_by_label(password, exact=True).fill(PASSWORD)
    page.get_by_role("button", name=submit, exact=True).click()
    page.locator('main[data-page="P14"]').wait_for()
    assert page.url.startswith(page_pool.url + "/tasks?") and "state" in page.url


@pytest.mark.parametrize("theme", THEMES)
def test_p01_the_page_is_shown_in_the_theme_of_the_system(visit, theme):
    page = visit("/sign-in", user=None, theme=theme)
    page.get_by_role("button", name="登录", exact=True).wait_for()
    assert page.locator("html").get_attribute("data-theme") == theme


def test_p01_a_deep_link_survives_a_reload_and_the_live_link_is_within_the_policy(page_pool, visit):
    page = visit("/tasks", user="trainer")
    page.locator('main[data-page="P14"]').wait_for()
    with page.expect_websocket() as opened:
        page.reload()
    assert opened.value.url.startswith(page_pool.url.replace("http", "ws", 1) + "/ws/")
    page.locator('main[data-page="P14"]').wait_for()
    assert page.url.split("?")[0] == page_pool.url + "/tasks"


def test_the_set_up_link_makes_the_first_administrator_and_goes_on_where_it_was_to(goetia, chromium):
    pool = Pool(goetia)
    try:
        pool.start_master()
        link = re.search(r"\S+/setup\?token=\S+", (pool.folder / "master.log").read_text())[0]
        visits = Visits(pool, chromium)
        page = visits(link.removeprefix(pool.url) + "&next=%2Ftasks%2F1", user=None, language="en")
        page.get_by_label("User name", exact=True).fill("admin_1")
        for label in ("Password", "Password again"):
            page.get_by_label(label, exact=True).fill(PASSWORD)
        page.locator("form button[type=submit]").click()
        page.wait_for_url("**/tasks/1")
        visits.close()
        assert visits.faults == []
    finally:
        pool.close()
