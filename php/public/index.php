<?php

declare(strict_types=1);

/* It asks nobody, so it is there whatever happens to Redis; what it shows comes from state.php. */

header("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    . "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
header('Referrer-Policy: no-referrer');
header('X-Content-Type-Options: nosniff');
header('Cache-Control: no-cache');
?>
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The master behind this page</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="page.css">
<script type="module" src="page.js"></script>
</head>
<body>
<main>
<header>
<h1>The master behind this page</h1>
<p class="quiet">Several times a second this page asks PHP on <b id="web">the web node</b>, which goes through its
proxy to the Redis master for your session, counts one more and writes it back.</p>
</header>

<noscript><p class="none state">What is shown here is live and needs JavaScript; <a href="state.php">state.php</a> has
the same as JSON.</p></noscript>

<section class="state waiting" id="state" aria-labelledby="master">
<h2 id="master">Asking …</h2>
<p id="where"></p>
<p id="clock"></p>
</section>
<p id="said" class="unseen" role="status"></p>

<ul class="tiles">
<li>your session’s counter <b id="count">–</b> <small id="steps"></small></li>
<li>longest without a good answer <b id="longest">–</b> <small id="asked"></small></li>
<li>Sentinels that agree <b id="agreeing">–</b> <small id="answering"></small></li>
</ul>

<section aria-labelledby="minute">
<h2 id="minute">The last minute</h2>
<svg id="strip" role="img" aria-label="nothing yet" height="60"></svg>
<p class="quiet key"><span class="good">good answers from the master named</span> <span class="gap">none</span>
<span class="hidden">not asked</span></p>
</section>

<section aria-labelledby="last">
<h2 id="last">The last changes of master</h2>
<table id="changes" hidden>
<thead><tr><th scope="col">when</th><th scope="col">from</th><th scope="col">to</th>
<th scope="col">this page was without a good answer for</th></tr></thead>
<tbody></tbody>
</table>
<p class="quiet" id="unchanged">None since PHP was started here. <code>./inv switchover</code> or
<code>./inv failover</code> brings one about.</p>
</section>
</main>
</body>
</html>
