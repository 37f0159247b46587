"""The grammar of JQL: text becomes a Query of clauses, or is refused as Jira refuses it."""

import re
from dataclasses import dataclass
from functools import lru_cache


class JqlError(ValueError):
    """A query that Jira answers with 400; `messages` are its errorMessages."""

    def __init__(self, *messages: str) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


@dataclass(frozen=True)
class Value:
    """An operand: what was written, and whether it stood in quotes."""

    text: str
    quoted: bool = False

    @property
    def number(self) -> int | None:
        """The number that a bare operand is; a quoted one is text."""
        return int(self.text) if not self.quoted and re.fullmatch(r"-?\d+", self.text) else None


EMPTY = Value("EMPTY")


@dataclass(frozen=True)
class Clause:
    """`field operator values`; `is` and `is not` have the one value EMPTY."""

    field: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Not:
    """The negation of a condition."""

    condition: "Condition"


@dataclass(frozen=True)
class Both:
    """Conditions joined by AND."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True)
class Either:
    """Conditions joined by OR."""

    conditions: tuple["Condition", ...]


Condition = Clause | Not | Both | Either


@dataclass(frozen=True)
class Query:
    """A parsed query: the restriction, if any, and the sort as (field, direction or None)."""

    where: Condition | None
    order: tuple[tuple[str, str | None], ...] = ()


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<operator>!=|<=|>=|!~|=|<|>|~|!|&&|\|\||&|\|)
    | (?P<mark>[(),])
    | (?P<word>(?:\\.|[^\s"'=!<>~(),&|\\])+)
    )""",
    re.VERBOSE,
)
_FORBIDDEN = set("+.;?*/%^$#@[]{}`")
_SYMBOLS = {"&&": "and", "&": "and", "||": "or", "|": "or", "!": "not"}
_COMPARISONS = {"=", "!=", "<", "<=", ">", ">="}
_KEYWORDS = {"and", "or", "not", "in", "is", "was", "changed", "empty", "null", "order", "by"}
_RESERVED_TEXT = """
abort access add after alias all alter any as asc audit avg before begin between boolean break
byte catch cf char character check checkpoint collate collation column commit connect continue
count create current date decimal declare decrement default defaults define delete delimiter
desc difference distinct divide do double drop else encoding end equals escape exclusive exec
execute exists explain false fetch file field first float for from function go goto grant
greater group having identified if immediate increment index initial inner inout input insert
int integer intersect intersection into isempty isnull join last left less like limit lock long
max min minus mode modify modulo more multiply next noaudit notin nowait number object of on
option outer output power previous prior privileges public raise raw remainder rename resource
return returns revoke right row rowid rownum rows select session set share size sqrt start
strict string subtract sum synonym table then to trans transaction trigger true uid union unique
update user validate values view when whenever where while with
"""
_RESERVED = _KEYWORDS | set(_RESERVED_TEXT.split())


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


@lru_cache(maxsize=64)
def parse(text: str) -> Query:
    """Parse JQL. Raises JqlError with Jira's wording for what is no JQL."""
    return _Parser(text).query()


def _tokens(text: str) -> list[_Token]:
    tokens = []
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if not found:
            raise _error(f"The quoted string '{text[at:].strip()}' has not been completed.", at)
        kind = found.lastgroup or ""
        tokens.append(_token(kind, found[kind], found.start(kind)))
        at = found.end()
    return tokens


def _token(kind: str, text: str, at: int) -> _Token:
    if kind == "quoted":
        return _Token(kind, re.sub(r"\\(.)", r"\1", text[1:-1]), at)
    if kind == "word":
        bad = next((c for c in re.sub(r"\\.", "", text) if c in _FORBIDDEN), None)
        if bad:
            raise _error(
                f"The character '{bad}' is a reserved JQL character. You must enclose it in a "
                f"string or use the escape '\\u{ord(bad):04x}' instead.",
                at,
            )
        return _Token(kind, text.replace("\\", ""), at)
    if text in _SYMBOLS:
        return _Token("word", _SYMBOLS[text], at)
    return _Token(kind, text, at)


