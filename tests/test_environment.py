"""What can be checked of environment.yml and the lock without asking a channel or a registry."""

import importlib.metadata
import re
import tomllib

import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = [
    Requirement(line)
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
CONDA = {d.split(">")[0].split("=")[0]: d for d in ENVIRONMENT["dependencies"] if isinstance(d, str)}


def test_environment_has_the_keys_that_conda_knows():
    assert set(ENVIRONMENT) == {"name", "channels", "dependencies"}
    assert ENVIRONMENT["channels"] == ["conda-forge"]


def test_conda_specs_are_well_formed():
    for spec in CONDA.values():
        assert re.fullmatch(r"[a-z0-9-]+((>=|<=|==|=|<|>)[0-9.]+(,(>=|<=|<|>)[0-9.]+)*)?", spec), spec


def test_environment_and_project_ask_for_the_same():
    for dependency in map(Requirement, PROJECT["dependencies"]):
        assert dependency.name in CONDA, f"{dependency.name} is missing in environment.yml"
        bounds = {b for b in CONDA[dependency.name].removeprefix(dependency.name).split(",") if b}
        assert bounds == {str(s) for s in dependency.specifier}, dependency.name


def test_the_lock_pins_every_dependency_within_its_bounds():
    pinned = {canonicalize_name(r.name): r for r in LOCK}
    for dependency in map(Requirement, PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]):
        name = canonicalize_name(dependency.name)
        assert name in pinned, f"run `make lock`: {name} is not pinned"
        (version,) = (s.version for s in pinned[name].specifier)
        assert dependency.specifier.contains(version), name


def test_the_lock_names_no_registry_and_no_path():
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


def test_no_dependency_is_under_the_gpl():
    """A GPL dependency would bind an MIT project; LGPL and dual licences do not."""
    for requirement in LOCK:
        meta = importlib.metadata.metadata(requirement.name)
        licence = " ".join(
            [
                meta.get("License-Expression") or "",
                *(c for c in meta.get_all("Classifier") or [] if c.startswith("License")),
            ]
        )
        assert not re.search(r"(?<![LA])GPL-?[23]|GNU General Public License", licence), (
            f"{requirement.name}: {licence}"
        )
