"""The command line ``yikatong``. Commands of a room stand in ``<room>/commands.py``."""

import os
import sys
from importlib import import_module
from importlib.util import find_spec

import click

from yikatong.core import boot
from yikatong.core.refusals import Refused

ROOMS = ("core", "catalog", "registry", "rosters", "banking", "demo")


class Main(click.Group):
    """Shows a refusal as its sentence and exit code 1, never as a stack trace."""

    def invoke(self, context: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(context)
        except Refused as refused:
            raise click.ClickException(str(refused)) from refused


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """一卡通：惠民惠农财政补贴从花名册到社保卡，一分不少，全程公开。"""


@main.command()
def migrate() -> None:
    """建好或升级数据库（表、约束、函数、权限）。"""
    boot.ready(as_owner=True)
    from yikatong.core import schema

    schema.migrate()
    click.echo("数据库已是最新。")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="网页进程数")
def serve(host: str, port: int, workers: int) -> None:
    """运行网站。"""
    boot.ready()
    server = _server(host, port, workers)
    # In place of this process: whoever stops the command stops the server, and none is left behind.
    os.execv(server[0], server)  # noqa: S606  no shell is what is wanted here


def _server(host: str, port: int, workers: int) -> list[str]:
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers)]
    options += ["--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    return [sys.executable, "-m", "granian", *options, "yikatong.site.wsgi:application"]


@main.command()
def worker() -> None:
    """运行后台任务（读花名册、发送指令、取回盘、封存审计链）。"""
    boot.ready()
    from yikatong.core import tasks

    tasks.worker().run_worker()


@main.command()
def verify() -> None:
    """只凭数据库里的行，重新核对每一分钱、每个决定和审计链；有出入就退出码 1。"""
    boot.ready()
    from yikatong.banking import queries as banking
    from yikatong.core import audit, proofs

    audit.seal()
    findings = proofs.verify()
    for sentence in [*banking.proof_sentences(), *proofs.sentences(findings)]:
        click.echo(sentence)
    if findings:
        sys.exit(1)


for room in ROOMS:
    if find_spec(f"yikatong.{room}.commands"):
        for command in import_module(f"yikatong.{room}.commands").COMMANDS:
            main.add_command(command)
