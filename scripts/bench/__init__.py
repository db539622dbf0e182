"""`make bench`: every figure the product promises, measured through the product itself."""
