"""Tables of the rosters: the roster, what was read of it, and who was found for its lines."""

from .columns import ColumnMapping, HeadingQuestion
from .comparisons import ChangedPerson, CycleComparison, CycleDifference
from .lines import RosterLine, RosterProblem
from .matches import LineMatch, MatchRound
from .roster import ReadingComparison, Roster, RosterCheck, RosterReading, TotalConfirmation
from .uploads import Upload, UploadPiece

__all__ = [
    "ChangedPerson",
    "ColumnMapping",
    "CycleComparison",
    "CycleDifference",
    "HeadingQuestion",
    "LineMatch",
    "MatchRound",
    "ReadingComparison",
    "Roster",
    "RosterCheck",
    "RosterLine",
    "RosterProblem",
    "RosterReading",
    "TotalConfirmation",
    "Upload",
    "UploadPiece",
]
