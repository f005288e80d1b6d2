"""Few filters as features of a classifier, chosen by each measure."""
