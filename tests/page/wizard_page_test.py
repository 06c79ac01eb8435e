"""The five-step wizard (P12) against a real master."""

import re

import pytest
from playwright.sync_api import expect

from goetia_kit import Goetia
from sets_page_kit import KINDS, SetsPool

TASKS = {"classification": ("图像分类", "LinearClsHead"), "multilabel": ("多标签分类", "LinearMultilabelHead"), "detection": ("目标检测", "YoloHead"),
         "instance": ("实例分割", "YoloSegHead"), "segmentation": ("语义分割", "DeepLabV3Head"), "regression": ("回归", "LinearRegHead")}


@pytest.fixture(scope="module")
def page_pool(programs, tmp_path_factory):
    made = SetsPool(Goetia(programs, tmp_path_factory.mktemp("wizard")))
    yield made
    made.close()


def opened(visit, query="", **options):
    page = visit(f"/tasks/new{query}", **options)
    page.locator("[data-step]").wait_for()
    return page


def begun(visit, name, dataset="classification", **options):
    """At step 3, with a registered set."""
    page = opened(visit, f"?dataset={dataset}", **options)
    page.locator("[data-name]").fill(name)
    go_on(page, "model")
    go_on(page, "data")
    expect(page.locator("[data-source='0'] input").first).to_have_value(re.compile(f"/{dataset}$"))
    return page


def go_on(page, step):
    page.locator("[data-next]").click()
    page.locator(f"[data-step='{step}']").wait_for()


def keyed(page, path):
    """The control of a parameter, by its key beside the label."""
    label = page.locator("label").filter(has=page.locator(f"xpath=following-sibling::code[@data-key='{path}']")).first
    return page.locator(f"[id='{label.get_attribute('for')}']")


def yaml_of(page):
    page.get_by_role("radio", name="YAML").click()
    area = page.locator("[data-yaml] textarea")
    expect(area).to_have_value(re.compile("experiment:"))
    return area


def to_nodes(page):
    go_on(page, "training")
    go_on(page, "nodes")
    page.locator("[data-starts]").wait_for()


@pytest.mark.parametrize("task", TASKS)
def test_P12_S1_every_task_has_its_template_and_a_head_that_matches(page_pool, visit, task):
    page = opened(visit)
    words, head = TASKS[task]
    page.locator(f"[data-task={task}]").click()
    expect(page.locator(f"[data-task={task}]")).to_have_attribute("aria-checked", "true")
    expect(page.locator(f"[data-task={task}]")).to_contain_text(words)
    expect(page.get_by_label("模板")).to_have_value(re.compile(f"^{task}/"))
    expect(page.locator("[data-next]")).to_be_disabled()
    page.locator("[data-name]").fill("任务 <b>一</b>")
    go_on(page, "model")
    select = page.locator("[data-component='model.head'] select")
    expect(select).to_have_value(head)
    expect(select).to_be_disabled()
    expect(page.locator("[data-component='model.neck']")).to_have_count(1 if task in ("detection", "instance", "segmentation") else 0)


def test_P12_S1_name_description_tags_and_seed_are_in_the_configuration(page_pool, visit):
    page = opened(visit)
    page.locator("[data-name]").fill("first")
    keyed(page, "experiment.description").fill("about it")
    keyed(page, "experiment.tags").fill("a, b")
    keyed(page, "experiment.seed").fill("7")
    text = yaml_of(page).input_value()
    assert "name: first" in text and "description: about it" in text and "tags: [a, b]" in text and "seed: 7" in text, text


def test_P12_S2_models_backbones_and_weights(page_pool, visit):
    page = opened(visit)
    page.locator("[data-name]").fill("models")
    go_on(page, "model")
    expect(page.locator("[data-model=resnet18]")).to_have_attribute("aria-checked", "true")  # the template's
    page.locator("[data-model=resnet50]").click()
    expect(page.locator("[data-model=resnet50]")).to_have_attribute("aria-checked", "true")
    expect(page.locator("[data-model=yolov8n]")).to_have_count(0)
    expect(keyed(page, "model.backbone.depth")).to_have_value("50")
    page.get_by_role("radio", name="ImageNet").click()
    expect(page.locator("[data-weights]")).to_contain_text("ResNet50_Weights.IMAGENET1K_V2")
    page.get_by_role("radio", name="自定义").click()
    expect(page.locator("[data-next]")).to_be_disabled()
    expect(keyed(page, "model.pretrained.source").locator("option")).to_have_text(["torchvision", "timm", "url", "local"])
    keyed(page, "model.pretrained.path").fill("/data/w.pth")
    expect(page.locator("[data-next]")).to_be_enabled()
    page.locator("[data-component='model.backbone'] select").first.select_option("MobileNetV3")
    expect(page.locator("[data-component='model.backbone']")).to_contain_text("MobileNetV3")


