"""The families of Inception's files from PyTorch and Caffe: names, folding, the last layer."""
