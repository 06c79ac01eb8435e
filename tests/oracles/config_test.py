"""`goetia config show` against hydra-core and omegaconf: the same document, or both refuse."""

import functools
import math
import multiprocessing
import os
import pathlib
import subprocess
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
import yaml
from hydra import compose, initialize_config_dir
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.global_hydra import GlobalHydra
from omegaconf import OmegaConf
from omegaconf._utils import get_yaml_loader

from config_cases import all_cases

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


def by_hydra(folder, case):
    os.environ.update(case.environment)
    try:
        with initialize_config_dir(config_dir=str(folder), version_base="1.3"):
            jobs = [case.overrides]
            if case.multirun:
                jobs = hydra_jobs(case.overrides, GlobalHydra.instance().config_loader())
                if not jobs:
                    return REFUSED
            return [with_text_keys(OmegaConf.to_container(compose("config", overrides=job), resolve=True)) for job in jobs]
    except Exception:  # Hydra refuses in many ways, RecursionError among them
        return REFUSED
    finally:
        for name in case.environment:
            del os.environ[name]


def run_goetia(folder, case):
    words = [GOETIA, "config", "show", "--config", folder / "config.yaml", *(["--multirun"] if case.multirun else []), *case.overrides]
    return subprocess.run(words, capture_output=True, text=True, env={**os.environ, **case.environment}, timeout=30)


def as_documents(finished, case):
    if finished.returncode == 3 or finished.returncode == 4:
        return REFUSED
    assert finished.returncode == 0, finished.stderr
    loader = get_yaml_loader()
    if not case.multirun:
        return [with_text_keys(yaml.load(finished.stdout, Loader=loader))]
    return [with_text_keys(d) for d in yaml.load_all(finished.stdout, Loader=loader)]


def hydra_by_number(root, number):
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
