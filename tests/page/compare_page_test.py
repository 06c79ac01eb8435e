"""Runs compared (P23), on a store of finished runs."""

import csv
import json
import re

import pytest
from playwright.sync_api import expect

from goetia_kit import Goetia
from stored_runs_kit import StoredPool

RUNS = 24
SHORT, SHORT_STEPS = 1, 7  # of a single metric


@pytest.fixture(scope="module")
def page_pool(programs, tmp_path_factory):
    made = StoredPool(Goetia(programs, tmp_path_factory.mktemp("runs")), RUNS, others=[(SHORT, SHORT_STEPS, 1)])
    yield made
    made.close()


def opened(visit, ids=(), query="", **options):
    page = visit(f"/compare?{'ids=' + ','.join(ids) if ids else ''}{query}", **options)
    page.locator('main[data-page="P23"]').wait_for()
    return page


def compared(page_pool, ids):
    return page_pool.ask_api("GET", f"/api/experiments/compare?ids={','.join(ids)}&all=true", None, "administrator", 200).json


def charts(page):
    return page.get_by_role("img", name=re.compile("←"))


def legend(page, name):
    return page.locator("section").filter(has=charts(page).first).get_by_role("button", name=name, exact=True).first


def test_P23_1_runs_are_ticked_beside_the_result_and_two_are_the_least(page_pool, visit):
    page = opened(visit)
    chooser = page.locator("[data-chooser]")
    start = chooser.get_by_role("button", name="开始对比")
    expect(start).to_be_disabled()
    expect(chooser).to_contain_text("(已选 0 个)")
    chooser.get_by_role("checkbox").nth(0).check()
    expect(start).to_be_disabled()
    chooser.get_by_role("checkbox").nth(1).check()
    expect(chooser).to_contain_text("(已选 2 个)")
    expect(chooser.locator("li").first).to_contain_text(re.compile(r"run 24.*Acc: \d\d\.\d\d%.*exp_", re.S))
    start.click()
    expect(page).to_have_url(re.compile(r"\?ids=exp_\w+,exp_\w+$"))
    expect(charts(page)).to_have_count(2)
    search = chooser.get_by_role("searchbox")
    search.fill("config.training.batch_size=64")
    search.press("Enter")
    matching = page_pool.experiments("q=config.training.batch_size%3D64&limit=1")["total"]
    ticked = [one.get_attribute("value") for one in chooser.get_by_role("checkbox").all()[:2]]
    assert len(ticked) == 2
    expect(chooser.locator("li")).to_have_count(matching + sum(1 for run in page_pool.ids(2) if run not in
                                                               [one["id"] for one in page_pool.experiments("q=config.training.batch_size%3D64&limit=100&fields=name")["items"]]))


def test_P23_2_two_charts_with_legend_zoom_reset_and_pictures(page_pool, visit):
    ids = page_pool.ids(3)
    page = opened(visit, ids)
    expect(charts(page)).to_have_count(2)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/metrics?" in request.url else None)
    box = charts(page).first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 90, steps=5)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=[\d.]+&to=[\d.]+"))
    page.wait_for_function("() => performance.getEntriesByType('resource').some((one) => /from=/.test(one.name))")
    assert len([url for url in asked if "from=" in url]) == 3  # one request for each run holds both metrics
    tips = page.locator(".tip")
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 80)
    expect(tips).to_have_count(2)  # the crosshair is that of both charts
    assert tips.first.inner_text().split("\n")[0] == tips.last.inner_text().split("\n")[0]
    page.mouse.move(5, 5)
    page.get_by_role("button", name="重置", exact=True).click()
    expect(page).not_to_have_url(re.compile("from="))
    page.get_by_role("button", name="缩放", exact=True).click()
    expect(page).to_have_url(re.compile("from="))
    name = compared(page_pool, ids)["experiments"][1]["name"]
    legend(page, name).click()
    expect(legend(page, name)).to_have_attribute("aria-pressed", "false")
    expect(page).to_have_url(re.compile(f"hidden={ids[1]}"))
    page.reload()
    expect(legend(page, name)).to_have_attribute("aria-pressed", "false")
    with page.expect_download() as begun:
        page.get_by_role("button", name="导出图片", exact=True).first.click()
    assert begun.value.suggested_filename.endswith(".png") and begun.value.path().read_bytes()[:4] == b"\x89PNG"


