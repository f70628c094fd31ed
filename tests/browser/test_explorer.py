"""A committee member's first minute: open the app, click a theme, read its evidence."""

from __future__ import annotations

import pytest
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from synthesis import actions
from tests.browser.chromium import browser, serve

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.filterwarnings("default::ResourceWarning")]


def test_from_the_first_page_to_the_words_that_people_said(district, tmp_path):
    first = actions.read_run(district).themes[0]
    label = f"1. {first.name}"
    with serve(district) as address, browser(tmp_path) as driver:
        # Streamlit may draw the page again while it settles: elements are looked up anew at each try.
        wait = WebDriverWait(driver, 90, ignored_exceptions=(NoSuchElementException, StaleElementReferenceException))

        def texts(tag: str) -> list[str]:
            return [element.text.strip() for element in driver.find_elements(By.TAG_NAME, tag)]

        def click() -> bool:
            next(b for b in driver.find_elements(By.TAG_NAME, "button") if b.text.strip() == label).click()
            return True

        driver.get(address)
        wait.until(lambda _: label in texts("button"))
        wait.until(lambda _: click())
        wait.until(lambda _: first.name in texts("h1"))
        wait.until(lambda _: first.quotes[0].text[:60] in texts("body")[0])
        body = texts("body")[0]
        assert "People" in body
        assert "who took part" in body
        assert driver.current_url.endswith(f"theme={first.theme_id}")