def test_P12_S3_folders_are_checked_as_they_are_typed(page_pool, visit):
    page = begun(visit, "paths")
    expect(page.locator("[data-source='0']")).to_contain_text("3 类")
    page.locator("[data-add-path]").click()
    second = page.locator("[data-source='1']")
    expect(page.locator("[data-next]")).to_be_disabled()
    second.locator("input").first.fill(str(page_pool.sets / "nowhere"))
    expect(second).to_contain_text("校验数据集路径失败：路径有误")
    expect(page.get_by_text("有 1 条路径未通过")).to_have_count(2)
    other = page_pool.make("classification", "unregistered")
    second.locator("input").first.fill(str(other))
    expect(second).to_contain_text("3 类")
    second.get_by_label("权重").fill("0.5")
    second.get_by_label("权重").blur()
    page.get_by_role("radio", name="round_robin").click()
    text = yaml_of(page).input_value()
    assert "MultiSourceDataset" in text and "strategy: round_robin" in text and "weight: 0.5" in text, text
    page.get_by_role("radio", name="表单").click()
    page.locator("[data-source='1']").get_by_role("button", name=re.compile("移除")).click()
    expect(page.locator("[data-source]")).to_have_count(1)


def test_P12_S3_the_pipeline_is_built_by_mouse_and_keyboard_and_shown_on_samples(page_pool, visit):
    page = begun(visit, "pipeline")
    builder = page.locator("[data-pipeline]")
    steps = builder.locator("ol > li")
    expect(builder.locator("img")).not_to_have_count(0)
    count = steps.count()
    builder.get_by_role("button", name="添加 Rotate").click()
    expect(steps).to_have_count(count + 1)
    steps.last.locator("[data-grip]").focus()
    for _ in range(count - 1):
        page.keyboard.press("Alt+ArrowUp")
    expect(steps.nth(1)).to_contain_text("Rotate")
    builder.get_by_label(re.compile("角度")).fill("400")
    builder.get_by_label(re.compile("角度")).blur()
    expect(steps.nth(1)).to_contain_text("超出上限")
    expect(page.locator("[data-next]")).to_be_disabled()
    builder.get_by_label(re.compile("角度")).fill("10")
    steps.nth(1).get_by_role("switch").click()
    assert "Rotate" not in yaml_of(page).input_value()
    page.get_by_role("radio", name="表单").click()
    steps.nth(1).get_by_role("switch").click()
    steps.nth(1).locator("[data-grip]").drag_to(steps.nth(2))
    expect(steps.nth(2)).to_contain_text("Rotate")
    steps.nth(2).get_by_role("button", name="移除 Rotate").click()
    expect(steps).to_have_count(count)
    page.locator("[data-batch]").get_by_role("button", name="添加 Mixup").click()
    text = yaml_of(page).input_value()
    assert "batch_augments:\n      - type: Mixup" in text, text


BOUNDS = {"training.epochs": (1, 10000, 1), "training.batch_size": (1, 1024, 1), "training.num_workers": (0, 32, 1), "optimizer.weight_decay": (0, 1, 0.1),
          "training.gradient_accumulation.steps": (1, 4096, 1), "model.head.loss.label_smoothing": (0, 1, 0.1), "model.head.dropout": (0, 1, 0.1)}