def _error(message: str, at: int) -> JqlError:
    return JqlError(f"Error in the JQL Query: {message} (line 1, character {at + 1})")


class _Parser:
    """Recursive descent: OR binds loosest, then AND, then NOT."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.position = 0

    def query(self) -> Query:
        where = None
        if self.tokens and not self._is("order"):
            where = self._either()
        order = self._order()
        if self._peek():
            token = self._take()
            raise _error(f"Expecting either 'OR' or 'AND' but got '{token.text}'.", token.at)
        return Query(where, order)

    def _peek(self) -> _Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def _is(self, *words: str) -> bool:
        token = self._peek()
        return token is not None and token.kind != "quoted" and token.text.lower() in words

    def _take(self, *expected: str) -> _Token:
        token = self._peek()
        if token is None:
            wanted = f" '{expected[0]}'" if expected else " more"
            raise JqlError(
                f"Error in the JQL Query: Expecting{wanted} before the end of the query."
            )
        if expected and not self._is(*expected):
            raise _error(f"Expecting '{expected[0]}' but got '{token.text}'.", token.at)
        self.position += 1
        return token

    def _either(self) -> Condition:
        conditions = [self._both()]
        while self._is("or"):
            self._take()
            conditions.append(self._both())
        return conditions[0] if len(conditions) == 1 else Either(tuple(conditions))

    def _both(self) -> Condition:
        conditions = [self._negation()]
        while self._is("and"):
            self._take()
            conditions.append(self._negation())
        return conditions[0] if len(conditions) == 1 else Both(tuple(conditions))

    def _negation(self) -> Condition:
        if self._is("not"):
            self._take()
            return Not(self._negation())
        if self._is("("):
            self._take()
            inside = self._either()
            self._take(")")
            return inside
        return self._clause()

    def _clause(self) -> Clause:
        field = self._field()
        token = self._take()
        operator = token.text.lower()
        if operator in _COMPARISONS or operator in ("~", "!~"):
            return Clause(field, operator, (self._value(),))
        if operator == "not":
            self._take("in")
            return Clause(field, "not in", self._list())
        if operator == "in":
            return Clause(field, "in", self._list())
        if operator == "is":
            negated = self._is("not") and self._take() is not None
            self._take("empty", "null")
            return Clause(field, "is not" if negated else "is", (EMPTY,))
        raise _error(
            "Expecting operator but got '" + token.text + "'. The valid operators are '=', '!=', "
            "'<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.",
            token.at,
        )

    def _field(self) -> str:
        token = self._take()
        if token.kind == "quoted":
            return token.text.lower()
        if token.kind == "word" and token.text.lower() == "cf":
            raise _error("Write a custom field by its name.", token.at)
        if token.kind != "word" or token.text.lower() in _RESERVED:
            raise self._reserved(token)
        return token.text.lower()

    def _value(self) -> Value:
        token = self._take()
        if token.kind == "quoted":
            return Value(token.text, quoted=True)
        if token.kind == "word" and token.text.lower() in ("empty", "null"):
            return EMPTY
        if token.kind != "word" or token.text.lower() in _RESERVED:
            raise self._reserved(token)
        if self._is("("):
            raise JqlError(f"Unable to find JQL function '{token.text}()'.")
        return Value(token.text)

    def _list(self) -> tuple[Value, ...]:
        self._take("(")
        values = [self._value()]
        while self._is(","):
            self._take()
            values.append(self._value())
        self._take(")")
        return tuple(values)

    def _order(self) -> tuple[tuple[str, str | None], ...]:
        if not self._is("order"):
            return ()
        self._take()
        self._take("by")
        order = [self._sorted()]
        while self._is(","):
            self._take()
            order.append(self._sorted())
        return tuple(order)

    def _sorted(self) -> tuple[str, str | None]:
        field = self._field()
        return field, self._take().text.lower() if self._is("asc", "desc") else None

    @staticmethod
    def _reserved(token: _Token) -> JqlError:
        if token.kind != "word":
            return _error(f"Expecting a value or a field but got '{token.text}'.", token.at)
        return _error(
            f"'{token.text}' is a reserved JQL word. You must surround it in quotation marks "
            "to use it in a query.",
            token.at,
        )
