"""The story of a training in the browser: made in the wizard, watched, paused, resumed, looked at, compared, fetched, run again."""

import hashlib
import re
import subprocess

import pytest
from playwright.sync_api import expect

from goetia_kit import Goetia
from training_page_kit import TrainingPool

EPOCHS = 8


@pytest.fixture(scope="module")
def page_pool(programs, tmp_path_factory):
    made = TrainingPool(Goetia(programs, tmp_path_factory.mktemp("story")))
    made.older = made.train("older", epochs=2)
    made.is_in(made.older, "completed")
    yield made
    made.close()


def go_on(page, step):
    page.locator("[data-next]").click()
    page.locator(f"[data-step='{step}']").wait_for()


def made_in_the_wizard(page):
    page.locator("[data-step]").wait_for()
    page.locator("[data-name]").fill("story")
    for step in ("model", "data", "training"):
        go_on(page, step)
    epochs = page.locator("label").filter(has=page.locator("xpath=following-sibling::code[@data-key='training.epochs']")).first
    page.locator(f"[id='{epochs.get_attribute('for')}']").fill(str(EPOCHS))
    go_on(page, "nodes")
    page.locator("[data-starts]").wait_for()
    page.locator("[data-submit]").click()
    page.wait_for_url(re.compile(r"/tasks/\d+/monitor"))
    return re.search(r"/tasks/(\d+)/", page.url)[1]


def downloaded(page, name, folder):
    with page.expect_download() as download:
        page.get_by_role("link", name=f"下载 {name}", exact=True).click()
    file = folder / name
    download.value.save_as(file)
    return file


def test_from_the_wizard_to_the_same_training_again(page_pool, visit, tmp_path):
    page = visit("/tasks/new?dataset=shapes", user="trainer")
    task = made_in_the_wizard(page)

    state = page.locator("h1 + .state")
    expect(state).to_have_text("训练中", timeout=120_000)
    expect(page.get_by_role("img", name=re.compile("^Loss"))).to_have_attribute("aria-label", re.compile("Train"), timeout=120_000)
    expect(page.get_by_role("log")).to_contain_text(f"Epoch 1/{EPOCHS}")
    page.get_by_role("button", name="暂停").click()
    expect(state).to_have_text("已暂停", timeout=60_000)
    page.get_by_role("button", name="继续").click()
    expect(state).to_have_text("训练中", timeout=60_000)
    expect(state).to_have_text("已完成", timeout=300_000)
    expect(page.locator("[data-share]")).to_have_text("100%")

    page.get_by_role("link", name="详情").click()
    page.wait_for_url(f"**/tasks/{task}/result")
    experiment = page_pool.shown(task)["experiment"]
    best = page_pool.best_checkpoint(experiment)
    expect(page.locator("[data-figures]")).to_contain_text(f"{best['metrics']['val/accuracy_top1']:.4f}")

    page.goto("/tasks")
    for name in ("older", "story"):
        page.get_by_role("row").filter(has=page.get_by_text(name, exact=True)).get_by_role("checkbox").check()
    page.get_by_role("toolbar").get_by_role("button", name=re.compile("对比")).click()
    page.wait_for_url(re.compile("/compare"))
    expect(page.locator("main")).to_contain_text("older")
    expect(page.locator("main")).to_contain_text("story")

    page.goto(f"/tasks/{task}/result")
    first = page.locator("[data-artefacts] li").first
    name = re.search(r"best_\S+?\.pth", first.inner_text())[0]
    assert hashlib.sha256(downloaded(page, name, tmp_path).read_bytes()).hexdigest() == best["sha256"]
    for file in ("reproduce.sh", "config.yaml"):
        downloaded(page, file, tmp_path)
    run_again(page_pool, tmp_path)


def run_again(page_pool, folder):
    """What was downloaded trains, as it says itself."""
    goetia = page_pool.goetia
    before = set(goetia.experiments.glob("exp_*"))
    done = subprocess.run(["bash", folder / "reproduce.sh", "train", "training.epochs=1"], cwd=folder, text=True, capture_output=True, timeout=300,
                          check=False, env={**goetia.environment, "GOETIA": str(goetia.programs / "goetia")})
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    made = set(goetia.experiments.glob("exp_*")) - before
    assert len(made) == 1 and (made.pop() / "checkpoints/last.pth").exists(), done.stdout
