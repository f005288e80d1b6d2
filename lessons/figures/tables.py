"""Tables that the lessons print: layers' sums at every α, totals, completeness errors."""


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


def print_conservation(result):
    """How far any layer's sum is from dF/dα at any α."""
    print(
        "largest disagreement with dF/dα at any α, relative to the largest |dF/dα|: "
        f"{result.conservation_error()[0]:.0e}\n"
    )
