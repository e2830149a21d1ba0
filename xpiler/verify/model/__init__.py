"""The model of a program: a platform-form module executed on concrete indices and symbolic data."""
