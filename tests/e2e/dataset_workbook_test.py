"""A data set whose table is a workbook saved by a spreadsheet program."""

import json
import zipfile

import pytest

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(**parts):
    rows = "".join(f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{target}"/>' for kind, target in parts.items())
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def write_workbook(file, rows):
    texts = sorted({cell for row in rows for cell in row if isinstance(cell, str)})
    cell = lambda one: f'<c t="s"><v>{texts.index(one)}</v></c>' if isinstance(one, str) else f"<c><v>{one}</v></c>"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("_rels/.rels", related(officeDocument="xl/workbook2.xml"))
        parts.writestr("xl/workbook2.xml", f'<workbook xmlns:d3p1="{OFFICE}"><sheets><sheet name="s" sheetId="1" d3p1:id="worksheet"/></sheets></workbook>')
        parts.writestr("xl/_rels/workbook2.xml.rels", related(worksheet="./sheet.xml", sharedStrings="SharedStrings.xml"))
        parts.writestr("xl/sharedStrings.xml", "<sst>" + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>")
        parts.writestr("xl/sheet.xml", "<worksheet><sheetData>" + "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows) + "</sheetData></worksheet>")


@pytest.fixture
def faces(goetia, tmp_path):
    """The generated regression set, with its tables saved as workbooks."""
    goetia.ok("dataset", "make", "--kind", "regression", "--output", tmp_path / "set", "--images", "24", "--size", "32")
    for split in ("train", "val"):
        lines = [line.split(",") for line in (tmp_path / f"set/{split}.csv").read_text("utf-8-sig").splitlines()]
        write_workbook(tmp_path / f"set/{split}.xlsx", [lines[0], *([image, float(age), subject] for image, age, subject in lines[1:])])
    return tmp_path / "set"


def words(root, kind):
    return ["--format", "table", "--data-root", root, "--json", "--parameters", json.dumps({
        "image_dir": "images", "target_columns": ["age"], "subject_column": "subject",
        "train": {"ann_file": f"train.{kind}"}, "val": {"ann_file": f"val.{kind}"}})]


def test_it_equals_the_set_of_its_csv(goetia, faces):
    report = {kind: goetia.ok("dataset", "info", *words(faces, kind)).json["splits"] for kind in ("csv", "xlsx")}
    assert report["xlsx"] == report["csv"] and sum(split["images"] for split in report["xlsx"].values()) == 24
    assert goetia.ok("dataset", "validate", *words(faces, "xlsx")).json["ok"] is True


def test_its_faults_are_reported_by_row(goetia, faces):
    write_workbook(faces / "val.xlsx", [["image", "age", "subject"], ["none.jpg", 3, "a"], ["", 4, "b"]])
    done = goetia("dataset", "validate", *words(faces, "xlsx"))
    assert done.code == 8
    report = {(fault["code"], fault["where"]["line"]) for fault in done.json["faults"] if fault["where"]["file"].endswith("val.xlsx")}
    assert ("bad_syntax", 3) in report, done.out
