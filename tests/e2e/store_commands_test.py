"""`goetia bench store` fills a master's data folder; `goetia db` copies it, and reports in words where it cannot."""

import json
import subprocess


def goetia(programs, *words, code=0, **environment):
    done = subprocess.run([programs / "goetia", *words], capture_output=True, text=True, timeout=120, env={"PATH": "/usr/bin:/bin", **environment})
    assert done.returncode == code, done.stdout + done.stderr
    return done


def filled(programs, data, *words):
    return json.loads(goetia(programs, "bench", "store", "--json", "--data", data, *words).stdout)


def test_a_store_is_filled_and_its_runs_are_ordinary_experiments(programs, tmp_path):
    bench = filled(programs, tmp_path, "--runs", "30", "--metrics", "4", "--steps", "50")
    assert bench["figures"]["experiments"] == 30
    figures = bench["figures"]
    measured = {"list", "sort_by_metric", "sort_by_parameter", "filter_by_parameter", "filter_by_metric", "filter_by_both", "open", "compare_100", "curves"}
    assert measured <= {name.removesuffix("_p95_ms") for name in figures} and all(0 < figures[f"{name}_p95_ms"] < 1000 for name in measured)
    again = filled(programs, tmp_path, "--runs", "12", "--metrics", "3", "--steps", "5")
    assert again["figures"]["experiments"] == 42  # added to those that were there
    listed = json.loads(goetia(programs, "experiment", "list", "--json", "--experiments", tmp_path / "experiments").stdout)["experiments"]
    assert len(listed) == 42 and {one["state"] for one in listed} == {"completed"}
    rebuilt = json.loads(goetia(programs, "experiment", "rebuild", listed[0]["experiment"], "--json", "--experiments", tmp_path / "experiments").stdout)
    assert rebuilt["points"] == 4 * 50 and rebuilt["damage"] == []


def test_the_copy_names_what_is_wrong_and_shows_no_password(programs, tmp_path):
    assert "nothing was copied" in goetia(programs, "db", "status", "--data", tmp_path, code=4).stderr
    filled(programs, tmp_path, "--runs", "2", "--metrics", "3", "--steps", "5")
    unreachable = f"mysql://ann@localhost/runs?socket={tmp_path}/none"
    refused = goetia(programs, "db", "sync", "--data", tmp_path, "--to", unreachable, code=6, GOETIA_DB_PASSWORD="hunter2")
    assert "cannot connect to 'mysql://ann@localhost/runs" in refused.stderr
    status = goetia(programs, "db", "status", "--json", "--data", tmp_path, code=8)
    state = json.loads(status.stdout)
    assert (state["experiments"], state["copied"], state["complete"]) == (2, 0, False) and "cannot connect" in state["error"]
    assert "hunter2" not in refused.stderr + refused.stdout + status.stdout + (tmp_path / "copy.json").read_text()
    assert "does not name a MySQL" in goetia(programs, "db", "sync", "--data", tmp_path, "--to", "ann@host", code=3).stderr
