#!/usr/bin/env python3
"""The resolver beside Unbound where it must ask: CPU for a query with a share of unknown names, and memory for each RRset.

usage: dns_misses.py speed|memory PATH/edgecache.dll [share of unknown names, 0.2] [rounds, 3] [seconds, 5]

Both resolve from the root: one NSD on 127.0.53.1 port 53 plays root and bench.test., so this wants a network namespace of its own
(ip netns exec NAME python3 ...). Server on CPU 0, NSD and dnsperf on CPU 1. Needs nsd, unbound, dnsperf and taskset.
"""
import os, random, re, signal, statistics, subprocess, sys, tempfile, time

MODE, DLL = sys.argv[1], os.path.abspath(sys.argv[2])
SHARE = float(sys.argv[3]) if len(sys.argv) > 3 else 0.2
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 3
SECONDS = int(sys.argv[5]) if len(sys.argv) > 5 else 5
HOT, RATE = 10_000, 60_000
STEPS = (3_000, 60_000, 120_000, 360_000)
folder = tempfile.mkdtemp()
os.chmod(folder, 0o755)
os.chdir(folder)
processes = []


def write(name, text):
    with open(name, "w") as file:
        file.write(text)


write("root.zone", ". 86400 SOA a.root. h. 1 3600 600 86400 3600\n. 86400 NS a.root.\na.root. 86400 A 127.0.53.1\n"
      "bench.test. 86400 NS ns.bench.test.\nns.bench.test. 86400 A 127.0.53.1\n")
write("bench.zone", "$ORIGIN bench.test.\n$TTL 3600\n@ SOA ns h. 1 3600 600 86400 300\n@ NS ns\nns A 127.0.53.1\n* A 192.0.2.1\n")
write("hints", ". 86400 NS a.root.\na.root. 86400 A 127.0.53.1\n")
write("nsd.conf", f"""server:
  ip-address: 127.0.53.1
  port: 53
  username: ""
  zonesdir: "{folder}"
  pidfile: "{folder}/nsd.pid"
  xfrdfile: ""
  zonelistfile: "{folder}/zones"
  xfrdir: "{folder}"
  logfile: "{folder}/nsd.log"
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "root.zone"
zone:
  name: "bench.test"
  zonefile: "bench.zone"
""")
write("unbound.conf", f"""server:
  interface: 127.0.0.1
  port: 5460
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: "{folder}/unbound.pid"
  use-syslog: no
  logfile: "{folder}/unbound.log"
  do-not-query-localhost: no
  module-config: "iterator"
  root-hints: "{folder}/hints"
  msg-cache-size: 256m
  rrset-cache-size: 256m
  num-threads: 1
  local-zone: "test." nodefault
""")


def start(cpu, *arguments):
    process = subprocess.Popen(["taskset", "-c", str(cpu), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    processes.append(process)
    return process


def cpu_seconds(process):
    fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(process):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{process.pid}/status").read()).group(1)) * 1024


def ask(port, names, seconds=None, outstanding=100):
    write("names", "".join(f"{name}.bench.test A\n" for name in names))
    limit = ["-l", str(seconds)] if seconds else []
    out = subprocess.run(["taskset", "-c", "1", "dnsperf", "-s", "127.0.0.1", "-p", str(port), "-d", "names", "-n", "1", "-q", str(outstanding), *limit],
                         capture_output=True, text=True).stdout
    return int(re.search(r"completed:\s+(\d+)", out).group(1)), float(re.search(r"per second:\s+([\d.]+)", out).group(1))


def speed(servers):
    told = {name: [] for name in servers}
    for process, port in servers.values():
        ask(port, [f"n{i}" for i in range(HOT)])
    count = RATE * SECONDS
    for turn in range(-2, ROUNDS):  # the first two warm up
        for name, (process, port) in servers.items():
            chance = random.Random(f"{turn}{name}")
            names = [f"m{turn}-{i}" if chance.random() < SHARE else f"n{chance.randrange(HOT)}" for i in range(count)]
            before = cpu_seconds(process)
            done, rate = ask(port, names, SECONDS)
            cost = (cpu_seconds(process) - before) / done * 1e6
            print(f"{name:9}{'warm-up' if turn < 0 else '':8}{rate:10.0f} q/s {cost:7.2f} us CPU/query", flush=True)
            if turn >= 0:
                told[name].append(cost)
    medians = {name: statistics.median(costs) for name, costs in told.items()}
    print("medians", {name: round(cost, 2) for name, cost in medians.items()}, f"Unbound's over ours: {medians['unbound'] / medians['edgecache']:.2f}")


def memory(servers):
    for name, (process, port) in servers.items():
        sizes, at = [], 0
        for step in STEPS:
            ask(port, [f"n{i}" for i in range(at, step)], outstanding=50)
            at = step
            time.sleep(1)
            sizes.append(resident(process))
        print(name, ", ".join(f"{a}-{b}: {(y - x) / (b - a):.0f}" for a, b, x, y in zip(STEPS, STEPS[1:], sizes, sizes[1:])), "octets for each further RRset", flush=True)


try:
    start(1, "nsd", "-d", "-c", "nsd.conf")
    time.sleep(1)
    both = {
        "unbound": (start(0, "unbound", "-d", "-p", "-c", "unbound.conf"), 5460),
        "edgecache": (start(0, "dotnet", DLL, "resolver", "--dns", "127.0.0.1:5461", "--root-hints", "hints", "--memory", "512MiB"), 5461),
    }
    time.sleep(3)
    (speed if MODE == "speed" else memory)(both)
finally:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        process.wait()
