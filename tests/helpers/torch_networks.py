"""Well-known convolutional networks in PyTorch, narrow, with random weights: to be exported.

Their structure is the published one (which layer reads which, kernels, strides, padding); their
widths are a fraction of it, so that a test takes seconds.
"""

import torch
from torch import nn


class BasicBlock(nn.Module):
    """Two 3×3 convolutions and a shortcut: He et al. 2016."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = nn.Identity()
        if stride != 1 or inputs != outputs:
            shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(y)) + self.downsample(x))


class ResNet(nn.Module):
    """ResNet-18; with width 64 and 1000 classes the published one."""

    def __init__(self, width=64, classes=1000):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1, self.relu = nn.BatchNorm2d(width), nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        blocks, inputs = [], width
        for k in range(4):
            outputs = width * 2**k
            stride = 1 if k == 0 else 2
            first, second = (
                BasicBlock(inputs, outputs, stride),
                BasicBlock(outputs, outputs, 1),
            )
            blocks.append(nn.Sequential(first, second))
            inputs = outputs
        self.layer1, self.layer2, self.layer3, self.layer4 = blocks
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class VGG(nn.Module):
    """VGG-11 with two fully connected layers behind a picture that is flattened."""

    def __init__(self, width=4, classes=7, batch_norm=False):
        super().__init__()
        steps, inputs = [], 3
        for times in (1, 0, 2, 0, 4, 4, 0, 8, 8, 0):  # 0 is a pool
            if not times:
                steps.append(nn.MaxPool2d(2, 2))
                continue
            steps.append(nn.Conv2d(inputs, width * times, 3, padding=1))
            steps += [nn.BatchNorm2d(width * times)] if batch_norm else []
            steps.append(nn.ReLU(inplace=True))
            inputs = width * times
        self.features, self.avgpool = nn.Sequential(*steps), nn.AdaptiveAvgPool2d((2, 2))
        self.classifier = nn.Sequential(
            nn.Linear(inputs * 4, 24), nn.ReLU(True), nn.Dropout(), nn.Linear(24, classes)
        )

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class Fire(nn.Module):
    """SqueezeNet's block: 1×1, then 1×1 and 3×3 side by side."""

    def __init__(self, inputs, squeezed, expanded):
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        x = self.relu(self.squeeze(x))
        return torch.cat([self.relu(self.expand1x1(x)), self.relu(self.expand3x3(x))], 1)


class SqueezeNet(nn.Module):
    """SqueezeNet 1.1: pools that round up, a convolution as the classifier."""

    def __init__(self, classes=9):
        super().__init__()
        pools = [nn.MaxPool2d(3, 2, ceil_mode=True) for _ in range(3)]
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2),
            nn.ReLU(inplace=True),
            pools[0],
            Fire(8, 4, 8),
            pools[1],
            Fire(16, 4, 8),
            pools[2],
            Fire(16, 6, 12),
        )
        self.classifier = nn.Sequential(
            nn.Dropout(0.5), nn.Conv2d(24, classes, 1), nn.ReLU(True), nn.AdaptiveAvgPool2d((1, 1))
        )

    def forward(self, x):
        return torch.flatten(self.classifier(self.features(x)), 1)


class DenseLayer(nn.Module):
    """BN, ReLU, 1×1, BN, ReLU, 3×3 on all that is before it."""

    def __init__(self, inputs, growth):
        super().__init__()
        self.norm1, self.relu = nn.BatchNorm2d(inputs), nn.ReLU(inplace=False)
        self.conv1 = nn.Conv2d(inputs, 2 * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(2 * growth)
        self.conv2 = nn.Conv2d(2 * growth, growth, 3, padding=1, bias=False)

    def forward(self, parts):
        x = self.conv1(self.relu(self.norm1(torch.cat(parts, 1))))
        return self.conv2(self.relu(self.norm2(x)))


class DenseNet(nn.Module):
    """DenseNet: two dense blocks with a transition between, whose average pool is 2×2."""

    def __init__(self, growth=4, classes=6):
        super().__init__()
        self.conv0 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
        self.norm0, self.pool0 = nn.BatchNorm2d(8), nn.MaxPool2d(3, 2, 1)
        self.block1 = nn.ModuleList([DenseLayer(8 + growth * k, growth) for k in range(3)])
        inputs = 8 + growth * 3
        self.norm1, self.conv1 = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, 10, 1, bias=False)
        self.pool1 = nn.AvgPool2d(2, 2)
        self.block2 = nn.ModuleList([DenseLayer(10 + growth * k, growth) for k in range(3)])
        self.norm5 = nn.BatchNorm2d(10 + growth * 3)
        self.classifier = nn.Linear(10 + growth * 3, classes)

    def forward(self, x):
        x = self.pool0(torch.relu(self.norm0(self.conv0(x))))
        x = self.pool1(self.conv1(torch.relu(self.norm1(dense(self.block1, x)))))
        x = torch.relu(self.norm5(dense(self.block2, x)))
        return self.classifier(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1))


