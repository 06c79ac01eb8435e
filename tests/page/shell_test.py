"""What is around every page (P02): menu, palette, keys, language and theme, the link to the master."""

import re

import pytest
from playwright.sync_api import expect

from axe_kit import axe_faults, too_wide
from page_kit import ACCOUNTS, LANGUAGES, THEMES, WIDTHS

MENU = {"zh-CN": ["创建任务", "概览", "训练任务管理", "实验列表", "实验对比", "数据集管理", "节点", "用户管理", "设置"],
        "en": ["New task", "Overview", "Training tasks", "All runs", "Compare runs", "Data sets", "Nodes", "Users", "Settings"]}
KEYS = {"g t": "P14", "g e": "P27", "g n": "P09", "g o": "P03"}


@pytest.fixture(scope="module")
def page_pool(lived_pool):
    return lived_pool


def opened(visit, path="/nodes", **options):
    page = visit(path, **options)
    page.locator("main[data-page]").wait_for()
    page.get_by_role("status").filter(has_text=re.compile("实时|Live")).wait_for()
    return page


def menu(page):
    return page.locator("aside nav")


def press(page, keys):
    for key in keys.split():
        page.keyboard.press(key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_P02_1_the_menu_has_every_page_and_no_link_is_dead(page_pool, visit, language):
    page = opened(visit, language=language)
    links = menu(page).get_by_role("link")
    assert [re.sub(r"\s*N$", "", link.inner_text()).strip() for link in links.all()] == MENU[language]
    for at in range(len(MENU[language])):
        links.nth(at).click()
        expect(page.locator("h1")).not_to_contain_text("404")
        expect(page.locator("main[data-page]")).to_have_attribute("data-page", re.compile(r"P\d+"))


def test_P02_2_a_trainer_has_no_users_in_the_menu_and_is_refused(page_pool, visit):
    page = opened(visit, user="trainer")
    expect(menu(page)).not_to_contain_text("用户管理")
    page.goto("/users")
    expect(page.locator("h1")).to_have_text("403 · 没有权限")
    assert page_pool.ask_api("GET", "/api/users", None, "trainer").status == 403


def test_P02_3_the_account_is_behind_the_avatar_and_signing_out_ends_the_session(page_pool, visit):
    page = opened(visit, user="trainer")
    name = ACCOUNTS["trainer"][0]
    page.get_by_role("button", name=f"{name} 的账户").click()
    page.get_by_role("menuitem", name="管理账户信息").click()
    page.wait_for_url("**/account")
    page.get_by_role("button", name=f"{name} 的账户").click()
    page.get_by_role("menuitem", name="退出登录").click()
    page.wait_for_url(re.compile(r"/sign-in"))
    page.goto("/tasks")
    page.wait_for_url(re.compile(r"/sign-in\?next="))


def test_P02_4_language_and_theme_are_switched_at_once_and_kept(page_pool, visit):
    page = opened(visit)
    page.get_by_role("button", name="语言").click()
    page.get_by_role("menuitemradio", name="English").click()
    expect(page.locator("h1")).to_have_text("Nodes")
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    page.reload()
    expect(page.locator("h1")).to_have_text("Nodes")
    root = page.locator("html")
    assert (root.get_attribute("lang"), root.get_attribute("data-theme")) == ("en", "dark")
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("menuitemradio", name="As the system").click()
    expect(root).to_have_attribute("data-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(root).to_have_attribute("data-theme", "dark")


def test_P02_4_the_question_mark_lists_the_keys_and_they_do_what_it_says(page_pool, visit):
    page = opened(visit)
    page.keyboard.press("?")
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_role("heading", level=2)).to_have_text("快捷键")
    for words in ("命令面板", "前往训练任务管理", "创建任务", "上下移动", "重置缩放"):
        expect(dialog.get_by_text(words, exact=True)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    for keys, page_id in KEYS.items():
        press(page, keys)
        page.locator(f'main[data-page="{page_id}"]').wait_for()
    page.keyboard.press("n")
    page.locator('main[data-page="P12"]').wait_for()
    page.locator("[data-name]").fill("")
    page.locator("[data-name]").press_sequentially("gt?n")
    expect(page.locator("[data-name]")).to_have_value("gt?n")
    assert page.locator("dialog[open]").count() == 0


def test_P02_4_single_keys_can_be_switched_off(page_pool, visit):
    page = opened(visit)
    page.keyboard.press("?")
    page.locator("dialog[open]").get_by_role("switch", name="单键快捷键").click()
    page.keyboard.press("Escape")
    press(page, "g t")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator('main[data-page="P09"]')).to_have_count(1)
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open]")).to_have_count(1)


