# SPDX-License-Identifier: Apache-2.0
# Copyright The Netwright authors
"""How many bytes are installed: of this program, and of a peer with all that it requires."""
import os
import subprocess
import sys
import tempfile

# Run by the peer's interpreter: files of the distributions that the first ones require, and of those
# that these require; what only serves a graphics card is left out.
COUNT = """
import os, re, sys
from importlib import metadata
todo, seen, total = sys.argv[1:], set(), 0
while todo:
    name = re.sub("[-_.]+", "-", todo.pop()).lower()
    if name in seen or name.startswith(("nvidia", "triton", "cuda")):
        continue
    seen.add(name)
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        continue
    for line in found.requires or []:
        if "extra ==" not in line:
            todo.append(re.match("[A-Za-z0-9._-]+", line)[0])
    for file in found.files or []:
        path = file.locate()
        if os.path.isfile(path) and not re.search("cuda|cudnn|cublas|nccl|nvrtc", str(file)):
            total += os.path.getsize(path)
print(total)
"""

DISTRIBUTIONS = {
    "torch": ["torch"],
    "torch-compiled": ["torch"],
    "keras-tensorflow": ["keras", "tensorflow", "tensorflow-cpu"],
    "keras-jax": ["keras", "jax", "jaxlib"],
}


def of_program(program):
    """Installs the build that @program is of into an empty folder."""
    build = os.path.dirname(os.path.dirname(os.path.abspath(program)))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", folder],
                       check=True, stdout=sys.stderr)
        return sum(os.lstat(os.path.join(place, name)).st_size
                   for place, _, names in os.walk(folder) for name in names)


def of_peer(python, name):
    return int(subprocess.run([python, "-c", COUNT, *DISTRIBUTIONS[name]], check=True,
                              stdout=subprocess.PIPE, text=True).stdout)
