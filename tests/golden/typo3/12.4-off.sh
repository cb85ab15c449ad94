#!/usr/bin/env bash
# Takes Redis out of a TYPO3 12.4 site that has it by `typo3.settings`.
#
# In the site's folder, as the account of its PHP. Everybody is logged out by it: sessions that are
# in Redis stay there. With several web nodes, the first two steps once and the last on each.
set -euo pipefail

# 1. The tables of caches: TYPO3 has made none while Redis had them. The site goes on with Redis.
#    The command is that of typo3/cms-extensionmanager.
TYPO3_WITHOUT_REDIS=1 vendor/bin/typo3 extension:setup

# 2. What such a table still holds is from before Redis.
TYPO3_WITHOUT_REDIS=1 vendor/bin/typo3 cache:flush

# 3. From the next request on the site works with its database.
mv config/system/redis.php config/system/redis.php.off
