"""Texts written for the project, whose scores a shipped model must reproduce."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from slopscan.folding import fold
from slopscan.model.artefact import load_model
from slopscan.model.check import golden_score
from slopscan.model.manifest import read_manifest, write_manifest
from slopscan.nlp.load import load_pipeline

TEXTS: Final[dict[str, str]] = {
    "plain-repair": """
I took the pump apart on Saturday because it had started to squeal again. The noise came from
the bearing, as I'd thought, and the bearing was dry. What I hadn't expected was the shaft. It
was scored nearly a millimetre deep where the seal sits, so a new seal wouldn't have lasted a
week. I rang Pete, who used to run the machine shop in town, and asked whether he could put a
sleeve on it. He said he could if I got it to him before four. I didn't. My car wouldn't start,
then the kids came home, and by the time we'd got everyone fed it was dark and his phone went to
the machine. So the pump is still in bits on the bench, and we're carrying water up from the
stream in two buckets and an old milk churn. It's not that bad, really. You get used to where the
stones are. My daughter thinks it's a game, and I'm not about to tell her otherwise until the
novelty goes. I'll try Pete again on Monday, and if he can't do it I'll order a shaft, which will
take ten days and cost more than I'd like.
""",
    "polished-essay": """
In today's rapidly changing world, the role of public libraries has become more important than
ever. Libraries serve not only as repositories of knowledge but also as vibrant community spaces,
offering resources, support, and opportunities for people of all ages. By providing free access
to books, technology, and educational programs, they help bridge the gap between those who have
and those who do not. Moreover, libraries foster a sense of belonging, creating an environment
where individuals can learn, connect, and grow. They play a crucial role in promoting literacy,
encouraging lifelong learning, and supporting local initiatives. Additionally, the digital
services that modern libraries offer ensure that information remains accessible to everyone,
regardless of their background or financial situation. While some may argue that the internet has
made libraries obsolete, this perspective overlooks the human element that they bring to our
communities. Ultimately, investing in libraries is an investment in the future, empowering
individuals and strengthening the fabric of society. By recognizing their value and ensuring
adequate funding, we can build a more informed, inclusive, and resilient world for generations
to come.
""",
    "polished-story": """
The lighthouse stood at the edge of the world, its pale stone weathered by a century of salt and
silence. Elena climbed the spiral stairs slowly, her fingers trailing along the cold iron rail,
each step echoing like a heartbeat in the hollow dark. She had not been here since her father
died. At the top, the great lamp waited beneath its shroud of dust, patient and unlit. She placed
her palm against the glass, feeling the faint hum of something she could not name. Outside, the
sea stretched toward the horizon, gray and restless, whispering secrets to the rocks below.
"You came back," a voice said softly. She turned. The old keeper stood in the doorway, his eyes
reflecting the last light of the evening. He looked smaller than she remembered, his shoulders
bowed beneath a weight that was not only age. "I had to," she said, her voice barely above a
whisper. He nodded, as though he had always known. For a long moment neither of them spoke, and
the silence between them was not empty but full, heavy with everything that had been left unsaid.
""",
    "plain-story": """
Nobody had told Harris about the dog. He came up the drive with his samples under one arm and was
halfway to the porch before it got up, a big yellow thing with one ear, and looked at him. It
didn't bark. He said hello to it, and it walked round behind him and sat down in the road, so that
was that, he was going to have to ring the bell. A woman opened before he got there. She'd been
watching. "He won't hurt you," she said, "but he won't let you leave either. What is it?" Harris
told her brushes. She said she had brushes. He said not like these, and she laughed at that and
let him come in, since he'd be standing there till her husband got home anyhow. The kitchen
smelled of onions. There were two boys under the table doing something to a clock. She bought a
bottle brush in the end, mostly I think to have something to show for it, and gave him coffee, and
at half past five a truck pulled in and the dog got up and went round the back as if it had never
seen him in its life.
""",
    "manual": """
