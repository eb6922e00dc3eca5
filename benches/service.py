"""Compares the running service with nginx serving the same bytes, and with evaluation alone.

    python3 benches/service.py [--seconds 10] [--rounds 5] [--part ranges|evaluate|overload|memory]

Needs the release builds of `exposure` (or --binary) and `exposure-bench`, and nginx and wrk, which
Debian packages. Everything listens on loopback only. Rounds alternate between ours and the peer, so
that other load on the machine affects both alike; medians and ratios are printed as Markdown. The
load generator runs on the same cores, also for the peer.
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
  client_body_temp_path {root}; proxy_temp_path {root};
  fastcgi_temp_path {root}; uwsgi_temp_path {root}; scgi_temp_path {root};
  server {{
    listen 127.0.0.1:{port};
    root {root}/files;
    location / {{
      default_type application/octet-stream; etag on;
      add_header Cache-Control "public, max-age=31536000, immutable, no-transform";
    }}
  }}
}}
"""

# All ranges of one prefix length in turn, so that caches hold no more than they would of all.
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


HEAD = "\n| | requests/s | beside it | ratio |\n|---|---|---|---|"


class Running:
    """A process that is terminated at the end of the block."""

    def __init__(self, arguments, **how):
        self.process = subprocess.Popen([str(argument) for argument in arguments], **how)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Service(Running):
    """`exposure serve`, ready for requests."""

    def __init__(self, binary, data, *arguments):
        budgets = [
            f"--budget-{name}=1000000000" for name in ("global-per-second", "address-per-minute", "address-per-day")
        ]
        command = [
            binary,
            "--data",
            data,
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--budget-partner-share=0",
            *budgets,
            *arguments,
        ]
        super().__init__(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split()[-1].rstrip("/")

    def get(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return answer.read()

    def parameters(self):
        return json.loads(self.get("/v1/parameters"))

    def resident(self):
        """Private memory of the process, in MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) / 1024


def run(*arguments):
    subprocess.run(
        [str(argument) for argument in arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def index_of(binary, directory, records, keyed):
    """A data directory with an index of `records` phone numbers that are assigned to nobody."""
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
    """Requests per second. Exits if any request failed."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", file.name, url]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"requests failed:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))


def ranges(arguments, directory, records, bits):
    """Prints a row: packed ranges of one prefix length, ours and nginx's."""
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
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"| range of {size:,} bytes | {ours:,.0f} | nginx {theirs:,.0f} | {ratio:.2f} |", flush=True)


def questions(service, elements, count=64):
    """Bodies of distinct requests. Each evaluated element is the next blinded element."""
    element = "TFUqJMQwTjZnpjXjyDIT4v1TOhhCqZsocM9CCt-QQXk"
    bodies = []
    for _ in range(count):
        batch = []
        for _ in range(elements):
            batch.append(element)
            body = json.dumps({"epoch": 1, "blinded_elements": [element]}).encode()
            request = urllib.request.Request(service.url + "/v1/evaluate", body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request) as answer:
                element = json.load(answer)["evaluated_elements"][0]
        bodies.append(json.dumps({"epoch": 1, "blinded_elements": batch}, separators=(",", ":")))
    return bodies


def bench(arguments, *mode):
    command = [arguments.bench, *(str(argument) for argument in mode)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def evaluate(arguments, service, elements):
    """Prints a row: batches of `elements` elements, over HTTP and evaluated without it."""
    bodies = questions(service, elements)
    script = ALL_QUESTIONS.format(bodies=", ".join(f"[[{body}]]" for body in bodies), count=len(bodies))
    pairs = [
        (
            wrk(service.url, script, arguments.seconds, connections=16),
            bench(arguments, "bare", "--elements", elements, "--seconds", arguments.seconds)["batches_per_second"],
        )
        for _ in range(arguments.rounds)
    ]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(
        f"| evaluate, {elements} elements | {ours:,.0f} | bare, with its proof {theirs:,.0f} | {ratio:.2f} |",
        flush=True,
    )
    return ours


def overload(arguments, service, elements, capacity):
    """Prints how the service behaves at half, four fifths and three times its capacity."""
    address = service.url.removeprefix("http://")
    print(f"\n{elements} elements a request, capacity {capacity:,.0f} requests/s, sent without waiting for answers:\n")
    print("| load | goodput | of capacity | p50 | p99 | p99.9 | shed | shed: p99 | max | unanswered |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for load in (0.5, 0.8, 3.0):
        at = ("load", "--address", address, "--rate", capacity * load, "--elements", elements)
        said = bench(arguments, *at, "--seconds", arguments.seconds)
        good, shed = said["good_ms"], said["shed_ms"]
        print(
            f"| {load:.0%} | {said['goodput']:,.0f} | {said['goodput'] / capacity:.2f} "
            f"| {milliseconds(good['p50'])} | {milliseconds(good['p99'])} | {milliseconds(good['p999'])} "
            f"| {said['shed']:,} | {milliseconds(shed['p99'])} | {milliseconds(shed['max'])} "
            f"| {said['unanswered'] + said['others']:,} |",
            flush=True,
        )


def milliseconds(value):
    return "" if value is None else f"{value:.1f} ms"


def memory(arguments, service, capacity):
    """Prints memory over ten minutes at half of capacity."""
    address = service.url.removeprefix("http://")
    command = [
        arguments.bench,
        "load",
        "--address",
        address,
        "--rate",
        str(capacity / 2),
        "--elements",
        "8",
        "--seconds",
        "600",
    ]
    print("\n| minute | memory |\n|---|---|")
    with Running(command, stdout=subprocess.DEVNULL) as load:
        for minute in range(11):
            print(f"| {minute} | {service.resident():.1f} MB |", flush=True)
            time.sleep(60 if minute < 10 else 0)
        load.process.wait()


def measure_evaluation(arguments):
    with tempfile.TemporaryDirectory() as directory:
        data = index_of(arguments.binary, pathlib.Path(directory), 10_000, keyed=True)
        with Service(arguments.binary, data) as service:
            if arguments.part in (None, "evaluate"):
                print(HEAD)
                for elements in (1, 8):
                    evaluate(arguments, service, elements)
            if arguments.part in (None, "overload", "memory"):
                print(HEAD)
                capacity = evaluate(arguments, service, 8)
            if arguments.part in (None, "overload"):
                overload(arguments, service, 8, capacity)
            if arguments.part == "memory":
                memory(arguments, service, capacity)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=HERE.parent / "target/release/exposure")
    parser.add_argument("--seconds", type=int, default=10, help="length of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--port", type=int, default=18_089, help="port for nginx")
    parser.add_argument("--bench", type=pathlib.Path, default=HERE.parent / "target/release/exposure-bench")
    parser.add_argument(
        "--part",
        choices=["ranges", "evaluate", "overload", "memory"],
        help="default: all but memory, which takes ten minutes",
    )
    arguments = parser.parse_args()
    for tool in ("nginx", "wrk"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing; on Debian, `apt-get install nginx-light wrk`")
    if arguments.part not in (None, "ranges"):
        measure_evaluation(arguments)
        return
    print(HEAD)
    # Leaves of just below 4,000 entries at a depth of 8, and of 960 at a depth of 12.
    for records, bits in ((1_000_000, 8), (3_900_000, 8)):
        with tempfile.TemporaryDirectory() as directory:
            ranges(arguments, pathlib.Path(directory), records, bits)
    if arguments.part is None:
        measure_evaluation(arguments)


if __name__ == "__main__":
    main()
