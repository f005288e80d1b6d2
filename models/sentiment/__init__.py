"""Sentences: the convolutional network, its words, its file, and what it has learnt."""

from .network import NEVER, SentenceScore, SentimentCNN

__all__ = ["NEVER", "SentenceScore", "SentimentCNN"]
