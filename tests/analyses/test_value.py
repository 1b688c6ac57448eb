"""Scores of value on every engine, against the closed forms at given parameters."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from analyses.conftest import OpenShop
from analyses.shops import write_files
from regulars.analyses import find
from regulars.analyses.run import Session, run
from regulars.analyses.snapshots import take
from regulars.engines import open_engine
from regulars.models import Fit, GammaGamma, MbgNbd
from regulars.models.bg_nbd import BgNbd
from regulars.models.fitting import Determination
from regulars.snapshot import SnapshotAsk
from regulars.testing.compare import assert_same_answer
from regulars.testing.reference import scores
from regulars.value import Fitted
from regulars.value.pooling import Pooled
from regulars.value.spending import SpendLaw

SPEND = {"p": 6.25, "q": 3.74, "gamma": 1544.0}
OWN = {
    "": {"r": 0.8, "alpha": 60.0, "a": 0.7, "b": 2.5},
    "2024": {"r": 1.4, "alpha": 45.0, "a": 0.5, "b": 3.0},
    "person": {"r": 0.5, "alpha": 30.0, "a": 1.3, "b": 2.0},
    "(unknown)": {"r": 0.6, "alpha": 90.0, "a": 0.6, "b": 1.5},
}


def kept(model: str) -> dict[str, Any]:
    """A stored fit at these parameters, known without error."""
    kind = {"bg_nbd": BgNbd, "mbg_nbd": MbgNbd}[model]

    def exact(one: Any) -> Fit[Any]:
        nothing = np.zeros((len(one.parameters),) * 2)
        return Fit(one, 0.0, nothing, 1.0, 1, Determination("well", 0.0, {}), 0)

    fits = {name: exact(kind(**own)) for name, own in OWN.items()}
    whole = fits.pop("")
    spend = exact(GammaGamma(**SPEND))
    fitted = Fitted(
        model,
        1.0,
        Pooled(whole, fits, {name: np.zeros((4, 4)) for name in fits}),
        SpendLaw("gamma_gamma", spend),
        Pooled(spend),
    )
    return {"fitted": fitted.to_dict(), "totals": [], "choice": None, "terms": {}}


CASES: list[tuple[str, dict[str, Any]]] = [
    ("mbg_nbd", {"margin": 0.4}),
    ("bg_nbd", {"grain": "week", "margin": 1.0, "yearly_rate": 0.0, "lifetime_years": 3}),
    ("mbg_nbd", {"segment": "year"}),
    ("mbg_nbd", {"segment": "kind", "margin": 0.25, "grain": "week"}),
]


@pytest.mark.parametrize(
    ("model", "asked"), CASES, ids=["day", "week", "by year", "by kind and week"]
)
def test_every_engine_gives_the_scores_of_the_closed_forms(
    engine: OpenShop, model: str, asked: dict[str, Any]
) -> None:
    as_of = engine.shop.truth["as_of"]
    expected = scores.value(
        engine.shop.facts, as_of=as_of, model=model, purchase=OWN, spend=SPEND, **asked
    )
    opened = engine.engine()
    try:
        session = Session(opened, engine.facts, stored=lambda name: kept(model))
        found = run(find("value"), {"as_of": as_of, "fit": "kept", **asked}, session)
    finally:
        opened.close()
    assert_same_answer(found, expected, keys=["customer_key"], relative=1e-8)
    spend = [row["expected_spend_365d_minor"] for row in found.rows]
    assert spend == sorted(spend, reverse=True)


@pytest.mark.parametrize("segment", ["none", "kind"])
def test_every_engine_fits_and_adds_up_alike(
    engine: OpenShop, segment: str, tmp_path: Path
) -> None:
    """Fitted and chosen anew, beside DuckDB's answer over the same facts."""
    as_of = engine.shop.truth["as_of"]
    asked = {"as_of": as_of, "margin": 0.3, "segment": segment}
    answers = []
    files = write_files(engine.shop.facts, tmp_path)
    for opened, facts in ((engine.engine(), engine.facts), (open_engine("duckdb"), files)):
        try:
            session = Session(opened, facts)
            answers.append(
                [run(find(name), asked, session) for name in ("value_totals", "value_fit")]
            )
        finally:
            opened.close()
    keys = (["segment"], ["segment", "model", "parameter"])
    for found, expected, key in zip(*answers, keys, strict=True):
        assert_same_answer(found, expected, keys=key, relative=1e-7)
        assert [note.code for note in found.notes] == [note.code for note in expected.notes]


def test_every_engine_writes_the_value_that_it_shows(engine: OpenShop, tmp_path: Path) -> None:
    as_of: dt.date = engine.shop.truth["as_of"]
    settings = {"margin": 0.3, "segment": "year", "fitted": kept("mbg_nbd")["fitted"], "fit": "k"}
    opened = engine.engine()
    try:
        session = Session(opened, engine.facts, stored=lambda name: kept("mbg_nbd"))
        question = {"as_of": as_of, "margin": 0.3, "segment": "year", "fit": "k"}
        shown = run(find("value"), question, session)
        session.release()
        asked = SnapshotAsk(as_of, 365, session.span.first_day, {"value": settings})
        snapshot, _ = take(session, asked, tmp_path, program_version="1")
    finally:
        opened.close()
    columns = ", ".join(column.name for column in shown.columns if column.name != "external_id")
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select {columns} from read_parquet($f) where purchase_days > 0",
            {"f": snapshot.files},
        )
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert_same_answer(rows, shown, keys=["customer_key"], columns=names[1:])
