from collections.abc import Iterable
from typing import Any

from django.db import NotSupportedError, models

from core.crypto import decrypt, encrypt, keyed_index
from core.search import search_key


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


class DerivedField(models.CharField):
    """Computed from the field `source` beside it; filled at every save, never by hand."""

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def derive(self, value: str) -> str:
        raise NotImplementedError

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.derive(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value


class KeyedIndexField(DerivedField):
    """Equality index over an encrypted neighbor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        super().__init__(*args, **kwargs)

    def derive(self, value: str) -> str:
        return keyed_index(value, self.source)


class SearchKeyField(DerivedField):
    """The pinyin and initials of a name, for core.search.named; personal where the name is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 8000)
        kwargs.setdefault("source", "name")
        super().__init__(*args, **kwargs)

    def derive(self, value: str) -> str:
        return search_key(value)[: self.max_length]


class DerivingModel(models.Model):
    """A model with derived fields: each is saved with its source, also when the source alone is saved."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is not None:
            named = set(update_fields)
            fields = self._meta.concrete_fields
            named |= {f.name for f in fields if isinstance(f, DerivedField) and f.source in named}
            update_fields = named
        super().save(*args, update_fields=update_fields, **kwargs)
