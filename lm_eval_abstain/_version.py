"""The version, alone in a module so that everything may import it."""

__all__ = ["__version__"]

__version__ = "0.1.0"
