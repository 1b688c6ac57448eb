"""Where it is computed: one small module per engine, chosen by URL.

An engine offers `open_fact`, `keep`, `derive`, `fetch` and `publish`, and declares its gaps. It
knows no analysis; an analysis names no engine.
"""

from regulars.engines.engine import (
    Engine,
    FactFiles,
    FactQuery,
    FactSource,
    FactTableName,
    open_engine,
)

__all__ = ["Engine", "FactFiles", "FactQuery", "FactSource", "FactTableName", "open_engine"]
