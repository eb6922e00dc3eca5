#!/usr/bin/env python3
"""Measures the running service beside nginx serving the same bytes, and beside bare evaluation.

    benches/service.py [--seconds 10] [--rounds 5] [--part ranges|evaluate|overload|memory]

Needs the release build of `exposure` (or --binary) and of `exposure-bench`, and nginx and wrk, which Debian has. Everything listens on
loopback alone. Rounds take turns, so that what else the machine does hits both alike; medians and ratios are printed as
Markdown. The load generator runs on the same cores, as it does for the peer.
"""

import argparse
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

NGINX = """
daemon off;
pid {root}/nginx.pid;
error_log stderr crit;
worker_processes auto;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  open_file_cache max=1000;
  client_body_temp_path {root}; proxy_temp_path {root}; fastcgi_temp_path {root}; uwsgi_temp_path {root}; scgi_temp_path {root};
  server {{
    listen 127.0.0.1:{port};
    root {root}/files;
    location / {{ default_type application/octet-stream; etag on; add_header Cache-Control "public, max-age=31536000, immutable, no-transform"; }}
  }}
}}
"""

# All ranges of one length, one after another: no cache is warmer than the whole of them allows.
ALL_RANGES = """
local n = 0
local requests = {{}}
init = function()
  for i = 0, {count} - 1 do requests[i] = wrk.format("GET", string.format("{path}", i)) end
end
request = function() n = (n + 1) % {count}; return requests[n] end
"""

ALL_QUESTIONS = """
local n = 0
local requests = {{}}
init = function()
  local headers = {{ ["Content-Type"] = "application/json" }}
  for i, body in ipairs({{ {bodies} }}) do requests[i - 1] = wrk.format("POST", "/v1/evaluate", headers, body) end
end
request = function() n = (n + 1) % {count}; return requests[n] end
"""


class Running:
    """A process that is stopped afterwards."""

    def __init__(self, arguments, **how):
        self.process = subprocess.Popen([str(argument) for argument in arguments], **how)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Service(Running):
    """`exposure serve`, ready to be asked."""

    def __init__(self, binary, data, *arguments):
        budgets = [f"--budget-{name}=1000000000" for name in ("global-per-second", "address-per-minute", "address-per-day")]
        command = [binary, "--data", data, "serve", "--listen", "127.0.0.1:0", "--budget-partner-share=0", *budgets, *arguments]
        super().__init__(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split()[-1].rstrip("/")

    def get(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return answer.read()

    def parameters(self):
        return json.loads(self.get("/v1/parameters"))

    def resident(self):
        """Megabytes of memory that belong to the process alone."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) / 1024


def run(*arguments):
    subprocess.run([str(argument) for argument in arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def index_of(binary, directory, records, keyed):
    """A data directory with an index of so many phone numbers that nobody has."""
    dump = directory / "dump.csv"
    with open(dump, "w") as file:
        file.write("phone\n")
        file.writelines(f"154{number:08d}\n" for number in range(records))
    data = directory / "data"
    if keyed:
        run(binary, "--data", data, "keygen")
    scheme = [] if keyed else ["--scheme", "sha256"]
    allow = [] if keyed else ["--allow-unkeyed"]
    run(binary, "--data", data, "ingest", "--source", "bench", *scheme, *allow, dump)
    run(binary, "--data", data, "build", *allow)
    dump.unlink()
    return data


def wrk(url, script, seconds, connections=64, threads=2):
    """Requests a second, after making sure that all were answered."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", file.name, url]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"requests failed:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))


def ranges(arguments, directory, records, bits):
    """A row of the table: packed ranges of one length, ours and nginx's."""
    data = index_of(arguments.binary, directory, records, keyed=False)
    with Service(arguments.binary, data, "--allow-unkeyed") as service:
        parameters = service.parameters()
        index, size = parameters["index"], parameters["range_bytes"]["bin"][str(bits)]
        files = directory / "files"
        (files / "v1/range" / index).mkdir(parents=True)
        digits = bits // 4
        for prefix in range(2**bits):
            path = f"v1/range/{index}/{prefix:0{digits}x}.bin"
            body = service.get("/" + path)
            assert len(body) == size
            (files / path).write_bytes(body)
        script = ALL_RANGES.format(count=2**bits, path=f"/v1/range/{index}/%0{digits}x.bin")
        (directory / "nginx.conf").write_text(NGINX.format(root=directory, port=arguments.port))
        with Running(["nginx", "-e", "stderr", "-p", directory, "-c", directory / "nginx.conf"]):
            time.sleep(1)
            peer = f"http://127.0.0.1:{arguments.port}"
            pairs = [
                (wrk(service.url, script, arguments.seconds), wrk(peer, script, arguments.seconds))
                for _ in range(arguments.rounds)
            ]
    ours, theirs = (statistics.median(column) for column in zip(*pairs))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"| range of {size:,} bytes | {ours:,.0f} | nginx {theirs:,.0f} | {ratio:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=HERE.parent / "target/release/exposure")
    parser.add_argument("--seconds", type=int, default=10, help="of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--port", type=int, default=18_089, help="for nginx")
    parser.add_argument("--part", choices=["ranges"])
    arguments = parser.parse_args()
    for tool in ("nginx", "wrk"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing; on Debian, `apt-get install nginx-light wrk`")
    print("| | requests/s | beside it | ratio |\n|---|---|---|---|")
    # Just below 4,000 entries a leaf at a depth of 8; and sixteen leaves of 960 at a depth of 12.
    for records, bits in ((1_000_000, 8), (3_900_000, 8)):
        with tempfile.TemporaryDirectory() as directory:
            ranges(arguments, pathlib.Path(directory), records, bits)


if __name__ == "__main__":
    main()
