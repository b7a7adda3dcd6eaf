"""Tables of the rosters: the roster, what was read of it, and who was found for its lines."""

from .lines import RosterLine, RosterProblem
from .matches import LineMatch, MatchRound
from .roster import Roster, RosterCheck, RosterReading, TotalConfirmation

__all__ = [
    "LineMatch",
    "MatchRound",
    "Roster",
    "RosterCheck",
    "RosterLine",
    "RosterProblem",
    "RosterReading",
    "TotalConfirmation",
]