def test_P12_S4_every_bound_is_refused_beyond_and_taken_at_it(page_pool, visit):
    page = begun(visit, "bounds")
    go_on(page, "training")
    for path, (low, high, step) in BOUNDS.items():
        control = keyed(page, path)
        before = control.input_value()
        for value, good in ((low - step, False), (low, True), (high, True), (high + step, False)):
            control.fill(f"{value:g}")
            expect(page.locator("[data-next]")).to_be_enabled() if good else expect(page.locator("[data-next]")).to_be_disabled()
            assert (control.get_attribute("aria-invalid") is None) == good, (path, value)
        expect(page.locator("[data-reason]")).to_contain_text(path)
        control.fill(before)
    rate = keyed(page, "optimizer.lr")
    for value, good in (("0", False), ("1e-9", True), ("10", True), ("10.01", False)):
        rate.fill(value)
        assert page.locator("[data-next]").is_enabled() == good, value


def test_P12_S4_switched_sections_and_components(page_pool, visit):
    page = begun(visit, "switched")
    go_on(page, "training")
    for path in ("early_stopping", "mixed_precision", "distributed", "gradient_clip", "ema"):
        page.locator(f"[data-section='training.{path}']").get_by_role("switch").first.click()
    expect(keyed(page, "training.mixed_precision.dtype").locator("option")).to_have_text(["fp16", "bf16"])
    keyed(page, "training.early_stopping.patience").fill("0")
    expect(page.locator("[data-next]")).to_be_disabled()
    keyed(page, "training.early_stopping.patience").fill("5")
    page.locator("[data-component=optimizer] select").first.select_option("SGD")
    keyed(page, "optimizer.momentum").fill("0.9")
    page.locator("[data-component=scheduler] select").first.select_option("StepLR")
    expect(page.locator("[data-next]")).to_be_disabled()
    keyed(page, "scheduler.step_size").fill("3")
    page.locator("[data-section='scheduler.warmup']").get_by_role("switch").first.click()
    go_on(page, "nodes")
    page.locator("[data-starts], [data-faults]").first.wait_for()
    text = yaml_of(page).input_value()
    for line in ("type: SGD", "momentum: 0.9", "step_size: 3", "patience: 5", "enabled: true"):
        assert line in text, (line, text)


def test_P12_8_parameters_of_the_task(page_pool, visit):
    page = begun(visit, "detector", "detection")
    go_on(page, "training")
    keyed(page, "model.head.score_thres").fill("0.3")
    keyed(page, "model.head.max_det").fill("50")
    keyed(page, "model.head.nms.iou_thres").fill("1.1")
    expect(page.locator("[data-next]")).to_be_enabled()  # the master knows this one's bounds; the form says them
    expect(keyed(page, "model.head.nms.iou_thres")).to_have_attribute("aria-invalid", "true")
    keyed(page, "model.head.nms.iou_thres").fill("0.55")
    text = yaml_of(page).input_value()
    assert "score_thres: 0.3" in text and "max_det: 50" in text and "iou_thres: 0.55" in text, text


def test_P12_8_a_segmenter_has_its_loss_type_and_dice_weight(page_pool, visit):
    page = begun(visit, "segmenter", "segmentation")
    go_on(page, "training")
    page.get_by_role("radio", name="cross_entropy_dice").click()
    keyed(page, "model.head.loss.dice_weight").fill("-1")
    expect(keyed(page, "model.head.loss.dice_weight")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-next]")).to_be_disabled()
    keyed(page, "model.head.loss.dice_weight").fill("0.4")
    text = yaml_of(page).input_value()
    assert re.search(r"type: DiceLoss\s+loss_weight: 0.4", text), text
    page.get_by_role("radio", name="表单").click()
    go_on(page, "nodes")
    page.locator("[data-starts]").wait_for()


def test_P12_S5_forecast_nodes_and_what_stands_in_the_way(page_pool, visit):
    page = begun(visit, "forecast")
    to_nodes(page)
    expect(page.locator("[data-node=one]")).to_contain_text("可运行")
    expect(page.locator("[data-forecast]")).to_contain_text("每轮")
    page.get_by_label(re.compile("每台 GPU 数")).fill("4")
    expect(page.locator("[data-node=one]")).to_contain_text("GPU 不够")
    page.get_by_label("只看放得下的").check()
    expect(page.get_by_text("没有放得下的节点")).to_be_visible()
    page.get_by_label("只看放得下的").uncheck()
    page.get_by_label(re.compile("每台 GPU 数")).fill("0")
    page.get_by_role("radio", name="手动选择").click()
    page.get_by_role("radio", name="one", exact=True).check()
    expect(page.locator("[data-node=one]")).to_contain_text("可运行")


