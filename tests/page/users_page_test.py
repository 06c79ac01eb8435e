"""Users (P04) and one's own account (P02.3)."""

import re

import pytest
from playwright.sync_api import expect

from goetia_kit import wait_until
from page_kit import ACCOUNTS, PASSWORD

ADMINISTRATOR, TRAINER, OTHER = (ACCOUNTS[name][0] for name in ("administrator", "trainer", "other"))


def opened(visit, path="/users", page_id="P04", **options):
    page = visit(path, **options)
    page.locator(f'main[data-page="{page_id}"]').wait_for()
    return page


def row_of(page, name):
    return page.locator("tbody tr[data-index]").filter(has=page.get_by_text(name, exact=True))


def dialog_of(page):
    return page.locator("dialog[open]")


def submit(page, verb):
    dialog_of(page).get_by_role("button", name=verb, exact=True).click()


def make_user(page_pool, name, **fields):
    return page_pool.ask_api("POST", "/api/users", {"name": name, "password": PASSWORD, "role": "trainer", **fields}, "administrator", 201).json


def user_named(page_pool, name):
    items = page_pool.ask_api("GET", "/api/users?limit=1000", None, "administrator").json["items"]
    return next((user for user in items if user["name"] == name), None)


def sign_in(page_pool, name, password):
    return page_pool.get("/api/session", "POST", {"name": name, "password": password}).status


def test_P04_1_every_user_is_listed_and_a_new_one_stands_in_the_first_row(page_pool, visit):
    page = opened(visit)
    expect(page.locator("thead th")).to_contain_text(["用户名", "角色", "邮箱", "备注"])
    for name, role in ((ADMINISTRATOR, "超级管理员"), (TRAINER, "模型训练员"), (OTHER, "模型训练员")):
        expect(row_of(page, name)).to_contain_text(role)
        expect(row_of(page, name).get_by_role("button", name="重置密码")).to_have_count(1)
        expect(row_of(page, name).get_by_role("button", name="删除")).to_have_count(1)
    page.get_by_role("button", name="新建").click()
    dialog = dialog_of(page)
    dialog.get_by_label("用户名").fill("林志远_01")
    dialog.get_by_label("密码").fill("Abc123")
    dialog.get_by_label("用户角色").select_option("trainer")
    dialog.get_by_label("邮箱").fill("lin@lab.cn")
    dialog.get_by_label("备注").fill("<b>夜班</b>")
    submit(page, "完成")
    expect(dialog).to_have_count(0)
    first = page.locator('tbody tr[data-index="0"]')
    expect(first).to_contain_text("林志远_01")
    expect(first).to_contain_text("lin@lab.cn")
    expect(first).to_contain_text("<b>夜班</b>")  # what is typed stays text
    page.reload()
    expect(page.locator('tbody tr[data-index="0"]')).to_contain_text("林志远_01")
    assert sign_in(page_pool, "林志远_01", "Abc123") == 201


RULES = [
    ("name", "abcd", "字符长度不能小于5"),
    ("name", "ab cd-e", "用户名只能使用数字,中英文字母或下划线"),
    ("password", "Ab1", "字符长度不能小于6"),
    ("password", "abcdef", "密码至少包括大小写字母、数字中的两种"),
    ("email", "nobody", "邮箱地址格式不正确"),
]


@pytest.mark.parametrize("field, value, message", RULES)
def test_P04_2_and_3_each_rule_has_its_message_and_blocks_the_form_and_the_master_says_the_same(page_pool, visit, field, value, message):
    good = {"name": "rules_user", "password": "Abc123", "role": "trainer", "email": ""}
    page = opened(visit)
    page.get_by_role("button", name="新建").click()
    dialog = dialog_of(page)
    for name, text in {**good, field: value}.items():
        control = dialog.locator(f'[name="{name}"]')
        control.select_option(text) if name == "role" else control.fill(text)
    asked = []
    page.on("request", lambda request: asked.append(request) if request.method == "POST" and request.url.endswith("/api/users") else None)
    submit(page, "完成")
    expect(dialog.get_by_role("alert")).to_have_text(message)
    expect(dialog.locator(f'[name="{field}"]')).to_have_attribute("aria-invalid", "true")
    assert asked == []
    answer = page_pool.get("/api/users", "POST", {**good, field: value}, Authorization=f"Bearer {page_pool.tokens['administrator']}", Accept_Language="zh-CN")
    assert answer.status == 422 and message in [fault["message"] for fault in answer.json["faults"] if fault["path"] == field], answer.body
    assert user_named(page_pool, value if field == "name" else "rules_user") is None


