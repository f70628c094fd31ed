"""A page of the app on a data folder, opened by Streamlit's own test runner."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


@pytest.fixture
def page(district, monkeypatch):
    """Open one page of the app on the sample district."""
    monkeypatch.setenv("SYNTHESIS_DATA_DIR", str(district))
    monkeypatch.syspath_prepend(str(ROOT))
    st.cache_resource.clear()
    st.cache_data.clear()

    def open_page(name: str) -> AppTest:
        script = f"from app.views import {name}\n{name}.show()\n"
        return AppTest.from_string(script, default_timeout=60).run()

    yield open_page
    st.cache_resource.clear()
    st.cache_data.clear()
