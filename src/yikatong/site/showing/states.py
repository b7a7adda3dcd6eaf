"""The tone and icon of each state. Words come from the flow; color, icon and word always go together."""

# tone: "" grey, ok green, warn amber, error red, info blue, violet, void struck through
DRAFT = ("", "pencil")
WAITING = ("warn", "clock")
WORKING = ("info", "loader")
BANK = ("info", "landmark")
PUBLIC = ("violet", "megaphone")
PASSED = ("ok", "check")
PAID = ("ok", "circle-check")
BACK = ("warn", "undo-2")
FAILED = ("error", "circle-x")
PAUSED = ("", "pause")
VOID = ("void", "ban")

LOOKS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("drafted", "unsealed", "proposed"), DRAFT),
    **dict.fromkeys(("submitted", "asked", "assembled", "reviewed", "applied", "filed", "recorded"), WAITING),
    **dict.fromkeys(("raised", "queued", "warning", "pending", "due", "prepared", "to_accept", "explained"), WAITING),
    **dict.fromkeys(("received", "checked", "matched", "verified", "running", "opened"), WORKING),
    **dict.fromkeys(("sending", "sent", "acknowledged", "released", "in_transit"), BANK),
    **dict.fromkeys(("posted", "published"), PUBLIC),
    **dict.fromkeys(("completed", "sealed", "accepted", "approved", "confirmed", "dismissed", "written"), PASSED),
    **dict.fromkeys(("active", "ok", "drawn", "refunded", "fixed", "resolved"), PASSED),
    **dict.fromkeys(("credited", "done", "closed", "reissued"), PAID),
    **dict.fromkeys(("sent_back", "returned_to", "upheld"), BACK),
    **dict.fromkeys(("failed", "returned", "refused", "error", "unknown", "lost", "broken"), FAILED),
    **dict.fromkeys(("no_person", "no_card", "card_inactive"), FAILED),
    **dict.fromkeys(("held", "inactive", "suspended", "suspense"), PAUSED),
    **dict.fromkeys(("void", "withdrawn", "dropped", "canceled", "cancelled"), VOID),
}
_OTHER = ("", "circle-dashed")


def look(state: str) -> tuple[str, str]:
    """(tone, icon) of a state code; a code that is not listed is grey with a dashed circle."""
    return LOOKS.get(state, _OTHER)
