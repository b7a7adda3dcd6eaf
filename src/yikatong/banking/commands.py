"""``yikatong bank send``, ``fetch``, ``key``, ``formats`` and ``conformance``; ``yikatong providers load`` and ``example``."""

import base64
import time
import tomllib
from pathlib import Path
from typing import Any

import click

from yikatong.core import boot

from .restore_commands import restore

EXAMPLES = Path(__file__).with_name("examples")


@click.group()
def bank() -> None:
    """与代发机构交换指令、回盘和对账单。"""


@bank.command("send")
@click.option("--every", "seconds", type=click.IntRange(1), help="每隔多少秒重复一次，不给就只做一次")
def send(seconds: int | None) -> None:
    """生成并发送待发的代发指令，查清结果未知的指令。"""
    boot.ready()
    from yikatong.core import clock

    from . import actions, tasks

    while True:
        at = clock.now()
        for message_id, told in actions.send_waiting(by=tasks.machine(at), at=at).items():
            click.echo(f"{message_id}：{told}")
        if seconds is None:
            return
        time.sleep(seconds)


@bank.command("fetch")
@click.option("--every", "seconds", type=click.IntRange(1), help="每隔多少秒重复一次，不给就只做一次")
def fetch(seconds: int | None) -> None:
    """取回回盘和对账单，登记结果，逐笔对账，对平的关闭。"""
    boot.ready()
    from yikatong.core import clock

    from . import actions, tasks

    while True:
        at = clock.now()
        click.echo(actions.fetch_and_reconcile(by=tasks.machine(at), at=at).sentence)
        if seconds is None:
            return
        time.sleep(seconds)


@bank.command("key")
@click.option("--renew", is_flag=True, help="换一把新密钥，以后用新的签；旧公钥照样列出")
def key(renew: bool) -> None:
    """显示系统印章的公钥，交给银行登记；银行用它核对每份指令的清单。"""
    boot.ready()
    from yikatong.core import clock

    from . import signing

    if renew:
        signing.renew(at=clock.now())
    for one in signing.own_keys(at=clock.now()):
        click.echo(f"编号 {one.key_id}  算法 {one.algorithm}  有效期至 {one.valid_to}")
        click.echo(f"    公钥 {base64.b64encode(one.public).decode()}")


@bank.command("conformance")
@click.argument("provider")
@click.option(
    "--terms",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="测试账户和测试卡（TOML）；不给就显示怎样写",
)
@click.option("--wait", "seconds", type=click.IntRange(1), default=30, show_default=True, help="每次等多少秒")
@click.option("--rounds", type=click.IntRange(1), default=60, show_default=True, help="最多等多少次")
def run_conformance(provider: str, file: Path | None, seconds: int, rounds: int) -> None:
    """联调测试：给银行的测试系统发几分钱的小文件，核对它是否守交换规则，逐项打印结果。有不通过的必备项时以 1 退出。"""
    boot.ready()
    from yikatong.core import clock
    from yikatong.core.refusals import Refused

    from . import conformance, words

    if file is None:
        raise Refused(words.NO_TERMS.format(example=_example("terms")))
    trial, terms = conformance.trial_with(
        provider, told=_told(file), clock=clock.now, pause=lambda: time.sleep(seconds), rounds=rounds
    )
    # Beside the report, which may go into a file.
    click.echo(words.TRIAL_BEGINS.format(name=provider, rounds=rounds, seconds=seconds), err=True)
    began_at = clock.now()
    trial.run()
    judgments = conformance.judge(trial, dedupes_forever=terms.dedupes_forever, names_cards=terms.names_cards)
    click.echo("\n".join(conformance.head_of(trial, terms, began_at=began_at, ended_at=clock.now())))
    click.echo("\n".join(conformance.lines_of(judgments)))
    if not conformance.is_fit(judgments):
        raise SystemExit(1)


@bank.command("formats")
def formats() -> None:
    """列出银行文件格式；县里自己写的有错，在这里说明。"""
    boot.ready()
    from yikatong.core.refusals import Refused

    from . import adapting

    for code in adapting.codes():
        try:
            click.echo(f"{code}：{adapting.named(code).title}")
        except Refused as refused:
            click.echo(f"{code}：{refused}")


@click.group()
def providers() -> None:
    """代发机构和代发协议。"""


@providers.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """从 TOML 登记代发机构和代发协议（怎样写：yikatong providers example）。可以重复执行。"""
    boot.ready(as_owner=True)
    from . import providing

    provider = providing.load_provider(told=_told(file), file=file.name)
    click.echo(f"已登记代发机构 {provider.name}，{provider.agreements.count()} 份代发协议。")


@providers.command("example")
@click.option("--test-system", "is_test", is_flag=True, help="银行的测试系统怎样登记")
def example(is_test: bool) -> None:
    """显示登记文件怎样写，每一项都有说明。存成文件，改好再装入。"""
    click.echo(_example("test_system" if is_test else "provider"), nl=False)


def _example(name: str) -> str:
    return (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")


def _told(file: Path) -> dict[str, Any]:
    from yikatong.core.refusals import Refused

    from . import words

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file.name, what="不是 UTF-8 的 TOML")) from error


COMMANDS = (bank, providers, restore)
