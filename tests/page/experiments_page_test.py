"""The list of experiments (P27), on a store of finished runs."""

import csv
import io
import json
import re

import pytest
from playwright.sync_api import expect

from goetia_kit import Goetia, wait_until
from page_kit import ROOT
from stored_runs_kit import StoredPool

RUNS = 260  # more than a page of the list


@pytest.fixture(scope="module")
def page_pool(programs, tmp_path_factory):
    made = StoredPool(Goetia(programs, tmp_path_factory.mktemp("runs")), RUNS)
    yield made
    made.close()


def opened(visit, query="", **options):
    page = visit(f"/experiments{query}", **options)
    page.locator('main[data-page="P27"]').wait_for()
    return page


def rows_of(page):
    return page.locator("tbody tr[data-index]")


def foot(page, text):
    expect(page.get_by_role("status").filter(has_text=re.compile("共|in all| of "))).to_contain_text(text)


def column_of(page, title):
    titles = [head.strip() for head in page.locator("thead th").all_inner_texts()]
    at = titles.index(title)
    return [row.locator("td").nth(at).inner_text() for row in rows_of(page).all()[:10]]


def add_filter(page, kind, **fields):
    page.get_by_role("button", name="添加筛选", exact=True).click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_role("radio", name=kind).click()
    for name, value in fields.items():
        control = dialog.locator(f'[name="{name}"]')
        control.select_option(value) if control.evaluate("(one) => one.tagName") == "SELECT" else control.fill(value)
    dialog.get_by_role("button", name="添加筛选").click()
    expect(dialog).to_have_count(0)


def select(page, count):
    for index in range(count):
        rows_of(page).nth(index).get_by_role("checkbox").check()


def test_P27_1_all_runs_are_counted_and_come_page_after_page(page_pool, visit):
    page = opened(visit)
    foot(page, f"共 {RUNS} 个")
    expect(rows_of(page).first).to_contain_text(f"run {RUNS - 1}")
    rows_of(page).first.focus()
    last = rows_of(page).filter(has=page.get_by_text("run 0", exact=True))

    def to_the_end():
        page.keyboard.press("End")  # of what is loaded, which fetches more
        return last.count() == 1

    wait_until(to_the_end, 20, "the last run")
    assert page.locator("table").first.get_attribute("aria-rowcount") == str(RUNS + 1)
    assert rows_of(page).count() < 80  # only what is in sight exists


def test_P27_1_filters_of_every_kind_become_chips_and_stand_in_the_address(page_pool, visit):
    page = opened(visit)
    add_filter(page, "指标范围", name="val/accuracy_top1", **{"from": "0.9"})
    matching = page_pool.experiments("q=metrics.val/accuracy_top1.best>=0.9&limit=1")["total"]
    assert 0 < matching < RUNS
    foot(page, f"符合 {matching} 个，共 {RUNS} 个")
    assert all(float(text) >= 0.9 for text in column_of(page, "Accuracy"))
    add_filter(page, "配置项", name="training.batch_size", value="64")
    assert set(column_of(page, "batch_size")) == {"64"}
    add_filter(page, "标签", value="bench")
    add_filter(page, "状态", value="completed")
    add_filter(page, "创建日期", **{"from": "2024-12-01", "to": "2030-01-01"})
    chips = page.locator("[data-condition]")
    expect(chips).to_have_count(6)  # a range of days has two ends
    both = page_pool.experiments("q=metrics.val/accuracy_top1.best>=0.9 config.training.batch_size=64&limit=1".replace(" ", "%20"))["total"]
    foot(page, f"符合 {both} 个，共 {RUNS} 个")
    before = rows_of(page).first.inner_text()
    page.reload()
    expect(chips).to_have_count(6)
    expect(rows_of(page).first).to_contain_text(before.split()[1])
    chips.filter(has_text="batch_size").get_by_role("button").click()
    foot(page, f"符合 {matching} 个，共 {RUNS} 个")
    add_filter(page, "任务类型", value="ImageClassifier")
    expect(page.get_by_text("没有符合条件的实验")).to_be_visible()
    page.get_by_role("button", name="清除筛选").click()
    foot(page, f"共 {RUNS} 个")


def test_P27_1_a_typed_filter_is_read_as_the_api_reads_it_and_a_wrong_one_says_what_is_meant(page_pool, visit):
    page = opened(visit)
    field = page.get_by_label("筛选条件")
    field.fill("run metrics.val/loss<0.05")
    field.press("Enter")
    expect(page.locator("[data-condition]")).to_have_count(2)
    matching = page_pool.experiments("q=metrics.val/loss<0.05&limit=1")["total"]
    foot(page, f"符合 {matching} 个，共 {RUNS} 个")
    field.fill("staet=failed")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("state")
    expect(field).to_have_attribute("aria-invalid", "true")


