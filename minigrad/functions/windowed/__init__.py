"""The operations over windows: convolution, by products with columns or by Winograd; pooling."""
