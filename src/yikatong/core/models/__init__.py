"""Tables that know nothing of subsidies: places, officials, decisions, audit, files and background work."""

from .areas import Agency, Area
from .audit import AuditEvent, AuditSeal
from .files import FilePiece, StoredFile
from .officials import Appointment, Official
from .stops import EmergencyStop, StopLift
from .tasks import ClockOffset, TaskRun
from .workflow import Decision, RolePermission, WorkflowStep

__all__ = [
    "Agency",
    "Appointment",
    "Area",
    "AuditEvent",
    "AuditSeal",
    "ClockOffset",
    "Decision",
    "EmergencyStop",
    "FilePiece",
    "Official",
    "RolePermission",
    "StopLift",
    "StoredFile",
    "TaskRun",
    "WorkflowStep",
]
