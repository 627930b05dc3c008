# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""Drives the real window as a person does: pointer and keys, and looks at it as a person does: at
its pixels, and at what a screen reader hears.

    from harness import Studio, main, step

    def story():
        with Studio() as studio, step('the welcome screen offers a new project'):
            studio.press(studio.find('push button', 'New Project'))

    main(story)

main() gives every story a display, a message bus and a home folder of their own, prints its steps
as TAP, and ends all of it after a fixed time, whatever happened.
"""
import contextlib
import ctypes
import mmap
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get('NETWRIGHT', os.path.join(ROOT, '_build', 'app', 'netwright'))
INSIDE = 'NETWRIGHT_UI_FOLDER'
TOOLS = ('Xvfb', 'openbox', 'xdotool', 'xprop', 'xwininfo', 'dbus-run-session')
# Seconds until something that should happen counts as not happening; sanitizers need more of them.
SLOWNESS = float(os.environ.get('NETWRIGHT_TEST_SLOWNESS', 1))
PATIENCE = 15.0 * SLOWNESS
ENDED = re.compile('^(Trained for|Stopped (in|after)) ')


# ── a display, a bus, a home ─────────────────────────────────────────────────────────────────────

def _die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _start(*command, **options):
    return subprocess.Popen(command, start_new_session=True, preexec_fn=_die_with_parent, **options)


def _end(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _python():
    """The system's, which has GLib's bindings; that of a virtual environment has not."""
    return '/usr/bin/python3' if os.path.exists('/usr/bin/python3') else sys.executable


def _missing():
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    modules = 'import numpy; from gi.repository import Gio'
    if subprocess.run([_python(), '-c', modules], capture_output=True, check=False).returncode:
        missing.append('python3-numpy and python3-gi')
    return missing


def _start_display(started, folder, size):
    """Xvfb's free number, once it answers."""
    for _ in range(3):
        reader, writer = os.pipe()
        # -noreset: else it starts anew, deaf for a moment, whenever its last client leaves.
        server = _start('Xvfb', '-displayfd', str(writer), '-screen', '0', f'{size[0]}x{size[1]}x24',
                        '-fbdir', folder, '-nolisten', 'tcp', '-noreset', pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader) as answer:
            display = ':' + answer.readline().strip()
        if _output('xprop', '-display', display, '-root', '_NET_WM_NAME'):
            started.append(server)
            return display
        _end(server)
    raise Failure('no display answers')


def _run_in_session(size, limit):
    # Not in /tmp: file choosers list every folder along a path that is typed, and that may be long.
    folder = tempfile.mkdtemp(prefix='netwright-ui-', dir='/var/tmp')
    started = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        env = dict(os.environ, HOME=folder, LANG='C.UTF-8', LC_ALL='C.UTF-8', GDK_BACKEND='x11',
                   GSK_RENDERER='cairo', G_DEBUG='fatal-criticals', PYTHONUNBUFFERED='1')
        for variable, name in (('XDG_CONFIG_HOME', 'config'), ('XDG_STATE_HOME', 'state'),
                               ('XDG_DATA_HOME', 'data'), ('XDG_CACHE_HOME', 'cache'),
                               ('XDG_RUNTIME_DIR', 'run'), (INSIDE, 'files')):
            env[variable] = os.path.join(folder, name)
            os.mkdir(env[variable], 0o700)
        # A blinking cursor never lets the screen come to rest.
        os.mkdir(os.path.join(env['XDG_CONFIG_HOME'], 'gtk-4.0'))
        with open(os.path.join(env['XDG_CONFIG_HOME'], 'gtk-4.0', 'settings.ini'), 'w',
                  encoding='utf-8') as file:
            file.write('[Settings]\ngtk-cursor-blink=false\n')
        for variable in ('WAYLAND_DISPLAY', 'GTK_THEME', 'GTK_A11Y', 'NO_AT_BRIDGE',
                         'DBUS_SESSION_BUS_ADDRESS', 'AT_SPI_BUS_ADDRESS', 'GSETTINGS_BACKEND'):
            env.pop(variable, None)

        env['DISPLAY'] = _start_display(started, folder, size)
        env['NETWRIGHT_UI_SCREEN'] = os.path.join(folder, 'Xvfb_screen0')
        # What services on the bus print is not TAP: the story speaks through a file of its own.
        env['NETWRIGHT_UI_TAP'] = str(os.dup(1))
        session = _start('dbus-run-session', '--', _python(), *sys.argv, env=env,
                         pass_fds=[int(env['NETWRIGHT_UI_TAP'])], stdout=2)
        started.append(session)
        try:
            return session.wait(limit * SLOWNESS)
        except subprocess.TimeoutExpired:
            print(f'Bail out! not done after {limit} seconds')
            return 1
    finally:
        for process in reversed(started):
            _end(process)
        shutil.rmtree(folder, ignore_errors=True)


