"""The faulty bank behind a folder of files, as ``transports.drop`` describes it, and that folder behind SFTP."""

import hashlib
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paramiko

from .answers import NoAnswer
from .bank import FaultyBank

USER, PASSWORD = "county", "a-password-of-the-test"


class Folder:
    """The bank's end of a drop: ``work`` takes in what lies there whole and lays down receipts and messages."""

    def __init__(self, bank: FaultyBank, base: Path) -> None:
        self._bank = bank
        self.base = base
        self._taken: set[tuple[str, int]] = set()
        self._laid = 0
        for name in ("in", "out"):
            (base / name).mkdir(parents=True, exist_ok=True)

    def work(self) -> None:
        """One round. Instructions without a marker are left alone; receipts follow the bank's answers."""
        out = self.base / "out"
        for marker in sorted(out.glob("*.ok")):
            message_id = marker.stem
            turn = (message_id, marker.stat().st_mtime_ns)
            if turn in self._taken:
                continue
            self._taken.add(turn)
            body = (out / marker.read_text().split()[1]).read_bytes()
            try:
                answer = self._bank.submit(message_id, body, manifest=(out / f"{message_id}.manifest").read_bytes())
            except NoAnswer:
                continue
            status = "REFUSED" if answer.status == "RJCT" else "RECEIVED"
            self._receipt(message_id, body, status, answer.reason)
        letters = self._bank.mailbox.letters()
        for letter in letters[self._laid :]:
            self.lay(letter.number, letter.body, letter.signature, extension=self._bank.form.extension)
        self._laid = len(letters)

    def lay(
        self, number: str, body: bytes, signature: bytes = b"", *, marker: bytes | None = None, extension: str = ".xml"
    ) -> None:
        """Lay down one message; its marker holds the digest unless told otherwise."""
        place = self.base / "in"
        (place / f"{number}{extension}").write_bytes(body)
        if signature:
            (place / f"{number}.sig").write_bytes(signature)
        told = hashlib.sha256(body).hexdigest().encode() if marker is None else marker
        (place / f"{number}.ok").write_bytes(told)

    def _receipt(self, message_id: str, body: bytes, status: str, reason: str) -> None:
        told = {"file_id": message_id, "body_sha256": hashlib.sha256(body).hexdigest(), "status": status}
        place = self.base / "in"
        content = json.dumps(told | {"reason": reason}).encode()
        (place / f"{message_id}.receipt").write_bytes(content)
        if signature := self._bank.mailbox.signature(content):
            (place / f"{message_id}.receipt.sig").write_bytes(signature)
        (place / f"{message_id}.receipt.ok").write_bytes(b"")


@contextmanager
def over_sftp(base: Path, *, knows_posix_rename: bool = True) -> Iterator[tuple[str, str]]:
    """Serve a folder by a real SFTP server on a free port of loopback; yields its address and its host key."""
    host_key = paramiko.RSAKey.generate(2048)
    listener = socket.create_server(("127.0.0.1", 0))
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(line)
            transport.add_server_key(host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, base, knows_posix_rename)
            transports.append(transport)
            try:
                transport.start_server(server=_Door())
            except (paramiko.SSHException, EOFError):
                transport.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        port = listener.getsockname()[1]
        yield f"sftp://{USER}@127.0.0.1:{port}/", f"{host_key.get_name()} {host_key.get_base64()}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for transport in transports:
            transport.close()


class _Door(paramiko.ServerInterface):
    """Lets in who knows the password."""

    def check_auth_password(self, username: str, password: str) -> int:
        return int(paramiko.AUTH_SUCCESSFUL if (username, password) == (USER, PASSWORD) else paramiko.AUTH_FAILED)

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)


class _Files(paramiko.SFTPServerInterface):
    """One folder and nothing else."""

    def __init__(self, server: Any, base: Path, knows_posix_rename: bool) -> None:
        super().__init__(server)
        self._base = base
        self._knows_posix_rename = knows_posix_rename

    def list_folder(self, path: str) -> Any:
        try:
            found = sorted(self._place(path).iterdir())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return [paramiko.SFTPAttributes.from_stat(one.lstat(), one.name) for one in found]

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._place(path).lstat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        try:
            descriptor = os.open(self._place(path), flags, 0o640)
            file = os.fdopen(descriptor, "wb" if flags & os.O_WRONLY else "rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = handle.writefile = file
        return handle

    def rename(self, oldpath: str, newpath: str) -> int:
        if self._place(newpath).exists():
            return int(paramiko.SFTP_FAILURE)
        self._place(oldpath).rename(self._place(newpath))
        return int(paramiko.SFTP_OK)

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        if not self._knows_posix_rename:
            return int(paramiko.SFTP_OP_UNSUPPORTED)
        self._place(oldpath).replace(self._place(newpath))
        return int(paramiko.SFTP_OK)

    def _place(self, path: str) -> Path:
        return self._base / str(self.canonicalize(path)).lstrip("/")
