"""Reading PDF: what stands where on a page (`pieces`), in which order it is read (`layout`, `tables`), its pictures."""
