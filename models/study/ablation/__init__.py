"""The paper's ablation study: how many filters must go until the label changes."""
