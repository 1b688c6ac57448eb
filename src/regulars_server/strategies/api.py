"""Placeholder until the operations are written below."""
from ninja import Router

router = Router()
