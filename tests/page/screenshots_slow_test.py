"""Pictures of every page on a pool in which something has happened: both languages and themes at 1440 px, and a phone. Each page must
also be shown without a fault. `GOETIA_PICTURES=DIR` keeps them there, half as wide; docs/page/ has them."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from axe_kit import too_wide
from page_kit import LANGUAGES, THEMES

# Of the page `{...}`: what the pool names.
PAGES = {
    "sign-in": ("/sign-in", "form"),
    "overview": ("/", "[data-pool] [data-node]"),
    "new-task": ("/tasks/new?dataset=classification", "[data-step]"),
    "tasks": ("/tasks", "tbody tr"),
    "monitor": ("/tasks/{running}/monitor", "main h1"),
    "result": ("/tasks/{done}/result", "main h1"),
    "experiments": ("/experiments", "tbody tr[data-index]"),
    "compare": ("/compare?ids={runs}", "main h1"),
    "data-sets": ("/data-sets", "main h1"),
    "nodes": ("/nodes", "tr[data-node]"),
    "users": ("/users", "tbody tr"),
    "account": ("/account", "main h1"),
    "settings": ("/settings", "main h1"),
}
KEPT_WIDTH, QUALITY = 720, 55
PAINTED = "() => document.fonts.ready.then(() => new Promise((found) => requestAnimationFrame(() => requestAnimationFrame(found))))"


@pytest.fixture(scope="module")
def page_pool(lived_pool):
    return lived_pool


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    kept = os.environ.get("GOETIA_PICTURES")
    made = Path(kept) if kept else tmp_path_factory.mktemp("pictures")
    made.mkdir(parents=True, exist_ok=True)
    return made


def address(path, page_pool):
    runs = ",".join(page_pool.task(task)["experiment"] for task in page_pool.completed)
    return path.format(running=page_pool.running, done=page_pool.completed[0], runs=runs)


def keep(page, file):
    taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    width = min(taken.width, KEPT_WIDTH)
    taken.resize((width, taken.height * width // taken.width), Image.Resampling.LANCZOS).save(file, quality=QUALITY, method=6)
    assert 2_000 < file.stat().st_size < 40_000, file


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_shown_in_both_languages_and_themes(page_pool, visit, folder, name):
    path, shown = PAGES[name]
    user = None if name == "sign-in" else "administrator"
    looks = [(language, theme, 1440, 900) for language in LANGUAGES for theme in THEMES] + [("zh-CN", "light", 390, 844)]
    for language, theme, width, height in looks:
        page = visit(address(path, page_pool), user=user, language=language, theme=theme, width=width, height=height)
        page.locator(shown if width == 1440 or name != "nodes" else "[data-node]").first.wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate(PAINTED)
        keep(page, folder / f"{name}-{width}-{language}-{theme}.webp")
        assert too_wide(page) <= 0, (language, theme, width)
    visit.close()
    visit.contexts.clear()
