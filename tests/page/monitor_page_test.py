"""The monitor (P15) of a run that goes on at a real node."""

import re
import time

import pytest
from playwright.sync_api import expect

from goetia_kit import Goetia, wait_until
from training_page_kit import LONG, TrainingPool

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page_pool(programs, tmp_path_factory):
    made = TrainingPool(Goetia(programs, tmp_path_factory.mktemp("monitor")))
    yield made
    made.close()


@pytest.fixture
def task(page_pool):
    """One that trains, and ends with the test."""
    made = page_pool.train("moves & <b>shows</b>")
    page_pool.is_in(made, "running")
    yield made
    page_pool.stop(made)


def monitor(visit, task, query="", **options):
    page = visit(f"/tasks/{task}/monitor{query}", user="trainer", **options)
    page.locator("[data-progress]").wait_for()
    return page


def state_of(page):
    return page.locator("h1 + .state")


def loss(page):
    return page.get_by_role("img", name=re.compile("^Loss"))


def test_P15_1_2_5_head_progress_and_figures_move_by_themselves(page_pool, visit, task):
    page = monitor(visit, task)
    shown = page_pool.shown(task)
    expect(page.get_by_role("heading", level=1)).to_have_text("moves & <b>shows</b>")
    expect(state_of(page)).to_have_text("训练中")
    expect(page.get_by_text(shown["experiment"])).to_be_visible()
    expect(page.get_by_text("节点 one", exact=True)).to_be_visible()
    place = page.locator("[data-place]")
    expect(place).to_have_text(re.compile(rf"^Epoch: \d+/{LONG}, Batch \d+/\d+$"))
    first = int(re.search(r"Epoch: (\d+)/", place.inner_text())[1])
    expect(page.locator("[data-left]")).to_have_text(re.compile(r"^预计剩余: (?!—)"))
    expect(page.locator("[data-current]")).to_have_text(re.compile(r"Loss=\d.*Acc=\d\.\d{3}.*LR=0\.0"))
    expect(page.locator("[data-best]")).to_have_text(re.compile(r"Acc=\d\.\d{3} @ Epoch \d+"))
    wait_until(lambda: int(re.search(r"Epoch: (\d+)/", place.inner_text())[1]) >= first + 3, 60, "the epoch to rise on the page")


def test_P15_3_curves_grow_without_a_reload_and_lie_between_epochs(page_pool, visit, task):
    page = monitor(visit, task)
    label = loss(page)
    expect(label).to_have_attribute("aria-label", re.compile("Train"))
    seen = set()
    wait_until(lambda: seen.add(label.get_attribute("aria-label")) or len(seen) > 5, 60, "the curve to grow")
    page.get_by_role("button", name="查看数据").first.click()
    rows = page.locator("dialog[open] tbody tr")
    expect(rows.first).to_be_visible()
    at = [float(text) for text in page.locator("dialog[open] tbody tr td:nth-child(2)").all_inner_texts()[:8]]
    assert at == sorted(set(at)) and any(one % 1 for one in at), at


def test_P15_3_the_view_is_in_the_address_and_survives_a_reload(page_pool, visit, task):
    page = monitor(visit, task)
    page.get_by_role("radio", name="步", exact=True).click()
    page.get_by_role("button", name="对数纵轴").click()
    page.get_by_role("slider").fill("0.9")
    chart = loss(page)
    box = chart.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 80, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("from="))
    page.get_by_label("搜索", exact=True).fill("took")
    page.wait_for_url(re.compile("find=took"))
    for part in ("x=step", "logy=1", "smooth=0.9", "from=", "to="):
        assert part in page.url, page.url
    page.reload()
    page.locator("[data-progress]").wait_for()
    expect(page.get_by_role("radio", name="步", exact=True)).to_have_attribute("aria-checked", "true")
    expect(page.get_by_role("button", name="对数纵轴")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("搜索", exact=True)).to_have_value("took")
    page.get_by_role("button", name="重置缩放").click()
    page.wait_for_url(lambda url: "from=" not in url)


def test_P15_4_how_the_machine_does_is_measured(page_pool, visit, task):
    page = monitor(visit, task)
    expect(page.get_by_role("heading", name="处理器")).to_be_visible()
    expect(page.get_by_role("progressbar", name="处理器")).to_be_visible()
    expect(page.locator("h3", has_text="处理器").locator("xpath=following-sibling::span")).to_have_text(re.compile(r"^\d+%$"), timeout=40_000)
    expect(page.locator("h3", has_text="内存使用").locator("xpath=following-sibling::span")).to_have_text(re.compile(r"^[\d.]+/ \d+ GB$"))


