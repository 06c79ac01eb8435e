"""Bad input: a clear message, a documented exit code, and nothing lost or half-written."""

import ctypes
import json
import os
import resource
import shutil
import signal
import struct
import subprocess
import zlib

import pytest
from goetia_kit import children_of, wait_until, weights


def refused(goetia, code, kind, *words):
    """The error of a `train` that must fail; people and programs get the same message."""
    done = goetia("train", "--json", *words)
    assert done.code == code, f"{done.code}\n{done.out}\n{done.err}"
    error = done.error
    assert error["code"] == kind
    assert error["message"].splitlines()[0] in done.err
    return error


def nothing_was_created(goetia):
    return not goetia.experiments.exists() or list(goetia.experiments.glob("exp_*")) == []


def texts(error):
    return [error["message"], *(fault["message"] for fault in error["faults"])]


@pytest.fixture
def data(shapes, tmp_path):
    """A copy of the image set that a test may damage."""
    shutil.copytree(shapes, tmp_path / "data")
    return tmp_path / "data"


def images(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in (".jpg", ".png"))


# --- the document

def test_an_unknown_key_names_the_nearest(goetia, tiny):
    error = refused(goetia, 3, "invalid", "--config", tiny, "+training.epoch=9")
    fault = error["faults"][0]
    assert fault["path"] == "training.epoch" and fault["nearest"] == "epochs"
    assert nothing_was_created(goetia)


def test_pixels_decoded_at_full_and_at_reduced_size_are_not_mixed(goetia, tiny):
    smaller = "augmentation.val.pipeline=[{type:LoadImage,reducing_gap:2},{type:ToTensor}]"
    error = refused(goetia, 3, "invalid", "--config", tiny, "+dataset.cache=pixels", smaller)
    assert "augmentation.val.pipeline decodes with a reducing_gap of 2" in error["message"] and "dataset.cache=bytes" in error["message"]


def test_an_unknown_key_in_the_file_says_file_and_line(goetia, tiny):
    text = tiny.read_text().replace("epochs: 3", "epochs: 3, bach_size: 4")
    tiny.write_text(text)
    fault = refused(goetia, 3, "invalid", "--config", tiny)["faults"][0]
    assert fault["file"].endswith("tiny.yaml")
    assert fault["line"] == 1 + text[:text.index("bach_size")].count("\n")
    assert fault["nearest"] == "batch_size"


def test_an_override_of_an_unknown_key_is_distinguished_from_a_new_one(goetia, tiny):
    error = refused(goetia, 3, "invalid", "--config", tiny, "training.epoch=9")
    assert "training.epoch" in " ".join(texts(error)) and "epochs" in json.dumps(error)


def test_a_wrong_type(goetia, tiny):
    fault = refused(goetia, 3, "invalid", "--config", tiny, "training.epochs=many")["faults"][0]
    assert fault["path"] == "training.epochs" and "many" in fault["found"] and "1 to 10000" in fault["allowed"]
    assert nothing_was_created(goetia)


def test_out_of_range(goetia, tiny):
    fault = refused(goetia, 3, "invalid", "--config", tiny, "training.batch_size=4096")["faults"][0]
    assert (fault["path"], fault["found"]) == ("training.batch_size", "4096")
    assert "1024" in fault["allowed"]


def test_five_faults_are_reported_at_once(goetia, tiny):
    error = refused(goetia, 3, "invalid", "--config", tiny, "training.epochs=0", "training.batch_size=4096", "optimizer.lr=-1", "++training.num_workers=99",
                    "+training.epoch=1")
    assert {fault["path"] for fault in error["faults"]} == {"training.epochs", "training.batch_size", "optimizer.lr", "training.num_workers", "training.epoch"}
    assert nothing_was_created(goetia)


def test_an_unknown_component_names_the_nearest(goetia, tiny):
    error = refused(goetia, 3, "invalid", "--config", tiny, "optimizer.type=Adamw")
    assert error["faults"][0]["nearest"] == "AdamW"


def test_an_unsupported_section_is_refused_or_skipped(goetia, tiny):
    error = refused(goetia, 3, "unsupported", "--config", tiny, "++compression.pruning.enabled=true")
    assert error["faults"][0]["path"] == "compression.pruning"
    assert "--skip-unavailable" in error["message"]
    plan = goetia.ok("train", "--config", tiny, "--dry-run", "--skip-unavailable", "++compression.pruning.enabled=true")
    assert plan.code == 0


