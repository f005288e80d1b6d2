"""``python -m models explain``: which filters, and which words, a score comes from."""

from .filters import Explanation, describe, explain_picture

__all__ = ["Explanation", "describe", "explain_picture"]
