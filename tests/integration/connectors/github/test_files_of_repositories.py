"""Files at the default branch: what is read, what is left out, and what a push changes."""

import pytest

from tests.integration.connectors.github.conftest import GitHubPlace
from tests.support.github_state import File

pytestmark = pytest.mark.asyncio(loop_scope="module")

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
POINTED_AT = b"0" * 40


async def test_files_that_are_none_are_normal_cases(at: GitHubPlace) -> None:
    at.papers.commit(
        {
            "README.md": File(b"# Herrings\n\nAll about herrings."),
            "src/app.py": File(b"def herring() -> None:\n    pass\n", "100755"),
            "link.md": File(b"README.md", "120000"),
            "vendored": File(POINTED_AT, "160000"),
            "model.bin2": File(LFS),
            "picture.png": File(b"\x89PNG"),
            "data": File(b"\0\1\2"),
            "empty.txt": File(b""),
            "latin.txt": File("Möwen über Hering.".encode("latin-1")),
        }
    )
    made = await at.place.connected()
    assert await at.statuses(made) == {
        "file:README.md": "indexed",
        "file:src/app.py": "indexed",
        "file:latin.txt": "indexed",
        "file:model.bin2": "lfs_pointer",
        "file:picture.png": "binary",
        "file:data": "binary",
        "file:empty.txt": "empty",
    }
    held = await at.place.held(at.place.ada, made)
    assert "Möwen über Hering." in held[f"file:{at.papers.id}:latin.txt"]


async def test_code_is_cut_by_its_definitions(at: GitHubPlace) -> None:
    at.papers.put(**{"src/app.py": "def herring():\n    return 1\n\n\ndef cod():\n    return 2\n"})
    made = await at.place.connected()
    assert await at.place.held(at.place.ada, made)
    row = (await at.place.items(made))[f"file:{at.papers.id}:src/app.py"]
    found = (await at.place.ada.call("GET", f"/documents/{row['document_id']}")).json()
    assert found["kind"] == "code"
    assert (found["title"], found["path"]) == ("src/app.py", "example/papers/src")
    assert found["url"] == "https://github.com/example/papers/blob/main/src/app.py"


async def test_an_empty_repository_is_no_error(at: GitHubPlace) -> None:
    made = await at.place.connected()
    assert (await at.place.runs(made))[0]["status"] == "complete"
    at.papers.put(**{"README.md": "The first words."})
    await at.place.synced(made)
    assert await at.statuses(made) == {"file:README.md": "indexed"}


async def test_generated_and_vendored_files_are_left_out(at: GitHubPlace) -> None:
    at.papers.put(
        **{
            ".gitattributes": "dist/** linguist-generated\n",
            "dist/app.js": "var herring",
            "lib/.gitattributes": "*.js linguist-vendored\n",
            "lib/theirs.js": "var cod",
            "app.js": "var own",
        }
    )
    made = await at.place.connected()
    there = {"file:app.js", "file:.gitattributes", "file:lib/.gitattributes"}
    assert set(await at.statuses(made)) == there
    at.papers.put(**{".gitattributes": "/app.js linguist-generated\n"})
    await at.place.synced(made)
    found = await at.statuses(made)
    assert found["file:app.js"] == "deleted"
    assert found["file:dist/app.js"] == "indexed"
    assert "file:lib/theirs.js" not in found


async def test_a_push_reads_what_changed_and_deletes_what_is_gone(at: GitHubPlace) -> None:
    at.papers.put(**{f"notes/{number}.md": f"Note {number}." for number in range(5)})
    made = await at.place.connected()
    at.paths()
    at.papers.commit(
        {
            "notes/1.md": File(b"Another note."),
            "notes/2.md": None,
            "notes/3.md": File(b"x", "120000"),
            "new.md": File(b"New."),
        }
    )
    await at.place.synced(made)
    assert (await at.place.runs(made))[0]["indexed"] == 2
    found = await at.statuses(made)
    assert {path: found[f"file:{path}"] for path in ("notes/1.md", "notes/2.md", "notes/3.md", "new.md")} == {
        "notes/1.md": "indexed",
        "notes/2.md": "deleted",
        "notes/3.md": "deleted",
        "new.md": "indexed",
    }
    trees = [path for path in at.paths() if "/git/trees/" in path]
    assert len(trees) == 2  # what was there and what is there now


