"""Quality through the product's own API: retrieval on labelled collections, answers on the demo's questions."""
