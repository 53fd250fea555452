"""How rare strings are in English text, estimated from their letters and words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from slopscan.matchers.normal import FOREIGN, NON_ASCII, Strings

_LETTERS: Final = " abcdefghijklmnopqrstuvwxyz"
_SHARES: Final = (
    *(0.18, 0.065, 0.011, 0.024, 0.034, 0.105, 0.018, 0.015, 0.04, 0.055, 0.0015, 0.007, 0.034),
    *(0.02, 0.058, 0.062, 0.018, 0.001, 0.051, 0.056, 0.078, 0.023, 0.008, 0.018, 0.0015, 0.014),
    0.0005,
)
# By letter (the blank first) the share of each letter after it, 2 to the power of minus a, b, c ...
# from 0 on; counted in the documentation and the examples of the rules.
_AFTER: Final = """
    pdfeffegfehhfffeejfedghelik dmffflhflfmgefcngpdedggjkfk eeknkcknnehndkndknefkdnnkdn
    fdojldoodfoeejocioggefookho bekkhdkioekojjleomheihijkgo bekgeggikhpifgeigkdeflggfho
    cenklefnncnnfnlcjneiffnnnnn ceknndngdfnnhjffjneehennnjj ddkombmooeoolhkdoogjfgoooim
    ghiefegemlmiefcegmfdckfphpj fekkkdkkkhkkkkkdkkkckckkkkk chjmgbikmemmhiejmmjdkimjmjm
    ddmoecioodogehodioifggilofo ccgnfcllnennfehdenlgnhnnnhn cfkfddhepfkghkheinhfdhjnnil
    dhgffiegphkhfedffmdfedgeklm ednlldlnffnndlkefndefenlnfn fgjjjhjjjjjjhjjjjjjjjajhjjj
    ceigecjhkepgiggdhigefehkmfp bfpekdnnfepgfhkfglmfdfkjpin celhndmncepphikehpfeghpglgp
    gggggeigogomdechfodddoookml femmmbmmmcmmmmmemmmjmmmmmkm ddnnkcnnddnngnednneeknnnnnn
    celglfllielljillfllibllllil bhjilfnlninnghhefnnefnninnn dfiiibiiidiiiiifiiidiiiiiff
"""
_RARE: Final = 0.002
_FOREIGN: Final = 0.0005
_JUDGED: Final = 10  # letters of a word that say how rare it is
_WORD_LENGTH: Final = 5.5  # characters from the beginning of a word to that of the next
_TOKEN: Final = re.compile(r"[a-z ]+|.", re.DOTALL)
# Letters do not tell how common these are: occurrences for each character of text.
_COMMON: Final = {
    word: rate
    for rate, words in (
        (0.011, "the"),
        (0.005, "of and to a ing"),
        (0.0035, "in"),
        (0.0018, "is that it for was on with as i he"),
        (0.001, "you be his at by not are from her she this had have but or they an"),
        (
            0.0005,
            "we were all one which their has who there been if when would what so will can more"
            " no my out up said about them some into him then time could do like just only",
        ),
        (
            0.00025,
            "other than its now new over also after how our me your most because even get know"
            " make see these those way where did very here through back still well much before"
            " too any day first man good own long never down being life us same between work off"
            " right thing must should might always against something nothing another every may"
            " let need want while",
        ),
    )
    for word in words.split()
}


class _Shares(dict[str, float]):
    """How often a character stands in English text, for each character of it."""

    def __missing__(self, char: str) -> float:
        return _RARE if char.isascii() else _FOREIGN


_SHARE: Final = _Shares(zip(_LETTERS, _SHARES, strict=True))
_SHARE.update({".": 0.01, ",": 0.01, "\n": 0.02, "'": 0.004, "-": 0.004, "\u2014": 0.001})
_SHARE.update({NON_ASCII: 0.005, FOREIGN: 0.0005, "?": 0.0007, "!": 0.0005})


@lru_cache(maxsize=1)
def _following() -> dict[str, float]:
    return {
        one + other: 2.0 ** (ord("a") - ord(code))
        for one, row in zip(_LETTERS, _AFTER.split(), strict=True)
        for other, code in zip(_LETTERS, row, strict=True)
    }


@lru_cache(maxsize=256)
def cost(strings: Strings) -> float:
    """Estimate how often a set is found for each character of text."""
    return sum(map(_share, strings))


@lru_cache(maxsize=4096)
def _share(text: str) -> float:
    share = 0.0
    for token in _TOKEN.findall(text):
        if share and token.isspace():
            continue  # a blank is sure after most marks
        own = _of_words(token) if token[0] in _LETTERS else _SHARE[token]
        share = share * min(1.0, _WORD_LENGTH * own) if share else own
    return share


def _of_words(text: str) -> float:
    """Return the share of letters and blanks; the first is as common as it is anywhere."""
    words = text.split()
    if not words:
        return _SHARE[" "]
    share = _word_share(words[0])
    for word in words[1:]:
        share *= min(1.0, _WORD_LENGTH * _word_share(word))
    return share


@lru_cache(maxsize=4096)
def _word_share(word: str) -> float:
    following = _following()
    share = _SHARE[word[0]]
    for place in range(1, min(len(word), _JUDGED)):
        share *= following[word[place - 1 : place + 1]]
    return max(share, _COMMON.get(word, 0.0))
