"""Nodes (P09): what they are and do, joining, draining, names and labels."""

import re

import pytest
from playwright.sync_api import expect

from axe_kit import axe_faults, too_wide
from goetia_kit import wait_until
from page_kit import LANGUAGES, THEMES, WIDTHS

COLUMNS = ["名称", "GPU", "显存", "驱动", "CUDA", "状态", "GPU 利用率", "显存占用", "温度", "最后心跳"]


@pytest.fixture(scope="module")
def page_pool(lived_pool):
    return lived_pool


def opened(visit, **options):
    page = visit("/nodes", **options)
    page.locator('main[data-page="P09"] [data-node]').first.wait_for()
    return page


def row(page, name):
    return page.locator(f"tr[data-node='{name}']")


def choose(page, name, verb):
    row(page, name).get_by_role("button", name=f"{name} 的操作").click()
    page.get_by_role("menuitem", name=verb, exact=True).click()


def tokens(page_pool):
    return {token["name"]: token for token in page_pool.ask_api("GET", "/api/nodes/tokens?limit=200", None, "administrator", 200).json["items"]}


def made_token(page, name):
    page.get_by_role("button", name="生成令牌").first.click()
    page.locator("dialog[open] input").fill(name)
    page.locator("dialog[open]").get_by_role("button", name="生成令牌").click()
    return page.locator("[data-join-line]").inner_text()


def test_P09_1_a_row_says_what_a_node_is_and_does(page_pool, visit):
    page = opened(visit)
    expect(page.locator("thead th")).to_contain_text(COLUMNS)
    expect(row(page, "one")).to_contain_text("训练中")
    expect(row(page, "one")).to_contain_text(re.compile(r"\d+ s 前"))
    expect(row(page, "two")).to_contain_text("离线")
    expect(row(page, "one").get_by_role("img", name=re.compile("心跳"))).to_have_count(1)
    row(page, "one").get_by_role("button", name="展开 one").click()
    detail = page.locator("[data-node-detail]")
    wait_until(lambda: page_pool.nodes()["one"]["use"], 60, "the node to be measured")
    expect(detail.get_by_role("progressbar")).to_have_count(3, timeout=40_000)
    expect(detail.get_by_role("link", name=re.compile("长训练"))).to_have_attribute("href", f"/tasks/{page_pool.running}/monitor")
    expect(detail).to_contain_text(page_pool.nodes()["one"]["facts"]["agent_version"])


def test_P09_1_a_machine_joins_with_the_line_and_the_token_is_used(page_pool, visit):
    page = opened(visit)
    line = made_token(page, "新机器")
    assert line.startswith("curl ") and page_pool.url in line and line.endswith("| sh")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制").click()
    assert page.evaluate("() => navigator.clipboard.readText()") == line
    expect(page.locator("[data-token='open']")).to_contain_text("新机器")
    token = re.search(r"token=([^'\s]+)", line)[1]
    page_pool.start("three", page_pool.goetia.programs / "goetia-agent", "run", "--master", page_pool.url, "--data", page_pool.folder / "three", "--name", "three",
                    "--programs", page_pool.goetia.programs, "--token", token)
    expect(row(page, "three")).to_contain_text("空闲", timeout=60_000)
    expect(page.locator("[data-token='used']").filter(has_text="新机器")).to_have_count(1)
    assert tokens(page_pool)["新机器"]["state"] == "used"
    page_pool.kill("three")
    choose(page, "three", "移除节点")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("移除 three？")
    dialog.get_by_role("button", name="移除节点").click()
    expect(row(page, "three")).to_have_count(0)
    assert "three" not in page_pool.nodes()


def test_P09_1_a_token_that_was_revoked_lets_nobody_in(page_pool, visit):
    page = opened(visit)
    line = made_token(page, "revoked one")
    page.get_by_role("button", name="吊销 revoked one").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("吊销令牌 revoked one？")
    dialog.get_by_role("button", name="取消").click()
    assert tokens(page_pool)["revoked one"]["state"] == "open"
    page.get_by_role("button", name="吊销 revoked one").click()
    page.locator("dialog[open]").get_by_role("button", name="吊销令牌").click()
    expect(page.locator("[data-token='revoked']")).to_contain_text("revoked one")
    token = re.search(r"token=([^'\s]+)", line)[1]
    assert page_pool.get(f"/join.sh?token={token}").status in (401, 403, 404)


def test_P09_1_draining_asks_first_and_a_node_takes_tasks_again(page_pool, visit):
    page = opened(visit)
    choose(page, "one", "排空")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("排空 one？")
    dialog.get_by_role("button", name="排空节点").click()
    expect(row(page, "one")).to_contain_text("排空中")
    assert page_pool.nodes()["one"]["drain"] is True
    choose(page, "one", "恢复接收任务")
    expect(row(page, "one")).to_contain_text("训练中")
    assert page_pool.nodes()["one"]["drain"] is False


def test_P09_1_labels_and_price_are_given_here_and_faults_stand_at_their_fields(page_pool, visit):
    page = opened(visit)
    choose(page, "one", "名称、标签与价格")
    dialog = page.locator("dialog[open]")
    labels = dialog.get_by_label("标签")
    labels.fill("fast")
    expect(dialog.get_by_role("alert")).to_contain_text("“fast”不是 key=value")
    expect(dialog.get_by_role("button", name="保存")).to_be_disabled()
    labels.fill("speed=fast rack=3")
    dialog.get_by_label("每小时价格").fill("2.5")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_have_count(0)
    node = page_pool.nodes()["one"]
    assert set(node["given_labels"]) == {"speed=fast", "rack=3"} and node["price"] == 2.5
    choose(page, "one", "名称、标签与价格")
    dialog.get_by_label("标签").fill("speed=" + "x" * 300)
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_role("alert")).to_have_count(1)  # the master's, at the field
    dialog.get_by_label("标签").fill("")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_have_count(0)
    assert page_pool.nodes()["one"]["given_labels"] == []


def test_P09_2_an_agent_that_was_cut_off_comes_back_and_its_task_goes_on(page_pool, visit):
    page = opened(visit)
    page_pool.start_agent("two")
    expect(row(page, "two")).to_contain_text("空闲", timeout=60_000)
    page_pool.kill("two")
    expect(row(page, "two")).to_contain_text("离线", timeout=90_000)
    step = page_pool.task(page_pool.running)["progress"]["step"]
    page_pool.kill("one")
    expect(row(page, "one")).to_contain_text("离线", timeout=90_000)
    page_pool.start_agent("one")
    expect(row(page, "one")).to_contain_text("训练中", timeout=90_000)
    wait_until(lambda: page_pool.task(page_pool.running)["progress"]["step"] > step, 60, "the task to go on")
    assert page_pool.task(page_pool.running)["state"] == "running"


def test_P09_only_administrators_have_tokens_and_actions(page_pool, visit):
    page = opened(visit, user="trainer")
    expect(page.get_by_role("button", name="添加节点")).to_have_count(0)
    expect(page.get_by_text("注册令牌")).to_have_count(0)
    expect(page.get_by_role("button", name="one 的操作")).to_have_count(0)
    assert page_pool.ask_api("GET", "/api/nodes/tokens", None, "trainer").status == 403


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_P09_is_readable_for_everybody_at_every_width(page_pool, visit, language, theme):
    for width in WIDTHS:
        page = opened(visit, language=language, theme=theme, width=width)
        assert axe_faults(page) == [] and too_wide(page) <= 0, width
