using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.HitPath;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage.Heads;
using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.MissPath;

/// <summary>
/// Makes of a simple raw head what the cache works on, with the same rules as for a server's request (<see cref="Proxy.EdgeRequestReader"/>). What the server, the pipeline or the
/// application must see is not taken. Thread-safe.
/// </summary>
internal sealed class RawRequests(EdgeNode node)
{
    /// <summary>Most field lines taken here; with more the server has its say.</summary>
    public const int MaxFields = 100;

    private static readonly SearchValues<byte> _hostBytes = SearchValues.Create("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private readonly StringPool _values = new();

    /// <summary>False: the request is the server's. The head is <see cref="HeadKind.Simple"/>.</summary>
    [SkipLocalsInit]
    public bool TryRead(scoped in RawHead head, HostMemo memo, [NotNullWhen(true)] out EdgeRequest? request)
    {
        request = null;
        Span<byte> bytes = stackalloc byte[RawTarget.Room];
        if ((head.HasCookie && node.Options.SessionCookie is not null)
            || !IsPlainHost(head.Host)
            || !RawTarget.TryRead(in head, memo, node.Follower.Zones, bytes, out var target)
            || IsOwn(target.Path)
            || !TryFields(head.Lines, out var fields))
        {
            return false;
        }

        var rule = node.Routes.Table.Find("GET", https: false, in target, in fields);
        Span<byte> key = stackalloc byte[1024];
        if (!rule.Key.KeepsQuery || !CacheKey.TryWrite(in target, https: false, "GET", rule.Key, in fields, key, out var length))
        {
            return false;
        }

        var zone = memo.Zone!; // It moved to a host, which has a zone.
        request = new EdgeRequest
        {
            Method = "GET",
            Https = false,
            Target = target.Text.ToArray(),
            HostLength = target.HostLength,
            PathLength = target.Path.Length,
            UpstreamTarget = Encoding.ASCII.GetString(target.PathAndQuery),
            Key = key[..length].ToArray(),
            Zone = zone,
            Required = zone.Floors.Generation,
            Facts = head.HasCookie ? RequestFacts.PlainGet with { Flags = RequestFlags.Cookie } : RequestFacts.PlainGet,
            Rule = rule,
            Fields = fields,
        };
        return true;
    }

    /// <summary>The fields, each name once; false when there are too many.</summary>
    private bool TryFields(ReadOnlySpan<byte> lines, out FieldSnapshot fields)
    {
        fields = default;
        var count = lines.Count((byte)'\n');
        if (count > MaxFields)
        {
            return false;
        }

        var all = new KeyValuePair<string, StringValues>[count];
        var used = 0;
        while (RawHead.TryTakeField(ref lines, out var rawName, out var rawValue))
        {
            var (name, value) = (node.Names.Get(rawName), _values.Get(rawValue, utf8: false));
            var same = all.AsSpan(0, used).IndexOfName(name);
            if (same >= 0)
            {
                all[same] = new(all[same].Key, StringValues.Concat(all[same].Value, value));
            }
            else
            {
                all[used++] = new(name, value);
            }
        }

        fields = new FieldSnapshot(used == count ? all : all[..used]);
        return true;
    }

    /// <summary>A name or an IPv4 address, with or without a port; about anything else the server decides.</summary>
    private static bool IsPlainHost(ReadOnlySpan<byte> host)
    {
        var name = host.IndexOfAnyExcept(_hostBytes);
        return name < 0 || (name > 0 && host[name] == ':' && host.Length - name is >= 2 and <= 6 && host[(name + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0);
    }

    private bool IsOwn(ReadOnlySpan<byte> path)
    {
        var own = node.Options.OwnPaths;
        for (var i = 0; i < own.Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(path, own[i]))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Field names compare without case.</summary>
file static class NameSearch
{
    public static int IndexOfName(this ReadOnlySpan<KeyValuePair<string, StringValues>> fields, string name)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    public static int IndexOfName(this Span<KeyValuePair<string, StringValues>> fields, string name) => IndexOfName((ReadOnlySpan<KeyValuePair<string, StringValues>>)fields, name);
}
