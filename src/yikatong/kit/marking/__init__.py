"""Marks in a clerk's own workbook: fills and comments at cells, and a new first sheet that lists what they say.

The workbook is changed where the marks stand and nowhere else: its XML parts are patched, so formats, widths, merged cells,
hidden rows, pictures and the kept values of formulas stay as they were. A file that is no .xlsx is first written as one
(`plain.written`). Marks of an earlier round are taken out first, so that a mended cell does not stay red.
"""

from yikatong.kit.marking.listing import Listing
from yikatong.kit.marking.marked import COMMENT_HEAD, MARKS_SCHEMA, annotate
from yikatong.kit.marking.plain import written

__all__ = ["COMMENT_HEAD", "MARKS_SCHEMA", "Listing", "annotate", "written"]
