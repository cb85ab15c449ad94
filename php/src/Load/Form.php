<?php

declare(strict_types=1);

namespace RedisHa\Load;

use DOMDocument;
use DOMElement;
use DOMXPath;

/** A form of a page, with what a browser would send of it. */
final class Form
{
    /** @param array<string, string> $values by the names of their fields */
    private function __construct(public readonly string $action, public readonly array $values)
    {
    }

    /** Read the form of a page that has a field; null where none has. */
    public static function with(string $field, string $html): ?self
    {
        $page = new DOMDocument();
        @$page->loadHTML('<?xml encoding="utf-8"?>' . $html);
        $path = new DOMXPath($page);
        foreach ($path->query('//form') ?: [] as $form) {
            $values = [];
            foreach ($path->query('.//input[@name]|.//textarea[@name]|.//select[@name]', $form) ?: [] as $each) {
                $value = self::value($each, $path);
                if ($value !== null) {
                    $values[$each->getAttribute('name')] = $value;
                }
            }
            if (isset($values[$field])) {
                return new self($form->getAttribute('action'), $values);
            }
        }

        return null;
    }

    /** Return what a field sends; null for nothing. */
    private static function value(DOMElement $field, DOMXPath $path): ?string
    {
        $type = $field->getAttribute('type');
        $isChosen = !in_array($type, ['checkbox', 'radio'], true) || $field->hasAttribute('checked');
        if ($field->hasAttribute('disabled') || !$isChosen || in_array($type, ['submit', 'button', 'file'], true)) {
            return null;
        }
        if ($field->tagName === 'select') {
            $chosen = $path->query('.//option[@selected]', $field) ?: null;
            $first = $chosen?->item(0) ?? $path->query('.//option', $field)?->item(0);

            return $first instanceof DOMElement ? $first->getAttribute('value') : null;
        }

        return $field->tagName === 'textarea' ? $field->textContent : $field->getAttribute('value');
    }
}
