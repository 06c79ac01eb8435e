"""goetia config: the behaviour that programs may rely on."""

import yaml

TREE = """\
defaults:
  - db: mysql
  - _self_
name: run
report: {llm: {api_key: "${GOETIA_E2E_SECRET}", note: "${oc.env:GOETIA_E2E_SECRET,none}"}}
"""


def write_tree(folder):
    (folder / "db").mkdir()
    (folder / "db/mysql.yaml").write_text("port: 3306\n")
    (folder / "db/pg.yaml").write_text("port: 5432\n")
    (folder / "run.yaml").write_text(TREE)
    return folder / "run.yaml"


def test_show_prints_yaml_and_one_document_per_job(goetia, tmp_path):
    file = write_tree(tmp_path)
    assert yaml.safe_load(goetia.ok("config", "show", "--config", file, "db=pg").out)["db"] == {"port": 5432}
    jobs = list(yaml.safe_load_all(goetia.ok("config", "show", "--config", file, "--multirun", "db=mysql,pg", "name=a,b").out))
    assert [(job["db"]["port"], job["name"]) for job in jobs] == [(3306, "a"), (3306, "b"), (5432, "a"), (5432, "b")]
    shown = goetia.ok("config", "show", "--config", file, "--json", "db=pg").json
    assert shown["document"]["db"] == {"port": 5432}
    assert [path.rsplit("/", 1)[-1] for path in shown["files"]] == ["pg.yaml", "run.yaml"]


def test_show_hides_secrets_that_come_from_the_environment(goetia, tmp_path):
    file = write_tree(tmp_path)
    shown = goetia.ok("config", "show", "--config", file, environment={"GOETIA_E2E_SECRET": "hunter2"})
    llm = yaml.safe_load(shown.out)["report"]["llm"]
    assert llm == {"api_key": "${GOETIA_E2E_SECRET}", "note": "hunter2"}
    unresolved = goetia.ok("config", "show", "--config", file, "--unresolved", environment={"GOETIA_E2E_SECRET": "hunter2"})
    assert "hunter2" not in unresolved.out


