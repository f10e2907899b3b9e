"""One list of settings: config/settings.py, .env.example and docker-compose.yml agree."""

import re

import yaml

from tests.repository import tree

EXAMPLE = (tree.ROOT / ".env.example").read_text(encoding="utf-8")
COMPOSE_TEXT = (tree.ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
PORTAL_SERVICES = {"setup", "web", "worker", "worker-bulk", "beat"}
# names of other programs' images, not of the portal
IMAGE_NAMES = {
    "proxy": {"SITE_ADDRESS", "ACME_EMAIL"},
    "postgres": {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"},
    "redis": {"REDIS_PASSWORD", "REDISCLI_AUTH"},
}


def _documented() -> list[str]:
    return re.findall(r"^#?([A-Z][A-Z0-9_]*)=", EXAMPLE, flags=re.MULTILINE)


def _interpolated() -> set[str]:
    return set(re.findall(r"(?<!\$)\$\{([A-Z][A-Z0-9_]*)", COMPOSE_TEXT))


def test_example_names_every_setting_once():
    documented = _documented()
    assert len(documented) == len(set(documented))
    assert set(documented) == tree.settings_names() | _interpolated()


def test_settings_were_found():
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "PERSONAL_DATA_KEYS"} <= tree.settings_names()


def test_nothing_but_the_settings_reads_the_environment():
    readers = [
        tree.name(path)
        for path in tree.python_files()
        if tree.name(path).split("/")[0] in tree.ROOMS
        and re.search(r"\bos\.(environ|getenv)\b|\benviron\.Env\b", path.read_text(encoding="utf-8"))
    ]
    assert readers == []


def test_compose_has_every_service():
    others = {"proxy", "postgres", "redis"}
    assert set(COMPOSE["services"]) == PORTAL_SERVICES | others


def test_compose_gives_the_portal_only_names_it_knows():
    for service in PORTAL_SERVICES:
        unknown = set(COMPOSE["services"][service]["environment"]) - tree.settings_names()
        assert unknown == set(), service


def test_compose_gives_the_portal_every_setting_of_production():
    local_only = {"DEBUG", "READ_ONLY_GET", "VAR_DIR"}
    given = set(COMPOSE["services"]["web"]["environment"])
    assert given == tree.settings_names() - local_only


def test_compose_gives_other_images_only_their_own_names():
    for service, names in IMAGE_NAMES.items():
        assert set(COMPOSE["services"][service]["environment"]) == names, service


def test_proxy_uses_only_names_it_is_given():
    used = set(
        re.findall(r"\{\$([A-Z_]+)\}", (tree.ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8"))
    )
    assert used == IMAGE_NAMES["proxy"]


def test_workers_listen_to_every_lane():
    commands = [COMPOSE["services"][service]["command"] for service in ("worker", "worker-bulk")]
    lanes = {command[command.index("--queues") + 1] for command in commands}
    assert lanes == {"now", "bulk"}


def test_only_the_proxy_is_open_and_data_stays_inside():
    services = COMPOSE["services"]
    assert {name for name, service in services.items() if "ports" in service} == {"proxy"}
    assert services["postgres"]["networks"] == services["redis"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
