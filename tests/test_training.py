"""What the page trains is what PyTorch trains: first weights, batches, losses, weights, answers."""

import base64
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from classifier.network import MLP

from .doubles import stored_pictures

STEPS = 100
COUNT = 500  # so that 100 batches of 64 are more than a round


@pytest.mark.parametrize("activation", [True, False])
@pytest.mark.parametrize("adam, rate", [(False, 0.1), (True, 0.001)])
@pytest.mark.parametrize("hidden, batch", [(128, 64), (1, 16)])
def test_a_hundred_steps_are_those_of_pytorch(
    hidden: int, batch: int, adam: bool, rate: float, activation: bool
) -> None:
    pictures, labels = stored_pictures("first", COUNT)
    settings = {"hidden": hidden, "activation": activation, "adam": adam, "rate": rate}
    told = {
        "settings": settings | {"batch": batch, "count": COUNT, "seed": 5},
        "steps": STEPS,
        "labels": labels.tolist(),
        "pictures": base64.b64encode(pictures.tobytes()).decode(),
    }
    script = Path(__file__).with_name("training.js")
    node = subprocess.run(["node", script], input=json.dumps(told), capture_output=True, text=True)
    ours = json.loads(node.stdout)

    torch.manual_seed(5)
    network = MLP((784, hidden, 10), activation)
    for name, tensor in network.state_dict().items():
        np.testing.assert_allclose(ours["before"][name], tensor.flatten(), atol=1e-8, err_msg=name)
    kind = torch.optim.Adam if adam else torch.optim.SGD
    optimiser = kind(network.parameters(), rate)
    x, y = torch.tensor(pictures).flatten(1) / 255, torch.tensor(labels)
    losses: list[float] = []
    while len(losses) < STEPS:
        for chosen in torch.randperm(COUNT)[: COUNT - COUNT % batch].split(batch):
            if len(losses) == STEPS:
                break
            loss = F.cross_entropy(network(x[chosen]), y[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
    np.testing.assert_allclose(ours["losses"], losses, atol=1e-4)
    assert losses[-1] < losses[0]
    for name, tensor in network.state_dict().items():
        np.testing.assert_allclose(ours["after"][name], tensor.flatten(), atol=1e-4, err_msg=name)
    with torch.no_grad():
        logits = network(x)
    assert ours["right"] == pytest.approx((logits.argmax(1) == y).float().mean().item(), abs=0.004)
    np.testing.assert_allclose(ours["says"], logits[0].softmax(0), atol=1e-4)
