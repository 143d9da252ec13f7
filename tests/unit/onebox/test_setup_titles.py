"""What set-up says it does."""

from pathlib import Path

from deploy.setup import model_files
from deploy.setup.commands import Commands


def test_the_models_step_names_a_file_that_is_there(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    title = model_files.step(root, Commands(root, tmp_path / "log")).title
    assert (root / title.rpartition(" ")[2]).is_file()