_OPENBOX = '''<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <placement><policy>Smart</policy></placement>
  <keyboard>
    <keybind key="F12"><action name="MaximizeFull"/></keybind>
  </keyboard>
  <applications>
    <application type="normal"><decor>no</decor></application>
  </applications>
</openbox_config>
'''


def _start_window_manager():
    path = os.path.join(os.environ[INSIDE], '.openbox.xml')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(_OPENBOX)
    _start('openbox', '--sm-disable', '--config-file', path, stdout=2)
    wait(lambda: '0x' in _output('xprop', '-root', '_NET_SUPPORTING_WM_CHECK'), 'a window manager')


def _output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


# ── steps ────────────────────────────────────────────────────────────────────────────────────────

class Failure(Exception):
    """What a step expected and did not find."""


_steps = 0
_studios = []  # those that run, to be looked at when a step fails


def remark(*lines):
    """Why a step failed: in the TAP, and where a build that prints only errors shows it."""
    for line in lines:
        print('#', line)
        print(line, file=sys.stderr)


@contextlib.contextmanager
def step(sentence):
    """One line of TAP. The story ends with the first step that fails."""
    global _steps
    _steps += 1
    begun = time.monotonic()
    try:
        yield
    except Exception:
        remark(*traceback.format_exc().splitlines())
        for studio in _studios:
            studio.describe_failure()
        print(f'not ok {_steps} - {sentence}')
        raise SystemExit(1) from None
    print(f'ok {_steps} - {sentence}')
    print(f'# {time.monotonic() - begun:.1f} s')


def expect(condition, sentence):
    if not condition:
        raise Failure(sentence)


