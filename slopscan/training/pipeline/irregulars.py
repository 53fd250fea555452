"""Irregular English forms, for words that the treebanks happen to lack."""

from typing import Final

# base, past, participle; "/" parts variants.
_VERBS: Final = """
arise arose arisen; awake awoke awoken; bear bore borne; beat beat beaten; become became become;
befall befell befallen; begin began begun; behold beheld beheld; bend bent bent; bet bet bet;
bid bade bidden; bind bound bound; bite bit bitten; bleed bled bled; blow blew blown;
break broke broken; breed bred bred; bring brought brought; build built built;
burn burned/burnt burned/burnt; burst burst burst; buy bought bought; cast cast cast;
catch caught caught; choose chose chosen; cling clung clung; come came come; cost cost cost;
creep crept crept; cut cut cut; deal dealt dealt; dig dug dug; dive dived/dove dived;
do did done; draw drew drawn; dream dreamed/dreamt dreamed/dreamt; drink drank drunk;
drive drove driven; dwell dwelt dwelt; eat ate eaten; fall fell fallen; feed fed fed;
feel felt felt; fight fought fought; find found found; flee fled fled; fling flung flung;
fly flew flown; forbid forbade forbidden; foresee foresaw foreseen; forget forgot forgotten;
forgive forgave forgiven; forsake forsook forsaken; freeze froze frozen; get got got/gotten;
give gave given; go went gone; grind ground ground; grow grew grown; hang hung hung;
have had had; hear heard heard; hide hid hidden; hit hit hit; hold held held; hurt hurt hurt;
keep kept kept; kneel knelt knelt; knit knit knit; know knew known; lay laid laid; lead led led;
lean leaned/leant leaned/leant;
leap leaped/leapt leaped/leapt; learn learned/learnt learned/learnt;
leave left left; lend lent lent; let let let; lie lay lain; light lit lit; lose lost lost;
make made made; mean meant meant; meet met met; mistake mistook mistaken; mow mowed mown;
outgrow outgrew outgrown; overcome overcame overcome; overhear overheard overheard;
overtake overtook overtaken; overthrow overthrew overthrown; pay paid paid; prove proved proven;
put put put; quit quit quit; read read read; rebuild rebuilt rebuilt; rend rent rent;
rewrite rewrote rewritten; rid rid rid; ride rode ridden; ring rang rung; rise rose risen;
run ran run; saw sawed sawn; say said said; see saw seen; seek sought sought; sell sold sold;
send sent sent; set set set; sew sewed sewn; shake shook shaken; shear sheared shorn;
shed shed shed; shine shone shone; shoot shot shot; show showed shown; shrink shrank shrunk;
panic panicked panicked; mimic mimicked mimicked; eye eyed eyed; loathe loathed loathed;
shut shut shut; sing sang sung; sink sank sunk; sit sat sat; slay slew slain; sleep slept slept;
slide slid slid; sling slung slung; slink slunk slunk; slit slit slit; smell smelled/smelt
smelled/smelt; sow sowed sown; speak spoke spoken; speed sped sped; spell spelled/spelt
spelled/spelt; spend spent spent; spill spilled/spilt spilled/spilt; spin spun spun; spit spat spat;
split split split; spread spread spread; spring sprang sprung; stand stood stood;
steal stole stolen; stick stuck stuck; sting stung stung; stink stank stunk;
stride strode stridden; strike struck struck/stricken; string strung strung; strive strove striven;
swear swore sworn; sweep swept swept; swell swelled swollen; swim swam swum; swing swung swung;
take took taken; teach taught taught; tear tore torn; tell told told; think thought thought;
thrive thrived/throve thrived; throw threw thrown; thrust thrust thrust; tread trod trodden;
undergo underwent undergone; understand understood understood; undertake undertook undertaken;
undo undid undone; uphold upheld upheld; upset upset upset; wake woke woken; wear wore worn;
weave wove woven; weep wept wept; wet wet wet; win won won; wind wound wound;
withdraw withdrew withdrawn; withhold withheld withheld; withstand withstood withstood;
wring wrung wrung; write wrote written
"""
_PLURALS: Final = """
analysis analyses; appendix appendices; axis axes; basis bases; bonus bonuses; calf calves;
calorie calories; child children; cookie cookies; crisis crises; criterion criteria; elf elves;
foot feet; goose geese; half halves; hoof hooves; hypothesis hypotheses; index indices;
knife knives;
leaf leaves; life lives; loaf loaves; louse lice; man men; mouse mice; movie movies; oasis oases;
ox oxen; phenomenon phenomena; scarf scarves; self selves; series series;
sheaf sheaves;
shelf shelves; species species; thesis theses; thief thieves; tooth teeth; vertex vertices;
wharf wharves; wife wives; wolf wolves; woman women; zombie zombies; tie ties; pie pies; lie lies
"""


def irregular_lemmas() -> dict[tuple[str, str], str]:
    """Lemma by XPOS and lower-case form."""
    found: dict[tuple[str, str], str] = {}
    for entry in _VERBS.replace("\n", " ").split(";"):
        base, pasts, participles = entry.split()
        for form in pasts.split("/"):
            found["VBD", form] = base
        for form in participles.split("/"):
            found["VBN", form] = base
    found["VBG", "panicking"] = "panic"
    found["VBG", "mimicking"] = "mimic"
    for entry in _PLURALS.replace("\n", " ").split(";"):
        singular, plural = entry.split()
        found["NNS", plural] = singular
    return found
