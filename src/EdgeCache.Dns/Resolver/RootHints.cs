using System.Net;
using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>Where iteration starts: the root's servers with their addresses, and a port of its own if they have one. Immutable.</summary>
public sealed class RootHints
{
    /// <summary>Hints do not end, so a file need not say when.</summary>
    private const uint AnyTtl = 3_600;

    private RootHints(Delegation root, IReadOnlyList<MasterFileError> errors)
    {
        Root = root;
        Errors = errors;
    }

    /// <summary>Everything wrong with the file; empty when it is good.</summary>
    public IReadOnlyList<MasterFileError> Errors { get; }

    internal Delegation Root { get; }

    /// <summary>Hints without a file: servers of these addresses.</summary>
    public static RootHints Of(params ReadOnlySpan<IPAddress> addresses)
    {
        var hosts = new List<ServerHost>();
        foreach (IPAddress address in addresses)
        {
            hosts.Add(new ServerHost(DomainName.Root, [address]));
        }

        return new RootHints(new Delegation(DomainName.Root, hosts), []);
    }

    /// <summary>Reads a file in master-file format, such as named.root: NS records of the root, A and AAAA of their names. Never throws.</summary>
    public static RootHints Read(string path)
    {
        var none = new Delegation(DomainName.Root, []);
        string file = Path.GetFileName(path);
        var folder = new IncludeFolder(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");
        byte[]? text = folder.Read(file, out string? reason);
        if (text is null)
        {
            return new RootHints(none, [new MasterFileError(path, 1, 1, reason ?? "unreadable")]);
        }

        var errors = new MasterFileErrors();
        var records = new ZoneEditor(DomainName.Root);
        new MasterFileParser(DomainName.Root, folder, records, errors, AnyTtl).Read(path, text, DomainName.Root);
        if (errors.Count > 0)
        {
            return new RootHints(none, errors.ToList());
        }

        var hosts = new List<ServerHost>();
        if (records.Find(DomainName.Root.Wire)?.Find(RecordType.NS) is { } servers)
        {
            foreach (ReadOnlySpan<byte> name in servers)
            {
                NameNode? node = records.Find(name);
                hosts.Add(new ServerHost(DomainName.FromWire(name), [.. Addresses(node?.Find(RecordType.A)), .. Addresses(node?.Find(RecordType.AAAA))]));
            }
        }

        return hosts.Exists(static h => h.Glue.Count > 0)
            ? new RootHints(new Delegation(DomainName.Root, hosts), [])
            : new RootHints(none, [new MasterFileError(path, 1, 1, "there is no NS record of the root with an address")]);
    }

    private static List<IPAddress> Addresses(RecordSet? set)
    {
        var addresses = new List<IPAddress>();
        if (set is not null)
        {
            foreach (ReadOnlySpan<byte> data in set)
            {
                addresses.Add(new IPAddress(data));
            }
        }

        return addresses;
    }
}
