"""The operations over windows: convolution and pooling, and the two ways to correlate."""
