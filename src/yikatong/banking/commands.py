"""``yikatong bank send``, ``bank fetch`` and ``providers load``."""

import time
import tomllib
from pathlib import Path

import click

from yikatong.core import boot

from .restore_commands import restore


@click.group()
def bank() -> None:
    """与代发银行交换指令、回盘和对账单。"""


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
    """从 TOML 登记代发机构和代发协议（见 banking/README.md）。可以重复执行。"""
    boot.ready(as_owner=True)
    from yikatong.core.refusals import Refused

    from . import providing, words

    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(words.PROVIDER_FILE_BROKEN.format(file=file.name, what="不是 UTF-8 的 TOML")) from error
    provider = providing.load_provider(told=told, file=file.name)
    click.echo(f"已登记代发机构 {provider.name}，{provider.agreements.count()} 份代发协议。")


COMMANDS = (bank, providers, restore)
