"""Inception v1: the networks as data and as objects, pictures as they see them, their classes."""

from .network import Inception, MixedBlock, googlenet_bvlc, inception5h, mini_inception, with_norms

__all__ = [
    "Inception",
    "MixedBlock",
    "googlenet_bvlc",
    "inception5h",
    "mini_inception",
    "with_norms",
]
