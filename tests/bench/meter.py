"""Times stages: wall seconds, processor seconds of this process and of the server, peak memory of each process."""

import functools
import importlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.bench.memory import Sampler, Server

# Where a stage belongs: the sums ``out`` and ``back``, what else makes the ``whole``, and what stands beside it.
PARTS = ("prepare", "out", "back", "reissue", "verify", "disclosure", "xlsx", "bank")

QUIET_SECONDS = 300


class Spent(NamedTuple):
    """Seconds on the wall, processor seconds of this process (without the sampler) and of the whole server."""

    seconds: float = 0.0
    own_cpu: float = 0.0
    server_cpu: float = 0.0

    def plus(self, other: "Spent") -> "Spent":
        return Spent(*(one + two for one, two in zip(self, other, strict=True)))

    def minus(self, other: "Spent") -> "Spent":
        return Spent(*(one - two for one, two in zip(self, other, strict=True)))

    @property
    def cpu(self) -> float:
        """All processor seconds."""
        return self.own_cpu + self.server_cpu


@dataclass
class Stage:
    """One measured stage. ``is_decision``: one official's single act, which must not grow with the rows."""

    name: str
    part: str
    rows: int = 0
    is_decision: bool = False
    spent: Spent = field(default_factory=Spent)
    peaks_mb: dict[str, float] = field(default_factory=dict)
    inner: dict[str, Spent] = field(default_factory=dict)


class Meter:
    """Keeps the stages in the order in which they ran."""

    def __init__(self, server: Server, sampler: Sampler) -> None:
        self._server = server
        self._sampler = sampler
        self._open: Stage | None = None
        self.stages: list[Stage] = []

    def now(self) -> Spent:
        """The clocks as they stand."""
        told = os.times()
        own = time.process_time() + told.children_user + told.children_system - self._sampler.cpu_seconds
        return Spent(time.perf_counter(), own, self._server.cpu_seconds())

    def wait_for_quiet(self) -> None:
        """Wait until the server's own housekeeping after a run is done, at most QUIET_SECONDS."""
        deadline = time.monotonic() + QUIET_SECONDS
        while "autovacuum worker" in self._server.processes().values() and time.monotonic() < deadline:
            time.sleep(0.2)

    @contextmanager
    def stage(self, name: str, part: str, *, rows: int = 0, is_decision: bool = False) -> Iterator[Stage]:
        """Measure the block as a stage of ``part``."""
        assert part in PARTS, part
        stage = Stage(name, part, rows, is_decision)
        self._sampler.restart()
        self._open = stage
        before = self.now()
        try:
            yield stage
        finally:
            stage.spent = self.now().minus(before)
            self._open = None
            stage.peaks_mb = self._sampler.peaks_mb()
            self.stages.append(stage)

    def decision(self, name: str, part: str = "out") -> Any:
        """Measure the block as a single decision."""
        return self.stage(name, part, is_decision=True)

    @contextmanager
    def watching(self, inner: dict[str, tuple[str, str]]) -> Iterator[None]:
        """Also time calls of functions inside a stage: name → (module, function). One that is not there is left out."""
        replaced = []
        for name, (module_name, function_name) in inner.items():
            try:
                module = importlib.import_module(module_name)
            except ModuleNotFoundError:
                continue
            function = getattr(module, function_name, None)
            if function is not None:
                setattr(module, function_name, self._timed(name, function))
                replaced.append((module, function_name, function))
        try:
            yield
        finally:
            for module, function_name, function in replaced:
                setattr(module, function_name, function)

    def _timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*given: Any, **named: Any) -> Any:
            before = self.now()
            try:
                return function(*given, **named)
            finally:
                if self._open is not None:
                    earlier = self._open.inner.get(name, Spent())
                    self._open.inner[name] = earlier.plus(self.now().minus(before))

        return timed

    def carve(self, stage: Stage, inner: str, name: str, part: str) -> None:
        """Take what an inner call spent out of ``stage`` and make it a stage of its own."""
        spent = stage.inner.pop(inner, None)
        if spent is not None:
            stage.spent = stage.spent.minus(spent)
            self.stages.append(Stage(name, part, stage.rows, spent=spent, peaks_mb=stage.peaks_mb))