def wait(condition, what, seconds=PATIENCE, pause=0.02):
    """Returns the condition's first true value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value is not None and value is not False:
            return value
        if time.monotonic() > end:
            raise Failure(f'{what}: not seen within {seconds:g} seconds')
        time.sleep(pause)


def copy_example(name):
    """A copy of an example with its data, that a story may change; returns its path."""
    shutil.copytree(os.path.join(ROOT, 'resources', 'datasets'), os.path.join(files(), 'datasets'))
    os.makedirs(os.path.join(files(), 'examples'))
    return shutil.copy(os.path.join(ROOT, 'resources', 'examples', name),
                       os.path.join(files(), 'examples'))


def main(story, size=(1440, 900), limit=120):
    if INSIDE not in os.environ:
        missing = _missing()
        if missing:
            print('1..0 # SKIP needs', ', '.join(missing))
            return
        sys.exit(_run_in_session(size, limit))
    sys.stdout = os.fdopen(int(os.environ['NETWRIGHT_UI_TAP']), 'w', buffering=1, encoding='utf-8')
    _start_window_manager()
    try:
        story()
        print(f'1..{_steps}')
    finally:
        for studio in list(_studios):
            studio.kill()


def files():
    """The folder in which a story keeps its files."""
    return os.environ[INSIDE]


# ── the screen ───────────────────────────────────────────────────────────────────────────────────

class Screen:
    """The display's pixels, read where the X server keeps them."""

    def __init__(self):
        import numpy
        with open(os.environ['NETWRIGHT_UI_SCREEN'], 'rb') as file:
            self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        header = struct.unpack('>25I', self._map[:100])
        self.width, self.height, stride = header[4], header[5], header[12]
        start = header[0] + 12 * header[19]
        rows = numpy.frombuffer(self._map, numpy.uint8, stride * self.height, start)
        self._rows = rows.reshape(self.height, stride // 4, 4)

    def pixels(self, area=None):
        """(height, width, 3) red, green, blue; area is x, y, width, height."""
        x, y, width, height = area or (0, 0, self.width, self.height)
        return self._rows[y:y + height, x:x + width, 2::-1].copy()

    def save(self, path, area=None):
        save_png(path, self.pixels(area))

    def wait_change(self, area, before, what, seconds=PATIENCE, share=0.002):
        """Waits until more than a share of the area's pixels differ; returns them."""
        def look():
            now = self.pixels(area)
            return now if difference(before, now) > share else None
        return wait(look, what, seconds)

    def wait_still(self, area=None, seconds=0.3, patience=PATIENCE):
        """Waits until nothing has moved for so many seconds; returns the pixels."""
        end = time.monotonic() + patience
        last, since = self.pixels(area), time.monotonic()
        while time.monotonic() - since < seconds:
            if time.monotonic() > end:
                raise Failure('the screen does not come to rest')
            time.sleep(0.03)
            now = self.pixels(area)
            if (now != last).any():
                last, since = now, time.monotonic()
        return last


def difference(one, other):
    """The share of pixels that differ visibly."""
    apart = abs(one.astype(int) - other.astype(int)).max(axis=2)
    return float((apart > 24).mean())


def save_png(path, pixels):
    def chunk(kind, data):
        check = zlib.crc32(kind + data)
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', check)

    height, width, _ = pixels.shape
    rows = b''.join(b'\0' + row.tobytes() for row in pixels)
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n')
        file.write(chunk(b'IHDR', struct.pack('>2I5B', width, height, 8, 2, 0, 0, 0)))
        file.write(chunk(b'IDAT', zlib.compress(rows, 6)))
        file.write(chunk(b'IEND', b''))


# ── pointer and keys ─────────────────────────────────────────────────────────────────────────────

def xdo(*words):
    subprocess.run(['xdotool', *map(str, words)], check=True, capture_output=True)


def move(x, y):
    xdo('mousemove', x, y)


def click_at(x, y, button=1, times=1):
    xdo('mousemove', x, y, 'sleep', 0.02, 'click', '--repeat', times, '--delay', 60, button)


def drag(start, end, button=1, steps=10, pause=0.03):
    """GTK notices a drag only when the pointer takes several steps."""
    words = ['mousemove', *start, 'sleep', 0.05, 'mousedown', button, 'sleep', pause]
    for i in range(1, steps + 1):
        words += ['mousemove', *(round(a + (b - a) * i / steps) for a, b in zip(start, end)),
                  'sleep', pause]
    xdo(*words, 'sleep', pause, 'mouseup', button)


def key(*names):
    for name in names:
        xdo('key', '--clearmodifiers', name)


def type_text(text):
    xdo('type', '--clearmodifiers', '--delay', 10, '--', text)


def centre(area):
    x, y, width, height = area
    return x + width // 2, y + height // 2


# ── what a screen reader hears ───────────────────────────────────────────────────────────────────

_ACCESSIBLE = 'org.a11y.atspi.'
# GTK prints it of an item in a list that changed as it was drawn; the next frame draws it.
_HARMLESS = 'Trying to snapshot GtkListItemWidget'
# Read only when asked for by name: pages (those that are not shown are there too), large tables.
_LARGE = re.compile(r'Nw((Design|Data|Train|Trust|Export)Page|Welcome|ColumnTable|PreviewTable)$')
ROOT_PATH = '/org/a11y/atspi/accessible/root'


class Item:
    """A thing in the window, as it was when it was read."""

    def __init__(self, path, aside=(0, 0)):
        self.path = path
        self.aside = aside  # how far its popover is from where GTK says, in pixels
        self.role = self.name = self.description = ''
        self.area = (0, 0, 0, 0)  # x, y, width, height on the screen
        self.children = []

    def __repr__(self):
        return f'{self.role} “{self.name}” at {self.area}'

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def fits(self, role, name):
        if role and self.role != role:
            return False
        if isinstance(name, re.Pattern):
            return bool(name.search(self.name))
        return name is None or self.name == name


class Listener:
    """Reads the program's tree over the accessibility bus. A level is asked for at once, because an
    answer takes a millisecond and a window has hundreds of items."""

    STATES = {'checked': 4, 'focused': 12, 'pressed': 20, 'selected': 23, 'sensitive': 24}

    def __init__(self, pid):
        self.origin = 0  # where the window's coordinates begin on the screen
        from gi.repository import Gio, GLib
        self._gio, self._glib = Gio, GLib
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address = session.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', None,
                                    None, Gio.DBusCallFlags.NONE, 20000)[0]
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
                 Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        self._bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self.name = wait(lambda: self._find(pid), 'the program on the accessibility bus', 30)

    def _find(self, pid):
        children, = self.ask([('org.a11y.atspi.Registry', ROOT_PATH, _ACCESSIBLE + 'Accessible',
                               'GetChildren', None)])
        names = [name for name, _ in children[0]] if children else []
        owners = self.ask([('org.freedesktop.DBus', '/', 'org.freedesktop.DBus',
                            'GetConnectionUnixProcessID', self._glib.Variant('(s)', (name,)))
                           for name in names])
        return next((name for name, owner in zip(names, owners) if owner and owner[0] == pid), None)

    def ask(self, calls):
        """Sends all calls at once; returns their answers, None for those that failed."""
        answers = [None] * len(calls)
        left = len(calls)

        def answered(bus, result, index):
            nonlocal left
            left -= 1
            with contextlib.suppress(self._glib.Error):
                answers[index] = bus.call_finish(result).unpack()

        for i, (name, path, interface, method, arguments) in enumerate(calls):
            self._bus.call(name, path, interface, method, arguments, None,
                           self._gio.DBusCallFlags.NONE, 20000, None, answered, i)
        context = self._glib.MainContext.default()
        while left:
            context.iteration(True)
        return answers

    def call(self, item, interface, method, signature='()', *arguments):
        answer, = self.ask([(self.name, item.path, _ACCESSIBLE + interface, method,
                             self._glib.Variant(signature, arguments))])
        return answer

    def read(self, top):
        """The item as it is now, with all that is in it but for what _LARGE names."""
        top = Item(top.path, top.aside)
        level = [top]
        name_of = self._glib.Variant('(ss)', (_ACCESSIBLE + 'Accessible', 'Name'))
        while level:
            calls = []
            for item in level:
                calls += [(self.name, item.path, _ACCESSIBLE + 'Accessible', 'GetRoleName', None),
                          (self.name, item.path, 'org.freedesktop.DBus.Properties', 'Get', name_of),
                          (self.name, item.path, _ACCESSIBLE + 'Accessible', 'GetChildren', None)]
            answers = self.ask(calls)
            for i, item in enumerate(level):
                role, name, children = answers[3 * i:3 * i + 3]
                if not role or not name:
                    continue  # it went away while we looked
                item.role, item.name = role[0], name[0]
                if item.name in ('GtkPopover', 'GtkPopoverMenu'):
                    self._set_aside(item)
                if item is top or not _LARGE.match(item.name):
                    item.children = [Item(child, item.aside)
                                     for bus, child in (children[0] if children else [])
                                     if bus == self.name]
            level = [child for item in level for child in item.children]
        return top

    def measure(self, items):
        """Adds to items where they are, and what else is known of them."""
        description_of = self._glib.Variant('(ss)', (_ACCESSIBLE + 'Accessible', 'Description'))
        in_window = self._glib.Variant('(u)', (1,))
        calls = []
        for item in items:
            calls += [(self.name, item.path, _ACCESSIBLE + 'Component', 'GetExtents', in_window),
                      (self.name, item.path, 'org.freedesktop.DBus.Properties', 'Get', description_of)]
        answers = self.ask(calls)
        for i, item in enumerate(items):
            area, description = answers[2 * i:2 * i + 2]
            if area:
                x, y, width, height = area[0]
                item.area = (x + self.origin + item.aside[0], y + self.origin + item.aside[1],
                             width, height)
            item.description = description[0] if description else ''

    def _set_aside(self, popover):
        """GTK tells where it wanted a popover; the display knows where its window is."""
        popover.aside = 0, 0
        self.measure([popover])
        x, y, width, height = popover.area
        # 0x4000cb "Netwright": ("netwright" "netwright")  138x447+1302+239  +1302+239
        for line in _output('xwininfo', '-root', '-tree').splitlines():
            place = re.search(rf'(0x\w+) .*\)\s+{width}x(\d+)\S+\s+\+(-?\d+)\+(-?\d+)$', line)
            gap = int(place[2]) - height if place else -1  # between what opened a list and the list
            if 0 <= gap < 16 and 'IsViewable' in _output('xwininfo', '-id', place[1]):
                popover.aside = int(place[3]) - x, int(place[4]) + gap - y