def test_a_missing_config_file(goetia):
    error = refused(goetia, 4, "not_found", "--config", "nowhere.yaml")
    assert error["message"] == "config file 'nowhere.yaml' does not exist"


def test_a_run_needs_a_config_or_an_experiment(goetia):
    assert refused(goetia, 3, "invalid")["message"] == "train needs '--data DIR' or '--config FILE' for a new run, or '--resume EXP' to resume one"


# --- the command line

@pytest.mark.parametrize("words,message", [
    (["trian"], "'goetia' has no command 'trian'; did you mean 'train'?"),
    (["train", "--confg", "x.yaml"], "'goetia train' has no option '--confg'; did you mean '--config'?"),
    (["component", "lst"], "'goetia component' has no command 'lst'; did you mean 'list'?"),
    (["component"], "'goetia component' needs a command; see 'goetia component --help'"),
    ([], "'goetia' needs a command; see 'goetia --help'"),
])
def test_a_mistyped_command_line_names_the_nearest(goetia, words, message):
    done = goetia(*words, "--json")
    assert done.code == 2
    assert done.error["message"].startswith(message)
    assert done.err.startswith(f"goetia: {message}")


# --- the data

def test_a_missing_data_folder(goetia, tiny):
    error = refused(goetia, 3, "invalid", "--config", tiny, "dataset.data_root=/nowhere/shapes")
    assert (error["faults"][0]["path"], error["faults"][0]["found"]) == ("dataset.data_root", "'/nowhere/shapes'")
    assert "there is no such folder; correct the path" in texts(error)
    assert nothing_was_created(goetia)


def test_an_empty_class_folder(goetia, tiny, data):
    (data / "train" / "zebra").mkdir()
    (data / "meta" / "classes.txt").unlink(missing_ok=True)
    error = refused(goetia, 3, "invalid", "--config", tiny, f"dataset.data_root={data}", "model.head.num_classes=4")
    assert any("zebra" in text for text in texts(error) + [fault["path"] + fault["file"] for fault in error["faults"]]), error
    assert nothing_was_created(goetia)


def test_a_class_count_that_does_not_match_the_head(goetia, tiny):
    error = refused(goetia, 3, "invalid", "--config", tiny, "model.head.num_classes=5")
    assert "model.head.num_classes is 5, but the data set has 3 classes; set model.head.num_classes=3" in error["message"]
    assert nothing_was_created(goetia)


@pytest.mark.parametrize("key, overrides", [
    ("checkpoint.best_metric", ["++checkpoint.best_metric=val/acuracy_top1"]),
    ("scheduler.monitor", ["~scheduler", "+scheduler={type:ReduceLROnPlateau,monitor:val/acuracy_top1}"]),
    ("training.early_stopping.monitor", ["++training.early_stopping={monitor:val/acuracy_top1}"]),
])
def test_a_watched_metric_that_is_never_measured(goetia, tiny, key, overrides):
    error = refused(goetia, 3, "invalid", "--config", tiny, *overrides)
    assert f"{key} names 'val/acuracy_top1', which this run does not measure; known: train/loss" in error["message"]
    assert "val/accuracy_top1" in error["message"]
    assert nothing_was_created(goetia)


def test_an_unreadable_image_fails_the_run_by_name(goetia, tiny, data):
    damaged = images(data / "train")[5]
    damaged.write_bytes(damaged.read_bytes()[:40])
    done = goetia("train", "--json", "--config", tiny, f"dataset.data_root={data}")
    assert done.code in (1, 3)
    assert damaged.name in done.error["message"]
    assert "epoch" in done.error["message"] or "resume" in done.error["message"]


@pytest.mark.slow
def test_an_unreadable_image_is_skipped_named_and_counted(goetia, tiny, data):
    damaged = images(data / "train")[5]
    damaged.write_bytes(damaged.read_bytes()[:40])
    done = goetia.ok("train", "--json", "--config", tiny, f"dataset.data_root={data}", "++training.broken_samples=skip")
    assert done.json["state"] == "completed"
    assert done.err.count("skipped '") == 3, "once in each epoch"
    assert done.json["skipped_samples"] == 1, "the same one"
    assert damaged.name in done.err
    assert damaged.name in (goetia.only_experiment() / "logs/train.log").read_text()


