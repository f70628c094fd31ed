"""A committee member's first minute: open the app, click a theme, read its evidence."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from synthesis import actions
from tests.browser.chromium import browser, serve

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.filterwarnings("default::ResourceWarning")]


def test_from_the_first_page_to_the_words_that_people_said(district, tmp_path):
    first = actions.read_run(district).themes[0]
    with serve(district) as address, browser(tmp_path) as driver:
        wait = WebDriverWait(driver, 90)
        driver.get(address)
        name = wait.until(
            lambda d: next((b for b in d.find_elements(By.TAG_NAME, "button") if first.name in b.text), None)
        )
        assert name.text.startswith("1.")
        name.click()
        wait.until(lambda d: any(h.text == first.name for h in d.find_elements(By.TAG_NAME, "h1")))
        body = wait.until(
            lambda d: (t := d.find_element(By.TAG_NAME, "body").text) and first.quotes[0].text[:60] in t and t
        )
        assert "People" in body
        assert "who took part" in body
        assert driver.current_url.endswith(f"theme={first.theme_id}")
