"""Plays the run, and says where the money is."""

from collections.abc import Callable

from django.db import transaction

from yikatong.banking import queries as banking
from yikatong.core import audit, clock, proofs
from yikatong.ledger import queries as ledger

from .models import PlayedStep
from .story import Step


def play(all_steps: list[Step], say: Callable[[str], None]) -> None:
    """Take the steps that are not yet taken, in order. Cut off at any moment, it goes on where it stopped."""
    played = set(PlayedStep.objects.values_list("key", flat=True))
    for number, step in enumerate(all_steps, start=1):
        if step.key in played:
            continue
        say(f"[{number:2}/{len(all_steps)}] {step.title}")
        if step.commits_itself:
            step.take()
            _note(step)
            continue
        with transaction.atomic():
            step.take()
            _note(step)


def _note(step: Step) -> None:
    PlayedStep.objects.create(key=step.key, played_at=clock.now())


def prove(say: Callable[[str], None]) -> bool:
    """Print the balance proof per batch and for the whole, then verify everything; whether all of it holds."""
    for sentence in banking.proof_sentences():
        say(sentence)
    total = ledger.whole(ledger.proof())
    audit.seal()
    findings = proofs.verify()
    for sentence in proofs.sentences(findings):
        say(sentence)
    return total.allotted_fen == total.placed_fen and not findings
