"""Column types that give values back as they went in, on both databases."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, String, types

from app.core.invoice import InvoiceKey
from app.core.money import Money


class MoneyColumn(types.TypeDecorator[Money]):
    """Money kept as whole fen, because SQLite would keep a Numeric as a float."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Any) -> int | None:
        """Store the fen."""
        return None if value is None else value.fen

    def process_result_value(self, value: int | None, dialect: Any) -> Money | None:
        """Give the fen back as money; PostgreSQL sums whole numbers into Decimals."""
        return None if value is None else Money(int(value))


class KeyColumn(types.TypeDecorator[InvoiceKey]):
    """An invoice's identity as ``scheme:text``."""

    impl = String(96)
    cache_ok = True

    def process_bind_param(self, value: InvoiceKey | None, dialect: Any) -> str | None:
        """Store the written form."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Any) -> InvoiceKey | None:
        """Read the written form back."""
        return None if value is None else InvoiceKey.parse(value)


class Moment(types.TypeDecorator[datetime]):
    """An aware UTC moment; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse a naive time: nobody knows which moment it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give it back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(types.TypeDecorator[StrEnum]):
    """A lower-case word of one enum, stored as text."""

    impl = String(32)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, dialect: Any) -> str | None:
        """Store the word; one that the enum does not know is refused."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Any) -> StrEnum | None:
        """Give the enum's member back."""
        return None if value is None else self.words(value)
