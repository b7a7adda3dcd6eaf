"""Problems of a file: what is wrong, where, what was seen, and how a clerk mends it.

Bad data is data: a checker returns problems and raises nothing. A message says 哪里 + 哪不对 + 怎么办, without a code in front.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """error blocks the row (or the file); warning needs a tick; fixed is a change of form only, shown and undoable."""

    ERROR = "error"
    WARNING = "warning"
    FIXED = "fixed"


SEVERITY_WORDS: Mapping[str, str] = {"error": "要改", "warning": "提醒", "fixed": "已替您改好"}


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its severity, its name for lists, what is wrong, and what to do."""

    severity: Severity
    label: str
    wrong: str
    mend: str


@dataclass(frozen=True)
class Problem:
    """One problem at one cell. `row` is Excel's row number (or a CSV's record), `column` its letter; None means the whole
    row, sheet or file. `seen` is the cell's text as it stands (personal data: mask it before it leaves the desk)."""

    sheet: str | None
    row: int | None
    column: str | None
    kind: str
    seen: str = ""
    note: str = ""

    @property
    def severity(self) -> Severity:
        """By the kind."""
        return KINDS[self.kind].severity

    def place(self) -> str:
        """「“双桥村”第 17 行 C 列」, or 「整份文件」."""
        sheet = f"“{self.sheet}”" if self.sheet else ""
        row = f"第 {self.row} 行" if self.row is not None else ""
        column = f" {self.column} 列" if self.column else ""
        return f"{sheet}{row}{column}" or "整份文件"

    def message(self) -> str:
        """Where, what is wrong (with what was found, if there is more to say), what to do."""
        kind = KINDS[self.kind]
        found = f"（{self.note}）" if self.note else ""
        return f"{self.place()}：{kind.wrong}{found}。{kind.mend}。"


def _error(label: str, wrong: str, mend: str) -> Kind:
    return Kind(Severity.ERROR, label, wrong, mend)


def _warning(label: str, wrong: str, mend: str) -> Kind:
    return Kind(Severity.WARNING, label, wrong, mend)


def _fixed(label: str, wrong: str, mend: str = "看一眼改得对不对，不对可以撤销") -> Kind:
    return Kind(Severity.FIXED, label, wrong, mend)


