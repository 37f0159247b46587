"""Words of people in created issues act as nothing: no mention, link, image, macro (S4)."""

import random
import re

from cadence.jira.wiki import document, inert, wiki

ATOMS = (
    *("@", "@here", "[~", "~", "[~accountid:", "bito", "]", "[", "|", "\\", "\\\\", "{", "}"),
    *("{code}", "{noformat}", "{html}", "!", "!a.png!", "http://evil.example", "https:", "//"),
    *("mailto:", "www.", "&#91;", "&lt;", "&", ";", "h1.", "bq.", "----", "-", "*", "_", "+"),
    *("^", "??", "?", "#", "||", ":)", "(!)", "(y)", "\n", "\t", "\u202e", "\u200b", "\x07", " "),
    *("a", "TFIO-1", "é", "名", "‼"),
)


def forms(count: int, seed: int = 4):
    rng = random.Random(seed)
    for _ in range(count):
        yield "".join(rng.choice(ATOMS) for _ in range(rng.randint(1, 12)))


def test_two_thousand_texts_hold_no_wiki_markup():
    for text in forms(2000):
        bare = re.sub(r"&#92;|&amp;", "·", inert(text))
        bare = re.sub(r"\\(?:_|[^\\\s\w])", "·", bare)
        found = re.findall(
            r"[{}\[\]!*_|#^~]|\\\\|&#?\w+;|//\w|\bmailto:\w|\bwww\.\w|@\w|^(?:h[1-6]|bq)\.|^-|--",
            bare,
        )
        assert not found, (text, inert(text), found)
        assert not re.search(r"[\x00-\x1f\u200b\u202e]", bare)


def test_two_thousand_texts_are_text_nodes_alone():
    for text in forms(2000):
        nodes = [node for block in document([text])["content"] for node in block["content"]]
        assert all(set(node) == {"type", "text"} and node["type"] == "text" for node in nodes)
        assert all(node["text"].strip() for node in nodes)


def test_ordinary_words_stay_as_they_are():
    words = "Agreed in the reflection of 2021-02 (action 3): the loader's cache, at last."
    assert inert(words) == words
    assert wiki(["One.", "", "Two."]) == "One.\n\nTwo."
