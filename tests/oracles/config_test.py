"""`goetia config show` against hydra-core and omegaconf: the same document, or both refuse."""

import contextlib
import datetime
import functools
import io
import math
import multiprocessing
import os
import pathlib
import subprocess
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import hydra.core.utils
import pytest
import yaml
from hydra import compose, initialize_config_dir
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import OmegaConf, open_dict
from omegaconf._utils import get_yaml_loader

from config_cases import MOMENT, all_cases

warnings.filterwarnings("ignore")

GOETIA = pathlib.Path(os.environ.get("GOETIA_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin")) / "goetia"
CASES = list(all_cases())
REFUSED = "refused"


def write(folder, case):
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def with_text_keys(value):
    """Keys as text: our documents are JSON, where every key is."""
    if isinstance(value, dict):
        return {("true" if k is True else "false" if k is False else str(k)): with_text_keys(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [with_text_keys(v) for v in value]
    return value


def same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) and math.isnan(a):
        return math.isnan(b)
    return a == b


def hydra_jobs(lines, loader):
    parser = OverridesParser.create(config_loader=loader)
    return BasicSweeper.split_arguments(parser.parse_overrides(lines), None)[0]


class FixedClock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(MOMENT, tz)


def place_of(folder, case):
    """The folder and the name of the primary config."""
    below, name = case.chosen or (".", "config")
    return folder / below, name


def hydra_document(name, overrides, of_a_run):
    config = compose(name, overrides=overrides, return_hydra_config=of_a_run)
    if of_a_run:
        HydraConfig.instance().set_config(config.copy())
        with open_dict(config):
            del config["hydra"]
    return with_text_keys(OmegaConf.to_container(config, resolve=True))


def hydra_shows(name, case):
    """The document that `--cfg` prints, or the value that `--package` names."""
    _, *more = case.cfg
    package = more[more.index("--package") + 1] if "--package" in more else None
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
        GlobalHydra.instance().hydra.show_cfg(name, case.overrides, "job", package, "--resolve" in more)
    return out.getvalue()


def by_hydra(folder, case):
    os.environ.update(case.environment)
    place, name = place_of(folder, case)
    try:
        with initialize_config_dir(config_dir=str(place), version_base="1.3", job_name=pathlib.Path(name).stem):
            if case.cfg:
                return documents_of(hydra_shows(name, case))
            jobs = [case.overrides]
            if case.multirun:
                jobs = hydra_jobs(case.overrides, GlobalHydra.instance().config_loader())
                if not jobs:
                    return REFUSED
            return [hydra_document(name, job, case.of_a_run) for job in jobs]
    except (Exception, SystemExit):  # Hydra refuses in many ways, RecursionError among them
        return REFUSED
    finally:
        for name in case.environment:
            del os.environ[name]


def chosen_words(folder, case):
    if not case.chosen:
        return ["--config", folder / "config.yaml"]
    place, name = place_of(folder, case)
    return ["-cp", place, f"-cn={name}"]


def run_goetia(folder, case):
    command = ["train", "--cfg", *case.cfg] if case.cfg else ["config", "show"]
    words = [GOETIA, *command, *chosen_words(folder, case), *(["--multirun"] if case.multirun else []), *case.overrides]
    return subprocess.run(words, capture_output=True, text=True, env={**os.environ, "SOURCE_DATE_EPOCH": str(MOMENT), **case.environment}, timeout=30)


def documents_of(text):
    """What was printed, read as OmegaConf reads it, with the line that names the package."""
    header = [text.split("\n")[0]] if text.startswith("# @package") else []
    return header + [with_text_keys(yaml.load(text, Loader=get_yaml_loader()))]


def as_documents(finished, case):
    if finished.returncode == 3 or finished.returncode == 4:
        return REFUSED
    assert finished.returncode == 0, finished.stderr
    if not case.multirun:
        return documents_of(finished.stdout)
    return [with_text_keys(d) for d in yaml.load_all(finished.stdout, Loader=get_yaml_loader())]


def hydra_by_number(root, number):
    hydra.core.utils.datetime = FixedClock
    return by_hydra(root / str(number), CASES[number])


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """(Hydra's documents, our run) of every case, both sides run side by side."""
    root = tmp_path_factory.mktemp("config")
    numbers = range(len(CASES))
    for number in numbers:
        write(root / str(number), CASES[number])
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as hydras, ThreadPoolExecutor(2) as ours:
        expected = hydras.map(functools.partial(hydra_by_number, root), numbers, chunksize=20)
        runs = ours.map(lambda number: run_goetia(root / str(number), CASES[number]), numbers)
        return list(zip(expected, runs))


def test_there_are_enough_cases():
    assert len(CASES) >= 300
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_same_document_or_both_refuse(number, results):
    case = CASES[number]
    expected, finished = results[number]
    ours = as_documents(finished, case)
    if expected == REFUSED or ours == REFUSED:
        assert ours == expected, f"{case}\nhydra: {expected}\nours: {ours}\n{finished.stderr}"
    else:
        assert same(ours, expected), f"{case}\nhydra: {expected}\nours:  {ours}"


def test_refusals_and_documents_are_both_met(results):
    """A generator that makes only one kind of case proves little."""
    refused = sum(expected == REFUSED for expected, _ in results)
    assert 100 < refused < len(CASES) - 300