Disconnect the mains before you open the case. Remove the four screws on the rear plate and lift
it straight up, because the ribbon cable is short and tears easily. The fuse is on the left, next
to the transformer. Fit only a 2 A slow fuse of the same size. If the new fuse blows at once, do
not try a larger one: the fault is in the supply board, and the board has to be tested on a
current-limited supply. Measure the voltage at the test points marked TP1 and TP2. Both should
read between 11.8 and 12.3 V with the motor off. A reading of zero at TP2 alone means that the
regulator has failed. Replacement needs a 60 W iron and some patience, as the tab is soldered to
the ground plane. When the unit is back together, run it for ten minutes with the plate on before
you connect the load, and check that the fan starts at about 45 degrees. Older units have no fan
and may run warm to the touch.
""",
    "assistant-answer": """
There are several factors to consider when choosing a houseplant for a room with limited natural
light. First, it is important to understand that most plants require some light to survive, so it
is best to select species that are known for their resilience. Snake plants, for example, are
highly adaptable and can thrive in a wide range of conditions, making them an excellent choice for
beginners. Similarly, pothos plants are easy to care for and can tolerate infrequent watering.
Additionally, it is essential to consider the humidity of the room, as some plants prefer a moist
environment while others do not. It is also worth noting that overwatering is one of the most
common causes of plant death, so allowing the soil to dry out between waterings can help ensure
the health of your plant. Finally, rotating your plant regularly can promote even growth and
prevent it from leaning toward the light. By taking these factors into account, you can create a
beautiful and welcoming space that enhances both your mood and your overall well-being.
""",
    "letter": """
Thanks for yours of the 3rd, and sorry to be so slow. We've had the builders in, which you'll have
heard all about from Ann, and I couldn't find a flat surface to write on until yesterday. You ask
about the allotment. I've given it up. It was my back mainly, but also they moved the tap to the
far end and I got tired of lugging cans past all those people who wanted to discuss blackfly. A
young couple have it now. They've put in a pond! I went past on Sunday and there was a plastic
heron, so I suppose they have fish as well, or think that they do. Otherwise not much. Tom is
still waiting to hear from the council and has more or less stopped expecting to. I told him he
should go round and sit there till somebody noticed, but you know Tom. Do come in May if you can
manage it. The spare room will have a floor by then, they tell me, and a window that shuts, and
we could walk over to Hatherley's and see whether the old man is still giving his plums away.
""",
    "report": """
The committee met four times between March and June. It heard evidence from eleven witnesses and
received thirty-two written submissions, of which nine came from residents of the two parishes.
The main question was whether the weir should be repaired or removed. The engineer's report put
the cost of repair at between 210,000 and 260,000 pounds, depending on the state of the apron,
which could not be inspected while the river was high. Removal would cost less but would lower
the water table in the meadow by an amount on which the two consultants did not agree. Several
witnesses said that the fish pass had never worked. The records of the angling club, which go
back to 1958, bear this out: no salmon has been counted above the weir since the pass was built.
The committee was divided. Five members favoured repair with a new pass, three favoured removal,
and one took no part in the vote because she owns land below the bridge. The majority view is set
out in section 4, and the minority view in the appendix.
""",
    "marketing": """
Are you ready to transform the way your team works? Our platform brings together everything you
need to plan, track, and deliver your projects with confidence. Whether you are a small startup or
a growing enterprise, our intuitive tools are designed to adapt to your needs, helping you save
time, reduce stress, and focus on what truly matters. With powerful automation and seamless
integrations, you can streamline your workflow and eliminate repetitive tasks, freeing your team
to do their best work. But it is not just about productivity. It is about creating a culture of
collaboration, where every voice is heard and every idea has the chance to shine. From real-time
dashboards to customizable reports, you will always have the insights you need to make smarter
decisions. Join thousands of teams around the world who have already discovered a better way to
work together. Start your journey today, and experience the difference that a truly connected
workspace can make for you and your organization.
""",
    "too-short": "The kettle is on. I will be back before it boils, so leave the door as it is.",
}


def write(folder: Path) -> None:
    """Score the texts by the model in `folder` and keep the scores beside it."""
    model, nlp = load_model(folder), load_pipeline()
    with (folder / "golden.jsonl").open("w", encoding="utf8") as out:
        for name, text in TEXTS.items():
            folded = fold(" ".join(text.split()))
            log_odds = golden_score(model, nlp, folded)
            row = {"name": name, "text": folded, "log_odds": round(log_odds, 6)}
            out.write(json.dumps(row) + "\n")
    write_manifest(folder, read_manifest(folder))