@pytest.mark.slow
def test_a_completely_unreadable_validation_split_ends_the_run(goetia, tiny, data):
    for image in images(data / "val"):
        image.write_bytes(image.read_bytes()[:60])
    words = ("--config", tiny, f"dataset.data_root={data}", "++training.broken_samples=skip")
    error = refused(goetia, 1, "failed", *words)
    assert "samples of the val split can be read, the first is" in error["message"]


@pytest.mark.slow
def test_a_run_resumes_only_with_the_data_it_started_with(goetia, tiny, data):
    first = goetia.ok("train", "--json", "--config", tiny, f"dataset.data_root={data}", "training.epochs=1").json
    noted = json.loads((goetia.only_experiment() / "environment.json").read_text())["data_fingerprint"]
    assert set(noted) == {"train", "val"}
    one, other = images(data / "train")[:2]
    one.write_bytes(other.read_bytes())
    on = ("--resume", first["experiment"], "training.epochs=2")
    error = refused(goetia, 7, "wrong_state", *on)
    assert f"the data are not those the run began with (train: {noted['train'][:12]} and " in error["message"]
    assert "++training.changed_data=accept" in error["message"]
    assert json.loads((goetia.only_experiment() / "environment.json").read_text())["data_fingerprint"] == noted
    done = goetia.ok("train", "--json", *on, "++training.changed_data=accept")
    assert done.json["epochs_done"] == 2
    assert "the data are not those the run began with" in (goetia.only_experiment() / "logs/train.log").read_text()


# --- the run

def test_a_plot_that_cannot_be_drawn_does_not_end_the_run(goetia, tiny, data):
    for split in ("train", "val"):
        for folder in sorted((data / split).iterdir())[1:]:
            shutil.rmtree(folder)
    (data / "meta" / "classes.txt").unlink(missing_ok=True)
    done = goetia.ok("train", "--json", "--config", tiny, f"dataset.data_root={data}", "model.head.num_classes=1",
                     "++visualization.roc_curve.enabled=true", "training.epochs=1", "++training.drop_last=true")
    assert done.json["state"] == "completed"
    assert done.err.count("roc_curve.png': no class has a curve") == 1
    assert not (goetia.only_experiment() / "visualizations" / "roc_curve.png").exists()


