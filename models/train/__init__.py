"""The training of the shipped networks: a loop for any, the examples, and a module for each."""