def test_P15_6_the_log_arrives_is_held_searched_and_downloaded(page_pool, visit, task):
    page = monitor(visit, task)
    log = page.get_by_role("log")
    expect(log).to_contain_text(re.compile(rf"\[\d\d:\d\d:\d\d\] Epoch \d+/{LONG}, Batch \d+/\d+, Loss: "), timeout=30_000)
    follow = page.get_by_role("button", name="跟随")
    expect(follow).to_have_attribute("aria-pressed", "true")
    log.hover()
    page.mouse.wheel(0, -400)
    held = page.get_by_role("button", name=re.compile("行新日志"))
    expect(held).to_have_attribute("aria-pressed", "false")
    top = log.evaluate("(box) => box.scrollTop")
    expect(held).to_have_text(re.compile("[4-9]|\\d\\d"))
    assert log.evaluate("(box) => box.scrollTop") == top
    held.click()
    expect(page.get_by_role("button", name="跟随")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("搜索", exact=True).fill("attempt 1 begins")
    expect(page.get_by_text("第 0 处，共 1 处")).to_be_visible()
    page.get_by_label("搜索", exact=True).press("Enter")
    expect(log.locator("mark")).to_have_text("attempt 1 begins")
    page_pool.stop(task)
    expect(state_of(page)).to_have_text("训练终止")
    with page.expect_download() as download:
        page.locator("section").get_by_role("link", name="下载日志").click()
    text = page_pool.ask_api("GET", f"/api/tasks/{task}/log.txt?stream=logs/train.log", None, "administrator").body
    assert download.value.path().read_bytes() == text and b"attempt 1 begins" in text


def test_P15_7_pause_resume_and_stop_reach_the_agent_and_the_state_comes_back(page_pool, visit, task):
    page = monitor(visit, task)
    page.get_by_role("button", name="暂停").click()
    expect(state_of(page)).to_have_text("已暂停")
    assert page_pool.shown(task)["state"] == "paused"
    steps = page_pool.points(task, "train/loss")["train/loss"]["count"]
    expect(page.get_by_role("button", name="暂停")).to_have_count(0)
    page.keyboard.press("p")
    expect(state_of(page)).to_have_text("训练中")
    wait_until(lambda: page_pool.points(task, "train/loss")["train/loss"]["count"] > steps, 30, "it to train on")
    page.keyboard.press("s")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("停止 moves & <b>shows</b>？")
    expect(dialog.get_by_role("button", name="取消")).to_be_focused()
    page.keyboard.press("Escape")
    assert page_pool.shown(task)["state"] == "running"
    page.get_by_role("button", name="停止").click()
    dialog.get_by_role("button", name="停止训练").click()
    expect(state_of(page)).to_have_text("训练终止")
    assert page_pool.shown(task)["state"] == "stopped"
    events = page.get_by_role("list", name="事件")
    expect(events).to_contain_text("trainer_1 要求停止")
    expect(events).to_contain_text("训练终止")


def test_P15_8_10_the_way_to_the_first_step_is_told_with_its_times(page_pool, visit, task):
    page = monitor(visit, task)
    expect(page.locator("[data-preparation]")).to_have_text(re.compile(r"准备 [\d.]+ s.*分配\s*[\d.]+ s.*校验\s*[\d.]+ s.*启动\s*[\d.]+ s"))


def test_P15_11_a_master_that_is_killed_and_returns_leaves_no_gap_and_no_double(page_pool, visit, task):
    page = monitor(visit, task, "?x=step&smooth=0")
    expect(loss(page)).to_have_attribute("aria-label", re.compile("Train"))
    page_pool.kill("master")
    expect(page.get_by_text(re.compile("连接已断"))).to_be_visible()
    expect(page.locator("[data-progress]")).to_be_visible()
    page_pool.start_master()
    expect(page.get_by_text(re.compile("连接已断"))).to_be_hidden(timeout=40_000)
    page_pool.is_in(task, "running")
    before = page_pool.points(task, "train/loss")["train/loss"]["count"]
    wait_until(lambda: page_pool.points(task, "train/loss")["train/loss"]["count"] > before + 10, 60, "points after the return")
    page_pool.stop(task)
    expect(state_of(page)).to_have_text("训练终止")
    curves = page_pool.points(task, "train/loss", "val/loss")
    total = sum(curve["count"] for curve in curves.values())
    assert curves["train/loss"]["count"] < 1200
    page.get_by_role("button", name="查看数据").first.click()
    table = page.locator("dialog[open] table")
    expect(table).to_have_attribute("aria-rowcount", str(total + 1), timeout=30_000)


def test_two_browsers_are_in_step_within_a_second(page_pool, visit, task):
    pages = [monitor(visit, task), monitor(visit, task, language="en")]
    watch = """(word) => new Promise((seen) => {
        const pill = document.querySelector('h1 + .state');
        const look = () => pill.textContent.includes(word) && seen(Date.now());
        new MutationObserver(look).observe(pill, { childList: true, subtree: true, characterData: true });
        look();
    })"""
    for page, word in zip(pages, ("已暂停", "Paused")):
        page.evaluate(f"() => {{ window.changed = ({watch})({word!r}); }}")
    asked = time.time()
    pages[0].get_by_role("button", name="暂停").click()
    first, second = (page.evaluate("() => window.changed") for page in pages)
    print(f"two browsers: {abs(first - second)} ms apart, {max(first, second) / 1000 - asked:.2f} s after the click")
    assert abs(first - second) <= 1000


@pytest.mark.parametrize("width", (390, 768, 1440))
@pytest.mark.parametrize("language,theme", (("zh-CN", "light"), ("en", "dark")))
def test_P15_fits_every_width(page_pool, visit, task, width, language, theme):
    page = monitor(visit, task, width=width, language=language, theme=theme)
    expect(loss(page)).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for name in ("暂停", "停止") if language == "zh-CN" else ("Pause", "Stop"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport()
