"""A drawing and what is known about it → the files a paper needs.

Every file says what it is: `about` is a plain dict (`name`, `title`, `alt`, `caption`, `n`, `credit`, `notebook`, `parameters`,
`debate`, `versions`, …), and SVG, PNG and PDF carry all of it, as the same JSON, beside the fields that other programs read.
"""

from analysis.exports.captions import caption_latex, caption_markdown
from analysis.exports.drawings import MM, Placement, drawing, placed
from analysis.exports.files import SOFTWARE, about_of, grey, pdf, png, svg
from analysis.exports.tables import csv_bytes, table_latex, table_markdown

__all__ = [
    "MM", "SOFTWARE", "Placement", "about_of", "caption_latex", "caption_markdown", "csv_bytes", "drawing", "grey", "pdf", "placed", "png", "svg",
    "table_latex", "table_markdown",
]  # fmt: skip
