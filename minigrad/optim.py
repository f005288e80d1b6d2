"""Optimisers: SGD and Adam. Each keeps its state in plain arrays that can be saved and loaded."""

import numpy as np

from .machine.backend import get_array_module, to_numpy


class Optimizer:
    """What SGD and Adam share: the parameters, and slots of arrays shaped like them.

    Attributes
    ----------
    learning_rate : float
        May be changed between steps.
    steps : int
        How many steps have been taken.
    slots : dict of str to list of array
        The optimiser's memory, one array for each parameter.
    """

    slot_names = ()

    def __init__(self, parameters, learning_rate, weight_decay=0.0):
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError(f"{type(self).__name__}: no parameters; pass module.parameters()")
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.steps = 0
        self.slots = {}
        arrays = [parameter.data for parameter in self.parameters]
        for name in self.slot_names:
            self.slots[name] = [get_array_module(array).zeros_like(array) for array in arrays]

    def zero_grad(self):
        """Forget the gradients, as `step` does with those it has used."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self):
        """Change every parameter that has a gradient, and forget the gradient: it is used once.

        The parameter's array is replaced, never written into.
        """
        self.steps += 1
        for index, parameter in enumerate(self.parameters):
            if parameter.grad is None:
                continue
            grad = parameter.grad
            if self.weight_decay:
                grad = grad + self.weight_decay * parameter.data
            moved = parameter.data - self.learning_rate * self.direction(index, grad)
            parameter.data = moved.astype(parameter.dtype, copy=False)
        self.zero_grad()  # or a loss that does not reach a parameter would move it once more

    def direction(self, index, grad):
        raise NotImplementedError

    def state_dict(self):
        """Everything needed to go on later, as NumPy arrays by name."""
        state = {
            "steps": np.array(float(self.steps)),
            "learning_rate": np.array(float(self.learning_rate)),
        }
        for name, arrays in self.slots.items():
            for index, array in enumerate(arrays):
                state[f"{name}.{index}"] = np.array(to_numpy(array))
        return state

    def load_state_dict(self, state):
        """Go on from what `state_dict` gave, with the same parameters in the same order."""
        expected = self.state_dict()
        wrong = expected.keys() ^ state.keys()
        for name in expected.keys() & state.keys():
            if np.shape(expected[name]) != np.shape(state[name]):
                wrong.add(name)
        if wrong:
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: does not fit these parameters: "
                f"{sorted(wrong)[:5]}"
            )
        self.steps = int(state["steps"])
        self.learning_rate = float(state["learning_rate"])
        for name, arrays in self.slots.items():
            for index, array in enumerate(arrays):
                xp = get_array_module(array)
                arrays[index] = xp.array(state[f"{name}.{index}"], dtype=array.dtype)


class SGD(Optimizer):
    """v ← momentum · v + grad;  w ← w − learning_rate · v."""

    slot_names = ("velocity",)

    def __init__(self, parameters, learning_rate=0.01, momentum=0.0, weight_decay=0.0):
        super().__init__(parameters, learning_rate, weight_decay)
        self.momentum = momentum

    def direction(self, index, grad):
        velocity = self.momentum * self.slots["velocity"][index] + grad
        self.slots["velocity"][index] = velocity
        return velocity


class Adam(Optimizer):
    """w ← w − learning_rate · m̂ / (√v̂ + epsilon), as Kingma and Ba have it (2015).

    m, v are running means of the gradient and its square; m̂ and v̂ are corrected for having
    begun at zero.
    """

    slot_names = ("mean", "square")

    def __init__(
        self, parameters, learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.0
    ):
        super().__init__(parameters, learning_rate, weight_decay)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def direction(self, index, grad):
        mean = self.beta1 * self.slots["mean"][index] + (1 - self.beta1) * grad
        square = self.beta2 * self.slots["square"][index] + (1 - self.beta2) * grad**2
        self.slots["mean"][index], self.slots["square"][index] = mean, square
        corrected_mean = mean / (1 - self.beta1**self.steps)
        corrected_square = square / (1 - self.beta2**self.steps)
        return corrected_mean / (get_array_module(grad).sqrt(corrected_square) + self.epsilon)
