"""Tables that the lessons print: layers' sums at every α, totals, completeness errors."""

import numpy as np


def print_slopes(result, layers):
    """Σ_y ∂F/∂y · dy/dα of every layer beside dF/dα, at every α of a conductance.

    Parameters
    ----------
    result : minigrad.attribution.Attribution
    layers : sequence of str
    """
    columns = {name: result.along.layer_slope[name] for name in layers} | {
        "dF/dα": result.along.slope
    }
    print("α      " + "".join(f"{name:>13}" for name in columns))
    for k, alpha in enumerate(result.along.alpha):
        print(f"{alpha:.4f} " + "".join(f"{column[k, 0]:13.8f}" for column in columns.values()))
    print_conservation(result)


def print_totals(by_chain_rule, by_difference, layers):
    """Totals and completeness errors of every layer, by the chain rule and by the telescoped form.

    Parameters
    ----------
    by_chain_rule, by_difference : minigrad.attribution.Attribution
        From the same F, x, baseline and steps.
    layers : sequence of str
    """
    steps = len(by_chain_rule.along.alpha)
    print(f"F(x) − F(x′) = {by_chain_rule.difference[0]:.3f}; {steps} steps")
    print("layer       chain rule: total      error    telescoped: total      error")
    for name in layers:
        cells = (
            f"{result.total(name)[0]:17.3f}  {result.completeness_error(name)[0]:9.2%}"
            for result in (by_chain_rule, by_difference)
        )
        print(f"{name:10} " + "    ".join(cells))
    print_conservation(by_chain_rule)


def print_accuracy(results):
    """The two filters of a layer "y" with their error, and the completeness of their sum.

    Parameters
    ----------
    results : iterable of minigrad.attribution.Attribution
    """
    print("points             y₁                 y₂        sum   completeness error")
    for result in results:
        filters = zip(result["y"][0], result.error("y")[0])
        cells = "   ".join(f"{value:7.3f} ± {error:6.3f}" for value, error in filters)
        total, incomplete = result.total("y")[0], result.completeness_error("y")[0]
        print(f"{len(result.points):6}  {cells}  {total:9.3f} {incomplete:20.2%}")
    print()


def print_filters_errors(runs, truth, layers):
    """Of every layer the completeness error, and how far its filters are from the truth.

    Parameters
    ----------
    runs : sequence of minigrad.attribution.Attribution
    truth : minigrad.attribution.Attribution
        The same with a small tolerance.
    layers : sequence of str
    """
    print(f"relative errors; the truth is right to 1 %, with {len(truth.points)} points")
    heads = (f"{len(run.points):4} points: sum  filters  (said)" for run in runs)
    print("layer     " + "   ".join(heads))
    for name in layers:
        exact = truth.per_filter(name)[0]
        cells = []
        for run in runs:
            error = np.linalg.norm(run.per_filter(name)[0] - exact) / np.linalg.norm(exact)
            said, incomplete = run.relative_error(name)[0], run.completeness_error(name)[0]
            cells.append(f"{incomplete:16.1%} {error:8.1%}  ({said:5.1%})")
        print(f"{name:9} " + "   ".join(cells))
    print()


def print_conservation(result):
    """How far any layer's sum is from dF/dα at any α."""
    print(
        "largest disagreement with dF/dα at any α, relative to the largest |dF/dα|: "
        f"{result.conservation_error()[0]:.0e}\n"
    )
