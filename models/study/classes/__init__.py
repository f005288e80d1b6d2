"""Which filters a class speaks through, and where in a photo they look."""
