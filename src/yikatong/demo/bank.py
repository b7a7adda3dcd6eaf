"""The bank of the demo and the tests: mock-bank as a process of its own on loopback, and its controls.

Nobody here wrote the counterpart; this module starts it, opens accounts in it, moves its clock and makes it misbehave
in ways it really has. Every payment to a card it does not hold is accepted and booked.
"""

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import requests

# The only clearing number under which mock-bank looks a creditor's account number up in its own books; the demo's
# provider must carry it, else a closed card would be another bank's customer and be paid.
PROVIDER_BANK_CODE = "999999992"

CardBehaviour = Literal["accept", "closed-account", "bad-bank-id"]
DebtorBehaviour = Literal["accept", "insufficient-funds", "reject-file", "silent", "statement-gap", "return-later"]
ReturnReason = Literal["AC01", "AC04", "AC06", "AG01", "CUST", "MD07", "MS02", "MS03", "RC01", "RR04"]

_START_SECONDS = 20
_CALL_SECONDS = 60


class BankControl:
    """The controls of a running demo bank, by its address; any process of the demo may hold one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def open_debtor_account(self, account_number: str, *, name: str, balance_fen: int) -> str:
        """Open the zero-balance account that instructions pay from, or reset one; returns its number on statements."""
        fields = {"name": name, "currency": "CNY", "balance": balance_fen, "behaviour": "accept", "closed": False}
        return self._put_account(account_number, fields)

    def open_card(self, card_number: str, behaviour: CardBehaviour = "accept") -> str:
        """Hold a card at the bank: ``closed-account`` fails with AC04, ``bad-bank-id`` with RC01, at once.

        Returns the number under which camt files name the card (its IBAN here). A blocked card (AC06) or a deceased
        holder (MD07) is no behaviour of a card: the bank accepts and returns later, see ``return_later``.
        """
        # A closed account gets no statements of its own, which would only lie in our mailbox.
        closed = behaviour == "closed-account"
        fields = {"name": "社保卡", "currency": "CNY", "behaviour": behaviour, "closed": closed}
        return self._put_account(card_number, fields)

    def set_debtor_behaviour(self, account_number: str, behaviour: DebtorBehaviour) -> None:
        """Change how the bank treats files from a debtor account from now on."""
        self._send("PATCH", f"/_mock/accounts/{_id_of(account_number)}", {"behaviour": behaviour, "parameters": {}})

    def return_later(
        self, account_number: str, *, end_to_end_id: str, reason: ReturnReason, business_days: int = 2
    ) -> None:
        """Have one payment accepted and booked, then returned (pacs.004 and a credit on the statement).

        Must be said before the payment books; one payment at a time for a debtor account.
        """
        parameters = {"days": business_days, "reason": reason, "end_to_end_id": end_to_end_id}
        fields = {"behaviour": "return-later", "parameters": parameters}
        self._send("PATCH", f"/_mock/accounts/{_id_of(account_number)}", fields)

    def top_up(self, account_number: str, *, amount_fen: int, note: str) -> None:
        """Money arrives in the debtor account (the drawdown): a credit on the business day's statement."""
        payer = {"name": "青禾县国库", "iban": iban_of("519999000000000001")}
        credit = {"account": _id_of(account_number), "amount": amount_fen, "note": note, "debtor": payer}
        self._send("POST", "/_mock/credits", credit)

    def set_holidays(self, days: Iterable[date]) -> None:
        """The days besides weekends on which the bank settles nothing. Working weekends cannot be told to it."""
        self._send("PUT", "/_mock/holidays", [day.isoformat() for day in days])

    def advance(self, days: int) -> date:
        """Move bank time by calendar days: due payments book, ended business days get their statement."""
        return datetime.fromisoformat(self._send("POST", f"/_mock/advance?days={days}")["to"]).date()

    def now(self) -> datetime:
        """Bank time, with its zone."""
        return datetime.fromisoformat(self._send("GET", "/_mock/state")["clock"]["now"])

    def is_up(self) -> bool:
        """Whether the bank answers."""
        try:
            return bool(self._send("GET", "/_mock/health")["status"] == "ok")
        except requests.RequestException:
            return False

    def _put_account(self, number: str, fields: dict[str, Any]) -> str:
        identifier, iban = _id_of(number), iban_of(number)
        held = self._session.get(f"{self.url}/_mock/accounts/{identifier}", timeout=_CALL_SECONDS)
        if held.status_code == 404:
            opened = {"id": identifier, "iban": iban, "account_number": number, **fields}
            self._send("POST", "/_mock/accounts", opened)
        else:
            self._send("PATCH", f"/_mock/accounts/{identifier}", fields)
        return iban

    def _send(self, method: str, path: str, content: Any = None) -> Any:
        response = self._session.request(method, self.url + path, json=content, timeout=_CALL_SECONDS)
        if response.status_code >= 400:
            raise RuntimeError(f"the demo bank refused {method} {path}: {response.text[:300]}")
        return response.json()


