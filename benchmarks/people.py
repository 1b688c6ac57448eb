"""Finding a person among many: ``python -m benchmarks.people [--people N]``.

Makes a workspace of generated people, brings the search index up to it, and asks as agents ask.
The database is that of ``REGULARS_DATABASE_URL``, which should be an empty one; without it SQLite
in a temporary folder. Prints the seconds of the index and, for each question, the median and the
worst of its askings, the first (cold) one apart.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

QUESTIONS = ("王小明", "小明", "王", "明", "anna", "mueller anna", "anna mueller", "a", "138",
             "13800123456", "+8613800123456", "3456", "user777777@", "USER5@mail.cn", "P-999999",
             "nobody of this name", "0000000000")  # fmt: skip
ASKINGS = 15
_FAMILY, _GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋小明艳勇杰涛"
_PEOPLE = f"""
COPY (SELECT 'P-' || i AS customer_id,
  CASE WHEN i % 2 = 0
    THEN list_extract(family, 1 + (hash(i) % 20)::BIGINT)
      || list_extract(given, 1 + (hash(i + 1) % 16)::BIGINT)
      || list_extract(given, 1 + (hash(i + 2) % 16)::BIGINT)
    ELSE list_extract(['Anna', 'Bob', 'Carla', 'David', 'Eva', 'Fritz', 'Gerd', 'Hanna'],
        1 + (hash(i) % 8)::BIGINT) || ' ' ||
      list_extract(['Mueller', 'Smith', 'García', 'Rossi', 'Novak', 'Dubois'],
        1 + (hash(i + 3) % 6)::BIGINT)
      || CASE WHEN i % 3 = 0 THEN '' ELSE ' ' || substr(md5(i::VARCHAR), 1, 5) END END AS name,
  '13' || lpad((hash(i + 4) % 1000000000)::VARCHAR, 9, '0') AS phone,
  'user' || i || '@mail.cn' AS email
  FROM range($people) t(i),
  (SELECT string_split('{_FAMILY}', '') AS family, string_split('{_GIVEN}', '') AS given))
TO '$file' (FORMAT parquet)
"""


def main(arguments: list[str]) -> int:
    """Measure, and print the figures as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=100_000)
    people = asked.parse_args(arguments).people
    with tempfile.TemporaryDirectory(prefix="regulars-people-") as folder:
        sys.stdout.write(json.dumps(measure(Path(folder), people), indent=2, ensure_ascii=False))
    sys.stdout.write("\n")
    return 0


def measure(folder: Path, people: int) -> dict[str, object]:
    """Seconds of the index and of each question."""
    import duckdb

    import regulars

    file = folder / "people.parquet"
    duckdb.execute(_PEOPLE.replace("$people", str(people)).replace("$file", str(file)))
    ws = regulars.init(folder / "workspace", zone="Asia/Shanghai", currency="CNY")
    ws.import_facts("customers", file)
    os.environ |= {"REGULARS_DATA": str(folder), "REGULARS_WORKSPACE": str(ws.settings.root)}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars_server.settings.main")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from django.db import connection

    from regulars_server.people import index
    from regulars_server.people.models import Term
    from regulars_server.people.search import search

    done = index.refresh()
    assert done is not None
    seconds: dict[str, dict[str, float]] = {}
    for question in QUESTIONS:
        taken = []
        for _ in range(ASKINGS):
            begun = time.perf_counter()
            search(question)
            taken.append(time.perf_counter() - begun)
        seconds[question] = {
            "first": round(taken[0], 4),
            "median": round(statistics.median(taken[1:]), 4),
            "worst": round(max(taken[1:]), 4),
        }
    return {
        "database": connection.vendor,
        "people": people,
        "terms": Term.objects.count(),
        "index_seconds": round(done.seconds, 1),
        "longest_seconds": round(done.longest_seconds, 2),
        "questions": seconds,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
