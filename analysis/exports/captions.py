"""What is known about a figure → its caption, in Markdown and LaTeX: each fact once, every character safe."""

from __future__ import annotations

import re
from typing import Any

from analysis.exports.drawings import plain


def caption_markdown(about: dict[str, Any]) -> str:
    """The picture with its alt text and, below it, its caption, for a text in Markdown."""
    return f"![{markdown(about['alt'])}]({_file(about, '.png')})\n\n**Figure.** {markdown(_caption(about))}\n"


def caption_latex(about: dict[str, Any]) -> str:
    """The picture as a LaTeX figure; it is as wide as it was made for a preset of that width, else as the column.  Needs graphicx."""
    sized = about.get("width_mm") and about.get("preset", "web") != "web"
    width = f"width={about['width_mm']:g}mm," if sized else "width=\\linewidth,"
    return (
        "\\begin{figure}\n  \\centering\n"
        f"  \\includegraphics[{width}alt={{{latex(about['alt'])}}}]{{{_file(about, '.pdf')}}}\n"
        f"  \\caption[{latex(about['title'])}]{{{latex(_caption(about))}}}\n"
        f"  \\label{{fig:{about['name']}}}\n\\end{{figure}}\n"
    )


def _file(about: dict[str, Any], suffix: str) -> str:
    return next((f for f in about.get("files", ()) if f.endswith(suffix)), about["name"] + suffix)


def _caption(about: dict[str, Any]) -> str:
    """Title, caption, n, who coded, and how to cite: each once, though most captions hold some of them."""
    title = about["title"].strip()
    rest = about["caption"].strip().removeprefix(title).lstrip(". ")
    return " ".join([sentence(title), *([sentence(rest)] if rest else []), *unsaid(about, rest)])


def unsaid(about: dict[str, Any], said: str) -> list[str]:
    """Sentences with n, credit and citation, as far as they are known and not yet said."""
    n, credit, cite = (about.get(key) for key in ("n", "credit", "cite"))
    sentences = [
        f"n = {n}." if n is not None and not re.search(r"\bn = ", said) else "",
        sentence(credit if credit.startswith("Codings:") else f"Codings: {credit}")
        if credit and credit.rstrip(".") not in said
        else "",
        sentence(f"Cite as: {cite}") if cite else "",
    ]
    return [s for s in sentences if s]


def sentence(words: str) -> str:
    return words if words.endswith((".", "?", "!", "…", ".”", "?”", "!”")) else f"{words}."


def markdown(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~$^@&])", r"\\\1", " ".join(plain(text).split()))


_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_\allowbreak{}",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
        '"': r"\symbol{34}", "`": r"\textasciigrave{}", "[": "{[}", "]": "{]}", "*": "{*}", "\0": "{}",
        "−": "$-$", "≤": r"$\leq$", "≥": r"$\geq$", "≠": r"$\neq$", "≈": r"$\approx$", "→": r"$\rightarrow$", "←": r"$\leftarrow$",
        "α": r"$\alpha$", "κ": r"$\kappa$", "∞": r"$\infty$", "×": r"$\times$", "±": r"$\pm$", "½": r"$\frac{1}{2}$",
        "“": "``", "”": "''", "‘": "`", "’": "'", "–": "--", "—": "---", "…": r"\dots{}", "•": r"\textbullet{}",
        "·": r"\textperiodcentered{}", "\xa0": "~", "\u202f": r"\,", "\u2009": r"\,", "\u2011": "-", "\xad": r"\-", "\u200b": "",
    }
)  # fmt: skip


def latex(text: str) -> str:
    """The words for pdfLaTeX and LuaLaTeX.  Letters of other scripts stay as they are: LaTeX names those its fonts lack."""
    # breakable white space becomes one space; a no-break space stays
    line = re.sub(r"[ \t\n\r\u2028\u2029]+", " ", plain(text)).strip()
    apart = re.sub(r"([-',])(?=\1)", "\\1\0", line)  # no dash or quotation mark that is not in the words
    return apart.translate(_TEX)
