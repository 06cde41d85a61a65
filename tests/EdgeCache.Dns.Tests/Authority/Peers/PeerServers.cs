using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority.Peers;

/// <summary>BIND, NSD and Knot DNS, as far as they are installed, each serving the same zone files from a folder.</summary>
internal sealed class PeerServers : IDisposable
{
    /// <summary>Below those that the system gives to others.</summary>
    private const int FirstPort = 20_254;

    private readonly string _folder = Directory.CreateTempSubdirectory("peers").FullName;
    private readonly List<Process> _running = [];
    private readonly Dictionary<string, int> _ports = [];

    /// <summary>Ports by name of the server.</summary>
    public IReadOnlyDictionary<string, int> Ports => _ports;

    public string ZoneFile(string apex) => Path.Combine(_folder, apex + ".zone");

    /// <summary>Starts what there is; the zone files are written already.</summary>
    public void Start(IReadOnlyList<string> zones)
    {
        foreach ((string program, Func<int, IReadOnlyList<string>, string[]> configure) in (ReadOnlySpan<(string, Func<int, IReadOnlyList<string>, string[]>)>)[("named", Bind), ("nsd", Nsd), ("knotd", Knot)])
        {
            if (Programs.Find(program) is { } path)
            {
                int port = FirstPort + _ports.Count;
                string[] arguments = configure(port, zones);
                _running.Add(Process.Start(new ProcessStartInfo(path, arguments))!);
                _ports.Add(program, port);
            }
        }

        Assert.SkipWhen(_ports.Count == 0, "none of named, nsd and knotd is installed");
    }

    public void Dispose()
    {
        foreach (Process process in _running)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string[] Bind(int port, IReadOnlyList<string> zones) => ["-f", "-c", Write("named.conf", $$"""
        options {
            directory "{{_folder}}"; pid-file "{{_folder}}/named.pid"; session-keyfile "{{_folder}}/session.key"; managed-keys-directory "{{_folder}}";
            listen-on port {{port}} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; minimal-responses yes; minimal-any yes; notify no;
            empty-zones-enable no; check-integrity no; check-names primary ignore; check-mx ignore; check-srv-cname ignore; check-mx-cname ignore; check-sibling no; check-wildcard no;
            max-udp-size 1232; answer-cookie no;
        };
        controls { };
        logging { category default { null; }; };

        """ + string.Concat(zones.Select(z => $"zone \"{z}\" {{ type primary; file \"{z}.zone\"; }};\n")))];

    private string[] Nsd(int port, IReadOnlyList<string> zones) => ["-d", "-c", Write("nsd.conf", $"""
        server:
          ip-address: 127.0.0.1@{port}
          username: ""
          zonesdir: "{_folder}"
          pidfile: "{_folder}/nsd.pid"
          zonelistfile: "{_folder}/nsd.list"
          xfrdfile: "{_folder}/nsd.xfrd"
          xfrdir: "{_folder}"
          logfile: "{_folder}/nsd.log"
          database: ""
          server-count: 1
          rrl-ratelimit: 0
          minimal-responses: yes
          refuse-any: yes
        remote-control:
          control-enable: no

        """ + string.Concat(zones.Select(static z => $"zone:\n  name: \"{z}\"\n  zonefile: \"{z}.zone\"\n")))];

    private string[] Knot(int port, IReadOnlyList<string> zones)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "knot"));
        return ["-c", Write("knot.conf", string.Create(CultureInfo.InvariantCulture, $"""
            server:
              listen: 127.0.0.1@{port}
              rundir: {_folder}/knot
              udp-workers: 1
              tcp-workers: 1
            database:
              storage: {_folder}/knot
            log:
              - target: stderr
                any: critical
            template:
              - id: default
                semantic-checks: off
            zone:

            """) + string.Concat(zones.Select(z => $"  - domain: {z}\n    file: {_folder}/{z}.zone\n")))];
    }
}