@dataclass
class BankProcess:
    """A running demo bank. It ends by ``stop`` or when the process that started it ends."""

    folder: Path
    url: str
    process: "subprocess.Popen[bytes]" = field(repr=False)

    @property
    def control(self) -> BankControl:
        """The controls of this bank."""
        return BankControl(self.url)

    def stop(self) -> None:
        """End the process by its own pid and wait for it."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def delay_answers(self, delay: timedelta) -> None:
        """Hold back the status report of every file sent from now on, by bank time; zero ends it.

        mock-bank fixes this at its start, so the process is started again on the same address, books and clock.
        """
        clock_at = self.control.now()
        self.stop()
        port = int(self.url.rpartition(":")[2])
        self.process = start(self.folder, clock_at=clock_at, status_delay=delay, port=port).process


def start(
    folder: Path,
    *,
    clock_at: datetime | None = None,
    status_delay: timedelta = timedelta(0),
    cutoff: str = "23:59",
    port: int = 0,
) -> BankProcess:
    """Start the bank on loopback (a free port unless given) with its books in ``folder``, and wait until it answers.

    Bank time becomes ``clock_at`` (with a zone); without it, it goes on where it stopped, or is the real time. Files
    received at or after ``cutoff`` settle on the next business day. Raises RuntimeError if it does not come up.
    """
    folder.mkdir(parents=True, exist_ok=True)
    address = folder / "address"
    address.unlink(missing_ok=True)
    # -P: the launcher's folder must not come before the standard library on the import path.
    command = [sys.executable, "-P", str(Path(__file__).with_name("bank_process.py")), "--folder", str(folder)]
    command += ["--port", str(port), "--cutoff", cutoff]
    command += ["--status-delay-seconds", str(int(status_delay.total_seconds()))]
    command += ["--clock", clock_at.isoformat(timespec="seconds")] if clock_at else []
    with (folder / "bank.log").open("ab") as log:
        # A session of its own: Ctrl-C in the terminal reaches the demo, which then stops the bank in order.
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if address.exists():
            running = BankProcess(folder, address.read_text("utf-8"), process)
            if running.control.is_up():
                return running
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise RuntimeError(f"the demo bank did not start; see {folder / 'bank.log'}")


def iban_of(number: str) -> str:
    """The IBAN-like number mock-bank holds an account under: CN, two check digits (ISO 13616), the number itself.

    China has no IBAN; it is made up so that the account can exist there, and it is what statements name the account by.
    """
    check = 98 - int(f"{number}122300") % 97
    return f"CN{check:02d}{number}"


def _id_of(number: str) -> str:
    # mock-bank tells accounts apart by the first 18 characters of their id, which cards of one bank would share.
    return "Y" + hashlib.sha256(number.encode()).hexdigest()[:16].upper()
