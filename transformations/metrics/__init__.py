"""Measures of the lake itself."""
