"""Cut text into the words of Universal Dependencies English.

The treebanks split more than spaCy's English tokenizer does ("well - known", "can not",
"gon na") and keep some things whole ("non-profit", "5:00", "!!"). The parser was trained on
those words, so the run-time tokenizer has to produce them. One regular expression reads each
stretch of non-space characters from left to right; nothing is searched twice, so hostile
input (a megabyte without a space, 100,000 quotation marks) costs linear time. spaCy's own
tokenizer peels prefixes and suffixes off one by one, which is quadratic there.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

APOSTROPHES: Final = "'\u2019\u02bc\u2018`"
_AP: Final = "['\u2019\u02bc\u2018`]"

# UD keeps a bound prefix on its stem: "non-profit" is one word, "well-known" is three.
# Counted in the training treebanks: kept more often than split.
BOUND_PREFIXES: Final = (
    "anti ante arch co counter cross e ex extra hyper infra inter intra macro micro mid mini "
    "multi neo non over post pre pro proto pseudo psycho quasi re semi socio sub super trans "
    "ultra un uni vice"
)
# "cross-legged" and "over-the-top" are compounds in fiction, so these are not bound here.
_FREE_PREFIXES: Final = {"cross", "over", "vice", "super", "extra", "pro", "mini"}
_PREFIX: Final = "|".join(p for p in BOUND_PREFIXES.split() if p not in _FREE_PREFIXES)

_ABBREVIATIONS: Final = (
    "Mr Mrs Ms Messrs Mme Mlle Dr Prof Rev Hon Gen Col Capt Cmdr Maj Lt Sgt Cpl Adm Gov Sen Rep "
    "Reps Pres St Ste Ft Mt Jr Sr Inc Corp Co Ltd Bros Blvd Ave Dept Univ vs etc approx esp "
    "al cf viz ibid Jan Feb Aug Sept Oct Nov Dec Tues Thurs eg ie Ph yr yrs vol hr hrs oz lb "
    "lbs"
)
_ABBREVIATION: Final = "|".join(sorted(_ABBREVIATIONS.split(), key=len, reverse=True))
_EXTENSIONS: Final = (
    "com org net edu gov mil int info biz io co uk ca au de fr us eu ru jp nl html htm php doc "
    "docx xls xlsx pdf txt jpg jpeg png gif exe zip md py js json csv xml ppt toml yaml yml"
)
_EXTENSION: Final = "|".join(sorted(_EXTENSIONS.split(), key=len, reverse=True))

# Dropped g, as in dialogue. A closed list: "begin'" ends a quotation far more often.
_DROPPED_G: Final = (
    "ain|askin|bein|callin|comin|cookin|darlin|doin|dyin|evenin|everythin|feelin|fightin|"
    "freakin|fuckin|gettin|givin|goin|havin|hopin|keepin|kiddin|killin|knowin|leavin|livin|"
    "lookin|losin|lovin|lyin|makin|meanin|mornin|movin|nothin|playin|runnin|sayin|seein|"
    "sittin|sleepin|somethin|speakin|standin|stayin|stoppin|takin|talkin|tellin|thinkin|"
    "tryin|tellin|turnin|usin|waitin|walkin|wantin|watchin|workin|worryin|writin"
)
_CLIPPED: Final = "em|til|till|cause|bout|cuz|twas|tis|round|n|kay|scuse|cept|nother|sup"

# Base of a word: letters, digits, combining marks, and "_" only inside.
_W: Final = r"[^\W_\u02bc\u3040-\u30ff\u4e00-\u9fff]"
_M: Final = r"[\u0300-\u036f]"
_WORD: Final = rf"{_W}(?:{_W}|{_M})*(?:_+{_W}(?:{_W}|{_M})*)*"
_LETTER: Final = r"[^\W\d_]"
_CLITIC: Final = rf"(?:{_AP}(?:s|m|d|ll|re|ve)|n{_AP}t)(?![^\W_])"

# Length bounds keep every look-ahead short: without them "a.a.a.a..." is read from each
# start to the end, which is quadratic.
_ALTERNATIVES: Final = (
    # web addresses, mail addresses, host and file names
    r"(?:(?:https?|ftp)://|www\.)[^\s<>\"\u201c\u201d]{0,2000}[^\s<>\"\u201c\u201d'\u2019.,;:!?)\]}\u2026\u2014*_]",
    r"(?:mailto:)?[\w.+%\-]{1,64}@[\w\-]{1,64}(?:\.[\w\-]{1,64}){1,8}",
    rf"[A-Za-z0-9][\w\-]{{0,63}}(?:\.[\w\-]{{1,64}}){{0,8}}\.(?:{_EXTENSION})\b(?![\w@])"
    r"(?:/[\w./%&=?\-#]{0,500}[\w/])?",
    # faces, only when they end the stretch
    r"(?:[:;=][\-o']?[)(\]\[DPp|/\\]+|\^_+\^|<3|:['\u2019]\()(?!\S)",
    # numbers: times, dates, telephone numbers, decimals, ordinals, decades
    r"\d{3}-\d{3}-\d{4}(?!\w)|\d-\d{3}-\d{3}-\d{4}(?!\w)|\d{3}-\d{4}(?![\w\-])",
    r"\d{1,4}(?:/\d{1,4}){1,2}(?![\w/])|\d{1,4}-\d{1,2}-\d{2,4}(?![\w\-])",
    rf"{_AP}\d0s\b|{_AP}\d\d\b(?!{_AP})",
    rf"\d{{1,64}}(?:[.,:]\d{{1,64}}){{0,64}}(?:st|nd|rd|th|{_AP}?s)\b",
    r"\d{1,64}(?:[.,:]\d{1,64}){0,64}(?=(?:am|pm|AM|PM|a\.m|p\.m|k|m|b|bn|mm|cm|km|kg|mg|ml|ft|mph|"
    r"kb|mb|gb|tb|hz|khz|ghz|ms|K|M|B|KB|MB|GB|TB|Hz|GHz|MHz)\b)",
    rf"(?<!\w)\.\d{{1,64}}|\d{{1,64}}(?:[.,:]\d{{1,64}}){{1,64}}(?!{_LETTER})",
    # single letters with stops, abbreviations
    rf"(?:{_LETTER}\.){{2,8}}{_LETTER}?(?!\w)(?!{_AP}\w)|(?:{_LETTER}\.){{2,8}}",
    r"Ph\.D\.?|[Nn]o\.(?=\s?\d)|pp?\.(?=\s?\d)",
    rf"(?:{_ABBREVIATION}|(?i:mr|mrs|ms|dr|vs|etc|jr|sr))\.(?!\w)",
    r"[A-HJ-Z]\.(?=\s[A-Z][\w.]|\s?[A-Z]\.)",
    # contractions and their bases; the base is whatever stands before the clitic
    r"(?i:can)(?=(?i:not)\b)|(?<=(?i:can))(?i:not)\b",
    r"(?i:gon|wan)(?=(?i:na)\b)|(?<=(?i:gon|wan))(?i:na)\b",
    r"(?i:got)(?=(?i:ta)\b)|(?<=(?i:got))(?i:ta)\b",
    r"(?i:gim|lem)(?=(?i:me)\b)|(?<=(?i:gim|lem))(?i:me)\b",
    rf"(?i:y{_AP})(?=(?i:all)\b)",
    rf"{_AP}(?i:t)(?=(?i:is|was|were|will)\b)",
    r"(?i:do|does|did|is|was|were|are|have|has|had|would|could|should|ca|wo)(?=(?i:nt)\b)",
    r"(?<=(?i:do|ca|wo|is))(?i:nt)\b|(?<=(?i:oes|did|was|ere|are|ave|has|had|uld))(?i:nt)\b",
    r"(?i:i)(?=(?i:m|ve)\b)|(?<=(?i:i))(?i:m|ve)\b(?<!\w\w\w\w)",
    r"(?i:that)(?=s\b)|(?<=(?i:that))s\b|(?i:you|they)(?=(?i:re)\b)|(?:(?<=(?i:you))|(?<=(?i:they)))(?i:re)\b",
    rf"n{_AP}t(?![^\W_])|N{_AP}T(?![^\W_])",
    rf"(?<=\w){_AP}(?i:s|m|d|ll|re|ve)(?![^\W_])",
    rf"(?i:{_DROPPED_G}){_AP}(?![^\W_])",
    rf"{_AP}(?i:{_CLIPPED})(?![^\W_])(?!{_AP})",
    rf"(?i:o{_AP}clock)\b",
    # words: bound prefixes, A&B, K/psu, O'Connor, then plain words cut before a clitic
    rf"(?i:{_PREFIX})-{_WORD}(?:-(?i:{_PREFIX})-{_WORD})?",
    r"[A-Z]{1,4}&[A-Z]{1,4}(?![A-Za-z])|[A-Za-z]/[A-Za-z](?![\w/])|s/he\b",
    rf"#(?={_LETTER}){_WORD}|@(?={_LETTER}){_WORD}",
    rf"{_LETTER}(?:{_LETTER}|{_M}){{0,63}}?(?=n{_AP}t(?![^\W_])|N{_AP}T(?![^\W_]))",
    rf"(?:{_W}|{_M}){{1,64}}{_AP}(?!(?i:s|m|d|ll|re|ve)(?![^\W_])){_LETTER}{_WORD}?(?:{_AP}{_LETTER}"
    rf"{{3,}})?(?=(?:{_AP}(?i:s))?(?![^\W_]))",
    _WORD,
    # punctuation: runs of one mark are one word, as in the treebanks
    r"\.{2,}|[.\u2026]*\u2026[.\u2026]*|[!?]+|-{2,}|\u2014+|\u2013|\u2015+|``|''|<<|>>|\*+|=+|~+|_+|\++|#+|\|+",
    r"[\U0001F000-\U0001FAFF\u2600-\u27BF](?:[\uFE0E\uFE0F\u200D\u20E3\U0001F3FB-\U0001F3FF]"
    r"|(?<=\u200D)[\U0001F000-\U0001FAFF\u2600-\u27BF])*",
    r"[\U0001F1E6-\U0001F1FF]{2}",
    r"\S",
)
_TOKEN: Final = re.compile("|".join(f"(?:{a})" for a in _ALTERNATIVES))
_PLAIN: Final = re.compile(r"[A-Za-z]+")
_SIMPLE: Final = re.compile(r"([A-Za-z]+)([,;]?) ?|([A-Za-z]{3,})([.?!:]) ?")
# Words that a plain run of letters may still have to be cut into.
_GLUED: Final = re.compile(
    r"(?i)cannot|gonna|wanna|gotta|gimme|lemme|im|ive|thats|youre|theyre|"
    r"(?:do|does|did|is|was|were|are|have|has|had|would|could|should|ca|wo)nt"
)
_MAX_GLUED: Final = len("shouldnt")
_SHORTENED: Final = frozenset(_ABBREVIATIONS.lower().split())


def split_text(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[str, bool]]:
    """Yield the words of a text, each with the fact that one space follows.

    Parameters
    ----------
    text : str
        Any text. Every character comes back exactly once.
    start, end : int
        Where to begin and end, if not with the text; neither inside a word.

    Yields
    ------
    tuple of (str, bool)
        Word and whether exactly one U+0020 after it belongs to it. White space beyond that
        one space is a word of its own, as spaCy has it.
    """
    position, end = start, len(text) if end is None else end
    token_match = _TOKEN.match
    plain_match = _PLAIN.match
    while position < end:
        character = text[position]
        if character.isspace():
            stop = position + 1
            while stop < end and text[stop].isspace():
                stop += 1
            # The last blank of a run of white space stays with the run: "a  b" is a, " ", b.
            yield text[position:stop], False
            position = stop
            continue
        plain = plain_match(text, position)
        stop = 0
        if plain is not None:
            stop = plain.end()
            following = text[stop : stop + 1]
            if (following and following not in ' ,;\n"\u201d') or _GLUED.fullmatch(plain[0]):
                stop = 0
        if not stop:
            match = token_match(text, position)
            stop = match.end() if match else position + 1
        space = text[stop : stop + 1] == " "
        yield text[position:stop], space
        position = stop + space


def split_stretch(stretch: str) -> list[tuple[str, bool]]:
    """Return what `split_text` yields of a stretch without white space but a blank at its end."""
    simple = _SIMPLE.fullmatch(stretch)
    if simple is None:
        return list(split_text(stretch))
    word, mark = simple[1] or simple[3], simple[2] or simple[4]
    shortened = mark == "." and word.lower() in _SHORTENED
    if shortened or (len(word) <= _MAX_GLUED and _GLUED.fullmatch(word)):
        return list(split_text(stretch))
    blank = stretch[-1] == " "
    return [(word, False), (mark, blank)] if mark else [(word, blank)]


class Tokenizer:
    """spaCy tokenizer that makes UD words; non-destructive and linear in time.

    Parameters
    ----------
    vocab : spacy.vocab.Vocab
        Vocabulary of the documents it makes.
    """

    def __init__(self, vocab: "Vocab") -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> "Doc":
        """Make a Doc whose words and spaces spell the text exactly."""
        from spacy.tokens import Doc  # noqa: PLC0415  (callers may split text without spaCy)

        words: list[str] = []
        spaces: list[bool] = []
        for word, space in split_text(text):
            words.append(word)
            spaces.append(space)
        return Doc(self.vocab, words=words, spaces=spaces, sent_starts=forced_starts(words))


def forced_starts(words: list[str]) -> list[bool | int | None] | None:
    """Sentence starts that need no model: the word after a blank line; None if there is none."""
    after_blank_line = [i + 1 for i, w in enumerate(words) if w.isspace() and w.count("\n") > 1]
    if not after_blank_line:
        return None
    starts: list[bool | int | None] = [None] * len(words)
    starts[0] = True
    for i in after_blank_line:
        if i < len(words):
            starts[i] = True
    return starts
