"""Gradescope: the zip that is uploaded, and what runs inside it."""
