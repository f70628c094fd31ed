"""How good the themes are, on a phone: nothing is cut off, and who does not see the chart is told what it shows."""

from __future__ import annotations

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.chromium import browser, serve

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.filterwarnings("default::ResourceWarning")]


def test_the_page_fits_a_phone_and_describes_its_chart(district, tmp_path):
    with serve(district) as address, browser(tmp_path, 390, 844) as driver:
        wait = WebDriverWait(driver, 90, ignored_exceptions=(StaleElementReferenceException,))
        driver.get(f"{address}/quality")
        wait.until(lambda _: "People and the program" in driver.find_element(By.TAG_NAME, "body").text)
        chart = "[data-testid=stVegaLiteChart][aria-label*='voices raise']"
        wait.until(lambda _: driver.find_elements(By.CSS_SELECTOR, chart))
        body = driver.find_element(By.TAG_NAME, "body").text
        assert body.index("Is every theme big enough?") < body.index("Each theme against the rules")
        assert driver.execute_script("return document.documentElement.scrollWidth") <= 390
        for table in driver.find_elements(By.CSS_SELECTOR, "[data-testid=stTable]"):
            assert table.rect["x"] + table.rect["width"] <= 390
