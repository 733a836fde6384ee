"""Names of invented tools and parameters: made of words, or of syllables. Held-out names have words of their own."""

from __future__ import annotations

from random import Random

from .words import COMMON, HEADS, HEARTS, TAILS

VERBS = (
    "get set find make send read open close start stop show list look ask check move save load plan draw "
    "turn pick push pull sort split join scan track match merge parse print query reset route share store "
    "trace watch write build clean copy edit fill guess hold join keep lift mark note order pack play "
    "post rank rate ride sail seek sell sign sing skip spin step swap tell test tick trim try tune type "
    "use view vote wait walk wash wrap"
).split()
NOUNS = (
    "data item page line word file card code date time place name list note task user mail page room road "
    "ship tree lamp door desk bell book coin drum farm gate hill iron jazz king lake moon nest oven pond "
    "quiz rail sand tent unit vase wall yard zone atlas badge cable delta ember flute grain honey ivory "
    "jelly koala lunar maple ninja olive panda quilt robin solar tulip ultra vivid wheat xenon yacht "
    "zebra arrow blaze cedar diary eagle fable giant haven index"
).split()
# Kept for the measurement: no name in training has any of them.
HELD_WORDS = (
    "bring carry chase climb crawl dance gather hurry launch measure polish rescue shuffle stretch "
    "whisper anchor beacon cactus dragon engine feather goblin hammer jungle kettle ladder magnet needle "
    "oyster parrot quartz ribbon saddle temple umbrella velvet walnut zipper"
).split()
TRAIN_WORDS = tuple(sorted({*VERBS, *NOUNS, *COMMON} - set(HELD_WORDS)))


def new_word(rng: Random, held: bool = False) -> str:
    """One word, or now and then some syllables."""
    if rng.random() < 0.25:
        parts = [rng.choice(HEADS) + rng.choice(HEARTS) + rng.choice(TAILS[:7]) for _ in range(rng.randint(1, 2))]
        return "".join(parts)
    return rng.choice(HELD_WORDS if held else TRAIN_WORDS)


def new_name(rng: Random, held: bool = False) -> str:
    """A tool's name: one to three words."""
    return "_".join(new_word(rng, held) for _ in range(rng.choice((1, 2, 2, 2, 3))))
