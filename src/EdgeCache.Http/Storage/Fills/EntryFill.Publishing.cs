using EdgeCache.Http.Storage.Slabs;

namespace EdgeCache.Http.Storage.Fills;

/// <summary>The end of a body that may be stored: a short one joins its head, a longer one lands as it is.</summary>
internal sealed partial class EntryFill
{
    private StoreOutcome Publish()
    {
        lock (_core.Gate)
        {
            // A chunk may have been made for an end that brought nothing.
            if (Written == 0 || TryJoinHeadLocked())
            {
                return PublishLocked(body: 0);
            }

            LandBodyLocked();
            var outcome = PublishLocked(_first);
            _published = outcome == StoreOutcome.Stored;
            for (var chunk = _published ? 0 : _first; chunk != 0; chunk = NextOf(chunk))
            {
                _core.FlyLocked(chunk);
            }

            return outcome;
        }
    }

    private StoreOutcome PublishLocked(uint body)
    {
        var outcome = _publisher.Publish(new NewEntry(_hash, _head, body, _zone, _mark));
        _head = outcome == StoreOutcome.Stored ? 0 : _head;
        return outcome;
    }

    private unsafe void LandBodyLocked()
    {
        for (var chunk = _first; chunk != 0; chunk = NextOf(chunk))
        {
            _core.LandLocked(chunk);
        }

        _core.Arena.Shrink(_last, (int)_core.Arena.Chunk(_last)->Used);
        _core.Arena.Body(_first)->Set(Written, owners: 2);
    }

    // The chunk stays with the fill, until its last reader is done with it.
    private unsafe bool TryJoinHeadLocked()
    {
        if (Written > StoreLimits.MaxInlineBody || _first != _last)
        {
            return false;
        }

        var joined = _publisher.JoinLocked(_head, new(_core.Arena.Data(_first) + BodyHeader.Bytes, (int)Written));
        if (joined == 0)
        {
            return false;
        }

        FreeHeadLocked();
        _head = joined;
        return true;
    }

    private unsafe uint NextOf(uint chunk) => _core.Arena.Chunk(chunk)->Next;
}