def test_P04_3_a_role_has_to_be_chosen_and_a_name_that_is_taken_is_said_at_its_field(page_pool, visit):
    page = opened(visit)
    page.get_by_role("button", name="新建").click()
    dialog = dialog_of(page)
    dialog.locator('[name="name"]').fill(TRAINER.upper())
    dialog.locator('[name="password"]').fill("Abc123")
    submit(page, "完成")
    expect(dialog.get_by_role("alert")).to_have_text("必须选择用户角色")
    dialog.locator('[name="role"]').select_option("trainer")
    submit(page, "完成")
    expect(dialog.get_by_role("alert")).to_contain_text("已存在")
    expect(dialog.locator('[name="name"]')).to_have_attribute("aria-invalid", "true")


def test_P04_4_deleting_asks_and_names_the_user_and_nobody_deletes_himself(page_pool, visit):
    gone = make_user(page_pool, "gone_soon")
    page = opened(visit)
    own = row_of(page, ADMINISTRATOR).get_by_role("button", name="删除")
    expect(own).to_be_disabled()
    expect(own).to_have_attribute("title", "不能删除本用户")
    me = user_named(page_pool, ADMINISTRATOR)
    assert page_pool.ask_api("DELETE", f"/api/users/{me['id']}", None, "administrator").status == 409
    row_of(page, "gone_soon").get_by_role("button", name="删除").click()
    expect(dialog_of(page)).to_contain_text("删除 gone_soon？")
    expect(dialog_of(page).get_by_role("button", name="取消")).to_be_focused()
    page.keyboard.press("Escape")
    assert user_named(page_pool, "gone_soon")["id"] == gone["id"]
    row_of(page, "gone_soon").get_by_role("button", name="删除").click()
    submit(page, "删除用户")
    expect(row_of(page, "gone_soon")).to_have_count(0)
    assert user_named(page_pool, "gone_soon") is None


def test_P04_5_and_7_the_mail_cell_opens_the_form_that_changes_mail_role_and_note(page_pool, visit):
    make_user(page_pool, "to_change", email="old@lab.cn")
    page = opened(visit)
    cell = row_of(page, "to_change").get_by_role("button", name="编辑 to_change 的邮箱")
    assert cell.evaluate("(element) => getComputedStyle(element).cursor") == "pointer"
    cell.click()
    dialog = dialog_of(page)
    expect(dialog.get_by_label("邮箱")).to_have_value("old@lab.cn")
    dialog.get_by_label("邮箱").fill("new@lab.cn")
    dialog.get_by_label("用户角色").select_option("super_admin")
    dialog.get_by_label("备注").fill("组长")
    submit(page, "保存")
    expect(dialog).to_have_count(0)
    expect(row_of(page, "to_change")).to_contain_text("超级管理员")
    changed = user_named(page_pool, "to_change")
    assert (changed["email"], changed["role"], changed["note"]) == ("new@lab.cn", "super_admin", "组长")


def test_P04_7_a_change_made_elsewhere_is_not_overwritten(page_pool, visit):
    user = make_user(page_pool, "two_writers", email="a@lab.cn")
    page = opened(visit)
    row_of(page, "two_writers").get_by_role("button", name="编辑").click()
    page_pool.ask_api("PATCH", f"/api/users/{user['id']}", {"note": "elsewhere"}, "administrator", 200)
    dialog = dialog_of(page)
    dialog.get_by_label("邮箱").fill("b@lab.cn")
    submit(page, "保存")
    expect(dialog.get_by_role("alert")).to_contain_text("别处改过")
    assert user_named(page_pool, "two_writers")["email"] == "a@lab.cn"
    submit(page, "保存")
    expect(dialog).to_have_count(0)
    assert user_named(page_pool, "two_writers")["email"] == "b@lab.cn"


def test_P04_6_a_reset_password_ends_the_sessions_of_its_user(page_pool, visit):
    user = make_user(page_pool, "to_reset")
    theirs = page_pool.get("/api/session", "POST", {"name": "to_reset", "password": PASSWORD})
    cookie = theirs.headers["Set-Cookie"].split(";")[0]
    page = opened(visit)
    row_of(page, "to_reset").get_by_role("button", name="重置密码").click()
    dialog = dialog_of(page)
    dialog.get_by_label("新密码", exact=True).fill("New456")
    dialog.get_by_label("再输一次新密码").fill("New457")
    submit(page, "重置密码")
    expect(dialog.get_by_role("alert")).to_have_text("两次密码不一样")
    dialog.get_by_label("再输一次新密码").fill("New456")
    submit(page, "重置密码")
    expect(dialog).to_have_count(0)
    assert page_pool.get("/api/session", Cookie=cookie).status == 401
    assert (sign_in(page_pool, user["name"], PASSWORD), sign_in(page_pool, user["name"], "New456")) == (401, 201)


