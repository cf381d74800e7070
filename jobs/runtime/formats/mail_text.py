"""Texts of e-mail: bytes in the encoding that they say or that they are in, and HTML as a person reads it."""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser
from typing import Any

# What vendors' programs write where they declare the standard that it grew from.
_WIDER = {"gb2312": "gb18030", "euc_kr": "cp949", "big5": "cp950", "shift_jis": "cp932"}
# Declared for anything, so that what does not fit is of another encoding altogether.
_ANYTHING = ("ascii", "utf-8")
# Python's own encodings of names, slow in long texts.
_NO_CHARSETS = ("idna", "punycode")
_SURROGATE = re.compile("[\ud800-\udfff]")

_LINES = {
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
    "form", "header", "hr", "li", "main", "nav", "ol", "option", "section", "table", "tbody", "tfoot", "thead", "tr",
    "ul",
}  # fmt: skip
_PARAGRAPHS = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "pre"}
_HIDDEN = {"script", "style", "title"}
_DECLARATION = re.compile(r"<[!?][^<>]*>")
# A tag up to its end, which in quotes is none, or where its quotes are broken up to the first; or a lone `<`.
_TAG = re.compile(
    r"""<(/?[a-zA-Z][^\s/<>]*+)(?:(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>|[^<>]*+>)|<""",
)


def decoded(content: bytes, charset: str | None) -> tuple[str, str | None]:
    """Return bytes as text, and what was done where the charset that they declare (None: us-ascii) is not theirs.

    What does not fit is read as utf-8, else as windows-1252. A declared encoding of certain languages is kept for
    them: what does not fit into it is replaced.
    """
    name = _known(charset or "us-ascii")
    for encoding in filter(None, (name, _WIDER.get(name or ""), "utf-8")):
        try:
            text = content.decode(encoding)
        except ValueError:
            continue
        return text, None if encoding == name else f"{_not(charset, name)}; read as {encoding}"
    last = name if name and name not in _ANYTHING else "windows-1252"
    text = content.decode(last, "replace")
    return text, f"{_not(charset, name)}; read as {last}" + (", what is unreadable replaced" * ("\ufffd" in text))


def _known(charset: str) -> str | None:
    """Return Python's own name of an encoding of text, None where it has none."""
    try:
        # Not codecs.lookup alone: it also finds hex, rot13 and others that do not give text.
        "".encode(charset)
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return None
    return None if name in _NO_CHARSETS else name


def _not(charset: str | None, name: str | None) -> str:
    if not charset:
        return "no charset declared, and not us-ascii"
    return f"not {charset}" if name else f"charset {charset!r} is not known"


def whole(value: Any) -> Any:
    """Return a value whose texts can be written as UTF-8: halves of characters that stand alone are replaced."""
    match value:
        case str() if _SURROGATE.search(value):
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        case list():
            return [whole(part) for part in value]
        case dict():
            return {key: whole(part) for key, part in value.items()}
    return value


def from_html(html: str) -> str:
    """Return what a person reads of HTML, in lines, without blank ones beyond one; what is broken is read as text."""
    reader = _Reader()
    # From each tag or comment that is not closed, the parser looks for its end to that of the text. It is given tags
    # without attributes, all of them closed.
    reader.feed(_TAG.sub(_bare, _DECLARATION.sub("", _without_comments(html))))
    reader.close()
    return reader.text()


def _bare(tag: re.Match[str]) -> str:
    if not tag[1]:
        return "&lt;"
    return f"<{tag[1]}/>" if tag[0].endswith("/>") else f"<{tag[1]}>"


def _without_comments(html: str) -> str:
    parts, at = [], 0
    while (begin := html.find("<!--", at)) >= 0 and (end := html.find("-->", begin + 2)) >= 0:
        parts.append(html[at:begin])
        at = end + 3
    return "".join((*parts, html[at:]))


class _Reader(HTMLParser):
    """Gathers the lines of HTML; all that stands between two breaks is one, with single blanks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._has_text, self._hidden, self._preformatted = False, False, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)
        # No tag stands inside of these, so that the next one ends what is hidden, also where it is another.
        self._hidden = tag in _HIDDEN
        self._preformatted |= tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        self._break("" if tag == "br" else tag)
        self._hidden = False
        self._preformatted &= tag != "pre"

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        first, *more = data.split("\n") if self._preformatted else [data]
        self._add(first)
        for line in more:
            self._end()
            self._add(line)

    def _add(self, text: str) -> None:
        self._line.append(text)
        self._has_text |= bool(text.strip())

    def _break(self, tag: str) -> None:
        if tag == "br":
            self._end()
        elif tag in ("td", "th"):
            self._line.append(" ")
        elif tag in _LINES or tag in _PARAGRAPHS:
            if self._has_text:
                self._end()
            # Blanks alone are no line, and nothing that one begins with.
            self._line = []
        if tag in _PARAGRAPHS:
            self._lines.append("")

    def _end(self) -> None:
        self._lines.append(" ".join("".join(self._line).split()))
        self._line, self._has_text = [], False

    def text(self) -> str:
        """Return the lines found, at most one blank one at a time."""
        self._end()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")
