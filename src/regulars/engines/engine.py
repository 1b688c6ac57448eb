"""What every engine offers, and how one is chosen."""

from __future__ import annotations

import importlib
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from regulars.errors import EngineError, MissingExtra, UnknownName

if TYPE_CHECKING:
    from arro3.core import Table

    from regulars.declare import Column
    from regulars.steps import Derived

T = TypeVar("T")
R = TypeVar("R")

# Rows of one batch of whole customers: enough to work on as arrays, little beside the memory.
BATCH_ROWS = 4_000_000
AT_ONCE = 2


@dataclass(frozen=True)
class FactFiles:
    """A fact as Parquet files; no files means that nothing was imported."""

    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactTableName:
    """A fact as a table or view that the engine's database already has, perhaps in a schema."""

    name: str


@dataclass(frozen=True)
class FactQuery:
    """A fact as a SELECT, in the engine's own SQL, over what its database already has.

    ``kept``: computed once, as a temporary table that stays until the engine is closed.
    """

    sql: str
    kept: bool = False


FactSource = FactFiles | FactTableName | FactQuery


class Engine(Protocol):
    """One run's connection to a place that computes.

    Attributes
    ----------
    name : "duckdb", "postgresql", "spark", "clickhouse".
    dialect : the dialect that sqlglot writes for it.
    gaps : names of tests that this engine cannot pass, each strictly expected to fail.
    """

    name: str
    dialect: str
    gaps: frozenset[str]

    def open_fact(self, name: str, columns: Sequence[Column], source: FactSource) -> None:
        """Make a fact readable by its name: the declared columns, typed, empty if none came."""

    def keep(self, name: str, sql: str, key: Sequence[str]) -> None:
        """Compute a step once, as a temporary table of that name, for the length of the run."""

    def derive(self, step: Derived, sql: str, values: Mapping[str, Any]) -> None:
        """Keep what the step's function makes of a statement's rows; see `Derived`."""

    def fetch(self, sql: str) -> Table:
        """The rows of a statement as an Arrow table in memory."""

    def publish(self, sql: str, folder: Path) -> int:
        """Write the rows of a statement as Parquet into a new folder; how many there were."""

    def release(self) -> None:
        """Drop what was kept and derived; facts stay open."""

    def close(self) -> None:
        """Drop what was kept and let go of the connection."""


_MODULES = {
    "duckdb": ("regulars.engines.duckdb", None),
    "postgresql": ("regulars.engines.postgresql", "postgres"),
    "spark": ("regulars.engines.spark", "spark"),
    "clickhouse": ("regulars.engines.clickhouse", "clickhouse"),
}
_ALSO = {"postgres": "postgresql", "chdb": "clickhouse"}


def check_url(url: str) -> str:
    """The engine's name.

    Raises
    ------
    UnknownName : no engine of that name.
    """
    scheme = url.split(":", 1)[0].lower()
    scheme = _ALSO.get(scheme, scheme)
    if scheme not in _MODULES:
        raise UnknownName(f"there is no engine {scheme!r}; there are {', '.join(_MODULES)}")
    return scheme


def without_password(url: str) -> str:
    """The URL as it may be shown."""
    hidden = re.sub(r"(://[^:/?]*):.*@", r"\1:***@", url)
    return re.sub(r"([?&]password=)[^&]*", r"\1***", hidden)


def open_engine(url: str, *, scratch: Path | None = None) -> Engine:
    """The engine that a URL names.

    ``duckdb``, ``postgresql://…``, ``spark://…``, ``spark:local``, ``clickhouse``.

    Parameters
    ----------
    url : what stands as ``engine`` in regulars.toml.
    scratch : a folder where the engine may spill what does not fit in memory.

    Raises
    ------
    UnknownName : no engine of that name.
    MissingExtra : its Python packages are not installed.
    """
    scheme = check_url(url)
    module_name, extra = _MODULES[scheme]
    try:
        module = importlib.import_module(module_name)
        engine: Engine = module.connect(url, scratch=scratch)
    except ImportError as error:
        if extra is None:
            raise
        raise MissingExtra(
            f"the {scheme} engine needs more packages: pip install 'regulars[{extra}]' ({error})"
        ) from error
    return engine


def whole_customers(step: Derived, rows: str, count: int) -> Iterator[str]:
    """Statements that part a kept table into batches of whole customers, each in its order.

    Parameters
    ----------
    rows : the table's name, as the engine quotes it; ``count`` its rows.
    """
    order = ", ".join(("customer_key", *step.order_by))
    parts = count // BATCH_ROWS + 1
    for part in range(parts):
        yield f"select * from {rows} where customer_key % {parts} = {part} order by {order}"


def in_turn(work: Callable[[T], R], batches: Iterable[T]) -> Iterator[R]:
    """What `work` makes of each batch, in their order; it works on two at once while the next is
    fetched.

    numpy lets go of the interpreter for most of its time. More than two would need more memory than
    they would save time.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting: deque[Future[R]] = deque()
        for batch in batches:
            waiting.append(pool.submit(work, batch))
            del batch
            if len(waiting) > AT_ONCE - 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def failed(engine: str, sql: str, error: Exception) -> EngineError:
    """An error that shows what was asked: without the SQL nobody can mend it."""
    return EngineError(f"{engine} could not run a statement: {error}\n\n{sql}")
