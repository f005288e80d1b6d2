"""The rival of part 3: GoogLeNet in PyTorch on the same device, by one careful sweep; Captum."""

import torch

from minigrad.attribution import quadrature
from tests.benchmarks.harness import rivals


class Rival:
    """The same as `speed.Ours`, of PyTorch with channels last, in full float32.

    Parameters
    ----------
    setup : setup.Setup
    steps : int
    label : int
    """

    def __init__(self, setup, steps, label):
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
        self.setup, self.steps, self.label = setup, steps, label
        self.network = rivals.TorchGoogLeNet(setup.googlenet, channels_last=True)
        self.network.to("cuda" if setup.on_gpu else "cpu")
        self.x, self.baseline = map(self.network.as_input, (setup.picture, setup.baseline))
        self.layers = setup.googlenet.layers

    def copies(self, batch):
        """The pictures of `Setup.copies`."""
        return self.network.as_input(self.setup.copies(self.setup.picture, batch))

    @torch.no_grad()
    def forward(self, batch):
        """The scores."""
        return {"scores": self.network(self.copies(batch)).cpu().numpy()}

    def gradient(self, batch):
        """∂F/∂y · y of all layers, by filter."""
        watch = rivals.Watch()
        with torch.enable_grad():
            score = self.network(self.copies(batch), watch)[:, self.label].sum()
            gradients = torch.autograd.grad(score, list(watch.layers.values()))
        return by_filter({name: y * g for (name, y), g in zip(watch.layers.items(), gradients)})

    def conductance(self, batch):
        """By the chain rule, by filter."""
        inputs = self.x, self.baseline, self.label, *quadrature(self.steps), batch
        found = rivals.careful_chain_rule(self.network, *inputs)
        return by_filter({name: y[None] for name, y in found.items()})

    def captum(self, batch):
        """Captum's conductance of all layers, one after another; its points are others."""
        inputs = self.x, self.baseline, self.label, self.layers, self.steps, batch
        return by_filter(rivals.captum_conductance(self.network, *inputs))


def by_filter(layers):
    """Sums over positions, in NumPy's memory: {layer: (N, C)}."""
    return {name: y.detach().sum(dim=(2, 3)).cpu().numpy() for name, y in layers.items()}