# ── the program ──────────────────────────────────────────────────────────────────────────────────

class Studio:
    """The program in its window."""

    def __init__(self, *arguments, env=None):
        self._log = os.path.join(files(), f'.stderr-{len(os.listdir(files()))}')
        self.begun = time.monotonic()
        with open(self._log, 'wb') as log:
            self.process = _start(PROGRAM, *arguments, env={**os.environ, **(env or {})},
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=files())
        _studios.append(self)
        self.screen = Screen()
        self.listener = Listener(self.process.pid)
        wait(lambda: self.windows() or None, 'the window', 30)
        self._fill_screen()

    def _fill_screen(self):
        """Without a compositor GTK keeps a frame of a few pixels around a maximised window; its
        coordinates begin inside it."""
        def filled():
            window = self.windows()[0]
            self.listener.measure([window])
            _, _, width, height = window.area
            frame = self.screen.width - width
            return frame if frame < 20 and self.screen.height - height == frame else None
        key('F12')
        frame = wait(filled, 'the window to fill the screen')
        self.listener.origin = frame // 2
        with contextlib.suppress(Failure):  # something may move on purpose
            self.screen.wait_still(patience=3)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None and self in _studios:
            self.quit()

    # ending

    def expect_alive(self):
        code = self.process.poll()
        expect(code is None, f'the program ended with {code}:\n{self.log()}')

    def log(self):
        with open(self._log, encoding='utf-8', errors='replace') as file:
            return file.read()

    def complaints(self):
        """Warnings and criticals that the program printed."""
        return [line for line in self.log().splitlines()
                if re.search(r'WARNING|CRITICAL|ERROR|Sanitizer', line) and _HARMLESS not in line]

    def kill(self):
        """As a crash or a power cut would."""
        if self in _studios:
            _studios.remove(self)
        _end(self.process)

    def quit(self, seconds=PATIENCE):
        """Ctrl+Q; the program must end by itself, in order, and have had nothing to complain about."""
        if self.process.poll() is None:
            key('ctrl+q')
        self.wait_end(seconds)

    def wait_end(self, seconds=PATIENCE):
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure('the program does not end') from None
        _studios.remove(self)
        expect(code == 0, f'the program ended with {code}:\n{self.log()}')
        complaints = self.complaints()
        expect(not complaints, 'it complained:\n' + '\n'.join(complaints))

    def describe_failure(self):
        """What a reader of the test's output needs; with NETWRIGHT_UI_KEEP=FOLDER also a picture."""
        keep = os.environ.get('NETWRIGHT_UI_KEEP')
        remark('the program ' + ('runs' if self.process.poll() is None else 'ended'),
               *self.log().splitlines()[-20:])
        if keep:
            os.makedirs(keep, exist_ok=True)
            name = os.path.splitext(os.path.basename(sys.argv[0]))[0]
            path = os.path.join(keep, f'{name}-{_steps}.png')
            self.screen.save(path)
            remark(f'the screen: {path}')

    # looking

    def windows(self):
        """The program's windows, dialogs included."""
        self.expect_alive()
        return self.listener.read(Item(ROOT_PATH)).children

    def look(self, role=None, name=None, inside=None):
        """All that fit and have a place in the window, in reading order. A name is a text or a
        compiled expression. Without inside, pages and their contents are left out."""
        tops = [self.listener.read(inside)] if inside else self.windows()
        found = [item for top in tops for item in top.walk() if item.fits(role, name)]
        self.listener.measure(found)
        return [item for item in found if item.area[2] > 0]

    def find(self, role=None, name=None, inside=None, seconds=PATIENCE):
        """The first that fits; waits for it."""
        what = f'{role or "anything"} “{getattr(name, "pattern", name)}”'
        return wait(lambda: self.look(role, name, inside) or None, what, seconds, 0.05)[0]

    def has(self, role=None, name=None, inside=None):
        return bool(self.look(role, name, inside))

    def is_(self, item, state):
        states, = self.listener.call(item, 'Accessible', 'GetState')
        return bool((states[0] | states[1] << 32) >> Listener.STATES[state] & 1)

    def text(self, item):
        return self.listener.call(item, 'Text', 'GetText', '(ii)', 0, -1)[0]

    def open_page(self, title):
        """Turns to a page with the pointer; returns it."""
        tab = self.find('tab', title)
        self.press(tab)
        with contextlib.suppress(Failure):
            wait(lambda: self.is_(tab, 'selected'), title, 2 * SLOWNESS)
        if not self.is_(tab, 'selected'):  # as anyone would whose click went nowhere
            self.press(tab)
        page = self.find('widget', f'Nw{title}Page')
        self.screen.wait_still()
        return page

    # doing

    def train(self, seconds=120):
        """Trains to the end, which may come before anyone has seen it begin."""
        page = self.open_page('Train')
        key('F5')
        wait(lambda: self.has('label', ENDED, page) and not self.has('button', 'Stop'),
             'the end of the training', seconds * SLOWNESS, 0.2)
        return page

    def press(self, item, button=1, times=1):
        """With the pointer, where the item is once it has stopped moving."""
        self.settle(item)
        click_at(*centre(item.area), button, times)

    def settle(self, item, seconds=PATIENCE):
        """Waits until the item stays in its place: what is loaded or opened may still move it."""
        def stays():
            before = item.area
            time.sleep(0.05)
            self.listener.measure([item])
            return item.area == before
        wait(stays, f'{item} at rest', seconds)

    def act(self, item, name='click'):
        """Without it, as a screen reader does."""
        actions = self.listener.call(item, 'Action', 'GetActions')
        names = [action[0].lower() for action in actions[0]] if actions else []
        expect(name in names, f'{item} cannot “{name}”, only {names}')
        self.listener.call(item, 'Action', 'DoAction', '(i)', names.index(name))

    def fill(self, entry, text):
        """Types into an entry or a spin button, in place of what it holds."""
        self.settle(entry)
        x, y, _, height = entry.area
        click_at(x + 8, y + height // 2)
        key('ctrl+a')
        type_text(text)
        key('Return')

    def reveal(self, opener, role, name):
        """Presses what opens a list or menu; returns an item in it, once it is there to be pressed."""
        self.settle(opener)
        before = self.screen.pixels()
        click_at(*centre(opener.area))
        # Assistive technology hears of a popover before the display has it.
        def in_sight():
            items = self.look(role, name, opener)
            if not items:
                return False
            x, y, width, height = items[0].area
            now, then = self.screen.pixels(items[0].area), before[y:y + height, x:x + width]
            return now.size > 0 and now.shape == then.shape and difference(now, then) > 0.002
        wait(in_sight, f'{role} “{name}” in sight', pause=0.05)
        self.screen.wait_still()
        return self.find(role, name, opener)

    def choose(self, combo, title):
        """Takes an entry of a drop-down list."""
        self.press(self.reveal(combo, 'label', title))
        wait(lambda: self.has('label', title, combo) and not self.look('list item', None, combo),
             f'“{title}” chosen')

    def seek(self, opener, title):
        """Takes an entry of a long list by searching for its whole title."""
        self.reveal(opener, 'search box', None)
        type_text(title)
        self.screen.wait_still()
        key('Return')
        wait(lambda: self.has('label', title, opener) and not self.look('search box', None, opener),
             f'“{title}” chosen')
        self.screen.wait_still()

    def answer(self, title):
        """Answers a question that is or will be asked in a window of its own."""
        wait(lambda: self.n_windows() > 1, 'a question')
        self.screen.wait_still()
        self.act(self.find('button', re.compile(f'\\b{title}$')))

    def choose_to_open(self, path):
        """Answers the file chooser that is open."""
        self._wait_chooser()
        key('ctrl+l')
        time.sleep(0.2)  # nothing says that the entry listens
        type_text(path)
        time.sleep(0.2)
        key('Return')
        self._wait_no_chooser()

    def choose_to_save(self, name, closes=True):
        """Answers the file chooser that is open, with a file beside the story's others."""
        self._wait_chooser()
        key('ctrl+a')
        type_text(name)
        time.sleep(0.2)
        key('Return')
        wait(lambda: os.path.exists(os.path.join(files(), name)), name)
        if closes:
            self._wait_no_chooser()

    def n_windows(self):
        self.expect_alive()
        children, = self.listener.call(Item(ROOT_PATH), 'Accessible', 'GetChildren')
        return len(children)

    def _wait_chooser(self):
        wait(lambda: self.n_windows() > 1, 'a file chooser')
        self.screen.wait_still()

    def _wait_no_chooser(self):
        wait(lambda: self.n_windows() == 1, 'the file chooser to close')
