"""Pure rules of this room, by noun."""

from accounts.rules.identity import BadIdNumber, IdNumber, check_digit, clean, parse_id_number, parse_phone
from accounts.rules.similarity import fold

__all__ = ["BadIdNumber", "IdNumber", "check_digit", "clean", "fold", "parse_id_number", "parse_phone"]
