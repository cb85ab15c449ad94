"""A Redis environment for TYPO3 that is brought up, broken on purpose and measured."""

__version__ = "0.1.0"
