"""C01 (RELIABILITY 3), for every kind of step: who dies right before a commit, and who dies right after it, loses nothing."""

from tests.faulty_bank import Fault
from tests.simulation import crashes, steps
from tests.simulation.history import Bent, History
from tests.simulation.invariants import after_step, at_rest
from tests.simulation.place import Place
from yikatong.payments.models import PaymentRequest

FAULTS = {Fault.FAILS: 0.5, Fault.OK_THEN_FAIL: 0.5, Fault.ACKNOWLEDGMENT_LOST: 0.5, Fault.STATEMENT_UNKNOWN_LINE: 0.5}
WORKERS = {"seal", "send", "visit"}
OFFICIALS = {
    "explain", "resolve", "settle", "verify", "release_department", "reissue", "refund", "approve_refund",
}  # fmt: skip
ROUNDS = 16


class Deaths:
    """Every commit of every kind of step, by its number in the step, is died before once and after once."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.died: set[tuple[str, int, bool]] = set()

    def fate(self) -> crashes.What | None:
        """What happens at the commit that is due now."""
        for before in (True, False):
            death = (self._history.doing, self._history.commit_no, before)
            if death not in self.died:
                self.died.add(death)
                return crashes.dying(before)
        return None

    def of(self, kinds: set[str]) -> set[tuple[str, bool]]:
        """The kinds among these that were died in, before a commit and after one."""
        return {(kind, before) for kind, _, before in self.died if kind in kinds}


def test_c01_whoever_dies_around_any_commit_of_any_step_loses_nothing(lived: Place) -> None:
    with lived.scene(Bent(dedupes=True, faults=FAULTS, sizes=(3, 5), file_lines=2)) as history:
        deaths = Deaths(history)
        history.commits.fate = deaths.fate
        for round_no in range(ROUNDS):
            for request in PaymentRequest.objects.filter(pk__in=history.requests, state="released"):
                steps.seal(history, request.pk, is_calm=True)
            steps.send(history, is_calm=True)
            history.pass_time(24)
            steps.visit(history, is_calm=True)
            steps.settle(history, is_calm=True)
            steps.sign(history, is_calm=True)
            (steps.refund if round_no % 3 == 2 else steps.reissue)(history, is_calm=True)
            assert after_step(history) == [], history.told
        steps.come_to_rest(history)
        assert [*after_step(history), *at_rest(history)] == [], history.told
        kinds = WORKERS | OFFICIALS
        assert deaths.of(kinds) == {(kind, before) for kind in kinds for before in (True, False)}
        assert max(number for kind, number, _ in deaths.died if kind == "visit") >= 4