def test_P27_1_columns_are_found_chosen_and_ordered(page_pool, visit):
    page = opened(visit)
    page.get_by_role("button", name=re.compile("^列")).click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_role("searchbox").fill("metric_3")
    dialog.get_by_role("checkbox", name="train/metric_3").check()
    dialog.get_by_role("searchbox").fill("key_10")
    dialog.get_by_role("checkbox", name="augmentation.key_10").check()
    dialog.get_by_role("button", name="移除列 model.backbone.type").click()
    dialog.get_by_role("button", name="augmentation.key_10 左移").click()
    dialog.get_by_role("button", name="应用").click()
    heads = [head.strip() for head in page.locator("thead th").all_inner_texts()]
    assert "backbone" not in heads and heads.index("key_10") == heads.index("metric_3 train") - 1, heads
    asked = page_pool.experiments("sort=-created_at&limit=10&fields=config.augmentation.key_10")["items"]
    assert column_of(page, "key_10") == [f"{run['config.augmentation.key_10']:g}" for run in asked]
    page.reload()
    expect(page.locator("thead th").filter(has_text="metric_3")).to_have_count(1)


def test_P27_1_sorting_is_the_masters_and_the_star_is_the_best_of_all(page_pool, visit):
    page = opened(visit)
    page.get_by_role("button", name="Accuracy").click()
    expect(page.locator('th[aria-sort="descending"]')).to_contain_text("Accuracy")
    best = page_pool.experiments("sort=-metrics.val/accuracy_top1.best&limit=3&fields=name,metrics.val/accuracy_top1.best")["items"]
    expect(rows_of(page).first).to_contain_text(best[0]["name"])
    expect(page.locator("td .best").first).to_contain_text(f"{best[0]['metrics.val/accuracy_top1.best']:.4f}")
    shown = [float(text) for text in column_of(page, "Accuracy")]
    assert shown == sorted(shown, reverse=True)
    page.get_by_role("button", name="Accuracy").click()
    expect(page.locator('th[aria-sort="ascending"]')).to_contain_text("Accuracy")
    assert "sort=metrics.val" in page.url


@pytest.mark.skipif("/api/experiments/histogram" not in json.loads((ROOT / "contract/openapi.json").read_text())["paths"], reason="the master has no histograms")
def test_P27_1_the_heads_show_the_spread_and_a_part_of_it_filters(page_pool, visit):
    page = opened(visit)
    spread = page.locator("thead th").filter(has_text="Accuracy").locator("[data-histogram]")
    expect(spread).to_be_visible()
    box = spread.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + 8, steps=3)
    page.mouse.up()
    expect(page.locator("[data-condition]")).to_have_count(2)
    expect(spread.locator("rect")).to_have_count(24)  # what the filter leaves out is still shown
    answer = page_pool.ask_api("GET", "/api/experiments/histogram?field=metrics.val/accuracy_top1.best&q=&bins=24", None, "administrator", 200).json
    least = answer["low"] + (answer["high"] - answer["low"]) * 0.6
    foot(page, f"，共 {RUNS} 个")  # of those that match
    assert all(float(text) >= least for text in column_of(page, "Accuracy"))


def test_P27_1_a_view_is_saved_and_comes_back(page_pool, visit):
    page = opened(visit, "?q=config.training.batch_size%3D64&sort=name")
    page.get_by_role("button", name="保存当前视图").click()
    page.locator("dialog[open]").get_by_label("视图名称").fill("批 64")
    page.locator("dialog[open]").get_by_role("button", name="保存").click()
    page.get_by_role("navigation", name="视图").get_by_role("button", name="全部").click()
    foot(page, f"共 {RUNS} 个")
    page.reload()
    page.get_by_role("button", name="批 64", exact=True).click()
    expect(page.locator("[data-condition]")).to_have_count(1)
    assert "sort=name" in page.url
    page.get_by_role("button", name="删除视图 批 64").click()
    expect(page.get_by_role("button", name="批 64", exact=True)).to_have_count(0)


def test_P27_1_the_csv_has_every_row_that_the_filter_finds(page_pool, visit):
    page = opened(visit, "?q=config.training.batch_size%3D64&columns=val%2Floss,config.optimizer.lr")
    with page.expect_download() as begun:
        page.get_by_role("link", name="导出 CSV").click()
    rows = list(csv.DictReader(io.StringIO(begun.value.path().read_text())))
    asked = page_pool.experiments("q=config.training.batch_size%3D64&limit=1000&fields=metrics.val/loss.best,config.optimizer.lr")["items"]
    assert {row["id"] for row in rows} == {run["id"] for run in asked} and len(rows) == len(asked) > 20
    one = next(run for run in asked if run["id"] == rows[0]["id"])
    assert float(rows[0]["metrics.val/loss.best"]) == pytest.approx(one["metrics.val/loss.best"])
    assert float(rows[0]["config.optimizer.lr"]) == one["config.optimizer.lr"]


