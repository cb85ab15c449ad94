"""A TYPO3 site of settings alone, which name a Redis that runs."""

from pathlib import Path

from tests.php.servers import ADDRESS, Server

SETTINGS = """<?php
return ['DB' => ['Connections' => ['Default' => [
    'driver' => 'mysqli', 'host' => '127.0.0.1', 'port' => 1,
    'user' => 'site', 'password' => 'of-the-database']]]];
"""
ADDITIONAL = """<?php
$backend = 'TYPO3\\\\CMS\\\\Core\\\\Cache\\\\Backend\\\\RedisBackend';
$server = ['hostname' => '%(host)s', 'port' => %(port)s, 'password' => '%(password)s'];
$system = &$GLOBALS['TYPO3_CONF_VARS']['SYS'];
$system['caching']['cacheConfigurations']['pages'] = [
    'backend' => $backend, 'options' => ['database' => '5', 'secretive' => 'of-nobody'] + $server];
$system['caching']['cacheConfigurations']['hash'] = ['backend' => 'Other'];
$system['session']['FE'] = [
    'backend' => 'RedisSessionBackend', 'options' => ['database' => 6] + $server];
$system['locking']['redis'] = ['database' => 3, 'disabled' => true] + $server;
echo 'what a site prints is no part of the answer';
"""


def write(folder: Path, server: Server) -> None:
    """Write its settings: some are wrong, and everybody may read them."""
    system = folder / "config" / "system"
    system.mkdir(parents=True)
    (system / "settings.php").write_text(SETTINGS)
    words = {"host": ADDRESS, "port": server.port, "password": server.password}
    (system / "additional.php").write_text(ADDITIONAL % words)
    (system / "settings.php").chmod(0o664)
