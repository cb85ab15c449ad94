"""TYPO3 as data: what each version takes, and in which form."""