def test_P27_1_several_are_compared_tagged_and_archived(page_pool, visit):
    page = opened(visit, "?sort=name")
    compare = page.get_by_role("button", name="对比")
    select(page, 1)
    expect(compare).to_be_disabled()
    select(page, 3)
    page.get_by_role("button", name="标签", exact=False).last.click()
    page.locator("dialog[open]").get_by_label("添加标签").fill("基线 night")
    page.locator("dialog[open]").get_by_role("button", name="保存").click()
    expect(rows_of(page).nth(2)).to_contain_text("基线")
    assert page_pool.experiments("q=tag%3Dnight&limit=1")["total"] == 3
    page.get_by_role("button", name="归档", exact=True).click()
    foot(page, f"共 {RUNS - 3} 个")
    page.get_by_role("navigation", name="视图").get_by_role("button", name="已归档").click()
    foot(page, f"符合 3 个，共 {RUNS - 3} 个")
    select(page, 3)
    page.get_by_role("button", name="取消归档").click()
    expect(page.get_by_text("没有符合条件的实验")).to_be_visible()
    page.get_by_role("navigation", name="视图").get_by_role("button", name="全部").click()
    foot(page, f"共 {RUNS} 个")
    select(page, 2)
    compare.click()
    page.wait_for_url("**/compare?ids=**")


def test_P27_1_deleting_names_the_runs_and_ten_and_more_are_typed(page_pool, visit):
    page = opened(visit, "?sort=-name&q=name~%22run%201%22")
    names = [rows_of(page).first.get_by_role("link").first.inner_text()]
    select(page, 1)
    page.keyboard.press("Delete")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text(f"删除 {names[0]}？")
    dialog.get_by_role("button", name="删除实验").click()
    expect(rows_of(page).filter(has=page.get_by_text(names[0], exact=True))).to_have_count(0)
    select(page, 10)
    page.keyboard.press("Delete")
    verb = dialog.get_by_role("button", name="删除实验")
    expect(verb).to_be_disabled()
    dialog.get_by_role("textbox").fill("删除 10 个")
    verb.click()
    wait_until(lambda: page_pool.experiments("limit=1")["total"] == RUNS - 11, 20, "eleven runs to be gone")


def test_P27_1_a_row_leads_to_its_result_and_back_keeps_the_place(page_pool, visit):
    page = opened(visit, "?sort=name&q=config.training.batch_size%3D32")
    link = rows_of(page).nth(1).get_by_role("link").first
    name = link.inner_text()
    link.click()
    page.wait_for_url("**/experiments/exp_*")
    page.go_back()
    expect(page.locator("[data-condition]")).to_have_count(1)
    expect(rows_of(page).nth(1)).to_contain_text(name)


def test_P27_1_two_browsers_see_the_same_change(page_pool, visit):
    one, two = opened(visit, "?sort=name"), opened(visit, "?sort=name")
    expect(rows_of(two).first).to_be_visible()
    select(one, 1)
    one.get_by_role("button", name="标签", exact=False).last.click()
    one.locator("dialog[open]").get_by_label("添加标签").fill("twice")
    one.locator("dialog[open]").get_by_role("button", name="保存").click()
    expect(rows_of(two).first).to_contain_text("twice", timeout=1500)


def test_P27_1_a_trainer_sees_only_his_own(page_pool, visit):
    page = opened(visit, user="trainer")
    expect(page.get_by_text("还没有实验")).to_be_visible()


def test_P27_everywhere_a_list_that_does_not_load_says_so_and_tries_again(page_pool, visit):
    page = visit("/users")  # the page is there, and its session
    page.locator('main[data-page="P04"]').wait_for()
    refused = []
    page.route("**/api/experiments?**", lambda route: (refused.append(route.request.url), route.abort()) if len(refused) < 8 else route.continue_())
    page.get_by_role("link", name="实验列表").click()
    alert = page.get_by_role("alert").filter(has_text="没有取到")
    expect(alert).to_be_visible()
    refused.extend(["enough"] * 8)
    alert.get_by_role("button", name="重试").click()
    expect(rows_of(page).first).to_be_visible()
    expect(alert).to_have_count(0)


def test_P27_everywhere_the_keyboard_moves_selects_opens_and_compares(page_pool, visit):
    page = opened(visit, "?sort=name")
    expect(rows_of(page).first).to_be_visible()
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator('tbody tr[aria-selected="true"]')).to_have_count(3)
    page.keyboard.press("c")
    page.wait_for_url("**/compare?ids=**")
    page.go_back()
    expect(rows_of(page).first).to_be_visible()
    page.keyboard.press("f")
    expect(page.get_by_label("筛选条件")).to_be_focused()
    page.keyboard.type("jjxx")
    expect(page.get_by_label("筛选条件")).to_have_value("jjxx")
    page.keyboard.press("Escape")
    rows_of(page).nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/experiments/exp_*")


@pytest.mark.parametrize("width", (390, 768, 1440))
@pytest.mark.parametrize("language", ("zh-CN", "en"))
def test_P27_everywhere_nothing_is_wider_than_the_window(page_pool, visit, width, language):
    page = opened(visit, "?q=tag%3Dbench%20config.training.batch_size%3D64", width=width, language=language)
    expect(rows_of(page).first).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
