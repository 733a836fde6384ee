"""Four bits a weight with little loss: GPTQ (arXiv 2210.17323) in blocks of 32 inputs.

The inputs are rounded in order; what rounding one of them changes in the output is made up for, as well as the inputs'
correlations allow, by the ones that are still to come.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .storage import BLOCK

LEVELS = 15
# Shares of a block's range that are tried as its grid; a smaller grid rounds most values better and clips a few.
SHRINKS = tuple(1 - step / 40 for step in range(13))
DAMPING = 0.01


@dataclass(frozen=True)
class FourBit:
    """A matrix as `(values - zeros) * scales`: values [outputs, inputs], the others [outputs, inputs / 32]."""

    values: torch.Tensor
    scales: torch.Tensor
    zeros: torch.Tensor

    def widen(self) -> torch.Tensor:
        """The matrix in fp32."""
        zeros = self.zeros.float().repeat_interleave(BLOCK, dim=1)
        return (self.values.float() - zeros) * self.scales.repeat_interleave(BLOCK, dim=1)


def sequence_factor(correlations: torch.Tensor) -> torch.Tensor:
    """What GPTQ needs of the inputs' second moments [inputs, inputs]: the upper Cholesky factor of their inverse."""
    damped = correlations.double().clone()
    diagonal = damped.diagonal()
    # An input that is always zero says nothing about its weights.
    diagonal += DAMPING * diagonal.mean() + 1e-12
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(damped))
    return torch.linalg.cholesky(inverse, upper=True).float()


def quantize(weight: torch.Tensor, factor: torch.Tensor) -> FourBit:
    """Round a matrix [outputs, inputs] to four bits, given `sequence_factor` of its inputs."""
    left = weight.float().clone()
    values, scales, zeros = torch.empty_like(left), [], []
    for start in range(0, left.shape[1], BLOCK):
        end = start + BLOCK
        block, inner = left[:, start:end], factor[start:end, start:end]
        scale, zero = _grid(block)
        errors = torch.empty_like(block)
        for at in range(BLOCK):
            column = block[:, at : at + 1]
            level = _round(column, scale, zero)
            values[:, start + at] = level[:, 0]
            errors[:, at : at + 1] = (column - (level - zero) * scale) / inner[at, at]
            block[:, at:] -= errors[:, at : at + 1] * inner[at, at:]
        left[:, end:] -= errors @ factor[start:end, end:]
        scales.append(scale)
        zeros.append(zero)
    return FourBit(values.to(torch.uint8), torch.cat(scales, dim=1), torch.cat(zeros, dim=1).to(torch.uint8))


def _round(values: torch.Tensor, scale: torch.Tensor, zero: torch.Tensor) -> torch.Tensor:
    return (torch.round(values / scale) + zero).clamp(0, LEVELS)


def _grid(block: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Scale and zero point [outputs, 1] of the grid that rounds a block with the least squared error."""
    low = block.amin(dim=1, keepdim=True).clamp(max=0)
    high = block.amax(dim=1, keepdim=True).clamp(min=0)
    best = torch.full_like(low, torch.inf)
    scale, zero = torch.ones_like(low), torch.zeros_like(low)
    for shrink in SHRINKS:
        # Rounded to what fp16 holds: the same grid serves both of the dtypes.
        tried = ((high - low) * shrink / LEVELS).clamp(min=2.0**-20).half().float()
        place = torch.round(-low * shrink / tried).clamp(0, LEVELS)
        error = (block - (_round(block, tried, place) - place) * tried).square().sum(dim=1, keepdim=True)
        better = error < best
        best = torch.where(better, error, best)
        scale, zero = torch.where(better, tried, scale), torch.where(better, place, zero)
    return scale, zero
