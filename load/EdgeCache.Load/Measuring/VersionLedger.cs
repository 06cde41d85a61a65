namespace EdgeCache.Load.Measuring;

/// <summary>When one version of a key became readable at its origin and when its writer was told so. Stopwatch ticks of this process.</summary>
public readonly record struct WrittenVersion(long Version, long ReadableAt, long AcknowledgedAt);

/// <summary>
/// Every version of every key with its times: what makes staleness exact and not sampled. Versions of a key are 1, 2, 3…; one writer per key at a time.
/// Thread-safe.
/// </summary>
public sealed class VersionLedger
{
    private readonly List<WrittenVersion>[] _byKey;

    /// <summary>All keys start at version 1, acknowledged at <paramref name="start"/>.</summary>
    public VersionLedger(int keys, long start)
    {
        _byKey = new List<WrittenVersion>[keys];
        for (var i = 0; i < keys; i++)
        {
            _byKey[i] = [new WrittenVersion(1, start, start)];
        }
    }

    /// <summary>Number of keys.</summary>
    public int Keys => _byKey.Length;

    /// <summary>Version readable at the origin now.</summary>
    public long Newest(int key)
    {
        lock (_byKey[key])
        {
            return _byKey[key][^1].Version;
        }
    }

    /// <summary>Makes the next version readable. It counts as acknowledged only after <see cref="Acknowledge"/>.</summary>
    public long Write(int key, long now)
    {
        lock (_byKey[key])
        {
            var next = _byKey[key][^1].Version + 1;
            _byKey[key].Add(new WrittenVersion(next, now, long.MaxValue));
            return next;
        }
    }

    /// <summary>The writer has been told that <paramref name="version"/> is accepted.</summary>
    public void Acknowledge(int key, long version, long now)
    {
        lock (_byKey[key])
        {
            var at = (int)(version - 1);
            _byKey[key][at] = _byKey[key][at] with { AcknowledgedAt = now };
        }
    }

    /// <summary>All versions of a key, ascending.</summary>
    public IReadOnlyList<WrittenVersion> History(int key)
    {
        lock (_byKey[key])
        {
            return [.. _byKey[key]];
        }
    }

    /// <summary>Judges one answer. Allocation-free; looks at few versions, since answers are rarely far behind.</summary>
    public Verdict Judge(int key, long version, long sentAt, long doneAt)
    {
        lock (_byKey[key])
        {
            var list = _byKey[key];
            if (version < 1 || version > list.Count)
            {
                return new Verdict(Freshness.Unknown, 0, 0);
            }

            long behind = 0, staleSince = 0;
            var undecided = false;
            for (var i = list.Count - 1; i >= version; i--)
            {
                var acknowledged = list[i].AcknowledgedAt;
                if (acknowledged < sentAt)
                {
                    behind++;
                    staleSince = acknowledged;
                }
                else if (acknowledged <= doneAt)
                {
                    undecided = true;
                }
            }

            return behind > 0 ? new Verdict(Freshness.Stale, behind, sentAt - staleSince)
                : undecided ? new Verdict(Freshness.Undecided, 0, 0)
                : new Verdict(Freshness.Fresh, 0, 0);
        }
    }
}
