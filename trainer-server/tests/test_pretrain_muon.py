"""The optimizer of nano's matrices."""

import pytest
import torch

from trainer.pretrain.muon import Muon, orthogonalise


@pytest.mark.parametrize("shape", [(3, 32, 32), (2, 24, 80), (2, 80, 24)])
def test_singular_values_come_near_one_and_the_directions_stay(shape: tuple[int, int, int]) -> None:
    torch.manual_seed(1)
    matrices = torch.randn(shape)
    result = orthogonalise(matrices)
    assert result.shape == matrices.shape
    for before, after in zip(matrices, result, strict=True):
        u, values, vh = torch.linalg.svd(before, full_matrices=False)
        turned = u.T @ after @ vh.T
        assert torch.allclose(turned, torch.diag(turned.diagonal()), atol=2e-2)
        large = values > 0.2 * values[0]
        assert ((turned.diagonal()[large] > 0.6) & (turned.diagonal()[large] < 1.3)).all()


def test_steps_are_those_of_pytorch_s_muon() -> None:
    torch.manual_seed(2)
    ours = torch.nn.Parameter(torch.randn(48, 96))
    theirs = torch.nn.Parameter(ours.detach().clone())
    start = ours.detach().clone()
    pair = (
        Muon([ours], lr=1e-2, weight_decay=0.01),
        torch.optim.Muon([theirs], lr=1e-2, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"),
    )
    for _ in range(5):
        gradient = torch.randn(48, 96)
        ours.grad, theirs.grad = gradient.clone(), gradient.clone()
        for optimizer in pair:
            optimizer.step()
    moved = float((ours - start).norm().detach())
    # PyTorch iterates in bf16, so the two agree to about its precision.
    assert float((ours - theirs).norm().detach()) < 0.02 * moved
