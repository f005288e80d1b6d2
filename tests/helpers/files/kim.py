"""Sentiment networks as PyTorch lays them out, in NumPy: a file's arrays, and their scores."""

import numpy as np

WIDTHS, FILTERS = (3, 4, 5), (6, 6, 6)
WORDS, E = 20, 7


def kim_state(
    rng, layout="conv2d", outputs=1, bias=True, widths=WIDTHS, filters=FILTERS, prefix=""
):
    """A state dictionary: ``embedding``, ``convs.0`` and so on, ``fc``.

    Kernels are laid out as Conv2d or Conv1d have them.
    """
    state = {"embedding.weight": rng.standard_normal((WORDS, E))}
    for index, (size, count) in enumerate(zip(widths, filters)):
        kernel = rng.standard_normal((count, size, E)) * 0.3
        state[f"convs.{index}.weight"] = (
            kernel[:, None] if layout == "conv2d" else kernel.transpose(0, 2, 1)
        )
        state[f"convs.{index}.bias"] = rng.standard_normal(count)
    state["fc.weight"] = rng.standard_normal((outputs, sum(filters)))
    state["fc.bias"] = rng.standard_normal(outputs)
    kept = (name for name in state if bias or not name.endswith("bias"))
    return {prefix + name: np.ascontiguousarray(state[name], np.float32) for name in kept}


def kim_scores(state, tokens, widths=WIDTHS):
    """The scores (N, outputs) of sentences without padding, by a state of Conv2d's layout.

    Window by window.
    """
    embedded = state["embedding.weight"][tokens]
    pooled = []
    for index, size in enumerate(widths):
        kernel = state[f"convs.{index}.weight"][:, 0]
        bias = state.get(f"convs.{index}.bias", 0)
        windows = [
            np.einsum("nke,oke->no", embedded[:, at : at + size], kernel) + bias
            for at in range(tokens.shape[1] - size + 1)
        ]
        pooled.append(np.maximum(windows, 0).max(axis=0))
    return np.concatenate(pooled, axis=1) @ state["fc.weight"].T + state.get("fc.bias", 0)
