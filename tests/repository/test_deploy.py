"""The files of production are valid, and the portal refuses to start half-protected."""

import os
import re
import secrets
import shutil
import subprocess
import sys

import pytest

from tests.repository import tree

SECRETS = ("SECRET_KEY", "PERSONAL_DATA_KEYS", "PERSONAL_INDEX_KEY", "EVENT_SEAL_KEY")
DOCKERFILE = (tree.ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")


def _production(tmp_path, **changes: str) -> dict[str, str]:
    """A complete environment of production, empty of whatever this machine has set."""
    settings = dict.fromkeys(tree.settings_names() - {"DEBUG", "READ_ONLY_GET"}, "")
    settings |= {name: secrets.token_urlsafe(48) for name in SECRETS}
    settings |= {
        "PERSONAL_DATA_KEYS": f"1:{settings['PERSONAL_DATA_KEYS']}",
        "PRODUCTION": "true",
        "ALLOWED_HOSTS": "portal.example.org",
        "PUBLIC_URL": "https://portal.example.org",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'production.sqlite3'}",
        "DATABASE_CONN_MAX_AGE": "60",
        "JOB_LEASE_SECONDS": "60",
        "ACTIVATION_CODE_DAYS": "30",
        "RESET_CODE_HOURS": "30",
        "TRUSTED_PROXIES": "1",
        "REQUIRE_SECOND_FACTOR": "true",
        "STAFF_IDLE_MINUTES": "30",
        "STAFF_SESSION_MINUTES": "30",
        "TRAINEE_IDLE_MINUTES": "30",
        "TRAINEE_SESSION_MINUTES": "30",
        "EVENT_KEEP_DAYS": "30",
        "EMAIL_URL": "consolemail://",
        "LOG_LEVEL": "INFO",
        "VAR_DIR": str(tmp_path),
    }
    return {"PATH": os.environ["PATH"], **settings, **changes}


def _check(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=tree.ROOT, env=env, capture_output=True, text=True, check=False)


def test_production_settings_pass_the_deployment_check(tmp_path):
    done = _check(_production(tmp_path))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        *(({name: ""}, name) for name in SECRETS),
        *(({name: "change-me" * 6}, name) for name in SECRETS),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(f"{k}={v[:9]}" for k, v in value.items()),
)
def test_production_refuses_to_start(tmp_path, changes, named):
    done = _check(_production(tmp_path, **changes))
    assert done.returncode != 0
    assert named in done.stderr.splitlines()[-1]
    assert "ImproperlyConfigured" in done.stderr


def _compose_command() -> list[str] | None:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            version = subprocess.run(
                [*command, "version", "--short"], capture_output=True, text=True, check=False
            )
            if version.returncode == 0 and re.match(r"v?[2-9]", version.stdout):
                return command
    return None


def test_docker_compose_accepts_the_file(tmp_path):
    command = _compose_command()
    if command is None:
        pytest.skip("docker compose 2 is not installed")
    wanted = re.findall(
        r"\$\{([A-Z0-9_]+):\?", (tree.ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    )
    env_file = tmp_path / "env"
    env_file.write_text("".join(f"{name}=x\n" for name in sorted(set(wanted))), encoding="utf-8")
    arguments = ["--env-file", str(env_file), "-f", "docker-compose.yml", "config", "-q"]
    done = subprocess.run([*command, *arguments], cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_caddy_accepts_the_proxy_file():
    if not shutil.which("caddy"):
        pytest.skip("caddy is not installed")
    env = {**os.environ, "SITE_ADDRESS": "portal.example.org", "ACME_EMAIL": "admin@example.org"}
    command = ["caddy", "validate", "--config", "deploy/Caddyfile", "--adapter", "caddyfile"]
    done = subprocess.run(command, cwd=tree.ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_image_runs_as_nobody_special_with_the_packages_of_the_list():
    assert re.findall(r"^USER (.+)$", DOCKERFILE, flags=re.MULTILINE) == ["portal"]
    assert "bin/packages.txt" in DOCKERFILE
    assert "--no-default-groups --group production" in DOCKERFILE


def test_image_gets_no_secrets_and_no_local_data():
    ignored = set((tree.ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines())
    assert {".git", ".env", ".env.*", "var", ".venv"} <= ignored


def test_image_copies_only_what_exists():
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE)
    names = [name for source in sources for name in source.split()]
    assert names
    assert [name for name in names if not (tree.ROOT / name).exists()] == []
