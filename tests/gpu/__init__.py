"""A GPU's hour, prepared: ``python -m tests.gpu --minutes 8 --out FOLDER [--weights FILE]``.

Everything that has to be known of a GPU, in the order of its worth, in one command for the few
minutes in which there is one. Each part is a process of its own with a time limit: what fails
or hangs, or leaves the GPU unusable, ends with it, and the next part begins. Each result is
written when it is known, one line of JSON in ``FOLDER/PART.jsonl``; at the end all are in
``FOLDER/results.json`` and, for people, in ``FOLDER/results.md``.

``--device numpy`` runs every part on the CPU, so that the program itself is known to work before
it meets a GPU; ``--small`` takes small pictures, few rows and few rounds.
"""