def dense(block, x):
    parts = [x]
    for layer in block:
        parts.append(layer(parts))
    return torch.cat(parts, 1)


class BasicConv(nn.Module):
    """Convolution, BN with eps 0.001, ReLU."""

    def __init__(self, inputs, outputs, size, **how):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, bias=False, **how)
        self.bn = nn.BatchNorm2d(outputs, eps=0.001)

    def forward(self, x):
        return torch.relu(self.bn(self.conv(x)))


class InceptionC(nn.Module):
    """7×7 taken apart into 1×7 and 7×1, beside an average pool with padding."""

    def __init__(self, inputs, width, outputs):
        super().__init__()
        self.branch1x1 = BasicConv(inputs, outputs, 1)
        self.branch7x7 = nn.Sequential(
            BasicConv(inputs, width, 1),
            BasicConv(width, width, (1, 7), padding=(0, 3)),
            BasicConv(width, outputs, (7, 1), padding=(3, 0)),
        )
        self.branch_pool = BasicConv(inputs, outputs, 1)

    def forward(self, x):
        pool = nn.functional.avg_pool2d(x, 3, stride=1, padding=1)
        return torch.cat([self.branch1x1(x), self.branch7x7(x), self.branch_pool(pool)], 1)


class InceptionD(nn.Module):
    """A reduction: a strided convolution beside a strided pool."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.branch3x3 = BasicConv(inputs, outputs, 3, stride=2)

    def forward(self, x):
        return torch.cat([self.branch3x3(x), nn.functional.max_pool2d(x, 3, stride=2)], 1)


class InceptionV3(nn.Module):
    """Inception v3's stem, a reduction, two blocks; its input transformed channel by channel."""

    def __init__(self, classes=8):
        super().__init__()
        self.stem = nn.Sequential(
            BasicConv(3, 6, 3, stride=2), BasicConv(6, 6, 3), BasicConv(6, 8, 3, padding=1)
        )
        self.pool = nn.MaxPool2d(3, 2)
        self.first, self.reduction = InceptionC(8, 4, 6), InceptionD(18, 6)
        self.second, self.fc = InceptionC(24, 6, 8), nn.Linear(24, classes)

    def forward(self, x):
        channels = [x[:, c, None] * (0.229 / 0.5) + (0.485 - 0.5) / 0.5 for c in range(3)]
        x = self.pool(self.stem(torch.cat(channels, 1)))
        x = self.second(self.reduction(self.first(x)))
        return self.fc(nn.functional.adaptive_avg_pool2d(x, (1, 1)).flatten(1))


NETWORKS = {
    "ResNet": (lambda: ResNet(6, 10), 64),
    "VGG": (VGG, 64),
    "VGG with batch normalisation": (lambda: VGG(batch_norm=True), 64),
    "SqueezeNet": (SqueezeNet, 63),
    "DenseNet": (DenseNet, 64),
    "Inception v3": (InceptionV3, 75),
}


def random_network(name, seed=0):
    """One of `NETWORKS` with random weights and statistics, in evaluation; and a picture for it."""
    torch.manual_seed(seed)
    make, side = NETWORKS[name]
    return with_statistics(make()), torch.randn(2, 3, side, side)


def with_statistics(network):
    """The network with random running means and variances, in evaluation."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, 0, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.2)
    return network.eval()
