"""The overview (P03), on a pool in which something has happened."""

import re

import pytest
from playwright.sync_api import expect

from axe_kit import axe_faults, too_wide
from goetia_kit import wait_until
from page_kit import LANGUAGES, THEMES, WIDTHS


@pytest.fixture(scope="module")
def page_pool(lived_pool):
    return lived_pool


def opened(visit, **options):
    page = visit("/", **options)
    page.locator('main[data-page="P03"] [data-pool] [data-node]').first.wait_for()
    return page


def card(page, name):
    return page.locator(f"[data-pool] [data-node='{name}']")


def count(page, name):
    return page.locator(f"[data-count='{name}']")


def counts(page_pool, account):
    return page_pool.ask_api("GET", "/api/overview", None, account, 200).json


def test_P03_1_a_card_for_each_node_with_its_model_and_state(page_pool, visit):
    page = opened(visit)
    nodes = page_pool.nodes()
    expect(page.locator("[data-pool] [data-node]")).to_have_count(len(nodes))
    expect(card(page, "one")).to_contain_text("训练中")
    expect(card(page, "one")).to_contain_text(f"CPU，{nodes['one']['cores']} 核")
    expect(card(page, "two")).to_contain_text(re.compile(r"离线.*心跳中断", re.S))
    card(page, "two").get_by_role("button", name="查看排查步骤").click()
    expect(page.locator("dialog[open]")).to_contain_text("two 离线的排查步骤")
    expect(page.locator("dialog[open] li")).to_have_count(4)


def test_P03_1_cards_follow_the_nodes_without_a_reload(page_pool, visit):
    page = opened(visit)
    page.evaluate("() => { window.same_page = true; }")
    page_pool.start_agent("two")
    expect(card(page, "two")).to_contain_text("空闲", timeout=60_000)
    page_pool.kill("two")
    expect(card(page, "two")).to_contain_text("离线", timeout=90_000)
    assert page.evaluate("() => window.same_page") is True


@pytest.mark.parametrize("account", ["administrator", "trainer"])
def test_P03_2_the_counts_are_the_users_own_and_those_of_the_api(page_pool, visit, account):
    page = opened(visit, user=account)
    told = counts(page_pool, account)
    for name, label, value in (("models", "模型数量", told["models"]), ("training", "训练任务数量", told["training_tasks"]), ("failed", "异常任务数量", told["failed_tasks"])):
        expect(count(page, name)).to_contain_text(label)
        expect(count(page, name).get_by_text(str(value), exact=True)).to_have_count(1)
    lowest = "—" if told["lowest_accuracy"] is None else f"{told['lowest_accuracy']:.4f}"
    expect(count(page, "lowest")).to_contain_text(f"模型最低精度{lowest}")
    expect(count(page, "evaluation")).to_contain_text("评估任务数量")
    if account == "trainer":
        assert told["training_tasks"] == 0 < counts(page_pool, "administrator")["training_tasks"]
    else:
        assert told["failed_tasks"] == 1 and told["training_tasks"] >= 6


def test_P03_3_the_machines_are_summed(page_pool, visit):
    wait_until(lambda: page_pool.nodes()["one"]["use"], 60, "the node to be measured")
    page = opened(visit)
    node = page_pool.nodes()["one"]
    gib = 1024**3
    strip = page.locator("section").filter(has=page.locator("[data-count]")).first
    for label in ("CPU", "内存", "磁盘", "GPU"):
        expect(strip.get_by_text(label, exact=True)).to_have_count(1)
    expect(strip).to_contain_text(re.compile(rf"/ {node['facts']['memory'] / gib:.0f} GB"))
    expect(strip.get_by_role("progressbar", name="CPU")).to_have_count(1)