def test_validate_reports_every_fault_as_json(goetia, programs, tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("model: {type: ImageClassifier}\noptimizer: {type: AdamX, lr: 0}\naugmentation: {train: {pipeline: [{type: LoadImage}]}}\ntrainin: {}\ntraining: {epochs: 0}\n")
    done = goetia("config", "validate", "--config", file, "--json")
    assert done.code == 3
    assert done.json["ok"] is False
    faults = {fault["path"]: fault for fault in done.json["faults"]}
    assert {"trainin", "training.epochs", "optimizer.lr", "optimizer.type", "dataset"} <= set(faults)
    assert faults["trainin"]["nearest"] == "training"
    assert faults["training.epochs"]["line"] == 5 and faults["training.epochs"]["file"] == str(file)
    assert faults["training.epochs"]["found"] == "0" and "1 to 10000" in faults["training.epochs"]["allowed"]
    assert faults["optimizer.type"]["nearest"] in ("AdamW", "Adam")
    assert "training.epochs" in done.err


def test_a_missing_file_and_a_bad_override_have_their_codes(goetia, tmp_path):
    assert goetia("config", "show", "--config", tmp_path / "none.yaml").code == 4
    done = goetia("config", "show", "--config", write_tree(tmp_path), "nam=x", "--json")
    assert done.code == 3
    assert "did you mean 'name'?" in done.error["message"]


def test_explain_and_sources(goetia, tmp_path):
    about = goetia.ok("config", "explain", "training.epochs", "--json").json["keys"][0]
    assert about["default"] == 100 and about["allowed"] == "a whole number, 1 to 10000"
    sources = goetia.ok("config", "sources", "--config", write_tree(tmp_path), "name=other", "--json").json["sources"]
    sources_by_path = {source["path"]: source for source in sources}
    assert sources_by_path["name"]["override"] is True and sources_by_path["name"]["file"] == "name=other"
    assert sources_by_path["db.port"]["file"].endswith("db/mysql.yaml") and sources_by_path["db.port"]["line"] == 1


def test_a_config_is_named_by_folder_and_name(goetia, tmp_path):
    write_tree(tmp_path)
    (tmp_path / "more").mkdir()
    (tmp_path / "more/small.yaml").write_text("defaults: [/db: pg]\nsize: 1\n")
    assert yaml.safe_load(goetia.ok("config", "show", "-cp", tmp_path, "-cn", "run").out)["db"] == {"port": 3306}
    assert yaml.safe_load(goetia.ok("config", "show", f"-cp={tmp_path}", "--config-name=more/small").out) == {"more": {"db": {"port": 5432}, "size": 1}}
    assert yaml.safe_load(goetia.ok("config", "show", "-cn", "small", "-cp", tmp_path, "-cd", tmp_path / "more").out) == {"db": {"port": 5432}, "size": 1}


def test_a_wrong_folder_or_name_is_answered_with_the_valid_ones(goetia, tmp_path):
    file = write_tree(tmp_path)
    for command in (["config", "show"], ["config", "validate"], ["config", "sources"], ["config", "explain", "training.epochs"], ["train"]):
        done = goetia(*command, "-cp", tmp_path, "-cn", "rum", "--json")
        assert done.code == 4 and f"there is no config 'rum' in '{tmp_path}', did you mean 'run'?; there are: run" in done.err, command
        done = goetia(*command, "-cp", file)
        assert done.code == 3 and f"'{file}' is not a folder; --config-path is the folder of the configs" in done.err, command
        assert goetia(*command, "-cp", tmp_path / "gone").code == 4, command
        done = goetia(*command, "--config", file, "-cn", "run")
        assert done.code == 2 and "excludes" in done.err, command
    done = goetia("config", "show")
    assert done.code == 2 and "--config is required" in done.err


def test_train_shows_its_configuration_as_hydra_does_and_starts_nothing(goetia, tmp_path):
    file = write_tree(tmp_path)
    shown = goetia.ok("train", "--cfg", "job", "--config", file, "db=pg", environment={"GOETIA_E2E_SECRET": "hunter2"})
    assert yaml.safe_load(shown.out)["report"]["llm"] == {"api_key": "${GOETIA_E2E_SECRET}", "note": "${oc.env:GOETIA_E2E_SECRET,none}"}
    resolved = goetia.ok("train", "--cfg", "all", "--resolve", "-c", file, "db=pg", environment={"GOETIA_E2E_SECRET": "hunter2"})
    document = yaml.safe_load(resolved.out)
    assert document["report"]["llm"] == {"api_key": "${GOETIA_E2E_SECRET}", "note": "hunter2"}
    assert document["hydra"]["runtime"]["choices"] == {"db": "pg"} and document["hydra"]["job"]["override_dirname"] == "db=pg"
    assert goetia.ok("train", "--cfg", "job", "--package", "db", "--config", file).out == "# @package db\nport: 3306\n"
    assert list(yaml.safe_load(goetia.ok("train", "--cfg", "hydra", "--config", file).out)) == ["hydra"]
    assert goetia("train", "--resolve", "--config", file).code == 2
    assert not goetia.experiments.exists()


def test_each_job_of_a_sweep_has_its_number_and_all_have_the_same_time(goetia, tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text("x: 0\nnumber: ${hydra:job.num}\nat: ${now:%s.%f}\n")
    jobs = list(yaml.safe_load_all(goetia.ok("config", "show", "-cp", tmp_path, "-m", "x=5,6,7").out))
    assert [(job["x"], job["number"]) for job in jobs] == [(5, 0), (6, 1), (7, 2)]
    assert len({job["at"] for job in jobs}) == 1
    assert "add --multirun" in goetia("config", "show", "--config", file).err


def test_the_final_defaults_list_is_shown(goetia, tmp_path):
    file = write_tree(tmp_path)
    defaults = goetia.ok("config", "show", "--config", file, "--info", "defaults", "+db@backup=pg", "--json").json["defaults"]
    assert [(entry["config"], entry["package"]) for entry in defaults] == [("db/mysql", "db"), ("run", ""), ("db/pg", "backup")]
    assert defaults[0]["file"].endswith("db/mysql.yaml")