@pytest.mark.parametrize("kind", KINDS)
def test_P12_a_registered_set_of_every_kind_leads_to_a_task_that_can_run(page_pool, visit, kind):
    page = begun(visit, f"of {kind}", kind)
    to_nodes(page)
    expect(page.locator("[data-node=one]")).to_contain_text("可运行")
    expect(page.locator("[data-submit]")).to_be_enabled()


@pytest.fixture(scope="module")
def trained(page_pool):
    """Three runs of the same small model that ended."""
    body = {"template": "classification/small", "dataset": "classification", "overrides": ["training.epochs=1"]}
    made = [page_pool.ask_api("POST", "/api/tasks", {**body, "name": f"trained {n}"}, "administrator", 201).json["id"] for n in range(3)]
    for task in made:
        page_pool.wait_for(task, "completed")
    return [page_pool.ask_api("GET", f"/api/tasks/{task}", None, "administrator").json["experiment"] for task in made]


def test_P12_S5_the_time_comes_from_like_runs_and_says_on_how_many_it_rests(page_pool, visit, trained):
    page = begun(visit, "timed")
    to_nodes(page)
    expect(page.locator("[data-forecast]")).to_contain_text(f"{len(trained)} 次相近训练")
    expect(page.locator("[data-forecast]")).to_contain_text("80% 在")


def test_P12_6_tuning_further_begins_with_the_weights_of_a_run_or_of_the_library(page_pool, visit, trained):
    page_pool.ask_api("POST", "/api/models", {"experiment": trained[0], "name": "kept weights"}, "administrator", 201)
    page = opened(visit, f"?finetune={trained[1]}")
    expect(page.get_by_text("微调自 trained 1")).to_be_visible()
    page.goto(f"/tasks/new?finetune={trained[1]}&step=model")
    expect(page.locator("[data-weights=library]")).to_contain_text("trained 1")
    page.get_by_role("radio", name="无", exact=True).click()
    page.get_by_role("radio", name="模型库", exact=True).click()
    page.get_by_label("模型库中的模型").select_option(label="kept weights")
    page.goto("/tasks/new?step=nodes")
    page.locator("[data-starts]").wait_for()
    page.locator("[data-submit]").click()
    page.wait_for_url(re.compile(r"/tasks/\d+/monitor"))
    task = page_pool.ask_api("GET", "/api/tasks/" + page.url.split("/")[-2], None, "administrator").json
    assert task["from"]["relation"] == "fine-tune" and task["from"]["model"], task["from"]


def test_P12_6_yaml_goes_both_ways_and_faults_have_line_and_field(page_pool, visit):
    page = begun(visit, "both ways")
    go_on(page, "training")
    area = yaml_of(page)
    text = area.input_value()
    area.fill(re.sub(r"epochs: \d+", "epochs: 77", text))
    page.get_by_role("radio", name="表单").click()
    expect(keyed(page, "training.epochs")).to_have_value("77")
    area = yaml_of(page)
    area.fill(re.sub(r"epochs: \d+", "epochs: 0", text))
    line = text[:re.search(r"epochs: \d+", text).start()].count("\n") + 1
    fault = page.locator("[data-yaml] li").filter(has_text="training.epochs")
    expect(fault).to_contain_text(f"第 {line} 行")
    area.fill(text + "\n  broken: [\n")
    expect(page.locator("[data-yaml]")).to_contain_text("改正错误后才写入表单")
    area.fill(text + "\nnonsense: 1\n")
    page.get_by_role("button", name="由主控检查").click()
    expect(page.locator("[data-yaml] li").filter(has_text="nonsense")).to_contain_text("第 ")


