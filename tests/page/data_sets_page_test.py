"""The data sets page (P10 in the form of registered sets) against a real master."""

import json
import re

import pytest
from playwright.sync_api import expect

from goetia_kit import Goetia, wait_until
from sets_page_kit import SetsPool


@pytest.fixture(scope="module")
def page_pool(programs, tmp_path_factory):
    made = SetsPool(Goetia(programs, tmp_path_factory.mktemp("sets")))
    yield made
    made.close()


def opened(visit, query="", **options):
    page = visit(f"/data-sets{query}", **options)
    page.locator('main[data-page="P10"]').wait_for()
    page.locator("[data-row]").first.wait_for()
    return page


def register(page, **fields):
    page.locator("[data-add]").click()
    form = page.locator("[data-register]")
    for name, value in fields.items():
        control = form.locator(f"[name={name}]")
        control.select_option(value) if control.evaluate("(one) => one.tagName") == "SELECT" else control.fill(value)
    form.get_by_role("button", name="完成").click()
    return form


def test_P10_1_everybody_sees_every_set(page_pool, visit):
    page = opened(visit, user="trainer")
    row = page.locator("[data-row=detection]")
    expect(row).to_contain_text(["目标检测"])
    expect(row).to_contain_text("COCO")
    expect(row).to_contain_text("40")
    expect(row).to_contain_text("admin_1")
    expect(row.get_by_role("button", name=re.compile("删除"))).to_have_count(0)  # another's
    page.get_by_label("按名称筛选").fill("det")
    expect(page.locator("[data-row]")).to_have_count(1)
    assert "name=det" in page.url


def test_P10_3_5_a_folder_is_registered_and_a_wrong_one_said_at_its_field(page_pool, visit):
    folder = page_pool.make("classification", "more")
    page = opened(visit, user="trainer")
    form = register(page, name="more", path=str(page_pool.sets / "nowhere"))
    expect(form).to_contain_text("校验数据集路径失败：路径有误")
    form.locator("[name=name]").fill("no name")
    form.locator("[name=path]").fill(str(folder))
    form.get_by_role("button", name="完成").click()
    expect(form.locator("[name=name]")).to_have_attribute("aria-invalid", "true")
    form.locator("[name=name]").fill("more")
    form.get_by_role("button", name="完成").click()
    expect(page.locator("[data-row=more]")).to_contain_text("40")
    expect(page.locator("[data-detail]")).to_contain_text(str(folder))


def test_P10_a_set_of_a_node_says_that_nobody_looked(page_pool, visit):
    page = opened(visit)
    node = page_pool.ask_api("GET", "/api/nodes", None, "administrator").json["items"][0]["id"]
    register(page, name="far", path="/data/far", node=node, format="COCO")
    expect(page.locator("[data-row=far]")).to_contain_text("—")
    expect(page.locator("[data-checks]")).to_contain_text("主控不能校验")
    expect(page.locator("[data-samples]")).to_have_count(0)


def test_P10_8_validation_and_certificate(page_pool, visit):
    folder = page_pool.make("detection", "damaged")
    victim = sorted((folder / "images/train").iterdir())[0]
    victim.unlink()
    page_pool.ask_api("POST", "/api/datasets", {"name": "damaged", "path": str(folder)}, "administrator", 201)
    page = opened(visit, "?set=detection")
    page.locator("[data-check=validate]").get_by_role("button", name="校验格式").click()
    expect(page.locator("[data-verdict]")).to_contain_text("没有错误")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 validation_report.json").click()
    assert download.value.suggested_filename == "validation_report.json"
    assert json.loads(download.value.path().read_text())["result"]["ok"] is True
    page.locator("[data-check=certificate]").get_by_role("button", name="生成证书").click()
    expect(page.locator("[data-fingerprint]")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    wait_until(lambda: page_pool.set_named("detection")["fingerprint"], 30, "the fingerprint")
    page.locator("[data-row=damaged]").get_by_role("button", name="damaged", exact=True).click()
    page.locator("[data-check=validate]").get_by_role("button", name="校验格式").click()
    expect(page.locator("[data-verdict]")).to_contain_text("处错误")
    expect(page.locator("[data-checks]")).to_contain_text(victim.name)


def test_P10_samples_are_shown_with_their_labels(page_pool, visit):
    page = opened(visit, "?set=detection")
    samples = page.locator("[data-samples] [data-sample]")
    expect(samples).to_have_count(24)
    page.wait_for_function("() => [...document.querySelectorAll('[data-samples] img')].slice(0, 6).every((one) => one.complete && one.naturalWidth > 0)")
    expect(samples.first).to_contain_text("个标注")
    page.get_by_role("button", name=re.compile("再看")).click()
    expect(samples).to_have_count(31)
    page.locator("[data-samples]").get_by_role("radio", name="val").click()
    expect(samples).to_have_count(9)
    assert "split=val" in page.url
    page.locator("[data-samples]").get_by_label("类别").select_option("circle")
    assert "class=circle" in page.url
    samples.first.click()
    page.wait_for_function("() => document.querySelector('dialog[open] img')?.naturalWidth > 0")


def test_P10_7_forgetting_names_the_set_and_keeps_its_files(page_pool, visit):
    folder = page_pool.make("classification", "gone")
    page_pool.ask_api("POST", "/api/datasets", {"name": "gone", "path": str(folder)}, "trainer", 201)
    page = opened(visit, "?set=gone", user="trainer")
    page.get_by_role("button", name="删除 gone").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("删除数据集 gone？")
    dialog.get_by_role("button", name="取消").click()
    assert page_pool.set_named("gone")
    page.get_by_role("button", name="删除 gone").click()
    dialog.get_by_role("button", name="删除", exact=True).click()
    expect(page.locator("[data-row=gone]")).to_have_count(0)
    assert page_pool.set_named("gone") is None and (folder / "dataset.yaml").exists()


def test_P10_a_set_leads_to_the_wizard(page_pool, visit):
    page = opened(visit, "?set=segmentation")
    page.get_by_role("link", name="用它创建任务").click()
    expect(page.locator("[data-task=segmentation]")).to_have_attribute("aria-checked", "true")


@pytest.mark.parametrize("width", (390, 768, 1440))
def test_P10_fits_every_width(page_pool, visit, width):
    page = opened(visit, "?set=classification", width=width, language="en", theme="dark")
    page.locator("[data-samples]").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
