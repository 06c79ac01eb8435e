"""goetia config: what programs may rely on, from the outside."""

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


def test_validate_tells_every_fault_as_json(goetia, programs, tmp_path):
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
    said = {source["path"]: source for source in sources}
    assert said["name"]["override"] is True and said["name"]["file"] == "name=other"
    assert said["db.port"]["file"].endswith("db/mysql.yaml") and said["db.port"]["line"] == 1
