using System.Text;
using EdgeCache.Http.AccessLog;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.HitPath;

namespace EdgeCache.Http.MissPath;

/// <summary>The request that a connection has taken from its bytes and not answered yet, and its line in the access log. One per connection, one user at a time.</summary>
internal sealed class MissTaker(Misses misses, MissClient client, AccessJournal? access)
{
    /// <summary>What is logged when a client went away before its answer began, as nginx does.</summary>
    private const int ClientWentAway = 499;

    private EdgeRequest? _taken;
    private byte[] _target = [];
    private long _begun;

    /// <summary>Takes a request; false when it is the server's.</summary>
    public bool TryTake(scoped in RawHead head, HostMemo memo)
    {
        if (!misses.TryTake(in head, memo, out _taken))
        {
            return false;
        }

        if (access is not null)
        {
            _target = head.Target.ToArray();
            _begun = access.Begin();
        }

        return true;
    }

    /// <summary>Answers what was taken.</summary>
    public ValueTask AnswerAsync()
    {
        var request = _taken!; // TryTake comes first.
        _taken = null;
        return access is null ? misses.AnswerAsync(request, client) : NotedAsync(request, access);
    }

    private async ValueTask NotedAsync(EdgeRequest request, AccessJournal journal)
    {
        await misses.AnswerAsync(request, client).ConfigureAwait(false);
        journal.Write(new AccessAnswer
        {
            Client = client.Address,
            Method = "GET"u8,
            Target = _target,
            Protocol = "HTTP/1.1"u8,
            Host = Field(request, "Host"),
            Status = client.HasBegun ? client.Status : ClientWentAway,
            Bytes = client.BodyBytes,
            Took = journal.Since(_begun),
            CacheStatus = Encoding.Latin1.GetBytes(client.CacheStatus),
            Referer = Field(request, "Referer"),
            Agent = Field(request, "User-Agent"),
        });
    }

    private static byte[] Field(EdgeRequest request, string name) => Encoding.Latin1.GetBytes(request.Fields.Field(name).ToString());
}
