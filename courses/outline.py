"""The outline as the item bank below names it (X1)."""

from collections.abc import Mapping

from core.templatetags.portal import name_of
from courses.models import OutlineNode
from programs.models import ProgramYear


def outline_names(year: ProgramYear) -> Mapping[str, str]:
    """Every entry by code, under the name of the one above it, as the tree is read."""
    nodes = list(OutlineNode.objects.filter(year=year).order_by("order", "pk"))
    by_key = {node.pk: node for node in nodes}

    def path(node: OutlineNode) -> str:
        above = by_key.get(node.parent_id or 0)
        return f"{path(above)} / {name_of(node)}" if above else str(name_of(node))

    return {node.code: path(node) for node in nodes}
