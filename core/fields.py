from collections.abc import Iterable
from typing import Any

from django.db import NotSupportedError, models

from core.crypto import decrypt, encrypt, keyed_index


class EncryptedTextField(models.TextField):
    """A personal value: text in Python, AES-256-GCM in the database (T48)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    @property
    def purpose(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return connection.Database.Binary(encrypt(value, self.purpose) if value else b"")

    def get_lookup(self, lookup_name: str) -> Any:
        """Ciphertext compares with nothing; search by the keyed index."""
        raise NotSupportedError(f"{self.name} is encrypted: search by its index")

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        return decrypt(bytes(value), self.purpose) if value else ""


class KeyedIndexField(models.CharField):
    """Equality index over an encrypted neighbor; filled at every save, never by hand."""

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = keyed_index(getattr(model_instance, self.source), self.source)
        setattr(model_instance, self.attname, value)
        return value


class KeyedIndexModel(models.Model):
    """A model with keyed indexes: an index is saved with its value, also when the value alone is saved."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is not None:
            named = set(update_fields)
            fields = self._meta.concrete_fields
            named |= {f.name for f in fields if isinstance(f, KeyedIndexField) and f.source in named}
            update_fields = named
        super().save(*args, update_fields=update_fields, **kwargs)
