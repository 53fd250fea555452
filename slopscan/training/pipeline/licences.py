"""Which GUM documents may train weights that are used commercially.

GUM's annotations carry "a Creative Commons license in keeping with the underlying texts"
(LICENSE.txt of UD_English-GUM), so the text decides, document by document:

- Wikinews (news, interview), Wikivoyage (voyage), YouTube Creative Commons (vlog), OpenStax
  (textbook): CC BY, named in LICENSE.txt. Wikipedia (bio): Wikimedia text, CC BY-SA.
- Political speeches (speech): public domain, named in LICENSE.txt.
- academic: LICENSE.txt is silent. Only documents of PLOS ONE, MDPI and IOP Conference Series
  are taken; these publishers put every article under CC BY.
- fiction: LICENSE.txt says non-commercial for the genre. Two texts are public domain wherever
  they come from: H. G. Wells, The Time Machine (1895), H. P. Lovecraft, What the Moon Brings
  (1923); the authors died in 1946 and 1937.
- textbook not by OpenStax, conversation and the Santa Barbara part of court (CC BY-ND at the
  source), essay, letter, podcast, other court, whow (non-commercial): not taken, because the
  treebank states no licence for the text or one that forbids it.

GENTLE, LinES and PUD are for evaluation only.
"""

GENRES_TAKEN = ("bio", "interview", "news", "speech", "vlog", "voyage")
DOCUMENTS_TAKEN = (
    "GUM_academic_census",
    "GUM_academic_economics",
    "GUM_academic_huh",
    "GUM_academic_lighting",
    "GUM_academic_mutation",
    "GUM_academic_salinity",
    "GUM_academic_theropod",
    "GUM_fiction_moon",
    "GUM_fiction_time",
    "GUM_textbook_anthropology",
    "GUM_textbook_cognition",
    "GUM_textbook_entrepreneurship",
    "GUM_textbook_grit",
    "GUM_textbook_history",
    "GUM_textbook_sociology",
    "GUM_textbook_spacetime",
    "GUM_textbook_stats",
)


def gum_genre(document: str) -> str:
    """Genre in a document name: "GUM_fiction_moon" is fiction."""
    return document.split("_")[1]


def is_trainable(document: str) -> bool:
    """Whether weights learnt from this GUM document may be used commercially."""
    return gum_genre(document) in GENRES_TAKEN or document in DOCUMENTS_TAKEN