def test_P03_4_what_is_in_progress_has_its_share_and_opens_its_monitor(page_pool, visit):
    page = opened(visit)
    row = page.locator(f"[data-in-progress] [data-task='{page_pool.running}']")
    expect(row).to_contain_text(re.compile(r"长训练.*Epoch \d+/10000.*%", re.S))
    expect(row).to_contain_text(re.compile(r"\d+(min|h|d)"))
    expect(page.locator(f"[data-in-progress] [data-task='{page_pool.paused}']")).to_have_count(1)
    before = row.inner_text()
    wait_until(lambda: row.inner_text() != before, 30, "the progress to move")
    queue = page.locator(f"[data-queue] [data-task='{page_pool.waiting}']")
    expect(queue).to_contain_text("1 台缺标签")
    row.get_by_role("link").click()
    page.locator('main[data-page="P15"]').wait_for()
    assert page.url.endswith(f"/tasks/{page_pool.running}/monitor")


def test_P03_4_one_who_has_nothing_yet_is_offered_a_task(page_pool, visit):
    page = opened(visit, user="other")
    page.locator("[data-in-progress]").get_by_role("link", name="创建任务").click()
    page.locator('main[data-page="P12"]').wait_for()


def test_P03_recent_runs_show_how_their_tasks_stand(page_pool, visit):
    page = opened(visit)
    recent = page.locator("[data-recent] li")
    expect(recent).to_have_count(5)
    expect(recent.filter(has_text="夜间")).to_contain_text("已暂停")
    expect(recent.filter(has_text="坏图")).to_contain_text("训练失败")
    recent.filter(has_text="lr 0.05").get_by_role("link").click()
    page.wait_for_url(re.compile(r"/experiments/exp_"))


def test_P03_alerts_say_what_is_wrong_and_lead_there(page_pool, visit):
    page = opened(visit)
    alerts = page.locator("[data-alerts] li")
    expect(alerts.filter(has_text="two 离线")).to_contain_text("检查机器是否开机")
    failed = alerts.filter(has_text="坏图 训练失败")
    expect(failed).to_contain_text("cannot decode")
    failed.get_by_role("link").click()
    page.wait_for_url(f"**/tasks/{page_pool.failed}/monitor")
    quiet = opened(visit, user="other")
    expect(quiet.locator("[data-alerts]")).not_to_contain_text("坏图")


def test_P03_the_heading_is_a_sentence_about_now(page_pool, visit):
    expect(opened(visit).locator("h1")).to_have_text("1 个任务训练中，1 个异常待处理")
    expect(opened(visit, language="en").locator("h1")).to_have_text("1 task training, 1 needs attention")
    expect(opened(visit, user="other").locator("h1")).to_have_text("没有任务在训练")


def test_P03_the_first_visit_has_three_steps_that_can_be_put_away(page_pool, visit):
    page = opened(visit, user="other")
    steps = page.locator("[data-first-steps] [data-step]")
    expect(steps).to_have_count(3)
    assert [step.get_attribute("data-done") for step in steps.all()] == ["true", "false", "false"]
    expect(steps.nth(1).get_by_role("link")).to_have_attribute("href", "/tasks/new")
    page.get_by_role("button", name="不再显示").click()
    expect(steps).to_have_count(0)
    page.reload()
    page.locator("[data-pool] [data-node]").first.wait_for()
    expect(steps).to_have_count(0)


def test_P03_an_answer_that_fails_is_said_and_asked_for_again(page_pool, visit):
    page = visit("about:blank")
    page.route("**/api/overview", lambda route: route.fulfill(status=503, content_type="application/problem+json", body='{"code":"unavailable"}'))
    page.goto("/")
    alert = page.get_by_role("alert").filter(has_text="概况没有取到")
    alert.wait_for()
    page.unroute("**/api/overview")
    alert.get_by_role("button", name="重试").click()
    expect(alert).to_have_count(0)
    expect(count(page, "training")).to_contain_text(re.compile(r"\d"))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_P03_is_readable_for_everybody_at_every_width(page_pool, visit, language, theme):
    for width in WIDTHS:
        page = opened(visit, language=language, theme=theme, width=width)
        assert page.locator("html").get_attribute("lang") == language
        assert axe_faults(page) == [] and too_wide(page) <= 0, width