async def test_a_truncated_tree_is_walked(at: GitHubPlace) -> None:
    at.service.tree_limit = 3
    try:
        at.papers.put(**{f"a/{deep}/{number}.md": f"Note {deep} {number}." for deep in "bcd" for number in range(3)})
        made = await at.place.connected()
        assert set((await at.statuses(made)).values()) == {"indexed"}
        assert len(await at.statuses(made)) == 9
        at.papers.commit({"a/b/1.md": File(b"Changed."), "a/c/2.md": None, "a/e/f/g.md": File(b"Deep.")})
        at.paths()
        await at.place.synced(made)
        found = await at.statuses(made)
        assert (found["file:a/c/2.md"], found["file:a/e/f/g.md"]) == ("deleted", "indexed")
        assert (await at.place.runs(made))[0]["indexed"] == 2
        d = next(sha for name, _, sha in at.papers.trees[at.papers.trees[str(at.papers.head)][0][2]] if name == "d")
        assert not any(path.endswith(d) for path in at.paths())  # nothing changed below it
    finally:
        at.service.tree_limit = 100_000


async def test_a_push_by_force_is_followed(at: GitHubPlace) -> None:
    at.papers.put(**{"a.md": "Words that go.", "b.md": "Words that stay."})
    made = await at.place.connected()
    at.papers.commit({"a.md": None, "c.md": File(b"Words that come.")})
    at.papers.forget_history()
    assert (await at.place.synced(made))["status"] == "ready"
    held = await at.place.held(at.place.ada, made)
    assert {id_.rpartition(":")[2] for id_ in held} == {"b.md", "c.md"}


async def test_a_renamed_repository_owner_or_branch_changes_links_and_nothing_else(at: GitHubPlace) -> None:
    at.papers.put(**{"docs/a.md": "Words that stay."})
    at.papers.open("issue", "An issue")
    made = await at.place.connected()
    before = await at.place.items(made)
    at.papers.name, at.papers.branch = "books", "trunk"
    await at.place.synced(made)
    after = await at.place.items(made)
    assert {id_: row["document_id"] for id_, row in after.items()} == {
        id_: row["document_id"] for id_, row in before.items()
    }
    assert (await at.place.runs(made))[0]["indexed"] == 0
    row = after[f"file:{at.papers.id}:docs/a.md"]
    found = (await at.place.ada.call("GET", f"/documents/{row['document_id']}")).json()
    assert found["url"] == "https://github.com/example/books/blob/trunk/docs/a.md"
    assert found["path"] == "example/books/docs"


async def test_a_new_repository_is_read_from_its_beginning_and_one_that_was_taken_away_is_hidden(
    at: GitHubPlace,
) -> None:
    at.papers.put(**{f"{number}.md": f"Note {number}." for number in range(3)})
    made = await at.place.connected()
    other = at.service.world.repository("example/other", "ada")
    other.put(**{"o.md": "Words elsewhere."})
    await at.place.synced(made)
    assert (await at.statuses(made))["file:o.md"] == "indexed"
    del at.service.world.repositories[other.id]
    await at.place.synced(made)
    assert f"file:{other.id}:o.md" not in await at.place.held(at.place.ada, made)
    assert (await at.statuses(made))["file:o.md"] == "hidden"


async def test_repositories_are_chosen_from_those_that_are_there(at: GitHubPlace) -> None:
    other = at.service.world.repository("example/other", "ada")
    for repository in (at.papers, other):
        repository.put(**{"README.md": f"Words of {repository.name}."})
    made = await at.place.connect(options={"repositories": [str(other.id)]})
    await at.place.settled(made)
    assert set(await at.place.held(at.place.ada, made)) == {f"file:{other.id}:README.md"}
    answer = await at.place.ada.call("GET", f"/connections/{made}/choices/repositories")
    assert answer.json()["items"] == [
        {"value": str(other.id), "label": "example/other"},
        {"value": str(at.papers.id), "label": "example/papers"},
    ]