@pytest.mark.slow
def test_a_loss_that_is_not_a_number_stops_the_run_and_keeps_the_last_checkpoint(goetia, tiny):
    good = goetia.train(tiny, "training.epochs=1")
    name, last = good["experiment"], goetia.folder / good["checkpoints"]["last"]
    bytes_before = last.read_bytes()
    done = goetia("train", "--json", "--resume", name, "training.epochs=3", "optimizer.momentum=1.0e+30")
    assert done.code == 1, done.err
    message = done.error["message"]
    first = good["steps_done"] + 1
    assert any(f"at step {step} (epoch 2)" in message for step in range(first, first + 6)), message
    assert "the loss became" in message and "the last checkpoint is as it was" in message and "lower optimizer.lr" in message
    assert f"goetia train --resume {name}" in message
    assert last.read_bytes() == bytes_before
    assert goetia.ok("experiment", "show", name, "--json").json["state"] == "failed"
    again = goetia.ok("train", "--json", "--resume", name, "optimizer.momentum=0.9", "training.epochs=2").json
    assert again["state"] == "completed" and again["epochs_done"] == 2


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 120 MiB: one checkpoint of the tiny run fits, a second does not."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120m", "tmpfs", place], check=True)
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def limit_files():
    """The same without permission to mount: no file may grow beyond 40 MiB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (40 << 20, 40 << 20))


def can_mount():
    if os.geteuid() != 0:
        return False
    probe = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True)
    return probe.returncode == 0


@pytest.mark.slow
def test_a_full_disk(goetia, tiny, request):
    if can_mount():
        goetia.experiments = request.getfixturevalue("small_disk")
        goetia.environment["GOETIA_EXPERIMENTS"] = str(goetia.experiments)
        done, reason = goetia("train", "--json", "--config", tiny), "No space left on device"
    else:
        done, reason = goetia("train", "--json", "--config", tiny, preexec_fn=limit_files), "File too large"
    assert done.code == 1, done.err
    assert reason in done.error["message"]
    folder = goetia.only_experiment()
    assert f"goetia train --resume {folder.name}" in done.error["message"]
    half = [path.name for path in (folder / "checkpoints").iterdir() if path.suffix not in (".pth", ".json")]
    assert half == [], "nothing half-written stays"
    for checkpoint in (folder / "checkpoints").glob("*.pth"):
        assert weights(checkpoint)
    json.loads((folder / "journal/control.json").read_text())


def little_memory():
    resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))


@pytest.fixture
def large_image(tmp_path):
    """80 million pixels in a few kilobytes; decoded they are 240 MB."""
    width, height = 10000, 8000
    rows = zlib.compress(bytes(height * (1 + width // 8)), 1)
    chunk = lambda name, data: struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    file = tmp_path / "large/train/a/large.png"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return file


def test_too_little_memory_is_reported(goetia, large_image):
    steps = json.dumps([{"type": "LoadImage"}, {"type": "Solarize"}])
    alone = goetia("dataset", "transform", "--json", "--pipeline", steps, "--image", large_image, "--output", "out.npy", preexec_fn=little_memory)
    threads = goetia("dataset", "validate", "--json", "--format", "ImageFolder", "--data-root", large_image.parents[2], "--threads", 1, preexec_fn=little_memory)
    for done in (alone, threads):
        assert done.code == 1, done.err
        assert done.error["code"] == "failed" and "there is not enough memory" in done.error["message"]
        assert "goetia: there is not enough memory" in done.err and "terminate" not in done.err
    assert not (goetia.folder / "out.npy").exists()


@pytest.fixture
def read_only(tmp_path):
    place = tmp_path / "sealed"
    place.mkdir()
    place.chmod(0o555)
    yield place
    place.chmod(0o755)


def drop_permission_override():
    """Makes a folder's permissions apply to root, too; no effect for other users."""
    drop_from_bounding_set, pass_over_permissions, pass_over_to_read = 24, 1, 2
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (pass_over_permissions, pass_over_to_read):
        if os.geteuid() == 0 and libc.prctl(drop_from_bounding_set, capability, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "cannot drop a capability")


