"""What is broken on purpose, what everybody saw meanwhile, and whether anything was lost."""
