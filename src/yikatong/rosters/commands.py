"""`yikatong rosters …`: looks at a roster before it is uploaded. Needs no database."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from yikatong.rosters.rules import command, expected
from yikatong.rosters.rules.references import ReferenceMissing

CHINA = ZoneInfo("Asia/Shanghai")
DEMO_COUNTY = Path(__file__).resolve().parent.parent / "demo" / "county"


@click.command("check", help="核对一份花名册，不用数据库。列出每个问题在哪里、哪不对、怎么改。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件")
@click.option(
    "--county",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=DEMO_COUNTY,
    help="放着 people.csv、cards.csv、catalog.csv 等的文件夹，默认是演示县。",
)
@click.option("--program", help="补贴项目代码，例如 P01；不写就从标题或文件名里认。")
@click.option("--cycle", help="发放周期，例如 2026、2026-Q3、2026-09；不写就从标题或文件名里认。")
@click.option("--township", help="申报的乡镇；不写就从标题或文件名里认。")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="按哪一天核对，默认今天。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，格式同 *.expected.json。")
def check(
    file: Path,
    county: Path,
    program: str | None,
    cycle: str | None,
    township: str | None,
    today: datetime | None,
    as_json: bool,
) -> None:
    """Exit code 0 when the file was checked, whatever was found in it; 2 when the command was misused."""
    day = today.date() if today else datetime.now(CHINA).date()
    try:
        result = command.result_of(file, county, program, cycle, township, today=day)
    except ReferenceMissing as missing:
        raise click.UsageError(str(missing)) from missing
    if as_json:
        click.echo(json.dumps(expected.as_expected(result, file.name), ensure_ascii=False, indent=1))
    else:
        click.echo(expected.as_text(result, file.name))


@click.group()
def rosters() -> None:
    """花名册。"""


rosters.add_command(check)
COMMANDS = (rosters,)
