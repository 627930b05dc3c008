#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""The catalogue of strings is whole: po/POTFILES lists exactly the files that have some, xgettext
reads them, and what the window shows is marked for translation."""
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MARKED = re.compile(r'(?<![A-Za-z_])(?:[NC]?_|n?gettext) ?\(|translatable="(?:yes|true)"')
# Calls that show their text, with a literal sentence in it.
SHOWN = re.compile(
    r'(?:gtk_label_new|gtk_label_set_(?:text|label)|gtk_button_new_with_(?:label|mnemonic)|'
    r'gtk_widget_set_tooltip_text|gtk_menu_button_set_label|adw_toast_new|'
    r'adw_(?:preferences_row_set_title|action_row_set_subtitle|status_page_set_\w+))'
    r' ?\([^;"]*?(?<!_\()"[^"%]*[A-Za-z]{2}[^"]*"')
UI_TEXT = re.compile(r'<(?:property|attribute) name="(?:label|title|subtitle|tooltip-text|description|'
                     r'placeholder-text)">([^<]*[A-Za-z]{2}[^<]*)<')


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as file:
        return file.read()


def sources():
    patterns = ('engine/**/*.[ch]', 'ui/**/*.[ch]', 'app/**/*.[ch]', 'resources/**/*.ui',
                'resources/install/*.in')
    for pattern in patterns:
        for path in glob.glob(pattern, root_dir=ROOT, recursive=True):
            yield path


def without_comments(text):
    return re.sub(r'/\*.*?\*/', '', text, flags=re.S)


def has_strings(path):
    return path.endswith('.in') or bool(MARKED.search(without_comments(read(path))))


def check_potfiles():
    listed = [line for line in read('po/POTFILES').split('\n') if line and line[0] != '#']
    wanted = {path for path in sources() if has_strings(path)}
    yield from (f'{path} has strings but is not in po/POTFILES' for path in sorted(wanted - set(listed)))
    yield from (f'{path} is in po/POTFILES but has no strings' for path in sorted(set(listed) - wanted))
    yield from (f'{path} is twice in po/POTFILES' for path in sorted(set(listed)) if listed.count(path) > 1)


def check_xgettext():
    command = ['xgettext', '--from-code=UTF-8', '--keyword=_', '--keyword=N_', '--keyword=C_:1c,2',
               '--keyword=ngettext:1,2', '--directory=' + ROOT, '--output=-',
               '--files-from=' + os.path.join(ROOT, 'po', 'POTFILES')]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or 'warning' in done.stderr:
        yield 'xgettext: ' + done.stderr.strip()
    elif done.stdout.count('msgid') < 200:
        yield f'xgettext finds only {done.stdout.count("msgid")} strings'


def check_marked():
    for path in sources():
        text = read(path)
        if path.startswith(('ui/', 'app/')):
            yield from (f'{path}: not translatable: {call.group(0)}'
                        for call in SHOWN.finditer(without_comments(text)))
        if path.endswith('.ui'):
            yield from (f'{path}: not translatable: {shown.group(1)}'
                        for shown in UI_TEXT.finditer(text) if shown.group(1) != 'Netwright')


def main():
    checks = [('po/POTFILES lists exactly the files with strings', check_potfiles),
              ('xgettext reads them without a warning', check_xgettext),
              ('what the window shows can be translated', check_marked)]
    print(f'1..{len(checks)}')
    good = True
    for i, (sentence, check) in enumerate(checks, 1):
        faults = list(check())
        for fault in faults:
            print('#', fault)
        print('not ok' if faults else 'ok', i, '-', sentence)
        good = good and not faults
    return 0 if good else 1


sys.exit(main())
