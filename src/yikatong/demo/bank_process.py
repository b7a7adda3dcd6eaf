"""The demo bank's own process: mock-bank from PyPI, started with what a Chinese county needs of it.

Run as a file by ``demo.bank`` and never imported by the site. Four things differ from ``mock-bank`` on the command
line: account numbers may have 34 digits (a card has 19, mock-bank stops at the 17 of an American account); bank time
goes on where it stopped, so that no day lacks its statement; it holds no accounts but ours; and the process ends when
its parent does.
"""

import argparse
import json
import os
import re
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from mockbank import accounts, db
from mockbank.server import Config, _Server, make_server

ZONE = "Asia/Shanghai"


def main() -> None:
    """Serve until the parent closes our standard input."""
    options = _options()
    # Without its own four European accounts, each of which would send a statement in euros every day.
    db.SEED = ()
    accounts.ACCOUNT_NUMBER_PATTERN = re.compile(r"^\d{1,34}$")
    folder = Path(options.folder)
    wanted = datetime.fromisoformat(options.clock) if options.clock else _resumed(folder)
    begin = _begin(folder, wanted.astimezone(ZoneInfo(ZONE)))
    server = make_server(
        Config(
            port=options.port,
            db_path=str(folder / "bank.sqlite3"),
            quiet=True,
            timezone=ZONE,
            cutoff=options.cutoff,
            clock=begin.strftime("%Y-%m-%dT%H:%M:%S"),
            status_delay_ms=options.status_delay_seconds * 1000,
        )
    )
    server.state.clock.on_advance.append(lambda before, after: _remember(folder, after))
    days = (wanted.astimezone(ZoneInfo(ZONE)).date() - begin.date()).days
    with server.state.lock:
        server.state.clock.advance(days=max(days, 0))
    _write(folder / "address", f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    server.serve_forever()
    server.server_close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--clock", default="")
    parser.add_argument("--cutoff", default="23:59")
    parser.add_argument("--status-delay-seconds", type=int, default=0)
    return parser.parse_args()


def _stop_with_parent(server: _Server) -> None:
    sys.stdin.buffer.read()
    server.shutdown()


def _resumed(folder: Path) -> datetime:
    now = datetime.now(ZoneInfo(ZONE))
    stored = _stored(folder)
    return now + timedelta(seconds=stored["offset_seconds"]) if stored else now


def _begin(folder: Path, wanted: datetime) -> datetime:
    """The moment to start at: the day the bank last knew, so that advancing from it issues every statement since."""
    stored = _stored(folder)
    if stored is None:
        return wanted
    last = datetime.fromisoformat(stored["moment"]).astimezone(ZoneInfo(ZONE))
    return max(last, datetime.combine(last.date(), wanted.timetz()))


def _remember(folder: Path, moment: datetime) -> None:
    offset = moment - datetime.now(ZoneInfo(ZONE))
    clock = {"moment": moment.isoformat(timespec="seconds"), "offset_seconds": round(offset.total_seconds())}
    _write(folder / "clock.json", json.dumps(clock))


def _stored(folder: Path) -> dict | None:
    file = folder / "clock.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else None


def _write(file: Path, text: str) -> None:
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(text, "utf-8")
    os.replace(unfinished, file)


if __name__ == "__main__":
    main()
