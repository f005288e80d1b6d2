"""The training of the shipped networks: a loop for any network, the examples, and one module a
network.
"""
