"""A check's result in the form of `NAME.expected.json`, and as a page of plain Chinese text."""

from collections import Counter
from typing import Any

from yikatong.kit import money
from yikatong.kit.problems import KINDS, SEVERITY_WORDS, Severity
from yikatong.rosters.rules.checking import CheckResult


def as_expected(result: CheckResult, filename: str) -> dict[str, Any]:
    """file, program, program_name, cycle, township, refused, rows, ok, total_fen_ok, declared_total_fen, problems."""
    return {
        "file": filename,
        "program": result.program,
        "program_name": result.program_name,
        "cycle": result.cycle,
        "township": result.township,
        "refused": result.refused,
        "rows": result.row_count,
        "ok": result.ok_count,
        "total_fen_ok": result.total_fen_ok,
        "declared_total_fen": result.declared_total_fen,
        "problems": result.problems.select("sheet", "row", "column", "kind", "note").to_dicts(),
    }


def as_text(result: CheckResult, filename: str) -> str:
    """A summary, the counts by cause, then each problem with where, what and how to mend it."""
    listed = result.listed()
    lines = [f"文件：{filename}", *_summary(result)]
    for severity in Severity:
        counts = Counter(problem.kind for problem in listed if problem.severity is severity)
        if counts:
            causes = "，".join(f"{KINDS[kind].label} {count}" for kind, count in counts.most_common())
            lines.append(f"{SEVERITY_WORDS[severity]} {counts.total()} 处：{causes}")
    for severity in Severity:
        chosen = [problem for problem in listed if problem.severity is severity]
        if chosen:
            lines += ["", f"【{SEVERITY_WORDS[severity]}】", *(problem.message() for problem in chosen)]
    return "\n".join(lines)


def _summary(result: CheckResult) -> list[str]:
    unknown = "没有认出来"
    declared = "没有写" if result.declared_total_fen is None else f" {money.format_yuan(result.declared_total_fen)} 元"
    head = f"补贴项目：{result.program_name or unknown}　周期：{result.cycle or unknown}　申报地：{result.township or unknown}"
    if result.refused:
        return [head, f"这份表不能收：共 {result.row_count} 行，要先改好下面的问题。"]
    total = money.format_yuan(result.total_fen_ok)
    return [head, f"共 {result.row_count} 行，可以用的 {result.ok_count} 行，合 {total} 元；表上合计{declared}。"]
