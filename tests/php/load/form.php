<?php

/*
 * What a browser would send of a page on standard input: the form that has a field, by its name.
 */

declare(strict_types=1);

use RedisHa\Load\Form;

require dirname(__DIR__, 3) . '/php/autoload.php';

$form = Form::with($argv[1], stream_get_contents(STDIN));
echo json_encode($form === null ? null : ['action' => $form->action, 'values' => $form->values]);
