"""What the bank makes of a manifest: its own check of signature, digest, count, sum and card hash total."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .instructions import Order, Unfit


def not_after(
    manifest: bytes, body: bytes, trusted: list[bytes] | None, read: Callable[[bytes], Order]
) -> datetime | None:
    """Until when the instruction may be booked; None without a manifest, where no signature is asked for.

    ``read`` is the bank's reader. Raises Unfit: DS0B not signed by a trusted key, FF01 another body, AM18, AM10 and
    AC01 other count, sum and cards.
    """
    if not manifest:
        if trusted is not None:
            raise Unfit("DS0B")
        return None
    whole = json.loads(manifest)
    told = whole["manifest"]
    if trusted is not None:
        _hold(told, whole.get("signature", {}), trusted)
    if told["body_sha256"] != hashlib.sha256(body).hexdigest():
        raise Unfit("FF01")
    order = read(body)
    if told["count"] != len(order.lines):
        raise Unfit("AM18")
    if told["total_fen"] != order.total_fen:
        raise Unfit("AM10")
    cards = sum(int(line.account[-8:]) for line in order.lines) % 10**10
    if told.get("card_hash_total", cards) != cards:
        raise Unfit("AC01")
    return datetime.fromisoformat(told["not_after"])


def _hold(told: dict[str, object], signature: dict[str, str], trusted: list[bytes]) -> None:
    content = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    keys = {hashlib.sha256(key).hexdigest()[:16]: key for key in trusted}
    try:
        key = Ed25519PublicKey.from_public_bytes(keys[signature["key_id"]])
        key.verify(base64.b64decode(signature["value"]), content)
    except (KeyError, ValueError, InvalidSignature) as error:
        raise Unfit("DS0B") from error
