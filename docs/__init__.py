"""The pages that are made from the code: `make docs`, and a test says when it is time."""