def test_P23_3_the_best_of_each_metric_has_the_star(page_pool, visit):
    ids = page_pool.ids(4)
    page = opened(visit, ids)
    answer = compared(page_pool, ids)
    for metric in ("val/accuracy_top1", "val/loss"):
        cells = page.locator(f'[data-metrics] [data-row="{metric}"] td')
        starred = [index for index in range(4) if cells.nth(index).locator(".best").count()]
        assert [ids[index] for index in starred] == [answer["metrics"][metric]["best"]], metric
        value = answer["metrics"][metric]["runs"][ids[0]]["best"]
        shown = f"{value * 100:.2f}%" if "accuracy" in metric else None
        if shown:
            expect(cells.nth(0)).to_contain_text(shown)
    expect(page.locator('[data-metrics] [data-row="train/loss"]')).to_have_count(0)
    page.get_by_role("switch", name="全部指标").click()
    expect(page.locator('[data-metrics] [data-row="train/loss"]')).to_have_count(1)


def test_P23_4_differing_keys_are_marked_and_can_stand_alone(page_pool, visit):
    ids = page_pool.ids(3)
    page = opened(visit, ids)
    config = page.locator("[data-config]")
    answer = compared(page_pool, ids)["config"]
    differing = {key for key, values in answer.items() if len(set(map(str, (values.get(run) for run in ids)))) > 1}
    assert differing and differing != set(answer)
    expect(config).to_contain_text("← 表示该行存在差异")
    expect(config.locator("tbody tr")).to_have_count(len(answer))
    marked = config.locator("tbody tr").filter(has=page.get_by_text("←", exact=True)).locator("th").all_inner_texts()
    assert set(marked) == differing
    assert max(config.locator("tbody tr").evaluate_all("(rows) => rows.map((row) => row.offsetHeight)")) <= 64  # a key takes two lines at most
    config.get_by_role("switch", name="只看差异").click()
    expect(config.locator("tbody tr")).to_have_count(len(differing))
    page.reload()
    expect(config.locator("tbody tr")).to_have_count(len(differing))


def test_P23_5_resources_are_side_by_side(page_pool, visit):
    page = opened(visit, page_pool.ids(2))
    for row in ("seconds", "gpu_memory", "params"):
        expect(page.locator(f'[data-resources] [data-row="{row}"] td')).to_have_count(2)


def table_cells(page, part):
    return [[cell.strip().replace("\n", " ") for cell in row.locator("td").all_inner_texts()] for row in page.locator(f"{part} tbody tr").all()]


def test_P23_6_the_csv_equals_the_tables_and_the_link_opens_the_same_view(page_pool, visit):
    ids = page_pool.ids(3)
    page = opened(visit, ids, "&from=2&to=7&smooth=0.5&logy=1&diff=1")
    expect(charts(page)).to_have_count(2)
    with page.expect_download() as begun:
        page.get_by_role("button", name="导出 CSV", exact=True).first.click()
    lines = list(csv.reader(begun.value.path().read_text().splitlines()))
    assert lines[1][1:] == ids
    shown = table_cells(page, "[data-metrics]")
    assert [line[1:] for line in lines[2 : 2 + len(shown)]] == shown
    keys = {line[0]: line[1:] for line in lines if line}
    assert keys["optimizer.lr"][:3] == [f"{compared(page_pool, ids)['config']['optimizer.lr'][run]:g}" for run in ids]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="分享链接").click()
    link = page.evaluate("() => navigator.clipboard.readText()")
    other = visit(link)
    expect(charts(other)).to_have_count(2)
    assert [legend_name for legend_name in table_cells(other, "[data-metrics]")] == shown
    expect(other.get_by_role("button", name="重置", exact=True)).to_be_enabled()
    expect(other.get_by_role("slider", name="平滑")).to_have_value("0.5")
    expect(other.get_by_role("button", name="对数纵轴")).to_have_attribute("aria-pressed", "true")
    expect(other.get_by_role("switch", name="只看差异")).to_be_checked()
    page.get_by_role("link", name="关闭").click()
    page.wait_for_url("**/experiments")


