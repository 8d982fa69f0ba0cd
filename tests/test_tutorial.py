"""docs/your-own-debate.md, done as it says: every file saved, every command run, in its order."""

import os
import re
import subprocess
import sys
from pathlib import Path

from conftest import ROOT
from PIL import Image

from analysis import anchors

TUTORIAL = ROOT / "docs/your-own-debate.md"
SHOWN = ROOT / "docs/sundays-grid.png"
STEPS = re.compile(
    r"[Ss]ave as `(?P<file>[^`]+)`[^\n]*\n\n```\w+\n(?P<content>.*?)\n```"
    r"|```sh\n(?P<commands>.*?)\n```"
    r"|in `(?P<place>[^`]+)` write `(?P<new>[^`]+)` for `(?P<old>[^`]+)`",
    re.S,
)


def script(text):
    """The tutorial as one script of bash; installing is left out, for here it is installed."""
    lines = ["set -e"]
    for step in STEPS.finditer(text):
        if step["file"]:
            lines += [f"mkdir -p $(dirname {step['file']})", f"cat > {step['file']} <<'END OF FILE'\n{step['content']}\nEND OF FILE"]  # fmt: skip
        elif step["commands"]:
            lines.append(step["commands"])
        else:
            lines += [f"grep -q '{step['old']}' {step['place']}", f"sed -i 's/{step['old']}/{step['new']}/' {step['place']}"]  # fmt: skip
    return "\n".join(lines)


def test_the_tutorial_leads_from_an_empty_folder_to_its_figure(tmp_path):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}
    commands = script(TUTORIAL.read_text(encoding="utf-8"))
    assert commands.count("stancebook build") == 1 and commands.count("END OF FILE") == 16
    done = subprocess.run(["bash", "-c", commands], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("No problems.") == 4 and "3 of 4 readings" in done.stdout
    assert "library-above-all-place-meet: silent (out of scope) → silent (not asked)" in done.stdout
    figures = tmp_path / "sundays/figures/sundays"
    made, shown = (Image.open(p).convert("RGB") for p in (figures / "02-what-would-it-cost-grid.png", SHOWN))
    assert made.size == shown.size and made.tobytes() == shown.tobytes()
    assert len(list(figures.glob("06-thesis-*.svg"))) == 3
    assert len(list(figures.glob("06-*-ada-marsh-2019-ben-okoye-2020-1.svg"))) == 1, "the two that disagree most"
    assert (figures / "07-taken-1.svg").is_file() and (figures / "07-granted-1.svg").is_file()


def test_the_tutorial_states_the_limits_of_a_passage():
    said = " ".join(TUTORIAL.read_text(encoding="utf-8").split())
    ends, letters = f"{anchors.MIN_WORDS} to {anchors.MAX_WORDS} words", f"at least {anchors.MIN_LETTERS} letters"
    assert f"prints {ends} (of {letters}), and at least {anchors.MIN_HIDDEN} words between them" in said
    assert f"a passage has at least {anchors.LEAST_WORDS} words" in said
