"""The result (P16) of a run that ended at a real node, and of one that was made of it."""

import hashlib
import re

import pytest
from playwright.sync_api import expect

from goetia_kit import Goetia
from training_page_kit import TrainingPool

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page_pool(programs, tmp_path_factory):
    made = TrainingPool(Goetia(programs, tmp_path_factory.mktemp("result")))
    made.ended = made.train("the first", epochs=4)
    made.is_in(made.ended, "completed")
    made.child = made.train("its clone", epochs=2, from_task=made.ended)
    made.is_in(made.child, "completed")
    yield made
    made.close()


def result(page_pool, visit, tab="", task=None, **options):
    page = visit(f"/tasks/{task or page_pool.ended}/result{f'?tab={tab}' if tab else ''}", user="trainer", **options)
    page.get_by_role("tablist").wait_for()
    return page


def row(page, name):
    return page.locator("[data-artefacts] li").filter(has_text=name)


def downloaded(page, name):
    with page.expect_download() as download:
        row(page, name).get_by_role("link", name=f"下载 {name}").click()
    return download.value.path().read_bytes()


def test_P16_1_2_4_state_time_and_the_figures_of_the_best_checkpoint(page_pool, visit):
    page = result(page_pool, visit)
    shown = page_pool.shown(page_pool.ended)
    expect(page.locator("h1 + .state")).to_have_text("已完成")
    expect(page.get_by_text(re.compile(r"^耗时 \d+"))).to_be_visible()
    expect(page.get_by_text(shown["experiment"])).to_be_visible()
    best = page_pool.best_checkpoint(shown["experiment"])
    figures = page.locator("[data-figures]")
    expect(figures).to_contain_text(f"Accuracy{best['metrics']['val/accuracy_top1']:.4f}")
    expect(figures).to_contain_text(f"Epoch {best['epoch']} 最佳")
    expect(figures).to_contain_text(re.compile(r"模型大小[\d.]+ [KM]B"))


def test_P16_3_7_files_are_those_of_the_master_byte_for_byte(page_pool, visit):
    page = result(page_pool, visit)
    experiment = page_pool.shown(page_pool.ended)["experiment"]
    best = page_pool.best_checkpoint(experiment)
    same = [one["name"] for one in page_pool.artefacts(experiment) if one["sha256"] == best["sha256"]]
    name = best["path"].split("/")[-1] if best["path"].split("/")[-1] in same else "best_model.pth"
    assert name in same, (best, same)
    first = page.locator("[data-artefacts] li").first
    expect(first).to_contain_text(name)
    expect(first.get_by_role("img", name="最佳")).to_be_visible()
    expect(first.get_by_title(best["sha256"])).to_be_visible()
    assert hashlib.sha256(downloaded(page, name)).hexdigest() == best["sha256"]
    history = page_pool.ask_api("GET", f"/api/experiments/{experiment}/history.csv", None, "administrator").body
    assert downloaded(page, "metrics_history.csv") == history and history.count(b"\n") >= 5
    folder = page_pool.data / "experiments" / experiment
    assert downloaded(page, "reproduce.sh") == (folder / "reproduce.sh").read_bytes()
    row(page, "config.yaml").get_by_role("button", name="查看 config.yaml").click()
    expect(page.locator("dialog[open] pre")).to_contain_text("MobileNetV3")
    page.keyboard.press("Escape")
    picture = page.locator("[data-artefacts] img").last
    picture.scroll_into_view_if_needed()
    page.wait_for_function("() => [...document.querySelectorAll('[data-artefacts] img')].every((one) => one.complete && one.naturalWidth > 0)")
    page.get_by_role("button", name=re.compile(r"另有 \d+ 个检查点")).click()
    expect(row(page, "checkpoint_epoch_4.pth")).to_be_visible()


def test_P16_5_what_can_be_done_next_leads_there(page_pool, visit):
    page = result(page_pool, visit)
    experiment = page_pool.shown(page_pool.ended)["experiment"]
    child = page_pool.shown(page_pool.child)["experiment"]
    expect(page.get_by_role("link", name="重新训练")).to_have_attribute("href", f"/tasks/new?from={page_pool.ended}")
    expect(page.get_by_role("link", name="基于此微调")).to_have_attribute("href", f"/tasks/new?finetune={experiment}")
    expect(page.get_by_role("link", name="监控", exact=True)).to_have_attribute("href", f"/tasks/{page_pool.ended}/monitor")
    page.get_by_role("link", name="对比实验").click()
    page.wait_for_url(re.compile(f"/compare.*{experiment}.*{child}"))
    page.go_back()
    page.get_by_role("link", name="重新训练").click()
    expect(page.get_by_text("克隆自任务 the first")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="删除任务").click()
    expect(page.locator("dialog[open]")).to_contain_text("删除 the first？")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_P16_6_environment_configuration_and_lineage(page_pool, visit):
    page = result(page_pool, visit)
    expect(page.get_by_text("随机种子").locator("xpath=following-sibling::dd")).to_have_text("7")
    page.get_by_role("button", name=re.compile(r"全部 \d+ 项")).click()
    page.wait_for_url(re.compile("tab=environment"))
    expect(page.get_by_text("libraries.libtorch").locator("xpath=following-sibling::dd")).to_have_text(re.compile(r"^\d+\.\d+"))
    page.get_by_role("tab", name="配置").click()
    expect(page.get_by_text("optimizer.momentum").locator("xpath=following-sibling::dd")).to_have_text("0.9")
    page.reload()
    expect(page.get_by_role("tab", name="配置")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name=re.compile("血缘")).click()
    expect(page.locator("[data-lineage] li")).to_have_text([re.compile("the first.*本次训练"), re.compile("its clone.*克隆")])
    page.locator("[data-lineage]").get_by_role("link", name="its clone").click()
    page.wait_for_url(re.compile("/experiments/exp_"))
    expect(page.get_by_role("heading", level=1)).to_have_text("its clone")
    expect(page.locator("[data-figures]")).to_contain_text("较 the first")


def test_P16_curves_and_log_have_tabs_of_their_own(page_pool, visit):
    page = result(page_pool, visit, "curves")
    expect(page.get_by_role("img", name=re.compile("^Loss"))).to_have_attribute("aria-label", re.compile("Train"))
    page.get_by_role("tab", name="日志").click()
    expect(page.get_by_role("log")).to_contain_text("Epoch 4/4 took")
    expect(page.get_by_role("log")).to_contain_text("completed")


@pytest.mark.parametrize("width", (390, 768, 1440))
@pytest.mark.parametrize("language,theme", (("zh-CN", "light"), ("en", "dark")))
def test_P16_fits_every_width(page_pool, visit, width, language, theme):
    page = result(page_pool, visit, width=width, language=language, theme=theme)
    page.locator("[data-artefacts] li").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
