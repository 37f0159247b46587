"""A reflection form: what one person answered, as Markdown, and back. No written word is lost."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cadence.errors import ConfigError
from cadence.model import Anonymity, Prompt
from cadence.month import Month

Thought = tuple[Prompt, str]


@dataclass(frozen=True)
class Form:
    """A form as it was filled: its month and author, if it names them, and the thoughts.

    A text without a month, that is without the heading `# Reflection 2021-02`, is no form.
    `unread` are quoted lines and comments that we did not write: not taken, but not to be lost.
    """

    month: Month | None
    author: str | None
    thoughts: tuple[Thought, ...]
    unread: tuple[str, ...] = ()


QUESTIONS = {
    Prompt.START: "What should we begin to do?",
    Prompt.STOP: "What should we no longer do?",
    Prompt.CONTINUE: "What is good and should stay?",
}

# None inside another: one that somebody left open must not swallow what follows it.
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)
_QUOTED = re.compile(r"\s*>")
_RULE = re.compile(r"\s*([-*_=])(\s*\1){2,}\s*")
_HEADING = re.compile(r"\s*(#{1,6})(.*)")
_BULLET = re.compile(r"\s*(?:[-*+•–]|\d{1,3}[.)])(?:\s+(.*))?")
_TIGHT_BULLET = re.compile(r"\s*[-•–]([^\W\d].*)")
_NESTED = 2
"""From so many columns deeper on, a bullet belongs to the thought above it."""
_CHECKBOX = re.compile(r"\[[ xX]?\](?:\s+|$)")
_LED_BY_PROMPT = re.compile(r"[*_]*([A-Za-z]+)(?: doing)?[*_]*\s*[:–—][*_]*\s+(.*\w.*)", re.DOTALL)
_TITLE = re.compile(r"reflection\b[\s:,-]*", re.IGNORECASE)
_AUTHOR = re.compile(r"\s*[*_]*author[*_]*\s*:[*_]*(.*)", re.IGNORECASE)
_LONGEST_NAME = 80
"""Letters of a line that names a question, its decoration included; what is longer names none."""
_YEAR_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})\b")


def parse_form(text: str) -> Form:
    """Return what somebody wrote into a form.

    Quoted lines and comments are ours. Each bullet is a thought, with the bullets nested in it,
    and so is each paragraph; what stands under no question is kept, too.
    Raises ConfigError for a heading with an odd month.
    """
    reader = _Reader()
    text = text.lstrip("\ufeff")
    for line in _COMMENT.sub(_only_breaks, text).splitlines():
        reader.read(line)
    reader.end_thought()
    reader.end_heading()
    comments = (" ".join(found[4:-3].split()) for found in _COMMENT.findall(text))
    unread = [said for said in comments if said and said not in HINTS]
    return Form(
        reader.month, reader.author, tuple(reader.thoughts), (*unread, *reader.quoted_below)
    )


def _only_breaks(comment: re.Match[str]) -> str:
    return "\n" * comment[0].count("\n")


@dataclass
class _Reader:
    """Reads a form line by line."""

    month: Month | None = None
    author: str | None = None
    thoughts: list[Thought] = field(default_factory=list)
    prompt: Prompt = Prompt.OTHER
    words: list[str] = field(default_factory=list)
    heading: str = ""  # one that is no question, until a thought below it takes it along
    kept: bool = True  # whether a thought has taken it
    blank: bool = False
    bullet: int | None = None  # the column of the bullet that began the thought
    asked: bool = False  # whether a question has come: what we quote stands above the first
    quoted_below: list[str] = field(default_factory=list)

    def read(self, line: str) -> None:
        if not line.strip():
            self.blank = True
            return
        self._written(line)
        self.blank = False

    def _written(self, line: str) -> None:
        if _QUOTED.match(line) or _RULE.fullmatch(line):
            self._divide(line)
        elif (found := _HEADING.fullmatch(line)) and _is_heading(line, text := _title(found[2])):
            self._start_section(text, top=found[1] == "#")
        elif (found := _AUTHOR.fullmatch(line)) and not (self.author and found[1].strip()):
            self.end_thought()
            self.author = self.author or found[1].strip().strip("*_ ") or None
        elif prompt := _lone_prompt(line):
            self._start_section(prompt, top=False)
        elif found := _BULLET.fullmatch(line) or _TIGHT_BULLET.fullmatch(line):
            self._read_bullet(line, found[1] or "")
        else:
            self._continue(line)

    def _divide(self, line: str) -> None:
        """End a thought at a quote or a rule; a rule below a question's name makes it a heading."""
        if self.asked and _QUOTED.match(line) and (said := line.strip(" \t>")):
            self.quoted_below.append(said)
        underlined = len(self.words) == 1 and self.bullet is None and not self.blank
        if underlined and line.strip()[0] in "=-" and _prompt(self.words[0]):
            heading, self.words = self.words[0], []
            self._start_section(heading, top=False)
        self.end_thought()

    def _read_bullet(self, line: str, text: str) -> None:
        """Begin a thought, unless the bullet is nested in one that says something already."""
        if box := _CHECKBOX.match(text):
            text, line = text[box.end() :], line.replace(box[0], "", 1)
        column = _column(line)
        nested = self.bullet is not None and column >= self.bullet + _NESTED
        if nested and any(word.strip() for word in self.words):
            self.words += [line] if text.strip() else []
            return
        self.end_thought()
        if _prompt(text):  # a list of lists: the question's name, and the thoughts nested in it
            self._start_section(text, top=False)
            return
        self.words, self.bullet = [text], column

    def _continue(self, line: str) -> None:
        """Add a line to its thought; after a blank line one at the margin is a new thought."""
        if self.blank and not line[0].isspace():
            self.end_thought()
        self.words.append(line)

    def _start_section(self, heading: str, *, top: bool) -> None:
        self.end_thought()
        self.end_heading()
        prompt = _prompt(heading)
        self.prompt = prompt or Prompt.OTHER
        self.asked = self.asked or prompt is not None
        if prompt:
            return
        if not (top and self.month is None) and (led := _led(heading)):
            self.prompt, said = led  # such as `## Start: measure earlier`
            self.asked = True
            self._keep(said)
            return
        if top and self.month is None and (found := _TITLE.match(heading)):
            self.month, heading = _month(heading[found.end() :])
        self.heading, self.kept = heading.strip(), not heading.strip()

    def end_thought(self) -> None:
        """Keep the thought that was being read."""
        said = " ".join(" ".join(self.words).split())
        self.words, self.bullet = [], None
        if said:
            self._keep(f"{self.heading}: {said}" if self.heading else said)

    def end_heading(self) -> None:
        """Keep a heading that is no question and has nothing below it."""
        if not self.kept:
            self._keep(self.heading)
        self.heading, self.kept = "", True

    def _keep(self, said: str) -> None:
        self.kept = True
        led = _led(said) if self.prompt is Prompt.OTHER and not self.heading else None
        self.thoughts.append(led or (self.prompt, said))


