"""Training enlarges the effective field (Luo et al. 2016, section 4.2): a small residual network learns the digits that
scikit-learn ships, and its gradients are measured before and after. It takes half a minute.

    python tests/measuring/training.py training.svg
"""

import sys
import tempfile
from pathlib import Path

import torch

import rfcli
from rfcli.plot import canvas
from rfcli.plot.kinds import erf

NET = {
    "format": 1,
    "name": "digits",
    "input": {"size": 23, "channels": 1},
    "defaults": {"conv": {"kernel": 3, "filters": 16, "bias": False}},
    "layers": [
        {"name": "stem", "type": "conv"},
        {"type": "relu"},
        {
            "name": "unit",
            "type": "residual",
            "repeat": 5,
            "layers": [{"name": "a", "type": "conv"}, {"type": "relu"}, {"name": "b", "type": "conv"}],
            "shortcut": [{"type": "crop", "cropping": 2}],
        },
        {"name": "classes", "type": "conv", "kernel": 1, "filters": 10},
    ],
}
"""Eleven convolutions of 3x3 without padding: the one output of the last map sees all of 23 samples."""
LAYER = "unit_5/add"
TRAINED, BATCH, SEED = 1500, 50, 0
"""Digits that are learnt, those of a step, and the seed of weights and steps."""


def digits() -> tuple[torch.Tensor, torch.Tensor]:
    """The digits, of 16x16 samples in the middle of 23x23, and their classes."""
    from sklearn.datasets import load_digits

    images, classes = load_digits(return_X_y=True)
    small = torch.tensor(images, dtype=torch.float32).reshape(-1, 1, 8, 8)
    whole = torch.nn.functional.pad(torch.nn.functional.interpolate(small, scale_factor=2), (3, 4, 3, 4))
    return (whole - whole.mean()) / whole.std(), torch.tensor(classes)


def untrained() -> torch.nn.Module:
    """The network as PyTorch code, with random weights; the last convolutions of its units begin at a quarter."""
    scope: dict[str, object] = {}
    exec(rfcli.exported(NET, "torch"), scope)
    torch.manual_seed(SEED)
    kind = next(one for one in reversed(scope.values()) if isinstance(one, type) and issubclass(one, torch.nn.Module))
    network: torch.nn.Module = kind()
    for name, weight in network.named_parameters():
        torch.nn.init.kaiming_normal_(weight)
        weight.data *= 0.25 if name.endswith("b.weight") else 1.0
    return network


def train(network: torch.nn.Module, epochs: int) -> float:
    """Trains a network, and returns its accuracy on the digits that it has not seen."""
    images, classes = digits()
    steps = torch.optim.Adam(network.parameters(), 1e-3)
    for _ in range(epochs):
        for some in torch.randperm(TRAINED).split(BATCH):
            steps.zero_grad()
            torch.nn.functional.cross_entropy(network(images[some]).flatten(1), classes[some]).backward()
            steps.step()
    with torch.no_grad():
        return float((network(images[TRAINED:]).flatten(1).argmax(1) == classes[TRAINED:]).float().mean())


def measured(network: torch.nn.Module, name: str, inputs: int = 300) -> erf.Energy:
    """The effective field of a network with its weights, by the name of what it is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.pt"
        torch.save(network.state_dict(), path)
        found = erf.data(rfcli.compute(NET), LAYER, sample=inputs, nonlinearity="relu", weights=path)
    assert isinstance(found, erf.Energy)
    return found.replaced(layer=name, weights=f"gradients of {LAYER} at {inputs} random inputs")


def before_and_after(epochs: int) -> tuple[erf.Energies, float]:
    """The effective field before and after training, and the accuracy."""
    network = untrained()
    before = measured(network, "untrained")
    accuracy = train(network, epochs)
    return erf.Energies((before, measured(network, f"after {epochs} epochs"))), accuracy


def main(path: str) -> None:
    torch.set_num_threads(1)
    found, accuracy = before_and_after(25)
    data = canvas.drawn(lambda ax: erf.draw(ax, found), erf.aspect(found), "svg", "light", 120)
    Path(path).write_bytes(data)
    for one in found.each:
        print(f"{one.layer}: std {' '.join(f'{profile.std:.2f}' for profile in one.profiles)}")
    print(f"accuracy: {accuracy:.3f}")


if __name__ == "__main__":
    main(sys.argv[1])
