"""The drop over SFTP. The host key is pinned; nothing of this machine (agent, known hosts, keys at home) is asked."""

import base64
import posixpath
import shutil
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, cast
from urllib.parse import unquote, urlsplit

import paramiko

from .drop import BODY, NAME, DropWire, Unsigned, needs_no_signature

CONNECT_SECONDS = 10
READ_SECONDS = 120
PORT = 22
# So many requests of 32 KiB are under way while a report is fetched.
READ_AHEAD = 64


@dataclass(frozen=True, slots=True)
class Access:
    """How an SFTP server is entered. ``host_key`` is its public key as in a known_hosts line, without the host."""

    host_key: str
    password: str = ""
    private_key_path: str = ""
    passphrase: str = ""


class SftpBank(DropWire):
    """``address`` is ``sftp://user@host:port/base``; base holds ``out`` and ``in``. Raises ValueError for what is none."""

    def __init__(
        self,
        address: str,
        access: Access,
        *,
        extension: str = BODY,
        unsigned: Unsigned = needs_no_signature,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme != "sftp" or not parts.hostname or not parts.username or parts.password:
            raise ValueError("an SFTP address is sftp://user@host:port/base, without a password")
        pinned = _host_key(access.host_key)
        self._host, self._port = parts.hostname, parts.port or PORT
        self._base, self._user = unquote(parts.path) or "/", unquote(parts.username)
        self._access, self._pinned, self._read_seconds = access, pinned, read_seconds
        super().__init__(self._connected, extension, unsigned)

    @contextmanager
    def _connected(self) -> Iterator["SftpFolder"]:
        """A connection for one call; everything that breaks it is an OSError."""
        try:
            with socket.create_connection((self._host, self._port), timeout=CONNECT_SECONDS) as line:
                transport = paramiko.Transport(line)
                try:
                    transport.banner_timeout = transport.auth_timeout = CONNECT_SECONDS
                    key = self._private_key()
                    password = None if key else self._access.password
                    transport.connect(hostkey=self._pinned, username=self._user, password=password, pkey=key)
                    client = paramiko.SFTPClient.from_transport(transport)
                    assert client is not None
                    channel = client.get_channel()
                    assert channel is not None
                    channel.settimeout(self._read_seconds)
                    yield SftpFolder(client, self._base)
                finally:
                    transport.close()
        except (paramiko.SSHException, EOFError) as error:
            raise OSError(f"SFTP: {error}") from error

    def _private_key(self) -> paramiko.PKey | None:
        if not self._access.private_key_path:
            return None
        secret = self._access.passphrase.encode() or None
        return paramiko.PKey.from_path(self._access.private_key_path, passphrase=secret)


class SftpFolder:
    """``drop.Place`` on a server."""

    def __init__(self, client: paramiko.SFTPClient, base: str) -> None:
        self._client = client
        self._base = base

    def names(self, folder: str) -> dict[str, float]:
        """As ``Place.names``."""
        return {
            found.filename: float(found.st_mtime or 0)
            for found in self._client.listdir_attr(posixpath.join(self._base, folder))
            if NAME.fullmatch(found.filename) and stat.S_ISREG(found.st_mode or 0)
        }

    @contextmanager
    def opened(self, folder: str, name: str) -> Iterator[IO[bytes]]:
        """As ``Place.opened``."""
        path = posixpath.join(self._base, folder, name)
        with self._client.open(path, "rb") as file:
            file.prefetch(self._client.stat(path).st_size, max_concurrent_requests=READ_AHEAD)
            yield cast(IO[bytes], file)

    def put(self, folder: str, name: str, content: IO[bytes]) -> None:
        """As ``Place.put``; the size is asked for before the file gets its name."""
        path = posixpath.join(self._base, folder, name)
        fresh = f"{path}.tmp"
        with self._client.open(fresh, "wb") as file:
            file.set_pipelined(True)
            shutil.copyfileobj(content, file)
        size = content.tell()
        if self._client.stat(fresh).st_size != size:
            raise OSError("the file did not arrive whole")
        try:
            self._client.posix_rename(fresh, path)
        except OSError:
            # The plain rename of SFTP never replaces a file, and not every server knows the other one.
            self._client.rename(fresh, path)


def _host_key(told: str) -> paramiko.PKey:
    """A public key from its type and base64. Raises ValueError."""
    words = told.split()
    try:
        return paramiko.PKey.from_type_string(words[0], base64.b64decode(words[1], validate=True))
    except (IndexError, ValueError, paramiko.SSHException, paramiko.UnknownKeyType) as error:
        raise ValueError("the host key is no public key") from error
