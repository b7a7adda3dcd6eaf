"""What Chromium 88 knows of style sheets and does not know of scripts and pages; names of properties in a file beside."""

import re
from pathlib import Path

AT_RULES = {"media", "page"}
FUNCTIONS = {"attr", "calc", "clamp", "max", "min", "minmax", "not", "nth-child", "polygon", "rect", "repeat", "rgba"}
FUNCTIONS |= {"rotate", "scale", "translate", "translateX", "translateY", "var"}
UNITS = {"", "%", "ch", "deg", "em", "fr", "mm", "ms", "pt", "px", "rem", "s", "vh", "vw"}
SELECTORS = {"active", "after", "before", "checked", "disabled", "empty", "first-child", "first-of-type", "focus"}
SELECTORS |= {"focus-visible", "focus-within", "hover", "invalid", "last-child", "last-of-type", "marker", "not"}
SELECTORS |= {"nth-child", "placeholder", "root", "target", "-moz-progress-bar", "-webkit-progress-bar"}
SELECTORS |= {"-webkit-progress-value", "backdrop", "only-child", "visited"}
PROPERTIES = set((Path(__file__).parent / "chromium_88_properties.txt").read_text(encoding="utf-8").split())
# Values that came later than their property.
NEWER_VALUES = re.compile(r"overflow[-xy]*:\s*clip|white-space:[^;]*balance|(?:width|height):\s*stretch")
NEWER_IN_SCRIPTS = re.compile(
    r"\.(?:at|findLast|findLastIndex|toSorted|toReversed|toSpliced|with|groupBy|hasOwn|canParse|isWellFormed)\("
    r"|\b(?:structuredClone|withResolvers|fromAsync|startViewTransition|randomUUID|checkVisibility|navigation\.)"
    r"|AbortSignal\.(?:timeout|any)|\bstatic\s*\{|#\w+ in |:has\(|\.(?:show|hide|toggle)Popover|\.inert\b|\bcause:"
)
NEWER_IN_PAGES = re.compile(r"<[^>]*\s(?:popover|popovertarget|inert|command|commandfor|closedby)(?=[\s=>])|<search\b")


def without_comments(sheet: Path) -> str:
    """The text of a style sheet that counts."""
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


def declarations(sheet: Path) -> list[tuple[str, str]]:
    """Names and values that a sheet sets; variables are not among them."""
    return re.findall(r"(?:^|[{;])\s*(-?[a-z][\w-]*)\s*:\s*([^;{}]+?)\s*(?:!important)?;", without_comments(sheet))


def newer(text: str) -> set[str]:
    """What a style sheet of this text uses and is not listed."""
    plain = re.sub(r'"[^"]*"', '""', text)
    bare = re.sub(r"\.[a-zA-Z][\w-]*|#[\da-fA-F]+|--[\w-]+", "", plain)
    selectors = " ".join(re.findall(r"(?:^|[}{])([^{};@]+)(?=\{)", plain))
    found = set(re.findall(r"@([\w-]+)", plain)) - AT_RULES
    found |= set(re.findall(r"([\w-]+)\(", plain)) - FUNCTIONS
    found |= set(re.findall(r"(?<![\w-])\d*\.?\d+([a-z%]*)", bare)) - UNITS
    found |= set(re.findall(r"::?([a-z-]+)", selectors)) - SELECTORS
    found |= set(re.findall(r"(?:^|[{;])\s*(-?[a-z][\w-]*)\s*:(?!:)[^{}]*?;", plain)) - PROPERTIES
    found |= {"nesting"} if "&" in plain or _nests(plain) else set()
    return found | set(NEWER_VALUES.findall(plain)) | set(re.findall(r"@media[^{]*[<>][^{]*", plain))


def _nests(text: str) -> bool:
    opened: list[str] = []
    for piece in re.split(r"([{}])", text):
        if piece == "}":
            opened.pop()
        elif piece == "{":
            if any(not outer.startswith("@") for outer in opened[:-1]):
                return True
        elif selector := piece.rsplit(";", 1)[-1].strip():
            opened.append(selector)
    assert opened == [], opened
    return False
