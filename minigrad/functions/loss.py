"""What training makes small: the cross-entropy."""

from ..function import Function
from .chain_rule import times
from .embed import as_indices


class CrossEntropy(Function):
    """The mean over examples of −log softmax(logits)[label]."""

    operation = "cross_entropy"

    def __init__(self, labels):
        self.labels = labels

    def forward(self, logits):
        xp = self.xp
        shifted = logits - logits.real.max(axis=-1, keepdims=True)
        log_total = xp.log(xp.exp(shifted).sum(axis=-1, keepdims=True))
        log_probabilities = shifted - log_total
        self.probabilities = xp.exp(log_probabilities)
        self.rows = xp.arange(len(logits))
        return -log_probabilities[self.rows, self.labels].mean()

    def slope(self):
        """dF/d(logits): (softmax − the label's one-hot row) / N."""
        slope = self.probabilities.copy()
        slope[self.rows, self.labels] -= 1
        return slope / len(slope)

    def backward(self, grad_output):
        return (times(self.xp, grad_output, self.slope()),)

    def jvp(self, dlogits):
        return times(self.xp, dlogits, self.slope()).sum()


def cross_entropy(logits, labels):
    """The mean of −log softmax(logits)[label]: how surprised the network is by the labels, in nats.

    Parameters
    ----------
    logits : Tensor, shape (N, classes)
        Scores before the softmax.
    labels : integer array, shape (N,)
        The right class of each example, from 0 to classes − 1.

    Returns
    -------
    Tensor, a scalar
    """
    if len(logits.shape) != 2:
        raise ValueError(f"cross_entropy: logits have shape {logits.shape}; expected (N, classes)")
    if logits.shape[0] == 0:
        raise ValueError(
            f"cross_entropy: logits have shape {logits.shape}: "
            "the batch is empty; give at least one example"
        )
    labels = as_indices("cross_entropy", "labels", labels, logits.shape[1], like=logits)
    if labels.shape != logits.shape[:1]:
        raise ValueError(
            f"cross_entropy: labels have shape {labels.shape}, "
            f"expected {logits.shape[:1]}, one for each row of logits"
        )
    return CrossEntropy(labels)(logits)
