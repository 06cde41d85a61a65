using EdgeCache.Dns.Transport;

namespace EdgeCache.Dns.Resolver;

/// <summary>In which form a server is asked, changed by what it makes of it. Used by one exchange.</summary>
internal sealed class ExchangeForm
{
    private bool _hasGivenCookie;
    private bool _cameInOtherCase;

    public bool OverTcp { get; set; }

    /// <summary>Without EDNS.</summary>
    public bool IsPlain { get; set; }

    /// <summary>The name goes out in its own case.</summary>
    public bool KeepsCase { get; set; }

    /// <summary>After an exchange that brought no reply of ours: true when another form may do better.</summary>
    public bool TryAfter(UpstreamOutcome outcome, ServerState state)
    {
        if (outcome is UpstreamOutcome.Suspicious or UpstreamOutcome.OtherCase && !OverTcp)
        {
            OverTcp = true;
            _cameInOtherCase = outcome == UpstreamOutcome.OtherCase;
            return true;
        }

        // A server that spoils the case and takes no TCP is asked in its own way.
        if (!OverTcp || !_cameInOtherCase || KeepsCase)
        {
            return false;
        }

        (OverTcp, KeepsCase, state.SpoilsCase) = (false, true, true);
        return true;
    }

    /// <summary>After a reply: true when it asks for another form.</summary>
    public bool TryAfter(ReplyKind kind)
    {
        if (kind == ReplyKind.Intolerant && !IsPlain)
        {
            IsPlain = true;
            return true;
        }

        if (kind != ReplyKind.BadCookie || OverTcp)
        {
            return false;
        }

        // RFC 7873 §5.3: once more with the cookie just given, then over TCP.
        OverTcp = _hasGivenCookie;
        _hasGivenCookie = true;
        return true;
    }
}
