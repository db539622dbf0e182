"""The commands of `biblios`, one module each; `backend.cli` registers them."""
