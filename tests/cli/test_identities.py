"""`regulars identities`: dry by default, in two languages, pairs by id, errors in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Regulars

HEAD = "customer_id,name,phone,email,birth_date\n"


@pytest.fixture
def people(shop: Path, regulars: Regulars) -> Path:
    """Two sources that know one person, a dummy number, and a pair to decide on."""
    call = HEAD + "17,Anna,0171 2345690,,\n18,X,+49 171 2222222,,\n19,Cy,0171 3456791,,1980-01-01\n"
    web = HEAD + "u9,=Anna,+491712345690,,\nu8,Y,0171 2222222,,\nu7,Di,01713456791,,1990-01-01\n"
    for source, text in (("call", call), ("web", web)):
        path = shop.parent / f"{source}.csv"
        path.write_text(text, encoding="utf-8")
        done = regulars("import", "customers", path, "-w", shop, "--source", source)
        assert done.code == 0, done.err
    return shop


def test_match_says_what_it_would_do_and_does_it_when_told(
    people: Path, regulars: Regulars
) -> None:
    dry = regulars("identities", "match", "-w", people)
    assert dry.code == 0, dry.err
    assert "6 customers would become 5" in dry.out
    assert "call:17" in dry.out
    assert "web:u9" in dry.out
    assert "typed in to fill the field" in dry.out
    assert "their birth dates differ" in dry.out
    report = json.loads(regulars("identities", "match", "-w", people, "-f", "json").out)
    assert (report["applied"], report["merged"], report["review"]) == (False, 1, 1)
    done = regulars("identities", "match", "-w", people, "--apply", "--by", "phone")
    assert "6 customers became 5" in done.out
    assert "1 pairs" in done.out
    zh = regulars("identities", "match", "-w", people, "--lang", "zh")
    assert "5位客户均保持不变" in zh.out


def test_pairs_are_listed_decided_on_and_taken_back(people: Path, regulars: Regulars) -> None:
    regulars("identities", "match", "-w", people, "--apply")
    listed = regulars("identities", "review", "-w", people)
    assert "Cy" in listed.out
    assert "differs" in listed.out
    (pair,) = json.loads(regulars("identities", "review", "-w", people, "-f", "json").out)["pairs"]
    named = pair["pair_id"]
    accepted = regulars("identities", "review", "-w", people, "--accept", named, "--as", "eva")
    assert "call:19" in accepted.out
    shown = regulars("identities", "show", "web:u7", "-w", people)
    assert "by review (eva)" in shown.out
    assert regulars("identities", "review", "-w", people).out == "No pair waits for a decision.\n"
    back = regulars("identities", "unmerge", "u7", "-w", people, "--lang", "zh")
    assert "今后匹配不会再合并" in back.out
    everything = regulars("identities", "review", "-w", people, "--all")
    assert "rejected: two customers" in everything.out


def test_the_list_goes_through_a_file(people: Path, regulars: Regulars) -> None:
    regulars("identities", "match", "-w", people, "--apply")
    path = people.parent / "pairs.csv"
    assert regulars("identities", "review", "-w", people, "--export", path).code == 0
    path.write_text(path.read_text("utf-8-sig").replace(",open,", ",reject,"), encoding="utf-8")
    done = regulars("identities", "review", "-w", people, "--import", path)
    assert done.out == "0 pairs were accepted and merged, 1 rejected.\n"
    nowhere = regulars("identities", "review", "-w", people, "--export", people / "no" / "x.csv")
    assert nowhere.code == 2


def test_merging_by_hand_and_mistakes(people: Path, regulars: Regulars) -> None:
    merged = regulars("identities", "merge", "17", "u8", "-w", people)
    assert "call:17" in merged.out
    for arguments, code in (
        (("merge", "17", "17"), 2),
        (("merge", "17", "nobody"), 2),
        (("unmerge", "u7"), 2),
        (("review", "--accept", "1"), 2),
        (("match", "--by", "shoe"), 2),
        (("match", "--region", "Germany"), 2),
        (("match", "--probable", "--by", "email"), 2),
        (("match", "--probable", "--threshold", "2"), 2),
    ):
        done = regulars("identities", *arguments, "-w", people)
        assert (done.code, done.out) == (code, ""), (arguments, done)
        assert done.err.startswith("regulars: ")
