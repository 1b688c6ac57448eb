"""People are found by what somebody types, and the index follows the facts."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from regulars_server.people import index
from regulars_server.people.models import IndexState, Person, Term
from regulars_server.people.search import person, search
from server.analyses.conftest import Within
from server.people import Client
from server.shop import bring

pytestmark = pytest.mark.django_db(transaction=True)


def names(typed: str) -> list[str]:
    return [one.name for one in search(typed).people]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("王小明", "王小明"),
        ("小明", "王小明"),
        ("王 小明", "王小明"),
        ("maria", "María García López"),
        ("GARCIA", "María García López"),
        ("lopez maria", "María García López"),
        ("garcía ló", "María García López"),
        ("o neill", "Jean-Luc O'Neill"),
        ("13912345678", "王小明"),
        ("+86 139-1234-5678", "王小明"),
        ("１３９１２３４", "王小明"),
        ("5678", "王小明"),
        ("612345678", "María García López"),
        ("xiaoming.wang@mail.cn", "王小明"),
        ("XIAOMING", "王小明"),
        ("c-6", "Jean-Luc O'Neill"),
        ("shop:C-6", "Jean-Luc O'Neill"),
        ("<script>alert", "<script>alert(1)</script>"),
        ("=hyperlink", '=HYPERLINK("http://evil")'),
    ],
)
def test_a_person_is_found_by(shop: Any, typed: str, name: str) -> None:
    assert name in names(typed)


@pytest.mark.parametrize("typed", ["", "   ", "李", "9999", "nobody@mail.cn", "%", "_", "'; --"])
def test_nobody_is_found_by(shop: Any, typed: str) -> None:
    assert names(typed) == []


def test_pages_follow_each_other_without_gap_or_doubling(shop: Any) -> None:
    bring(shop, [(f"D-{n}", f"李{n:03d}", "", "", "", "") for n in range(60)])
    index.refresh()
    seen: list[str] = []
    after = None
    while True:
        page = search("李", after=after, rows=7)
        seen += [one.name for one in page.people]
        after = page.after
        if after is None:
            break
    assert seen == [f"李{n:03d}" for n in range(60)]


def test_what_changed_is_found_anew_and_the_rest_is_not_written_again(shop: Any) -> None:
    bring(shop, [("C-2", "王芳芳", "13812340001", "fang@mail.cn", "", "")])
    done = index.refresh()
    assert done is not None
    assert (done.written, done.gone, done.people) == (1, 0, 6)
    assert names("芳芳") == ["王芳芳"]
    assert index.refresh() is None
    assert IndexState.objects.get().facts_version == shop.lake.current().number


def test_a_large_index_is_made_in_pieces_and_says_so(
    shop: Any, as_role: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between two pieces: whoever came is found, the rest comes with the next round."""
    monkeypatch.setattr(index, "PIECE", 7)
    bring(shop, [(f"D-{n}", f"李{n:03d}", "", "", "", "") for n in range(20)])

    class Killed(BaseException):
        pass

    rounds: list[int] = []

    def dies() -> bool:
        rounds.append(IndexState.objects.get().written)
        if len(rounds) == 2:
            raise Killed
        return False

    with pytest.raises(Killed):
        index.refresh(wanted=dies)
    assert rounds == [7, 14]
    assert len(names("李")) == 14
    page = as_role("service_agent").get("/people/", {"q": "李019"}).content.decode()
    assert "The index of people is being made: 14 of 20 so far." in page
    done = index.refresh()
    assert done is not None
    assert (done.written, done.people) == (6, 26)
    assert len(names("李")) == 20
    assert not IndexState.objects.get().being_made
    # What cannot wait, an erasure, comes between two pieces.
    bring(shop, [(f"D-{n}", f"张{n:03d}", "", "", "", "") for n in range(20)])
    assert index.refresh(wanted=lambda: True) is None
    assert (len(names("张")), len(names("李"))) == (7, 13)
    for n in range(9):
        shop.forget(f"D-{n}")
    done = index.refresh()
    assert done is not None
    assert done.gone == 9
    assert (len(names("张")), len(names("李"))) == (11, 0)


def test_merged_records_are_one_person_found_by_either(shop: Any) -> None:
    bring(shop, [("K-9", "Wang Xiaoming", "13912345678", "", "", "")], source="till")
    shop.identities.merge("shop:C-1", "till:K-9")
    index.refresh()
    (found,) = search("wang xiaoming").people
    assert found.name == "王小明"
    assert found.ids == ["shop:C-1", "till:K-9"]
    other = next(key for key in found.keys if key != found.pk)
    assert person(other).pk == found.pk


def test_who_was_forgotten_elsewhere_leaves_the_index(shop: Any) -> None:
    shop.forget("C-1")
    done = index.refresh()
    assert done is not None
    assert done.gone == 1
    assert names("王小明") == []
    assert Term.objects.filter(customer_key=1).count() == 0
    assert Person.objects.count() == 5


def test_a_place_that_is_none_is_refused(shop: Any, as_role: Callable[[str], Client]) -> None:
    answer = as_role("service_agent").get("/people/", {"q": "王", "cursor": "%%%"})
    assert answer.status_code == 422


def test_names_stand_on_pages_as_text(shop: Any, as_role: Callable[[str], Client]) -> None:
    client = as_role("service_agent")
    page = client.get("/people/", {"q": "script"}).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    (found,) = search("script").people
    page = client.get(f"/people/{found.pk}/").content.decode()
    assert "<script>alert(1)" not in page


def test_a_person_s_page_tells_what_the_facts_hold(
    shop: Any, as_role: Callable[[str], Client], children: Within
) -> None:
    shop.analyse()
    client = as_role("service_agent")
    (found,) = search("王小明").people
    page = client.get(f"/people/{found.pk}/").content.decode()
    assert "139 1234 5678" in page
    assert "Erase" not in page
    part = client.get(f"/people/{found.pk}/held/", HTTP_HX_REQUEST="true").content.decode()
    assert "2 orders from 2026-01-05 to 2026-02-07." in part
    assert "<code>orders</code>" in part
    assert "<html" not in part


@pytest.mark.parametrize("place", ['[1e999, "a", 1]', "[" * 20_000, '[0, "a", ' + "9" * 40 + "]"])
def test_a_place_that_somebody_made_up_is_no_error_of_the_server(
    shop: Any, as_role: Callable[[str], Client], place: str
) -> None:
    cursor = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
    answer = as_role("service_agent").get("/people/", {"q": "王", "cursor": cursor})
    assert answer.status_code in (200, 422)


def test_nul_finds_what_is_typed_around_it(shop: Any, as_role: Callable[[str], Client]) -> None:
    page = as_role("service_agent").get("/people/", {"q": "王\x00小"})
    assert "王小明" in page.content.decode()