def test_a_read_only_folder(goetia, tiny, read_only):
    done = goetia("train", "--json", "--config", tiny, "--experiments", read_only / "experiments", preexec_fn=drop_permission_override)
    assert done.code == 5, done.err
    assert done.error["code"] == "denied"
    assert "Permission denied" in done.error["message"] and "sealed" in done.error["message"]
    assert list(read_only.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("number,code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_finishes_the_step_and_writes_a_resumable_checkpoint(goetia, tiny, number, code):
    process = goetia.start("train", "--config", tiny, "--json", "training.epochs=500", "checkpoint.save_interval=0")
    folder = goetia.wait_for_experiment(process)
    wait_until(lambda: (folder / "checkpoints/last.pth").exists() or process.poll() is not None, 60, "the first checkpoint")
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    output = json.loads(out.splitlines()[-1])
    assert output["state"] == "stopped"
    saved = weights(folder / "checkpoints/last.pth")
    assert saved
    assert f"goetia train --resume {folder.name}" in err
    resumed = goetia.ok("train", "--resume", folder.name, "--json", f"training.epochs={output['epochs_done'] + 1}")
    assert resumed.json["state"] == "completed"
    assert resumed.json["epochs_done"] == output["epochs_done"] + 1


@pytest.mark.slow
def test_a_second_interrupt_kills_and_keeps_the_last_checkpoint(goetia, tiny):
    process = goetia.start("train", "--config", tiny, "--json", "training.epochs=500")
    folder = goetia.wait_for_experiment(process)
    wait_until(lambda: (folder / "checkpoints/last.pth").exists() or process.poll() is not None, 60, "the first checkpoint")
    ranks = children_of(process.pid)
    os.kill(ranks[0], signal.SIGSTOP)  # so that it cannot handle the first interrupt in time
    process.send_signal(signal.SIGINT)
    wait_until(lambda: json.loads((folder / "journal/control.json").read_text())["request"] == "stop", 10, "the request to stop")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert json.loads(out.splitlines()[-1])["state"] == "interrupted"
    assert not os.path.exists(f"/proc/{ranks[0]}")
    assert weights(folder / "checkpoints/last.pth")
    epochs = json.loads(goetia.ok("experiment", "show", folder.name, "--json").out.splitlines()[-1])["epochs_done"]
    assert goetia.ok("train", "--resume", folder.name, "--json", f"training.epochs={epochs + 1}").json["state"] == "completed"


# --- resuming

@pytest.mark.slow
def test_resuming_a_finished_run_says_what_to_do(goetia, tiny):
    done = goetia.train(tiny, "training.epochs=1")
    name = done["experiment"]
    error = refused(goetia, 7, "wrong_state", "--resume", name)
    assert error["message"] == (f"experiment '{name}' is finished: 1 of 1 epochs are done; to train it longer, use more epochs: "
                                f"'goetia train --resume {name} training.epochs=2'")
    longer = goetia.ok("train", "--resume", name, "--json", "training.epochs=2").json
    assert longer["epochs_done"] == 2
    assert "training.epochs=2" in (goetia.only_experiment() / "overrides.yaml").read_text()


@pytest.mark.slow
def test_resuming_for_fewer_epochs_than_are_done_is_refused(goetia, tiny):
    process = goetia.start("train", "--config", tiny, "training.epochs=500")
    folder = goetia.wait_for_experiment(process)
    wait_until(lambda: len(list((folder / "checkpoints").glob("checkpoint_epoch_*.pth"))) >= 2 or process.poll() is not None, 120, "two epochs")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    error = refused(goetia, 3, "invalid", "--resume", folder.name, "training.epochs=1")
    assert error["message"].startswith("training.epochs is 1, but experiment '") and "has already completed" in error["message"]


@pytest.mark.slow
def test_a_running_experiment_cannot_be_started_twice(goetia, tiny):
    process = goetia.start("train", "--config", tiny, "training.epochs=500")
    try:
        folder = goetia.wait_for_experiment(process)
        error = refused(goetia, 7, "wrong_state", "--resume", folder.name)
        assert error["message"] == (f"experiment '{folder.name}' is running in process {process.pid}; stop it with "
                                    f"'goetia experiment stop {folder.name}'")
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_a_checkpoint_of_another_model(goetia, tiny):
    done = goetia.train(tiny, "training.epochs=1")
    before = set(goetia.experiments.glob("exp_*"))
    other = goetia.folder / "other.yaml"
    other.write_text(tiny.read_text().replace("depth: 18", "depth: 34"))
    error = refused(goetia, 3, "invalid", "--config", other, "--resume", done["checkpoints"]["last"])
    assert "last.pth" in error["message"]
    assert "layer" in json.dumps(error), "says which weights do not fit"
    assert set(goetia.experiments.glob("exp_*")) == before


@pytest.mark.slow
def test_a_damaged_checkpoint_is_named_and_the_previous_one_is_used(goetia, tiny):
    process = goetia.start("train", "--config", tiny, "training.epochs=500")
    folder = goetia.wait_for_experiment(process)
    wait_until(lambda: len(list((folder / "checkpoints").glob("checkpoint_epoch_*.pth"))) >= 2 or process.poll() is not None, 120, "two checkpoints")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    last = folder / "checkpoints/last.pth"
    damaged = bytearray(last.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    last.write_bytes(damaged)
    done = goetia.ok("train", "--resume", folder.name, "--json", "--dry-run")
    assert "last.pth' is damaged" in done.err
    assert "resuming from '" in done.err and "resuming from 'last.pth'" not in done.err
    for checkpoint in (folder / "checkpoints").glob("*.pth"):
        checkpoint.write_bytes(checkpoint.read_bytes()[:-100])
    nothing = goetia("train", "--resume", folder.name, "--json")
    assert nothing.code == 1
    assert "is intact; the run must start over" in nothing.error["message"]
    assert len(nothing.error["faults"]) >= 2


def test_a_missing_experiment(goetia):
    goetia.experiments.mkdir()
    for words in (["train", "--resume", "exp_2020"], ["reproduce", "exp_2020"], ["experiment", "stop", "exp_2020"]):
        done = goetia(*words, "--json")
        assert done.code == 4, done.err
        assert "exp_2020" in done.error["message"]
