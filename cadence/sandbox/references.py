"""Which other templates a template names."""

from jinja2 import TemplateError, meta

from cadence.errors import ConfigError
from cadence.sandbox.environment import markdown_environment
from cadence.sandbox.loader import OwnTemplate, read_own


def referenced(own: OwnTemplate) -> set[str]:
    """Return the templates that an own one includes, imports or extends by name.

    None of a template that cannot be read: what is wrong with it is told where it is rendered.
    """
    try:
        parsed = markdown_environment(None, None).parse(read_own(own))
    except (ConfigError, TemplateError, RecursionError):
        return set()
    return {name for name in meta.find_referenced_templates(parsed) if name}
