import csv
import io

import pytest

from core.tables import csv_file


def test_excel_reads_chinese(app):
    response = csv_file("agents.csv", ["姓名"], [["陈晨"]])

    assert response.data.startswith(b"\xef\xbb\xbf")
    assert response.headers["Content-Disposition"] == 'attachment; filename="agents.csv"'


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(app, cell):
    text = csv_file("x.csv", ["a"], [[cell]]).data.decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(text, newline="")))[1] == [f"'{cell}"]


def test_other_cells_stay_as_they_are(app):
    text = csv_file("x.csv", ["a", "b", "c"], [["Li, Wei", None, 7]]).data.decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(text)))[1] == ["Li, Wei", "", "7"]
