"""Lays the sample district's words out as vendors' files, with the planted truth beside them."""
