"""TensorBoard itself reads the event files and finds the content of the journal: the same tags, steps and values, no duplicates."""

import json

import pytest
from journal_test import ID, expected_points, goetia, make_experiment, write_attempt
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def read(folder):
    events = EventAccumulator(str(folder / "logs" / "tensorboard"), size_guidance={"scalars": 0})
    events.Reload()
    return events


def scalars(events):
    return {(tag, event.step): event for tag in events.Tags()["scalars"] for event in events.Scalars(tag)}


def test_scalars_equal_the_journal_after_a_resume(tmp_path):
    folder = make_experiment(tmp_path)
    write_attempt(folder, 1, 0, 13)
    goetia("experiment", "rebuild", folder)
    first = read(folder)
    assert max(step for _, step in scalars(first)) == 13
    write_attempt(folder, 2, 5, 20)
    goetia("experiment", "rebuild", folder)
    events = read(folder)
    seen = scalars(events)
    assert {key: pytest.approx(value, rel=1e-6) for key, value in expected_points().items()} == {key: event.value for key, event in seen.items()}
    assert sum(len(events.Scalars(tag)) for tag in events.Tags()["scalars"]) == len(expected_points())
    assert all(event.wall_time == 1e9 + step for (_, step), event in seen.items())
    assert len([file for file in (folder / "logs" / "tensorboard").iterdir() if file.stat().st_size > 0]) == 1


def test_a_running_tensorboard_drops_the_stale_points(tmp_path):
    folder = make_experiment(tmp_path)
    write_attempt(folder, 1, 0, 13)
    goetia("experiment", "rebuild", folder)
    watching = read(folder)
    write_attempt(folder, 2, 5, 20)
    goetia("experiment", "rebuild", folder)
    watching.Reload()
    points = {(tag, event.step): event.value for tag in watching.Tags()["scalars"] for event in watching.Scalars(tag)}
    assert points == {key: pytest.approx(value, rel=1e-6) for key, value in expected_points().items()}
    assert sum(len(watching.Scalars(tag)) for tag in watching.Tags()["scalars"]) == len(points)


def test_metrics_json_and_tensorboard_agree(tmp_path):
    folder = make_experiment(tmp_path, ID)
    write_attempt(folder, 1, 0, 20)
    goetia("experiment", "rebuild", folder)
    written = {(point["name"], point["step"]): point["value"] for point in json.loads((folder / "logs" / "metrics.json").read_text())}
    assert written == {key: pytest.approx(event.value, rel=1e-6) for key, event in scalars(read(folder)).items()}
