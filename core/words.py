"""How acts and the things acted on read in the record of events; each room puts its own into the register."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.apps import apps

from core.exceptions import Text
from core.registry import Registry
from core.transitions import FLOWS


@dataclass(frozen=True, slots=True)
class EventWord:
    """`code` is the verb of an act, the label of a model, or `data.` and a key of an event's details."""

    code: str
    label: Text


EVENT_WORDS: Registry[EventWord] = Registry("event words")


def add_words(words: Mapping[str, Text]) -> None:
    EVENT_WORDS.add(*(EventWord(code, label) for code, label in words.items()))


def word(code: str) -> str:
    """The registered word, for a model its name, else the code itself."""
    entry = EVENT_WORDS.get(code)
    if entry is None and "." in code and not code.startswith("data."):
        return str(apps.get_model(code)._meta.verbose_name)
    return str(entry.label) if entry else code


def state_word(model_label: str, state: str) -> str:
    """A state in the words of the flow it belongs to."""
    flow = FLOWS.get(model_label)
    return str(flow.states(state).label) if flow and state in flow.states.values else state
