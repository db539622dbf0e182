"""Actions that a model prepares: typed calls, in which only what the person said is taken over by itself."""