# The order matters: a cell is listed once, under the first kind that fits. Whole-file kinds stand last.
KINDS: Mapping[str, Kind] = {
    "ID_MISSING": _error("缺身份证号", "没有填身份证号", "请补上"),
    "ID_NUMERIC": _error(
        "身份证号成了数字", "身份证号被存成了数字，后几位已经丢了", "请把这一列设为文本，照身份证重填"
    ),
    "ID_FORM": _error("身份证号不完整", "身份证号应是 18 位", "请照身份证重填"),
    "ID_CHECKSUM": _error("身份证号抄错", "身份证号有一位抄错了，校验位对不上", "请照身份证核对"),
    "ID_BIRTHDATE": _error("出生日期不对", "身份证号里的出生日期不对", "请照身份证核对"),
    "ID_AREA": _error("地区码不对", "身份证号前 6 位从来没有用过", "请照身份证核对"),
    "PERSON_UNKNOWN": _error("查无此人", "人员库里没有这个身份证号", "请先核对号码，确有此人再登记"),
    "NAME_MISMATCH": _error("姓名不符", "姓名与人员库里的不一样", "请核对姓名和身份证号"),
    "DUPLICATE_ROW": _error("重复", "同一个人在这份表里不止一行", "请只留该留的一行"),
    "CARD_NUMERIC": _error("卡号成了数字", "卡号被存成了数字，后几位已经丢了", "请把这一列设为文本，照卡面重填"),
    "CARD_FORM": _error("卡号不完整", "卡号应是 19 位数字", "请照卡面重填"),
    "CARD_LUHN": _error("卡号抄错", "卡号有一位抄错了，校验位对不上", "请照卡面核对"),
    "CARD_PREFIX": _error("认不出银行", "卡号前 6 位不属于本县任何一家代发机构", "请照卡面核对"),
    "CARD_UNKNOWN": _error("查无此卡", "社保卡名单里没有这张卡", "请照卡面核对"),
    "CARD_OTHER_PERSON": _error("别人的卡", "这张卡是别人的", "请填本人的社保卡号"),
    "AMOUNT_INVALID": _error("金额不对", "金额要写成数字，大于 0，最多两位小数", "请改成例如 1200.00"),
    "AMOUNT_MISMATCH": _error("金额算得不对", "金额不等于数量乘标准", "请重新计算"),
    "QUANTITY_INVALID": _error("数量不对", "面积或人数要写成数字", "请补上或改正"),
    "STANDARD_MISMATCH": _error("标准不对", "标准与补贴政策清单不一样", "请按政策清单改"),
    "FORMULA_CELL": _error("公式", "这一格是公式，不是数", "请复制后“选择性粘贴”为数值"),
    "COLUMN_SWAPPED": _error("填错列", "姓名和卡号填反了", "请把两格对调"),
    "HEADER_DUPLICATE": _error("表头重复", "有两列表头一样，不知道用哪一列", "请删掉一列或改表头"),
    "HEADER_MISSING": _error("缺列", "缺少必须有的列", "请补上这一列"),
    "TOTAL_MISMATCH": _error("合计不对", "合计与明细加起来不一样", "请核对明细和合计"),
    "ENCODING_GARBLED": _error("乱码", "文字成了乱码，汉字已经丢失", "请从原来的表重新导出"),
    "CSV_STRUCTURE": _error("格式错乱", "这里的引号或列数不对，后面的内容会错位", "请用 WPS 打开，另存为 .xlsx"),
    "NO_ROWS": _error("没有名单", "没有找到发放对象", "请检查是不是传错了表"),
    "FILE_DAMAGED": _error("文件损坏", "文件打不开", "请重新另存一份再传"),
    "FILE_TYPE": _error("格式不对", "文件内容与扩展名不符", "请另存为 .xlsx 再传"),
    "FILE_MACRO": _error("带宏", "文件里有宏程序，不能收", "请另存为 .xlsx 再传"),
    "FILE_PROTECTED": _error("有密码", "文件设了打开密码", "请去掉密码再传"),
    "FILE_TOO_LARGE": _error("太大", "文件太大", "请分成几份再传"),
    "SEX_MISMATCH": _warning("性别不符", "性别与身份证号不一致", "请核对性别和身份证号"),
    "SAME_NAME_BIRTH": _warning("疑似同一人", "与另一行同名同生日，身份证号不同", "请确认是两个人"),
    "CARD_MISSING": _warning("缺卡号", "没有填社保卡号", "请补卡号，或由系统查找"),
    "CARD_NOT_ACTIVE": _warning("卡不能用", "这张卡现在收不了钱", "请通知本人到银行办理"),
    "CARD_NAME_DIFFERS": _warning("卡上姓名不同", "社保卡名单里的姓名写法不同", "请确认是同一个人"),
    "VILLAGE_UNKNOWN": _warning("查无此村", "县里没有这个村", "请核对村名"),
    "TEXT_FORMULA": _warning("像公式的文字", "以 = + - @ 开头，会被表格软件当成公式", "已按文字保存，请看是否有用"),
    "HIDDEN_ROW": _warning("隐藏行", "这一行在表里被隐藏或筛掉了，仍会计入", "请确认要不要发放"),
    "HIDDEN_COLUMN": _warning("隐藏列", "这一列在表里被隐藏了", "请确认不影响发放"),
    "HIDDEN_SHEET": _warning("隐藏工作表", "这张工作表被隐藏了，里面的行不计入", "请确认不用发放"),
    "ALREADY_UPLOADED": _warning("已经传过", "这份名单以前传过，内容一样", "请确认是否还要传"),
    "ID_FIXED": _fixed("身份证号写法", "身份证号的写法已改成规范的"),
    "NAME_FIXED": _fixed("姓名写法", "姓名里的空格或间隔点已改成规范的"),
    "CARD_FIXED": _fixed("卡号写法", "卡号里的空格已去掉"),
    "AMOUNT_FIXED": _fixed("金额写法", "金额已改成规范的数字"),
}

ORDER: Mapping[str, int] = {kind: place for place, kind in enumerate(KINDS)}

# With one of these the whole file is refused: its rows cannot be told apart or must not be read.
REFUSING = frozenset(
    (
        "HEADER_DUPLICATE",
        "HEADER_MISSING",
        "ENCODING_GARBLED",
        "NO_ROWS",
        "FILE_DAMAGED",
        "FILE_TYPE",
        "FILE_MACRO",
        "FILE_PROTECTED",
        "FILE_TOO_LARGE",
    )
)


def in_order(found: Iterable[Problem]) -> list[Problem]:
    """By sheet as first met, row, column, kind; whole-file problems first."""
    listed = list(found)
    sheets = {sheet: place for place, sheet in enumerate(dict.fromkeys(problem.sheet for problem in listed))}
    return sorted(
        listed, key=lambda p: (sheets[p.sheet], p.row or 0, len(p.column or ""), p.column or "", ORDER[p.kind])
    )
