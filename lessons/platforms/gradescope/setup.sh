#!/usr/bin/env bash
# Gradescope runs this once, as root, while it builds the image of the assignment. It brings Python
# 3.11 or newer into a folder of its own; the system's python3, on which Gradescope runs, stays.
set -euo pipefail
source_folder=$(cd "$(dirname "$0")" && pwd)
base=$(dirname "$source_folder")

new_enough() { # a Python that is there, is 3.11 or newer, and can make an environment
    for name in python3.13 python3.12 python3.11 python3; do
        if command -v "$name" > /dev/null && "$name" -c 'import sys, venv, ensurepip
sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    return 1
}

from_the_distribution() { # Ubuntu 22.04 has one beside its 3.10
    apt-get install -y python3.11 python3.11-venv > /dev/null && new_enough
}

from_uv() { # where the distribution has none
    python3 -m pip install -q --target "$base/uv" uv &&
        UV_PYTHON_INSTALL_DIR="$base/python" "$base/uv/bin/uv" python install -q 3.12 &&
        UV_PYTHON_INSTALL_DIR="$base/python" "$base/uv/bin/uv" python find 3.12
}

python=$(new_enough || from_the_distribution || from_uv) || {
    echo "No Python 3.11 or newer is here, and none can be installed by apt-get or by uv." >&2
    exit 1
}
echo "Python for the course: $python"
"$python" -m venv "$base/venv"
"$base/venv/bin/python" -m pip install -q -r "$source_folder/requirements.txt"

# the course runs here: what is missing is better seen now than by the first student
cd "$source_folder" && "$base/venv/bin/python" -c 'import lessons.platforms.gradescope.run'
