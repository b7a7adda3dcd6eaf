"""Everything a bank, its network and its files can do wrong (RELIABILITY 2.4 and the C cases), by name."""

import random
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum


class Fault(StrEnum):
    """One thing that goes wrong at one occasion; the comment says what."""

    # An instruction on its way in, or the question about it.
    REQUEST_LOST = "request lost"  # it never arrives, the caller learns nothing
    ARRIVES_LATE = "arrives late"  # hours later; the caller learns nothing
    ACKNOWLEDGMENT_LOST = "acknowledgment lost"  # it arrived, the caller learns nothing
    ANSWERS_LATE = "answers late"  # it is booked first and answered after the time-out
    NETWORK_DUPLICATE = "network duplicate"  # it arrives now and once more hours later
    QUESTION_LOST = "question lost"  # asking for it brings no answer
    PAYS_EXPIRED = "pays expired"  # booked though its time is over
    PAID_AFTER_ALL = "paid after all"  # what never arrived turns up days after its time, and is booked

    # A line, when it is executed. All but the last three are what a good bank does, too.
    FAILS = "fails"
    UNKNOWN_CODE = "unknown code"  # it fails with a code nobody knows
    EMPTY_CODE = "empty code"
    SPACED_CODE = "spaced code"  # a known code with a space behind it
    LATE_RETURN = "late return"  # booked, and back after some days
    RETURNED_TWICE = "returned twice"  # back once, told twice
    RETURN_BEFORE_CREDIT = "return before credit"  # its return is told before its booking
    OTHER_CARD = "other card"  # somebody else's card is credited, and both messages say so; put right when asked for it
    OTHER_NAME = "other name"  # the right card is credited, and both messages give another name
    BOOKS_TWICE = "books twice"  # the bank itself pays the line twice, under two references

    # What is told of a file's lines, while the books are right.
    OK_THEN_FAIL = "ok then fail"
    FAIL_THEN_OK = "fail then ok"
    LINE_MISSING = "line missing"
    LINE_TWICE = "line twice"
    AMOUNT_OFF = "amount off by a fen"
    AMOUNTS_SWAPPED = "amounts swapped"
    UNKNOWN_LINE = "unknown line"
    TWO_REFERENCES = "two references"

    # A message on its way back. What arrives broken is sent anew the next day.
    PARTIAL = "partial"  # the other half comes the next day
    HELD_BACK = "held back"  # released after younger ones
    DELIVERED_TWICE = "delivered twice"  # the same bytes under another number
    OTHER_BODY = "other body"  # the same number twice, with two bodies
    ALTERED_BYTES = "altered bytes"  # a figure is another than the one that was signed
    CUT_SHORT = "cut short"
    SUM_WRONG = "sum wrong"
    UNSIGNED = "unsigned"
    OTHER_KEY = "other key"  # signed, by somebody else

    # The daily statement.
    STATEMENT_ALTERED = "statement altered"  # an amount is another than the one that was booked
    STATEMENT_OTHER_CARD = "statement with another card"  # the results named the right one
    STATEMENT_UNKNOWN_LINE = "statement with an unknown line"  # a debit that is none of ours
    STATEMENT_LINE_MISSING = "statement with a line missing"
    STATEMENT_TWICE = "statement twice"  # a second one of the same day, with other content
    STATEMENT_UNSIGNED = "statement unsigned"
    STATEMENT_LATE = "statement late"  # days later, after those of younger days


class Chances:
    """Decides from a seed what goes wrong: what was asked for first, else by its chance (0 to 1)."""

    def __init__(self, seed: int, chances: Mapping[Fault, float]) -> None:
        self.random = random.Random(seed)
        self._chances = dict(chances)
        self._wanted: Counter[Fault] = Counter()
        self.happened: Counter[Fault] = Counter()

    def want(self, fault: Fault, times: int = 1) -> None:
        """Let a fault happen at its next occasions."""
        self._wanted[fault] += times

    def strikes(self, fault: Fault) -> bool:
        """Whether a fault happens now; ``happened`` counts it."""
        if self._wanted[fault]:
            self._wanted[fault] -= 1
        else:
            chance = self._chances.get(fault, 0)
            if not chance or self.random.random() >= chance:
                return False
        self.happened[fault] += 1
        return True
