"""Words and numbers that people type where they have nothing to give."""

from __future__ import annotations

from conf import definitions

_KNOWN = definitions.load("placeholders")
_WITHOUT_FILLERS = dict.fromkeys(map(ord, _KNOWN["fillers"]))


def _bare(text: str) -> str:
    return text.casefold().translate(_WITHOUT_FILLERS)


_TEXTS = frozenset(_bare(text) for text in _KNOWN["texts"])
_REPEATED: int = _KNOWN["repeated_character_from"]
_EMAIL_NAMES = frozenset(_bare(name) for name in _KNOWN["email_names"])


def stands_for_missing(text: str) -> bool:
    """Say whether a contact or national id is one of conf/definitions/placeholders.yaml and so no value at all."""
    bare = _bare(text)
    if bare in _TEXTS or not bare or (len(bare) >= _REPEATED and bare == bare[0] * len(bare)):
        return True
    return "@" in bare and bare.partition("@")[0] in _EMAIL_NAMES
