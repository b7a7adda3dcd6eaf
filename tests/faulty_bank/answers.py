"""What the faulty bank answers at once, or does not."""

from dataclasses import dataclass


class NoAnswer(Exception):
    """The caller learns nothing: what became of the call is unknown. ``late`` when the answer only comes too late."""

    def __init__(self, *, late: bool = False) -> None:
        super().__init__("no answer")
        self.late = late


@dataclass(frozen=True)
class Answer:
    """What the bank says at once: ``ACTC`` taken, ``DUPL`` it has these very bytes, ``RJCT`` refused with a reason."""

    status: str
    reason: str = ""
