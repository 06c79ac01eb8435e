"""Settings (P28)."""

import re

from playwright.sync_api import expect

from page_kit import ACCOUNTS

ADMINISTRATOR = ACCOUNTS["administrator"][0]


def opened(visit, query="", **options):
    page = visit(f"/settings{query}", **options)
    page.locator('main[data-page="P28"]').wait_for()
    return page


def settings(page_pool):
    return page_pool.ask_api("GET", "/api/settings", None, "administrator", 200).json


def test_P28_the_storage_is_shown_by_kind(page_pool, visit):
    page = opened(visit)
    answer = page_pool.ask_api("GET", "/api/storage", None, "administrator", 200).json
    kinds = page.locator("[data-storage] [data-kind]")
    expect(kinds).to_have_count(len(answer["kinds"]))
    assert {one.get_attribute("data-kind") for one in kinds.all()} == set(answer["kinds"])
    expect(page.locator("[data-storage]")).to_contain_text(f"{answer['experiments']} 个实验")
    expect(page.locator("[data-copy]")).to_contain_text("没有配置副本")


def test_P28_retention_is_set_tried_dry_and_refused_where_it_is_no_rule(page_pool, visit):
    page = opened(visit)
    form = page.locator("[data-retention]")
    days = form.get_by_label("保留天数")
    expect(days).to_have_value("0")
    days.fill("-1")
    expect(form.get_by_role("alert")).to_contain_text("不小于 0")
    expect(form.get_by_role("button", name="保存")).to_be_disabled()
    days.fill("36500")
    form.get_by_label("保留标签").fill("基线 keep")
    form.get_by_role("checkbox", name="训练失败").check()
    expect(form.get_by_role("button", name="预演")).to_be_disabled()
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_role("button", name="预演")).to_be_enabled()
    set_now = settings(page_pool)
    assert (set_now["retention_days"], set_now["retention_kept_tags"], set_now["retention_states"]) == (36500, ["基线", "keep"], ["failed"])
    form.get_by_role("button", name="预演").click()
    expect(form.get_by_role("status")).to_have_text("按现在的规则没有可删除的内容")
    page_pool.ask_api("PATCH", "/api/settings", {"retention_kept_newest": 7}, "administrator", 200)
    days.fill("36501")
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_role("alert")).to_contain_text("别处改过")
    expect(form.get_by_label("保留最新的实验数")).to_have_value("7")
    assert settings(page_pool)["retention_days"] == 36500


def test_P28_the_audit_is_listed_filtered_and_checked(page_pool, visit):
    page = opened(visit, "?tab=audit")
    table = page.locator("[data-audit]")
    expect(table.locator("tbody tr[data-index]").first).to_be_visible()
    table.locator('[name="action"]').fill("user.create")
    table.locator('[name="action"]').press("Enter")
    expect(page).to_have_url(re.compile("action=user.create"))
    total = page_pool.ask_api("GET", "/api/audit?q=action%3D%22user.create%22&limit=1", None, "administrator", 200).json["total"]
    expect(table.get_by_role("status").filter(has_text="共")).to_contain_text(f"共 {total} 个")
    page.get_by_role("button", name="校验完整性").click()
    expect(table.get_by_text("记录完整，没有被改动")).to_be_visible()


def test_P28_about_leads_to_the_description_of_the_api(page_pool, visit):
    page = opened(visit, "?tab=about", user="trainer")
    expect(page.get_by_role("tab")).to_have_count(0)  # the rest is for administrators
    about = page.locator("[data-about]")
    with page.context.expect_page() as docs:
        about.get_by_role("link", name="打开接口文档").click()
    expect(docs.value.locator("body")).to_contain_text("/api/experiments")
    for path in ("/api/settings", "/api/storage", "/api/audit"):
        assert page_pool.ask_api("GET", path, None, "trainer").status == 403
