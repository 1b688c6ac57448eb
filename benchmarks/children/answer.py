"""One question of the product, answered into a Parquet file, on an engine of choice."""

from __future__ import annotations

import json
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path


def main(workspace: str, engine: str, name: str, parameters: str) -> None:
    import duckdb  # noqa: F401

    import regulars as rg

    shop = rg.open(workspace)
    shop.settings = replace(shop.settings, engine=engine)
    target = Path(workspace) / "answer.parquet"
    shutil.rmtree(target, ignore_errors=True)
    asked = json.loads(parameters)
    if engine.startswith("spark"):
        # Starting Spark is said apart: it is paid once a day, not once a question.
        from pyspark.sql import SparkSession

        master = engine.partition(":")[2]
        SparkSession.builder.master(master).config("spark.driver.memory", "6g").getOrCreate()
    began = time.perf_counter()
    if name == "analyse":
        shutil.rmtree(Path(workspace) / "snapshots", ignore_errors=True)
        rows = shop.analyse(**asked).rows
    else:
        rows = shop.write(name, target, **asked)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "rows": rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
