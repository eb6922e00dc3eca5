"""Runs the product, `exposure canonical --stdin`, on inputs. Does not decide what is correct."""

import subprocess


class Product:
    def __init__(self, path):
        self.path = path

    def verdicts(self, kind, inputs, region=None):
        """One line for each input: canonical forms with tabs between, or `!reason`."""
        if any("\n" in text for text in inputs):
            raise SystemExit("an input has a line feed, which cannot be passed to the product")
        command = [self.path, "canonical", "--kind", kind, "--stdin"]
        if region:
            command += ["--region", region]
        lines = "".join(f"{text}\n" for text in inputs).encode()
        asked = subprocess.run(command, input=lines, capture_output=True, check=False)
        if asked.returncode != 0:
            raise SystemExit(f"{kind}: {asked.stderr.decode().strip()}")
        lines = asked.stdout.decode().split("\n")[:-1]
        if len(lines) != len(inputs):
            raise SystemExit(f"{kind}: {len(inputs)} lines were sent and {len(lines)} came back")
        return lines