def test_P12_6_a_file_is_imported_and_one_with_defaults_composed(page_pool, visit):
    page = opened(visit)
    config = f"defaults:\n  - /templates/classification/small@_global_\n  - _self_\nexperiment:\n  name: from_file\ndataset:\n  data_root: {page_pool.sets}/classification\n  num_classes: 3\n"
    page.locator("[data-import]").set_input_files({"name": "own.yaml", "mimeType": "text/yaml", "buffer": config.encode()})
    expect(page.locator("[data-yaml] textarea")).to_have_value(re.compile("ColorJitter"))
    page.get_by_role("radio", name="表单").click()
    expect(page.locator("[data-name]")).to_have_value("from_file")


def test_P12_state_stays_over_a_reload_and_steps_are_in_the_address(page_pool, visit):
    page = begun(visit, "kept")
    go_on(page, "training")
    keyed(page, "training.epochs").fill("9")
    assert "step=training" in page.url
    page.reload()
    expect(keyed(page, "training.epochs")).to_have_value("9")
    page.go_back()
    page.locator("[data-step=data]").wait_for()
    page.keyboard.press("Control+Enter")
    page.locator("[data-step=training]").wait_for()
    keyed(page, "training.epochs").focus()
    page.keyboard.press("Alt+ArrowLeft")
    page.locator("[data-step=data]").wait_for()


def test_P12_7_a_double_click_makes_one_task_and_goes_to_its_monitor(page_pool, visit):
    page = begun(visit, "only once")
    go_on(page, "training")
    keyed(page, "training.epochs").fill("1")
    go_on(page, "nodes")
    page.locator("[data-starts]").wait_for()
    page.locator("[data-submit]").dblclick()
    page.wait_for_url(re.compile(r"/tasks/\d+/monitor"))
    made = [task for task in page_pool.tasks() if task["name"] == "only once"]
    assert len(made) == 1 and made[0]["experiment"] in (None, "") or re.fullmatch(r"exp_\d{8}_\d{6}_[0-9a-f]{8}", made[0]["experiment"] or "exp_20260101_000000_00000000")
    page.goto(f"/tasks/new?from={made[0]['id']}")
    page.locator("[data-step]").wait_for()
    expect(page.locator("[data-name]")).to_have_value("only once")
    expect(page.get_by_text("克隆自任务 only once")).to_be_visible()


def test_P12_7_a_sweep_says_how_many_first_and_makes_them(page_pool, visit):
    page = begun(visit, "sweep")
    go_on(page, "training")
    keyed(page, "optimizer.lr").fill("0.1, 0.01, 0.001")
    keyed(page, "training.epochs").fill("1, 2")
    expect(page.locator("[data-reason]")).to_contain_text("6 个任务")
    keyed(page, "optimizer.lr").fill("0.1, 11")
    expect(page.locator("[data-next]")).to_be_disabled()
    keyed(page, "optimizer.lr").fill("0.1, 0.01, 0.001")
    go_on(page, "nodes")
    page.locator("[data-starts]").wait_for()
    page.locator("[data-submit]").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("提交 6 个任务？")
    dialog.get_by_role("button", name="提交 6 个任务").click()
    page.wait_for_url(re.compile(r"/tasks/\d+/monitor"))
    assert len([task for task in page_pool.tasks() if task["name"].startswith("sweep")]) == 6


def test_P12_7_faults_of_the_master_are_at_their_fields_and_their_step_says_so(page_pool, visit):
    page = begun(visit, "refused")
    area = yaml_of(page)
    text = area.input_value()
    area.fill(text.replace("model:\n", "model:\n  nonsense: 1\n", 1))
    page.get_by_role("radio", name="表单").click()
    go_on(page, "training")
    go_on(page, "nodes")
    expect(page.locator("[data-faults]")).to_contain_text("model.nonsense")
    expect(page.locator("[data-submit]")).to_be_disabled()
    expect(page.get_by_role("button", name=re.compile("选择模型.*有错误"))).to_be_visible()
    page.locator("[data-faults]").get_by_role("button", name="去改").first.click()
    page.locator("[data-step=model]").wait_for()


@pytest.mark.parametrize("width", (390, 768, 1440))
def test_P12_fits_every_width(page_pool, visit, width):
    page = opened(visit, "?dataset=detection", width=width, language="en", theme="dark")
    page.locator("[data-name]").fill("wide")
    for step in ("model", "data", "training", "nodes"):
        go_on(page, step)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, (step, overflow)
