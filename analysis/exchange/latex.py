"""What LaTeX would print, as text; nothing that it names is opened."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# What pylatexenc, which knows most letters and accents, has no text for.
_LETTERS = {
    "S": "§", "P": "¶", "pounds": "£", "copyright": "©", "euro": "€", "degree": "°", "ddag": "‡", "SS": "ẞ", "slash": "/", "hyphen": "-",
    "lq": "‘", "rq": "’", "glq": "‚", "grq": "‘", "glqq": "„", "grqq": "“", "flq": "‹", "frq": "›", "flqq": "«", "frqq": "»",
    "guillemetleft": "«", "guillemetright": "»", "textless": "<", "textgreater": ">", "textbar": "|", "textunderscore": "_",
    "textasciicircum": "^", "TeX": "TeX", "LaTeX": "LaTeX",
}  # fmt: skip
_AROUND = {"enquote": "“%s”", "mkbibquote": "“%s”"} | dict.fromkeys(
    (
        "mbox", "textmd", "textsf", "texttt", "textup", "textnormal", "mkbibemph", "mkbibitalic", "mkbibbold", "textsuperscript",
        "textsubscript", "textgreek", "textcyrillic", "MakeUppercase", "MakeLowercase", "uppercase", "lowercase",
    ),
    "%s",
)  # fmt: skip
_SILENT = (
    "relax", "protect", "noindent", "nobreak", "allowbreak", "linebreak", "nobreakdash", "xspace", "/", "@", "selectfont", "normalfont", "em", "it", "bf",
    "sc", "sl", "sf", "tt", "rm", "itshape", "slshape", "scshape", "upshape", "bfseries", "mdseries", "rmfamily", "sffamily", "ttfamily",
)  # fmt: skip
# What pylatexenc has a stopgap for, or text that is not in the file.
_KEPT = ("cite", "citet", "citep", "ref", "eqref", "pageref", "input", "include", "includegraphics", "today")


def plain(words: str) -> tuple[str, list[str]]:
    """The text, and the macros in it that nobody here knows: they are kept by name, with what stands in their braces.

    What cannot be read as LaTeX at all is kept as it stands, and is itself what is named.
    """
    from pylatexenc.latex2text import LatexNodes2Text
    from pylatexenc.latexwalker import LatexWalker

    if re.fullmatch(r"[\w .,:;()/]*", words):  # most values: nothing in them means anything to LaTeX
        return words, []
    try:
        nodes, _, _ = LatexWalker(_with_signs(words), latex_context=_arguments()).get_latex_nodes()
        reader = LatexNodes2Text(_texts(), keep_comments=True, strict_latex_spaces=False)
        reader.unknown = []
        return str(reader.nodelist_to_text(nodes)), reader.unknown
    except Exception:  # whatever a library trips over in one title must not stop a bibliography
        return words, [words]


def _with_signs(words: str) -> str:
    """The words with % and &, and a $ that opens nothing, as the signs they are meant for: a bibliography has no comments and no tables."""
    signs = "%&$" if len(re.findall(r"(?<!\\)\$", words)) % 2 else "%&"
    return re.sub(rf"(?<!\\)[{signs}]", r"\\\g<0>", words)


@cache
def _arguments() -> Any:
    """What stands in braces after a macro, where pylatexenc does not know it."""
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import MacroSpec

    found = get_default_latex_context_db()
    of_two = [MacroSpec(name, "{{") for name in ("href", "foreignlanguage")]
    found.add_context_category("bibliography", [*of_two, *(MacroSpec(name, "{") for name in _AROUND)], prepend=True)
    return found


@cache
def _texts() -> Any:
    """What macros print."""
    from pylatexenc.latex2text import MacroTextSpec, get_default_latex_context_db

    found = get_default_latex_context_db()
    known: dict[str, Any] = _LETTERS | _AROUND | {"foreignlanguage": "%(2)s", "par": " ", "newline": " "}
    known |= dict.fromkeys(_SILENT, "") | dict.fromkeys(_KEPT, _kept)
    found.add_context_category("bibliography", [MacroTextSpec(k, v) for k, v in known.items()], prepend=True)
    found.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=_kept))
    return found


def _kept(node: Any, l2tobj: Any) -> str:
    """A macro by its name, with what its braces hold; the reader that pylatexenc hands over notes it as unknown."""
    name = f"\\{node.macroname}"
    l2tobj.unknown.append(name)
    held = [l2tobj.nodelist_to_text([a]) for a in (node.nodeargd.argnlist if node.nodeargd else []) if a]
    after = node.parsing_state.s[node.pos + node.len :]
    return " ".join([name, *held]) + (" " if re.match(r"\{[^}]", after) else node.macro_post_space)
