"""Nothing half-done remains: every action of the run is cut off at every SQL statement, and run twice at once."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from tests import small_county
from yikatong.core.refusals import Refused
from yikatong.demo.story import Plot, Step, steps

# Doing these twice is lawful: loading the same file again changes nothing, two photographs are two proofs.
REPEATABLE = {"banks", "residents", "cards", "cards.again", "proof.liuhe"}
WRITES = re.compile(r"^(INSERT|UPDATE|DELETE|COPY)|^SELECT (core_take|[a-z]+_[a-z_]+)\(")


class CutOff(Exception):
    """What happens to the process at some statement."""


@contextmanager
def cut_off_at(place: int) -> Iterator[list[str]]:
    """Raise instead of the ``place``-th statement; the list holds that statement once it was reached."""
    reached: list[str] = []
    count = 0

    def wrapper(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == place and not reached:
            reached.append(str(sql))
            raise CutOff(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield reached


def everything() -> dict[str, str]:
    """A fingerprint of every table's rows."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) || md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} AS t")
            found[table] = cursor.fetchone()[0]
    return found


def small_plot(tmp_path: Any) -> Plot:
    return Plot(townships=(small_county.TOWNSHIP,), county=small_county.make(tmp_path / "county"))


def test_an_action_cut_off_at_any_statement_leaves_nothing_behind(fresh_database, tmp_path):
    cuts = 0
    for step in steps(small_plot(tmp_path)):
        if step.commits_itself:
            step.take()
            continue
        cuts += _cut_everywhere(step)
    assert cuts > 300


def _cut_everywhere(step: Step) -> int:
    before, place = everything(), 0
    while True:
        place += 1
        with cut_off_at(place) as reached:
            try:
                step.take()
            except CutOff:
                pass
        if not reached:
            return place - 1
        after = everything()
        assert after == before, (step.key, place, reached, [name for name in after if after[name] != before.get(name)])


def test_of_two_at_once_one_wins(fresh_database, tmp_path):
    wrong = []
    for step in steps(small_plot(tmp_path)):
        if step.commits_itself:
            step.take()
            continue
        before = everything()
        results = _twice_at_once(step)
        winners = results.count(None)
        refused = sum(isinstance(one, Refused) for one in results)
        harmless = winners == 2 and (step.key in REPEATABLE or everything() == before)
        if not harmless and (winners, refused) != (1, 1):
            wrong.append((step.key, results))
    assert wrong == [], "\n".join(f"{key}: {results}" for key, results in wrong)


def _twice_at_once(step: Step) -> list[BaseException | None]:
    """Two sessions take the step; both stand before their first write when they are let go."""
    barrier = threading.Barrier(2, timeout=3)
    results: list[BaseException | None] = [None, None]

    def take(place: int) -> None:
        try:
            with connection.execute_wrapper(_waits_at(barrier)):
                step.take()
        except BaseException as error:
            results[place] = error
        finally:
            connection.close()

    sessions = [threading.Thread(target=take, args=(place,)) for place in (0, 1)]
    for session in sessions:
        session.start()
    for session in sessions:
        session.join()
    return results


def _waits_at(barrier: threading.Barrier) -> Callable[..., Any]:
    waited = False

    def wrapper(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal waited
        if not waited and WRITES.match(str(sql)):
            waited = True
            try:
                barrier.wait()
            except threading.BrokenBarrierError:
                pass  # the other session got there by another way, or has ended
        return execute(sql, params, many, context)

    return wrapper
