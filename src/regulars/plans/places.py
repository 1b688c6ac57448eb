"""Where something stands in a plan's file, and what is wrong there."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.errors import ParameterError


@dataclass(frozen=True)
class Place:
    """A place in a file.

    Parameters
    ----------
    file : its name, as it was given.
    line, column : from 1.
    path : keys from the top, as ``scenarios.card.retention[2]``; empty for the file itself.
    """

    file: str
    line: int
    column: int
    path: str = ""

    def __str__(self) -> str:
        at = f"{self.file}, line {self.line}, column {self.column}"
        return f"{at} ({self.path})" if self.path else at


class PlanError(ParameterError):
    """A plan's file cannot be read; `place` says where, the message where and why."""

    def __init__(self, place: Place, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem
