"""The list of tasks (P14): its columns, what each state allows, and what is done with many."""

import re

import pytest
from playwright.sync_api import expect

from goetia_kit import Goetia, wait_until
from training_page_kit import TrainingPool

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page_pool(programs, tmp_path_factory):
    made = TrainingPool(Goetia(programs, tmp_path_factory.mktemp("tasks")))
    yield made
    made.close()


def listed(visit, query="", user="trainer", **options):
    page = visit(f"/tasks{query}", user=user, **options)
    page.locator("[data-page=P14]").wait_for()
    return page


def row(page, name):
    return page.get_by_role("row").filter(has=page.get_by_text(name, exact=True))


def verbs_of(page, name):
    """Links and menu entries of a row, in the language of the page."""
    own = row(page, name)
    own.hover()
    words = own.get_by_role("link").all_inner_texts()
    menu = own.get_by_role("button", name=re.compile("更多操作"))
    if menu.count() == 0:
        return sorted(words + [word for word in own.get_by_role("button").all_inner_texts() if word])
    menu.click()
    words += page.get_by_role("menuitem").all_inner_texts()
    page.keyboard.press("Escape")
    return sorted(word.strip() for word in words)


def waiting(page_pool, name):
    return page_pool.submit_empty(name=name, labels=["node=nowhere"])


def ended(page_pool, name):
    task = page_pool.submit_empty(name=name)
    page_pool.is_in(task, "completed")
    return task


def test_P14_empty_says_how_one_is_made(page_pool, visit):
    page = listed(visit, user="other")
    expect(page.get_by_text("还没有训练任务")).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="创建任务")).to_have_attribute("href", "/tasks/new")


def test_P14_1_2_columns_and_states(page_pool, visit):
    task = page_pool.train("trains", epochs=2)
    page_pool.is_in(task, "completed")
    page = listed(visit)
    heads = page.get_by_role("columnheader").all_inner_texts()
    assert [head.strip() for head in heads if head.strip()] == ["模型名称", "任务状态", "模型", "进度", "节点", "训练时长", "创建用户", "创建时间", "操作"]
    own = row(page, "trains")
    expect(own).to_contain_text("训练完成")
    expect(own).to_contain_text("100%")
    expect(own).to_contain_text("图像分类")
    expect(own).to_contain_text("trainer_1")
    expect(own.get_by_text("训练中")).to_have_count(0)
    own.hover()
    own.get_by_role("link", name="结果").click()
    page.wait_for_url(re.compile(f"/tasks/{task}/result"))


def test_P14_3_each_state_offers_what_it_allows(page_pool, visit):
    queued, trained = waiting(page_pool, "queued"), page_pool.train("trained")
    page_pool.is_in(trained, "running")
    page = listed(visit)
    expect(row(page, "queued")).to_contain_text("等待中")
    assert verbs_of(page, "queued") == ["取消排队"]
    expect(row(page, "trained")).to_contain_text("正在训练")
    assert verbs_of(page, "trained") == sorted(["监控", "暂停", "停止", "保存检查点", "下载日志"])
    row(page, "trained").hover()
    row(page, "trained").get_by_role("button", name=re.compile("更多操作")).click()
    page.get_by_role("menuitem", name="暂停").click()
    expect(row(page, "trained")).to_contain_text("已暂停")
    assert verbs_of(page, "trained") == sorted(["监控", "继续", "停止", "下载日志"])
    row(page, "trained").hover()
    row(page, "trained").get_by_role("button", name=re.compile("更多操作")).click()
    page.get_by_role("menuitem", name="停止").click()
    page.locator("dialog[open]").get_by_role("button", name="停止训练").click()
    expect(row(page, "trained")).to_contain_text("训练终止")
    assert verbs_of(page, "trained") == sorted(["结果", "监控", "从检查点启动", "重新训练", "克隆任务", "下载日志", "删除任务"])
    row(page, "queued").hover()
    row(page, "queued").get_by_role("button", name="取消排队").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("取消 queued 的排队？")
    dialog.get_by_role("button", name="取消排队").click()
    expect(row(page, "queued")).to_contain_text("训练终止")
    assert page_pool.shown(queued)["state"] == "stopped"


def test_P14_1_others_tasks_are_looked_at_only(page_pool, visit):
    task = ended(page_pool, "mine")
    page = listed(visit, user="other")
    refused = page_pool.ask_api("DELETE", f"/api/tasks/{task}", None, "other").status
    assert refused in (403, 404, 412, 428), refused
    if row(page, "mine").count():
        assert not {"删除任务", "停止", "暂停"} & set(verbs_of(page, "mine"))


def test_P14_1_filter_sort_and_search_are_in_the_address(page_pool, visit):
    for name in ("b of three", "a of three", "c of three"):
        ended(page_pool, name)
    page = listed(visit, "?name=of+three")
    expect(page.get_by_text("共 3 个")).to_be_visible()
    page.get_by_role("button", name="模型名称").click()
    page.wait_for_url(re.compile("sort="))
    names = page.get_by_role("row").filter(has_text="of three")
    shown = [text.split()[0] for text in names.all_inner_texts()]
    assert shown in (["a", "b", "c"], ["c", "b", "a"]), shown
    page.get_by_label("按状态筛选").select_option("stopped")
    expect(page.get_by_text("没有符合条件的任务")).to_be_visible()
    page.reload()
    expect(page.get_by_label("按状态筛选")).to_have_value("stopped")
    page.get_by_role("button", name="清除条件").click()
    expect(row(page, "a of three")).to_be_visible()


def test_P14_4_many_are_chosen_compared_saved_and_deleted(page_pool, visit):
    tasks = [ended(page_pool, f"many {index}") for index in range(3)]
    page = listed(visit, "?name=many")
    page.get_by_role("checkbox").first.check()
    bar = page.get_by_role("toolbar")
    with page.expect_download() as download:
        bar.get_by_role("button", name="导出 CSV").click()
    text = download.value.path().read_text()
    assert text.count("\n") == 4 and all(f"many {index}" in text for index in range(3)), text
    bar.get_by_role("button", name="删除 3").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("删除 3 个任务？")
    expect(dialog).to_contain_text("many 0")
    dialog.get_by_role("button", name="删除任务").click()
    expect(page.get_by_text("没有符合条件的任务")).to_be_visible()
    wait_until(lambda: all(page_pool.ask_api("GET", f"/api/tasks/{task}", None, "administrator").status == 404 for task in tasks), 20, "them to be gone")


def test_P14_a_change_by_another_is_seen_at_once(page_pool, visit):
    page = listed(visit)
    task = waiting(page_pool, "appears")
    expect(row(page, "appears")).to_contain_text("等待中")
    page_pool.ask_api("POST", f"/api/tasks/{task}/control", {"action": "cancel"}, "trainer", 200)
    expect(row(page, "appears")).to_contain_text("训练终止", timeout=1500)


@pytest.mark.parametrize("width", (390, 768, 1440))
def test_P14_fits_every_width(page_pool, visit, width):
    ended(page_pool, "wide " + "x" * 40)
    page = listed(visit, width=width, language="en", theme="dark")
    page.get_by_text("wide").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
