"""Batches of cotangents or tangents, which derivative rules take for one."""

from autograd.batch import functions as functions
from autograd.batch.array import Batch as Batch
from autograd.batch.array import Shared as Shared
from autograd.batch.array import Unbatched as Unbatched
from autograd.batch.array import plain as plain
