"""A Jinja environment whose every piece of markup is of one class, which escapes what joins it.

Jinja knows HTML only: what a macro, a block or `set` has made is its own Markup, and what is added
to that is escaped as HTML. Here compiled templates are given classes of ours in place of those, so
that no expression can make markup of another language out of text.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import nodes, runtime
from jinja2.compiler import CodeGenerator, Frame
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cadence.markup import Inert

_IMPORT = re.compile(r"^from jinja2\.runtime import .*$", re.MULTILINE)


class _Generator(CodeGenerator):
    """Treats what a filter makes of a block as any other value: it may be text again."""

    def visit_AssignBlock(self, node: nodes.AssignBlock, frame: Frame) -> None:  # noqa: N802
        if node.filter is None:
            super().visit_AssignBlock(node, frame)
            return
        self.push_assign_tracking()
        inner = frame.inner()
        inner.require_output_check = False
        inner.symbols.analyze_node(node)
        self.enter_frame(inner)
        self.buffer(inner)
        self.blockvisit(node.body, inner)
        self.newline(node)
        self.visit(node.target, frame)
        self.write(" = (escape if context.eval_ctx.autoescape else identity)(")
        self.visit_Filter(node.filter, inner)
        self.write(")")
        self.pop_assign_tracking(frame)
        self.leave_frame(inner)

    def visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> None:  # noqa: N802
        inner = frame.inner()
        inner.symbols.analyze_node(node)
        self.enter_frame(inner)
        self.buffer(inner)
        self.blockvisit(node.body, inner)
        self.start_write(frame, node)
        self.write("escape(environment.finalize(")
        self.visit_Filter(node.filter, inner)
        self.write("))")
        self.end_write(frame)
        self.leave_frame(inner)


class _Macro(runtime.Macro):
    """A macro whose result is markup of the environment's class."""

    def _invoke(self, arguments: list[Any], autoescape: bool) -> str:
        made = super()._invoke(arguments, False)
        kind: type[Inert] = self._environment.inert  # type: ignore[attr-defined]
        return kind(made) if autoescape else made


class _Block(runtime.BlockReference):
    """A block, called by `self.name()` or `super()`."""

    def __call__(self) -> str:
        kind: type[Inert] = self._context.environment.inert  # type: ignore[attr-defined]
        made = self._context.environment.concat(self._stack[self._depth](self._context))
        return kind(made) if self._context.eval_ctx.autoescape else str(made)

    @property
    def super(self) -> Any:
        return _as_block(super().super)


def _as_block(found: Any) -> Any:
    """Return a reference to a block as ours; an undefined one stays what it is."""
    if isinstance(found, runtime.BlockReference):
        return _Block(found.name, found._context, found._stack, found._depth)
    return found


class _Self(runtime.TemplateReference):
    """The `self` of a template."""

    def __getitem__(self, name: str) -> Any:
        return _as_block(super().__getitem__(name))


class _Context(runtime.Context):
    """What a template knows while it is rendered."""

    def super(self, name: str, current: Callable[[runtime.Context], Any]) -> Any:
        return _as_block(super().super(name, current))


class InertEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox whose markup is of one class, `inert`."""

    code_generator_class = _Generator
    context_class = _Context

    def __init__(self, inert: type[Inert], **options: Any) -> None:
        super().__init__(autoescape=True, **options)
        self.inert = inert
        given = {name: getattr(runtime, name) for name in runtime.exported}
        self.given = given | {
            "Markup": inert,
            "Macro": _Macro,
            "TemplateReference": _Self,
            "escape": inert.escape,
            "markup_join": self._joined,
        }

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        """Return the code of a template, with our classes in place of Jinja's."""
        code = super()._generate(source, name, filename, defer_init)
        ours, count = _IMPORT.subn("globals().update(environment.given)", code, count=1)
        if count != 1:
            raise RuntimeError("This version of Jinja writes its templates in another way")
        return ours

    def _joined(self, parts: Iterable[Any]) -> str:
        """Join the parts of an expression with `~`: markup if any of them is."""
        held = list(parts)
        if any(isinstance(part, self.inert) for part in held):
            return self.inert("").join(map(self.inert.escape, held))
        return "".join(map(str, held))
