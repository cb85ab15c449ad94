"""What tests need that a machine may lack, and why it does."""

import shutil


def php() -> str | None:
    """Say why no settings in PHP can be read here: this machine has none."""
    return None if shutil.which("php") else "this machine has no PHP: apt-get install php-cli"


def typo3() -> str | None:
    """Say why TYPO3 cannot be had here: no source of packages has all of its versions."""
    from redis_ha.provision import typo3_packages
    from redis_ha.typo3.versions import VERSIONS

    found = (typo3_packages.obstacle(version) for version in VERSIONS)
    return next((why for why in found if why), None)
