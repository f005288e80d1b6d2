"""What tests of several rooms share: stand-ins, files written by hand, students, networks."""
