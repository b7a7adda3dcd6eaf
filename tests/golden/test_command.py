"""The command for clerks: plain words, JSON, exit codes, options; it needs no Django and no database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from yikatong.rosters.commands import DEMO_COUNTY, check
from yikatong.rosters.rules import command, references

ROSTERS = sorted(path for path in (DEMO_COUNTY / "rosters").iterdir() if path.suffix != ".json")
TODAY = ["--today", "2026-11-20"]


def run(*arguments: object):
    return CliRunner().invoke(check, [str(argument) for argument in arguments])


def test_a_clean_roster_is_answered_in_plain_words_and_exit_code_0():
    result = run(ROSTERS[0], *TODAY)
    assert result.exit_code == 0
    assert "共 263 行，可以用的 263 行，合 169,889.57 元；表上合计 169,889.57 元。" in result.output


def test_problems_are_counted_by_cause_and_told_one_by_one():
    result = run(ROSTERS[7], *TODAY)
    assert result.exit_code == 0
    assert "要改 40 处：金额不对 10" in result.output
    assert "“花名册”第 170 行 F 列：身份证号有一位抄错了，校验位对不上。请照身份证核对。" in result.output


def test_a_refused_roster_says_so():
    result = run(ROSTERS[10], *TODAY)
    assert result.exit_code == 0
    assert "这份表不能收" in result.output
    assert "少了“身份证号”这一列，您的表里有：序号、村组、户主" in result.output


def test_json_is_the_form_of_the_expected_files():
    answer = json.loads(run(ROSTERS[11], *TODAY, "--json").output)
    wanted = json.loads(Path(f"{ROSTERS[11]}.expected.json").read_text("utf-8"))
    assert set(answer) == set(wanted)
    assert answer["problems"][0]["kind"] == "ENCODING_GARBLED"


def test_given_facts_win_over_the_title():
    result = run(ROSTERS[0], *TODAY, "--json", "--program", "P05-2", "--cycle", "2025", "--township", "双河镇")
    answer = json.loads(result.output)
    assert (answer["program"], answer["cycle"], answer["township"]) == ("P05-2", "2025", "双河镇")
    assert answer["ok"] == 0
    assert answer["problems"][0]["kind"] == "STANDARD_MISMATCH"


def test_the_function_gives_the_same_as_the_command(tmp_path: Path):
    from datetime import date

    answer = command.check_file(ROSTERS[6], DEMO_COUNTY, today=date(2026, 11, 20))
    assert answer == json.loads(run(ROSTERS[6], *TODAY, "--json").output)


def test_a_folder_without_the_county_is_misuse(tmp_path: Path):
    result = run(ROSTERS[0], "--county", tmp_path)
    assert result.exit_code == 2
    assert "没有 catalog.csv" in result.output
    (tmp_path / "catalog.csv").write_text("code\nP01\n", "utf-8")
    with pytest.raises(references.ReferenceMissing, match="少了这些列"):
        references.from_folder(tmp_path)


def test_the_checker_never_loads_django():
    loaded = "import sys, yikatong.rosters.commands; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
