"""Every folder in broken/ holds one fault: the files that differ from small/, and what must be said of it.

`expected.txt`: the beginning of the message (file and line), then words of the problem and of the cure.
`remove.txt`: files of small/ that are taken away.
"""

import shutil
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.debate import check_debate

HERE = Path(__file__).parent
FAULTS = sorted(p for p in (HERE / "broken").iterdir())


def broken(fault: Path, folder: Path) -> Path:
    shutil.copytree(HERE / "small", folder)
    shutil.copytree(fault, folder, dirs_exist_ok=True)
    if (fault / "remove.txt").exists():
        for name in (fault / "remove.txt").read_text().split():
            (folder / name).unlink()
    return folder


@pytest.mark.parametrize("fault", FAULTS, ids=lambda p: p.name)
def test_a_fault_is_placed_and_cured(fault, tmp_path):
    folder = broken(fault, tmp_path / "debate")
    place, *words = (fault / "expected.txt").read_text(encoding="utf-8").splitlines()
    messages = [str(p) for p in check_debate(folder, folder / "texts").problems]
    assert any(m.startswith(place) and all(w in m for w in words) for m in messages), "\n".join(messages)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda p: p.name)
def test_the_command_exits_with_1_and_prints_no_traceback(fault, tmp_path, capsys):
    folder = broken(fault, tmp_path / "debate")
    assert main(["check", str(folder), "--texts", str(folder / "texts")]) == 1
    out = capsys.readouterr()
    assert "Traceback" not in out.out + out.err
    assert "problem" in out.out


def test_all_problems_come_at_once(tmp_path):
    folder = tmp_path / "debate"
    shutil.copytree(HERE / "small", folder)
    for fault in ("value-off-scale", "source-label-twice"):
        shutil.copytree(HERE / "broken" / fault, folder, dirs_exist_ok=True)
    birch = folder / "codings/reference/birch-2005.yml"
    birch.write_text(
        birch.read_text()
        .replace("thesis: [cat-guilty]", "thesis: [no-such]")
        .replace("certainty: 3", "certainty: 9", 1)
    )
    files = {p.file for p in check_debate(folder).problems}
    assert {"codings/reference/ash-2001.yml", "sources.json", "codings/reference/birch-2005.yml"} <= files


def test_there_are_at_least_25_kinds_of_fault():
    assert len(FAULTS) >= 25
