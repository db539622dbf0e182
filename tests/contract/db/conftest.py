"""Both databases, behind one fixture; MongoDB by each server there is."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend.db.collection import Collection, Database
from tests.contract.db.specs import BOOKS, PLAIN, SPECS
from tests.support.database import sqlite_database
from tests.support.mongo_server import SERVERS, mongo_database, mongo_server

# Where mongoeco 4.11 answers otherwise than MongoDB. They run against a real server (BIBLIOS_TEST_MONGODB_URI).
MONGOECO_GAPS = {
    # A unique index lets several records without the field in.
    "test_a_missing_value_counts_as_null_in_a_unique_index",
    # $gte with a number also finds what sorts above all numbers.
    "test_comparisons_stay_within_the_type",
    # {"a.b": None} passes over an array in which only some documents lack b.
    "test_null_on_a_dotted_path_matches_where_any_document_lacks_it",
    # Projecting an array of documents drops those that become empty.
    "test_fields_limit_what_is_read",
    # $sum of whole numbers beyond 64 bits fails.
    "test_a_sum_beyond_64_bits_becomes_a_float",
}


# Where SecantusDB 0.7 does.
SECANTUSDB_GAPS = {
    # {"a.b": None} passes over an array in which only some documents lack b, where an index leads the way.
    "test_null_on_a_dotted_path_matches_where_any_document_lacks_it[secantusdb-meta.pages]",
    # $sum of whole numbers beyond 64 bits fails.
    "test_a_sum_beyond_64_bits_becomes_a_float",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name, _, parameters = item.name.partition("[")
        for server, gaps in (("mongoeco", MONGOECO_GAPS), ("secantusdb", SECANTUSDB_GAPS)):
            if (name in gaps or item.name in gaps) and parameters.startswith(server):
                item.add_marker(pytest.mark.xfail(strict=True, reason=f"a known gap of {server}"))


@pytest.fixture(scope="session")
def mongoeco_uri() -> Iterator[str]:
    with mongo_server("mongoeco") as uri:
        yield uri


@pytest.fixture(scope="module")
def secantusdb_uri() -> Iterator[str]:
    """One server a module: a long-lived one is slower with every database that came and went."""
    with mongo_server("secantusdb") as uri:
        yield uri


@pytest.fixture(scope="session")
def mongodb_uri() -> Iterator[str]:
    with mongo_server() as uri:
        yield uri


@pytest.fixture(params=["sqlite", *SERVERS])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with sqlite_database(tmp_path, *SPECS) as opened:
            yield opened
    else:
        async with mongo_database(request.getfixturevalue(f"{request.param}_uri"), *SPECS) as opened:
            yield opened


@pytest.fixture
def books(database: Database) -> Collection:
    return database.collection(BOOKS)


@pytest.fixture
def plain(database: Database) -> Collection:
    return database.collection(PLAIN)
