"""Asks the product, `exposure canonical --stdin`, what it makes of inputs. Owns nothing of what is right."""

import subprocess


class Product:
    def __init__(self, path):
        self.path = path

    def verdicts(self, kind, inputs, region=None):
        """One line for each input: canonical forms with tabs between, or `!reason`."""
        if any("\n" in text for text in inputs):
            raise SystemExit("an input has a line feed, which the product cannot be asked about")
        command = [self.path, "canonical", "--kind", kind, "--stdin"]
        if region:
            command += ["--region", region]
        asked = subprocess.run(command, input="".join(f"{text}\n" for text in inputs).encode(), capture_output=True)
        if asked.returncode != 0:
            raise SystemExit(f"{kind}: {asked.stderr.decode().strip()}")
        lines = asked.stdout.decode().split("\n")[:-1]
        if len(lines) != len(inputs):
            raise SystemExit(f"{kind}: {len(inputs)} lines were asked and {len(lines)} answered")
        return lines
