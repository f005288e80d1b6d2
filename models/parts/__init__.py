"""The study "Does conductance find the parts?": ``python -m models parts``.

`command` says which parts and runs it, `measure` asks the network, `arithmetic` ranks and
resamples, `report` and `figure` show what came out.
"""
