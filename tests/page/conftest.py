"""Fixtures of the tests of the page: see page_kit.py."""

import pytest
from playwright.sync_api import sync_playwright

from goetia_kit import Goetia
from lived_pool_kit import LivedPool
from page_kit import PagePool, Visits, start_chromium


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = start_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page_pool(programs, tmp_path_factory):
    made = PagePool(Goetia(programs, tmp_path_factory.mktemp("page")))
    yield made
    made.close()


@pytest.fixture(scope="session")
def lived_pool(programs, tmp_path_factory):
    """For modules whose `page_pool` it is; a test that changes it puts back what others look at."""
    made = LivedPool(Goetia(programs, tmp_path_factory.mktemp("lived")))
    yield made
    made.close()


@pytest.fixture
def visit(page_pool, chromium):
    visits = Visits(page_pool, chromium)
    yield visits
    visits.close()
    assert visits.faults == []