@pytest.mark.parametrize("count", (2, 20))
def test_P23_7_two_and_twenty_runs(page_pool, visit, count):
    ids = page_pool.ids(count)
    page = opened(visit, ids)
    expect(charts(page)).to_have_count(2)
    expect(page.locator("[data-metrics] thead th")).to_have_count(count + 1)
    looks = page.locator("[data-metrics] thead path").evaluate_all("(paths) => paths.map((one) => one.getAttribute('stroke') + one.getAttribute('stroke-dasharray'))")
    assert len(set(looks)) == count
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_P23_7_a_shorter_run_ends_where_it_ends_and_what_it_has_not_is_a_dash(page_pool, visit):
    short, *others = page_pool.ids(3, "sort=created_at")
    asked = page_pool.ask_api("GET", f"/api/experiments/{short}/metrics?x=step&points=1000", None, "administrator", 200).json["curves"]
    assert [curve["count"] for curve in asked] == [SHORT_STEPS]
    page = opened(visit, [*others, short], "&x=step&all=1")
    expect(charts(page)).to_have_count(2)
    present = asked[0]["name"]
    for metric in ("val/accuracy_top1", "val/loss", "train/loss"):
        last = page.locator(f'[data-metrics] [data-row="{metric}"] td').nth(2)
        expect(last).to_have_text("—") if metric != present else expect(last).not_to_have_text("—")
    box = charts(page).first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 80)
    expect(page.locator(".tip")).to_have_count(2)  # beyond its end the others are still pointed at
    with page.expect_download() as begun:
        page.get_by_role("button", name="导出 CSV", exact=True).first.click()
    rows = [row for row in csv.reader(begun.value.path().read_text().splitlines()) if row and row[0].startswith(("val/", "train/"))]
    assert sum(row[3] != "—" for row in rows) == 1, json.dumps(rows, ensure_ascii=False)


def test_P23_7_twenty_one_are_too_many_and_a_run_that_is_gone_is_named(page_pool, visit):
    ids = page_pool.ids(21)
    page = opened(visit, ids)
    expect(page.locator("[data-chooser]").get_by_role("button", name="开始对比")).to_be_disabled()
    expect(page.locator("[data-chooser]")).to_contain_text("最多选 20 个")
    page.goto(f"/compare?ids={','.join(ids[:2])},exp_20200101_000000_00000000")
    expect(page.get_by_text("实验 exp_20200101_000000_00000000 不存在或无权查看")).to_be_visible()
    page.get_by_role("button", name="移除后继续").click()
    expect(charts(page)).to_have_count(2)


def test_P23_7_nothing_is_drawn_that_is_not_in_view(page_pool, visit):
    page = opened(visit, page_pool.ids(2), width=390, height=300)
    page.locator("[data-metrics]").wait_for()
    assert page.locator("canvas").count() == 0
    page.locator("section").filter(has_text="平滑").last.scroll_into_view_if_needed()
    page.mouse.wheel(0, 200)
    expect(page.locator("canvas").first).to_be_attached()


def test_P23_7_runs_of_others_are_not_told_apart_from_runs_that_are_not_there(page_pool, visit):
    ids = page_pool.ids(2)
    page = opened(visit, ids, user="trainer")
    expect(page.get_by_text(f"实验 {ids[0]}, {ids[1]} 不存在或无权查看")).to_be_visible()
    expect(charts(page)).to_have_count(0)
