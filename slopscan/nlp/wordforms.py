"""The form of a word as the pipeline's embedding sees it.

Typography must not change a parse, so curly and straight quotation marks, the kinds of dash
and the two ways to write an ellipsis are one form each before anything is looked up.
"""

import re
import unicodedata
from typing import Final

_FOLDED: Final = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u02bc": "'", "`": "'",
        "\u00b4": "'", "\u2032": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u00ab": '"', "\u00bb": '"',
        "\u2033": '"',
        "\u2010": "-", "\u2011": "-", "\u00ad": None, "\u200b": None, "\ufeff": None,
        "\u2014": "--", "\u2013": "--", "\u2015": "--", "\u2212": "-",
        "\u2026": "...",
    }
)  # fmt: skip
# A vector is a mean over n-grams; a megabyte without a blank must not cost millions of them.
MAX_VECTOR_CHARS: Final = 64
_DASHES: Final = re.compile(r"-{2,}")
_DOTS: Final = re.compile(r"\.{2,}")
_DIGIT: Final = re.compile(r"\d")


def folded_form(word: str) -> str:
    """Word with one spelling of quotation marks, dashes and ellipses; case kept.

    Parameters
    ----------
    word : str
        A word as the tokenizer cut it.

    Returns
    -------
    str
        White space of any kind is one blank; never empty.
    """
    if word.isascii() and word.isalpha():
        return word
    if word.isspace():
        return " "
    folded = unicodedata.normalize("NFKC", word).translate(_FOLDED)
    if folded == "''":  # two single marks, `` included
        return '"'
    return _DOTS.sub("...", _DASHES.sub("--", folded)) or word


def vector_form(word: str) -> str:
    """Form under which the static word vectors know a word: folded, lower case, digits 0.

    Parameters
    ----------
    word : str
        A word as the tokenizer cut it.

    Returns
    -------
    str
        Key for the vector table, in training as at run time.
    """
    if word.isascii() and word.isalpha():
        return word[:MAX_VECTOR_CHARS].lower()
    return _DIGIT.sub("0", folded_form(word[:MAX_VECTOR_CHARS]).lower())


def word_shape(form: str) -> str:
    """Case and digit pattern: "McKay7" is "XxXxxd"; runs are cut after four.

    Parameters
    ----------
    form : str
        Folded form.

    Returns
    -------
    str
        Letters x, X, digits d, everything else as it is.
    """
    if form.isascii() and form.isalpha():
        if form.islower():
            return "xxxx"[: len(form)]
        if form[1:].islower():
            return "Xxxxx"[: len(form)]
    shape: list[str] = []
    run = 0
    for character in form[:64]:
        if character.isalpha():
            kind = "X" if character.isupper() else "x"
        elif character.isdigit():
            kind = "d"
        else:
            kind = character
        run = run + 1 if shape and shape[-1] == kind else 1
        if run <= 4:
            shape.append(kind)
    return "".join(shape)
