"""CSV files that other offices send."""

import pytest

from yikatong.core import tables
from yikatong.core.tables import BadTable

COLUMNS = {"name": "姓名", "no": "编号"}


def read(content):
    return tables.read(content, file="x.csv", columns=COLUMNS, optional={"note": "备注"})


@pytest.mark.parametrize(
    "content",
    [
        "name,no\n张三 ,1\n".encode(),
        "\ufeff姓名,编号\n张三,1".encode(),
        "编号,姓名\r\n1,张三\r\n".encode("gb18030"),
    ],
)
def test_encodings_headers_and_line_ends(content):
    assert read(content).rows() == [("张三", "1", "")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空文件"),
        ("姓名\n张三".encode(), "编号（no）"),
        ("姓名,编号\n".encode(), "没有数据行"),
        ("姓名,编号\n张三,1,2,3\n".encode(), "对不上"),
        (b"name,no\n\x00,1", "编码"),
        (b"\xff\xfe\xff", "编码"),
    ],
)
def test_a_bad_file_is_refused_with_one_sentence(content, said):
    with pytest.raises(BadTable, match=said):
        read(content)


def test_wrong_cells_are_told_by_row():
    frame = read("姓名,编号\n张三,1\n李四,x\n王五,1\n".encode())
    wrong = tables.check(frame, "no", "编号", str.isdigit, "“{seen}”不是数字。")
    assert [str(problem) for problem in wrong] == ["第 3 行“编号”列：“x”不是数字。"]
    assert [problem.row for problem in tables.repeated(frame, "no", "编号")] == [2, 4]
    with pytest.raises(BadTable, match=r"x\.csv 有 1 处要改，什么都没有导入。第 3 行") as bad:
        tables.refuse_if(wrong, file="x.csv")
    assert bad.value.problems == wrong
    tables.refuse_if([], file="x.csv")
