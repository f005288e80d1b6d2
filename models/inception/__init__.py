"""Inception v1: the networks as data and as objects, pictures as they see them, their classes."""

from .network import (
    Inception,
    MixedBlock,
    googlenet_bvlc,
    googlenet_torchvision,
    inception5h,
    mini_inception,
)

__all__ = [
    "Inception",
    "MixedBlock",
    "googlenet_bvlc",
    "googlenet_torchvision",
    "inception5h",
    "mini_inception",
]
