"""What code names and what rows name is the same set: settings, rules, figures, flows, roles."""

import io

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template

from accounts.audience import WHEREABOUTS
from accounts.enums import Role
from core.demo import DEMO_BUILDERS
from core.enums import Lane
from core.figures import FIGURES
from core.jobs import JOB_KINDS
from core.todos import TODO_SOURCES
from core.transitions import FLOWS
from enrollment.enums import RuleKind
from enrollment.rules.recruitment import RULES
from programs.enums import SettingCode
from tests.programs.source_rows import rows
from tests.repository.tree import ROOMS


@pytest.mark.parametrize("code", SettingCode.values)
def test_every_setting_has_its_row_in_2022(code):
    assert len(rows("setting", folder="cancer-2022", code=code)) == 1


def test_every_row_of_settings_is_known_to_the_code():
    assert {row["code"] for row in rows("setting")} <= set(SettingCode.values)


@pytest.mark.parametrize("kind", RuleKind.values)
def test_every_kind_of_rule_has_a_function_a_row_and_words(kind):
    assert kind in RULES
    assert rows("rule", kind=kind)
    assert get_template(f"findings/{kind}.html")


def test_no_rule_function_and_no_row_is_of_an_unknown_kind():
    assert set(RULES) == set(RuleKind.values)
    assert {row["kind"] for row in rows("rule")} <= set(RuleKind.values)


def figures_of_fixtures() -> set[str]:
    return {
        row["figure"]
        for name in ("duty", "criterion", "rule", "condition")
        for row in rows(name)
        if row.get("figure")
    }


def test_every_figure_that_the_fixtures_name_is_measured():
    assert figures_of_fixtures() - set(FIGURES.codes()) == set()


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.code)
def test_a_figure_is_named_by_its_room_and_says_what_it_is(figure):
    assert figure.code.split(".")[0] in ROOMS
    assert str(figure.label)
    assert len(str(figure.definition)) > len(str(figure.label)) or str(figure.definition)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.code)
def test_a_flow_moves_a_model_among_its_own_states(flow):
    field = apps.get_model(flow.code)._meta.get_field(flow.field)
    states = set(flow.states.values)
    assert {value for value, _label in field.choices} == states
    for edge in flow.edges:
        assert set(edge.sources) <= states
        assert edge.target in states
    assert len({edge.verb for edge in flow.edges}) == len(flow.edges), "a verb stands twice"


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.code)
def test_every_state_of_a_flow_can_be_reached(flow):
    field = apps.get_model(flow.code)._meta.get_field(flow.field)
    reached = {field.get_default()}
    for _ in flow.edges:
        reached |= {edge.target for edge in flow.edges if reached & set(edge.sources)}
    assert set(flow.states.values) - reached == set()


def test_the_generated_pages_are_current():
    text = io.StringIO()
    call_command("generate_docs", "--check", stdout=text)
    assert "all current" in text.getvalue()


@pytest.mark.parametrize("kind", JOB_KINDS, ids=lambda kind: kind.code)
def test_a_kind_of_work_is_named_by_its_room_and_has_a_lane(kind):
    assert kind.code.split(".")[0] in ROOMS
    assert str(kind.label)
    assert kind.lane in Lane.values
    assert kind.every is None or kind.every >= settings.CELERY_BEAT_SCHEDULE["sweep"]["schedule"]


def test_the_whereabouts_of_a_role_are_those_of_a_known_role():
    assert {entry.code for entry in WHEREABOUTS} == {Role.TRAINEE}


@pytest.mark.parametrize("source", TODO_SOURCES, ids=lambda source: source.code)
def test_a_source_of_to_dos_serves_known_roles(source):
    assert source.roles
    assert source.roles <= set(Role.values)


def test_demo_builders_begin_in_the_order_of_the_rooms():
    """A room may add a later part, which rests on the rooms above it."""
    rooms = list(dict.fromkeys(builder.code.split(".")[0] for builder in DEMO_BUILDERS))
    assert rooms == sorted(rooms, key=ROOMS.index)
