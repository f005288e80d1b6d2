"""What the mathematics runs on: NumPy or CuPy, the threads of BLAS, and our own."""