def _column(line: str) -> int:
    line = line.expandtabs(4)
    return len(line) - len(line.lstrip())


def _title(text: str) -> str:
    """Return what a heading says: in one line, without the signs that close it."""
    return " ".join(text.split()).rstrip("#").rstrip()


def _is_heading(line: str, text: str) -> bool:
    """Tell a heading from a line like `#1 of my wishes`: a space, or one of our words, follows."""
    return bool(re.match(r"\s*#+(\s|$)", line)) or _prompt(text) is not None


def _prompt(heading: str) -> Prompt | None:
    """Return the question that a heading names, whatever its case and punctuation."""
    if len(heading) > _LONGEST_NAME:
        return None
    word = re.sub(r"^[\W_]*(\d+[.)][\W_]+)?|[\W_]+$", "", heading).casefold()
    return next((p for p in QUESTIONS if word in (p.value, f"{p.value} doing")), None)


def _led(said: str) -> Thought | None:
    """Return the thought that names its question itself: `Start: measure earlier`."""
    found = _LED_BY_PROMPT.fullmatch(re.sub(r"^[^\w*_]+", "", said))
    prompt = _prompt(found[1]) if found else None
    return (prompt, found[2]) if found and prompt else None


def _lone_prompt(line: str) -> str | None:
    """Return a line that is a question's name alone, in bold or with a colon: `**Start**`."""
    if len(line := line.strip()) > _LONGEST_NAME:
        return None
    alone = re.fullmatch(r"[^\w*]*(\*\*|__)?[^\w*]*[A-Za-z]+[^\w*:]*(?(1):?(\*\*|__):?|:)\s*", line)
    return line if alone and _prompt(line) else None


def _month(text: str) -> tuple[Month | None, str]:
    """Return the month that a title begins with, and the rest of the title."""
    if not (found := _YEAR_MONTH.match(text)):
        return None, text
    year, number = int(found[1]), int(found[2])
    if not (1 <= number <= 12 and 1900 <= year <= 2200):
        raise ConfigError(f"'{found[0]}' is no month", where="the form's heading")
    return Month(year, number), text[found.end() :]


def form_text(
    month: Month,
    author: str | None,
    facts: Iterable[str],
    anonymity: Anonymity,
    said: Sequence[Thought] = (),
) -> str:
    """Return a form: the month's facts in quotes, then the three questions.

    It is empty but for what its author has said already.
    """
    lines = [f"# Reflection {month}", ""]
    if anonymity is not Anonymity.ALL:
        lines += [f"Author: {author or ''}".rstrip(), ""]
    if anonymity is Anonymity.ENTRY:
        lines += [f"<!-- {_NO_NAME} -->", ""]
    lines += [f"> {fact}" if fact else ">" for fact in facts]
    if others := [f"- {text}" for asked, text in said if asked is Prompt.OTHER]:
        lines += ["", *others]
    for prompt in QUESTIONS:
        lines += ["", f"## {prompt.capitalize()}", "", f"<!-- {hint(prompt)} -->", ""]
        lines += [f"- {text}" for asked, text in said if asked is prompt] or ["- "]
    return "\n".join(lines) + "\n"


def hint(prompt: Prompt) -> str:
    """Return the words that ask a question: a reason makes of a wish something to act on."""
    return f"{QUESTIONS[prompt]} One thought a line: … because …"


_NO_NAME = "Without an author, nobody will know whose answer this is."

HINTS = frozenset(
    [
        _NO_NAME,
        *(hint(prompt) for prompt in QUESTIONS),
        *(f"{question} One thought a line." for question in QUESTIONS.values()),
    ]
)
"""The comments that forms bear, and bore before: all others are people's."""
