"""What makes the suite strict: nothing undefined in a template, nothing from outside."""

import inspect
import ipaddress
import socket
from typing import Any

from django.template import engines
from django.template.base import FilterExpression, Node

_OURS_NOT = "site-packages"
_OPTIONAL = {"default", "default_if_none"}


class UndefinedVariable(BaseException):
    """A template reads what its view does not give. Not an Exception: no `except Exception` may swallow it."""


class _Undefined:
    """Stands for Django's `string_if_invalid`: asked for its text, it fails the test."""

    def __contains__(self, text: str) -> bool:
        return text == "%s"

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        return ""

    def __mod__(self, variable: Any) -> str:
        origin, line = _place()
        if _OURS_NOT in origin:
            return ""
        raise UndefinedVariable(f"{origin}:{line}: {variable} is undefined")


def _place() -> tuple[str, int]:
    """The template and line being rendered: the nearest node on the stack that knows where it stands."""
    frame = inspect.currentframe()
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None) and getattr(node, "token", None):
            return str(node.origin), int(node.token.lineno or 0)
        frame = frame.f_back
    return "?", 0


def refuse_undefined_variables(patch: Any) -> None:
    """`{{ x|default:"" }}` says that x may be absent; `{% if x %}` asks; every other absence fails."""
    plain = FilterExpression.resolve

    def resolve(self: FilterExpression, context: Any, ignore_failures: bool = False) -> Any:
        optional = bool(self.filters) and self.filters[0][0].__name__ in _OPTIONAL
        return plain(self, context, ignore_failures or optional)

    patch.setattr(FilterExpression, "resolve", resolve)
    patch.setattr(engines["django"].engine, "string_if_invalid", _Undefined())


class OutsideWorld(RuntimeError):
    """A test tried to leave the machine."""


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a path: a socket of this machine
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return address[0] in {"localhost", ""}


def refuse_the_outside_world(patch: Any) -> None:
    """Sockets of this process reach loopback and nothing else; names are not asked for outside."""
    plain_names = socket.getaddrinfo

    def guard(name: str) -> None:
        plain = getattr(socket.socket, name)

        def checked(self: socket.socket, address: Any) -> Any:
            if not _is_local(address):
                raise OutsideWorld(f"{name} to {address}")
            return plain(self, address)

        patch.setattr(socket.socket, name, checked)

    def names(host: Any, *args: Any, **options: Any) -> Any:
        if not _is_local((host.decode() if isinstance(host, bytes) else host or "", 0)):
            raise OutsideWorld(f"name {host}")
        return plain_names(host, *args, **options)

    guard("connect")
    guard("connect_ex")
    patch.setattr(socket, "getaddrinfo", names)
