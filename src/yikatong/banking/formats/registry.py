"""All adapters by their code: ISO 20022, the packaged flat files, and those that a county has laid down itself."""

import re
from pathlib import Path

from yikatong.banking.formats.adapters import Adapter
from yikatong.banking.formats.flat import loading
from yikatong.banking.formats.flat.adapter import Flat
from yikatong.banking.formats.iso20022 import Iso20022
from yikatong.banking.formats.refusals import UnknownFormat

PACKAGED = Path(__file__).parent / "banks"
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,27}")


def named(code: str, folder: Path | None = None) -> Adapter:
    """The adapter with a code; ``folder`` holds the county's own, one TOML a bank, named by its code.

    Raises UnknownFormat, also for a file that is wrong, naming key and line.
    """
    if code == Iso20022.code:
        return Iso20022()
    found = _files(folder).get(code)
    if found is None:
        raise UnknownFormat(f"没有叫“{code}”的银行文件格式。可以用的是：{'、'.join(codes(folder))}。")
    return Flat(loading.load(code, found.read_bytes(), file=found.name))


def codes(folder: Path | None = None) -> list[str]:
    """Every code there is, ISO 20022 first."""
    return [Iso20022.code, *sorted(_files(folder))]


def _files(folder: Path | None) -> dict[str, Path]:
    own = sorted(folder.glob("*.toml")) if folder is not None and folder.is_dir() else []
    packaged = {path.stem: path for path in PACKAGED.glob("*.toml")}
    for path in own:
        if not _CODE.fullmatch(path.stem):
            raise UnknownFormat(
                f"银行文件格式 {path.name} 的文件名只能用小写字母、数字和 -，最长 28 个字符。请改名后再用。"
            )
        if path.stem in packaged or path.stem == Iso20022.code:
            # One code must not mean two forms, depending on the machine.
            raise UnknownFormat(f"银行文件格式 {path.name} 与系统自带的重名，请改一个名字。")
    return packaged | {path.stem: path for path in own}