def test_P04_0_for_a_trainer_the_users_are_no_menu_entry_and_a_403_page(page_pool, visit):
    page = visit("/users", user="trainer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("403")
    expect(page.get_by_role("navigation").get_by_role("link", name="用户管理")).to_have_count(0)
    assert page_pool.ask_api("GET", "/api/users", None, "trainer").status == 403


def test_P04_1_what_is_searched_is_in_the_address_and_survives_a_reload(page_pool, visit):
    page = opened(visit)
    page.get_by_role("searchbox").fill("trainer")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?name=trainer"))
    expect(row_of(page, ADMINISTRATOR)).to_have_count(0)
    page.reload()
    expect(row_of(page, TRAINER)).to_have_count(1)
    expect(row_of(page, ADMINISTRATOR)).to_have_count(0)


def account_of(page_pool, visit, name):
    """A page of an account of its own: these tests end its sessions."""
    page = visit("/account", user=None)
    answer = page.context.request.post("/api/session", data={"name": name, "password": PASSWORD})
    assert answer.ok
    page.goto("/account")
    page.locator('main[data-page="P02"]').wait_for()
    return page


def test_P02_3_a_new_password_signs_out_and_the_old_one_is_refused(page_pool, visit):
    make_user(page_pool, "own_password")
    page = account_of(page_pool, visit, "own_password")
    form = page.locator("form").filter(has=page.get_by_label("当前密码"))
    form.get_by_label("当前密码").fill("Wrong123")
    form.get_by_label("新密码", exact=True).fill("Next789")
    form.get_by_label("再输一次新密码").fill("Next789")
    form.get_by_role("button", name="修改密码").click()
    expect(form.get_by_role("alert")).to_have_text("当前密码不正确")
    form.get_by_label("当前密码").fill(PASSWORD)
    form.get_by_role("button", name="修改密码").click()
    page.wait_for_url("**/sign-in**")
    assert (sign_in(page_pool, "own_password", PASSWORD), sign_in(page_pool, "own_password", "Next789")) == (401, 201)


def test_P02_3_the_own_mail_is_changed(page_pool, visit):
    make_user(page_pool, "own_mail")
    page = account_of(page_pool, visit, "own_mail")
    page.get_by_label("邮箱").fill("nobody")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_have_text("邮箱地址格式不正确")
    page.get_by_label("邮箱").fill("me@lab.cn")
    page.get_by_role("button", name="保存").click()
    wait_until(lambda: user_named(page_pool, "own_mail")["email"] == "me@lab.cn", 10, "the e-mail to be saved")


def test_P02_3_a_session_elsewhere_is_seen_and_ended(page_pool, visit):
    make_user(page_pool, "two_places")
    page = account_of(page_pool, visit, "two_places")
    elsewhere = page_pool.get("/api/session", "POST", {"name": "two_places", "password": PASSWORD}).headers["Set-Cookie"].split(";")[0]
    page.reload()
    sessions = page.locator("[data-sessions] li")
    expect(sessions).to_have_count(2)
    sessions.filter(has_not_text="本次登录").get_by_role("button", name="结束").click()
    submit(page, "结束登录")
    expect(sessions).to_have_count(1)
    expect(sessions).to_contain_text("本次登录")
    assert page_pool.get("/api/session", Cookie=elsewhere).status == 401


def test_P02_3_a_token_is_shown_once_may_what_was_chosen_and_is_revoked(page_pool, visit):
    make_user(page_pool, "own_token")
    page = account_of(page_pool, visit, "own_token")
    tokens = page.locator("[data-tokens]")
    tokens.get_by_role("button", name="生成令牌").click()
    dialog = dialog_of(page)
    dialog.get_by_label("用途").fill("夜间脚本")
    dialog.get_by_role("radio", name="只有选中的权限").click()
    submit(page, "生成令牌")
    expect(dialog.get_by_role("alert")).to_have_text("至少选择一项权限")
    dialog.get_by_role("checkbox", name="查看任务和日志").check()
    submit(page, "生成令牌")
    secret = dialog.locator("[data-secret]").inner_text()
    asks = {"Authorization": f"Bearer {secret}"}
    assert page_pool.get("/api/tasks", **asks).status == 200 and page_pool.get("/api/experiments", **asks).status == 403
    dialog.get_by_text("关闭", exact=True).click()
    expect(tokens.locator("li")).to_contain_text("夜间脚本")
    assert secret not in page.content()
    tokens.get_by_role("button", name="撤销 夜间脚本").click()
    submit(page, "撤销令牌")
    expect(tokens.locator("li")).to_have_count(0)
    assert page_pool.get("/api/tasks", **asks).status == 401
