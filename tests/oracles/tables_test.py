"""`goetia dataset table`, held against Python's csv module and against workbooks that openpyxl writes."""

import csv
import datetime
import io
import json
import os
import random
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

ROOT = Path(__file__).resolve().parents[2]
GOETIA = Path(os.environ.get("GOETIA_BIN", ROOT / "build" / "dev" / "bin")) / "goetia"


def run(file, *more):
    return subprocess.run([GOETIA, "dataset", "table", file, "--rows", "0", *more, "--json"], capture_output=True, text=True, timeout=120)


def read(file, *more):
    done = run(file, *more)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    return [result["columns"], *(row["cells"] for row in result["rows"])]


LETTERS = ["a", "中", "é", '"', ",", ";", "\n", "\r\n", "\t", " ", "|", "0", "'", "😀", "="]


@pytest.mark.parametrize("seed", range(40))
def test_csv_is_read_as_python_reads_it(tmp_path, seed):
    draw = random.Random(seed)
    columns = draw.randint(1, 6)
    delimiter = draw.choice(",;\t|")
    rows = [[f"column {i}" for i in range(columns)]]
    for _ in range(draw.randint(0, 30)):
        cells = ["".join(draw.choices(LETTERS, k=draw.randint(0, 8))) for _ in range(columns)]
        cells[0] = "x" + cells[0]  # an empty row is skipped
        rows.append(cells)
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=draw.choice(["\r\n", "\n"]), quoting=draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])).writerows(rows)
    file = tmp_path / "表 1.csv"
    file.write_bytes((b"\xef\xbb\xbf" if draw.random() < 0.5 else b"") + text.getvalue().encode())
    assert list(csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=delimiter)) == rows
    assert read(file, "--separator", "tab" if delimiter == "\t" else delimiter) == rows


def test_a_workbook_is_read_as_it_was_typed(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.title = "first"
    sheet.append(["image", "age", "when", "at", "both", "ok", "note"])
    sheet.append(["图 1.png", 25, datetime.date(2024, 3, 1), datetime.time(6, 30), datetime.datetime(1999, 12, 31, 23, 59, 58), True, None])
    sheet.append(["b.png", 0.1, datetime.date(1900, 3, 1), None, None, False, ' two\nlines & <tags> "quoted" '])
    sheet.append([None] * 7)
    sheet.append(["c.png", -1e-7, None, None, None, None, "=1+1"])
    sheet["A7"] = 1001
    second = book.create_sheet("第二 页")
    second["C3"] = "only"
    second["C4"] = 7
    file = tmp_path / "table.xlsx"
    book.save(file)
    assert read(file) == [
        ["image", "age", "when", "at", "both", "ok", "note"],
        ["图 1.png", "25", "2024-03-01", "06:30:00", "1999-12-31T23:59:58", "TRUE", ""],
        ["b.png", "0.1", "1900-03-01", "", "", "FALSE", ' two\nlines & <tags> "quoted" '],
        ["c.png", "-1e-07", "", "", "", "", ""],  # a formula that no spreadsheet has computed yet has no result
        ["1001", "", "", "", "", "", ""],
    ]
    assert read(file, "--sheet", "第二 页") == [["", "", "only"], ["", "", "7"]]


def test_a_workbook_may_name_its_parts_as_it_likes(tmp_path):
    """As other writers do: the same parts under other names, the relationships' prefix another, targets with dots."""
    book = Workbook()
    book.active.append(["image", "age"])
    book.active.append(["图.png", 25])
    book.save(tmp_path / "plain.xlsx")
    renamed = {"xl/workbook.xml": "xl/workbook2.xml", "xl/_rels/workbook.xml.rels": "xl/_rels/workbook2.xml.rels",
               "xl/worksheets/sheet1.xml": "xl/Sheet.xml", "xl/styles.xml": "xl/Styles.XML"}
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(tmp_path / "other.xlsx", "w") as other:
        for name in plain.namelist():
            text = plain.read(name).decode()
            if name.endswith(".rels"):
                text = text.replace("xl/workbook.xml", "xl/./workbook2.xml").replace("/xl/worksheets/sheet1.xml", "./worksheets/../sheet.xml")
            if name == "xl/workbook.xml":
                text = text.replace("xmlns:r=", "xmlns:d3p1=").replace(" r:id=", " d3p1:id=")
                assert "d3p1:id=" in text
            other.writestr(renamed.get(name, name), text)
    assert read(tmp_path / "other.xlsx") == [["image", "age"], ["图.png", "25"]]


@pytest.mark.parametrize("seed", range(10))
def test_numbers_and_dates_of_a_workbook(tmp_path, seed):
    draw = random.Random(seed)
    numbers = [draw.choice([draw.randint(-10**12, 10**12), draw.gauss(0, 1), draw.uniform(0, 1e-5), draw.uniform(0, 1e17)]) for _ in range(200)]
    dates = [datetime.datetime(1900, 3, 1) + datetime.timedelta(seconds=draw.randint(0, 200 * 365 * 86400)) for _ in range(200)]
    book = Workbook()
    book.active.append(["number", "date"])
    for row in zip(numbers, dates):
        book.active.append(row)
    file = tmp_path / "table.xlsx"
    book.save(file)
    for (number, date), (result, day) in zip(zip(numbers, dates), read(file)[1:]):
        assert float(result) == float(f"{number:.16g}")  # openpyxl writes 16 digits
        assert datetime.datetime.fromisoformat(day) == date


def test_a_zip_bomb_is_refused(tmp_path):
    book = Workbook()
    book.active.append(["image"])
    book.save(tmp_path / "plain.xlsx")
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in set(plain.namelist()) - {"xl/styles.xml"}:
            packed.writestr(name, plain.read(name))
        with packed.open("xl/styles.xml", "w", force_zip64=True) as part:
            for _ in range(1200):
                part.write(b" " * (1 << 20))
    done = run(file)
    assert done.returncode == 3
    assert "would unpack to far more data than a table has" in done.stdout + done.stderr
