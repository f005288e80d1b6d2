"""The paper's experiments at any scale: ablation, agreement, feature selection, classes.

What is found of each photo is kept as it comes (`store`), by this process or by many
(`run`, `cluster`); tables, figures and the report are made of what is kept.
"""
