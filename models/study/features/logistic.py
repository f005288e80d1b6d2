"""Multinomial logistic regression: loss and gradient in NumPy, minimised by SciPy's L-BFGS."""

from dataclasses import dataclass

import numpy as np

from minigrad.machine.blas import one_scipy_thread

PENALTY = 1.0
TOLERANCE = 1e-5  # of the largest entry of the mean loss's gradient
MOST_ITERATIONS = 1000


@dataclass(frozen=True)
class Classifier:
    """A multinomial logistic regression on standardised features.

    Attributes
    ----------
    classes : numpy.ndarray, shape (classes,)
        The labels it can name, ascending.
    mean, deviation : numpy.ndarray, shape (features,)
        Of the training features; a feature that is constant there has deviation 1.
    weight : numpy.ndarray, shape (features, classes)
    bias : numpy.ndarray, shape (classes,)
    """

    classes: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    weight: np.ndarray
    bias: np.ndarray

    def scores(self, features):
        """Scores before the softmax: (examples, features) to (examples, classes)."""
        return (features - self.mean) / self.deviation @ self.weight + self.bias

    def predict(self, features):
        """The label with the highest score: (examples, features) to (examples,)."""
        return self.classes[self.scores(features).argmax(axis=1)]

    def accuracy(self, features, labels):
        """The share of examples whose label it names."""
        return float(np.mean(self.predict(features) == labels))


def fit(features, labels, penalty=PENALTY):
    """Train a classifier.

    Parameters
    ----------
    features : array, shape (examples, features)
    labels : integer array, shape (examples,)
        At least two different ones.
    penalty : float
        Of the squared weights; see `loss_and_gradient`. 1 unless told.

    Returns
    -------
    Classifier

    Raises
    ------
    ValueError
        Shapes that do not fit, features that are not finite, a penalty that is not positive,
        fewer than two labels, or no convergence.
    """
    features, labels = np.asarray(features, dtype=np.float64), np.asarray(labels)
    if features.ndim != 2 or labels.shape != features.shape[:1]:
        raise ValueError(
            f"features {features.shape} and labels {labels.shape}; "
            "expected (examples, features) and (examples,)"
        )
    if not np.isfinite(features).all():
        raise ValueError("the features hold NaN or infinity")
    if not penalty > 0:  # without one, classes that a plane divides have no minimum
        raise ValueError(f"the penalty is {penalty}; expected a positive number")
    classes, number = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"all {len(labels)} training examples have one label; a classifier needs at least two"
        )
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    # The mean of equal numbers is off by rounding, and so their deviation is not exactly 0.
    deviation = np.where(deviation > 1e-12 * np.abs(mean), deviation, 1.0)
    targets = np.eye(len(classes))[number]
    with one_scipy_thread():
        weight, bias = minimise((features - mean) / deviation, targets, penalty)
    return Classifier(classes, mean, deviation, weight, bias)


def minimise(features, targets, penalty):
    """The weights and biases with the smallest loss, from zeros by L-BFGS."""
    from scipy.optimize import minimize

    shape = (features.shape[1] + 1, targets.shape[1])
    found = minimize(
        loss_and_gradient,
        np.zeros(shape).ravel(),
        args=(features, targets, penalty),
        jac=True,
        method="L-BFGS-B",
        options={"gtol": TOLERANCE, "ftol": 0, "maxiter": MOST_ITERATIONS},
    )
    slope = np.abs(found.jac).max()
    if not slope < 10 * TOLERANCE:  # a line search that rounding ends has converged too
        raise ValueError(
            f"L-BFGS stopped at a slope of {slope:.1e} after {found.nit} steps: {found.message}"
        )
    parameters = found.x.reshape(shape)
    return parameters[:-1], parameters[-1]


def loss_and_gradient(parameters, features, targets, penalty):
    """The mean over examples of the cross-entropy, plus penalty / (2 · examples) · Σ weight².

    In a sum over examples the penalty is ½ · penalty · Σ weight²: it counts less the more
    examples there are. The biases are free.

    Parameters
    ----------
    parameters : numpy.ndarray, shape ((features + 1) · classes,)
        The weights, a row a feature, then the biases.
    features : numpy.ndarray, shape (examples, features)
    targets : numpy.ndarray, shape (examples, classes)
        1 at an example's class, 0 elsewhere.
    penalty : float

    Returns
    -------
    loss : float
    gradient : numpy.ndarray, shaped like ``parameters``
    """
    examples = len(features)
    parameters = parameters.reshape(-1, targets.shape[1])
    weight, bias = parameters[:-1], parameters[-1]
    scores = features @ weight + bias
    scores -= scores.max(axis=1, keepdims=True)  # exp cannot overflow then
    exponentials = np.exp(scores)
    sums = exponentials.sum(axis=1, keepdims=True)
    cross_entropy = np.log(sums[:, 0]) - (scores * targets).sum(axis=1)
    dloss_dscores = (exponentials / sums - targets) / examples
    dloss_dweight = features.T @ dloss_dscores + penalty / examples * weight
    dloss_dbias = dloss_dscores.sum(axis=0)
    loss = cross_entropy.mean() + penalty / (2 * examples) * (weight**2).sum()
    return loss, np.concatenate([dloss_dweight.ravel(), dloss_dbias])
