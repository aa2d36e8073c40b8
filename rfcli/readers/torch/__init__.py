"""PyTorch modules, traced by `torch.export`."""