def test_P02_the_palette_finds_tasks_runs_nodes_and_pages(page_pool, visit):
    page = opened(visit)
    page.keyboard.press("Control+k")
    field = page.locator("dialog[open]").get_by_role("combobox")
    field.fill("长训练")
    page.get_by_role("option", name=re.compile("长训练")).first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tasks/{page_pool.running}/monitor")
    experiment = page_pool.task(page_pool.completed[0])["experiment"]
    page.keyboard.press("Control+k")
    field.fill(experiment)
    page.get_by_role("option", name=re.compile(experiment)).first.click()
    page.wait_for_url(f"**/experiments/{experiment}")
    page.keyboard.press("/")
    field.fill("two")
    page.get_by_role("option", name="two", exact=True).click()
    page.wait_for_url("**/nodes")
    page.keyboard.press("Control+k")
    field.fill("设置")
    page.get_by_role("option", name="设置", exact=True).click()
    page.wait_for_url("**/settings")


def test_P02_what_trains_stands_at_the_foot_of_the_side_bar(page_pool, visit):
    page = opened(visit)
    watch = page.locator("aside section")
    expect(watch).to_contain_text(re.compile(r"长训练.*\d+\s?(min|h|d|s)", re.S))
    watch.get_by_role("link").first.click()
    page.wait_for_url(f"**/tasks/{page_pool.running}/monitor")
    other = opened(visit, user="other")
    expect(other.locator("aside")).not_to_contain_text("长训练")


def test_P02_a_lost_link_is_said_and_comes_back_by_itself(page_pool, visit):
    page = opened(visit)
    page_pool.kill("master")
    banner = page.locator("main").get_by_role("alert").filter(has_text="连接已断，正在第")
    banner.wait_for()
    expect(banner).to_contain_text(re.compile(r"数据截至 \d\d:\d\d:\d\d"))
    expect(page.get_by_role("status").filter(has_text="重连中")).to_have_count(1)
    page_pool.start_master()
    expect(banner).to_have_count(0, timeout=40_000)
    expect(page.get_by_role("status").filter(has_text="实时")).to_have_count(1)
    expect(page.locator("tr[data-node='one']")).to_contain_text("训练中", timeout=60_000)


def test_P02_a_phone_reaches_every_main_page_and_a_new_task(page_pool, visit):
    page = opened(visit, width=390, height=844)
    expect(page.locator("aside")).to_be_hidden()
    tabs = page.locator("nav.bottom-tabs").get_by_role("link")
    expect(tabs).to_have_text(["概览", "任务", "实验", "节点"])
    for at in range(4):
        tabs.nth(at).click()
        expect(tabs.nth(at)).to_have_attribute("aria-current", "page")
        box = tabs.nth(at).bounding_box()
        assert box["width"] >= 44 and box["height"] >= 44
    page.locator("header.top").get_by_role("link", name="创建任务").click()
    page.locator('main[data-page="P12"]').wait_for()


def test_P02_keys_alone_reach_the_content_and_the_side_bar_can_be_narrow(page_pool, visit):
    page = opened(visit)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    wide = page.locator("aside").bounding_box()["width"]
    page.keyboard.press("[")
    expect(menu(page)).not_to_contain_text("节点")
    assert page.locator("aside").bounding_box()["width"] < wide / 2
    expect(menu(page).get_by_role("link", name="节点")).to_have_count(1)
    page.reload()
    expect(menu(page)).not_to_contain_text("节点")


def test_P02_an_address_that_leads_nowhere_says_so(page_pool, visit):
    page = visit("/no/such/place")
    expect(page.locator("h1")).to_have_text("404 · 没有这个页面")
    page.get_by_role("link", name="回到概览").click()
    page.locator('main[data-page="P03"]').wait_for()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_P01_P02_what_is_around_every_page_is_readable_for_everybody(page_pool, visit, language, theme):
    for width in WIDTHS:
        page = visit("/sign-in", user=None, language=language, theme=theme, width=width)
        page.locator("form").wait_for()
        assert axe_faults(page) == [] and too_wide(page) <= 0, ("sign-in", width)
    page = opened(visit, language=language, theme=theme)
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()
    assert axe_faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("option").first.wait_for()
    assert axe_faults(page) == []
