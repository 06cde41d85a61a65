namespace EdgeCache.Zones.Stores.Redis;

/// <summary>The scripts over the directory. Each is one step: what is read decides in the same script what is written.</summary>
internal static class DirectoryScripts
{
    /// <summary>Removals that the directory tells of; older ones are forgotten, since every node reads all of it at the heartbeat.</summary>
    public const int MaxRemoved = 200;

    /// <summary>For how long (seconds) nobody who remembers another directory takes the zone <c>default</c> of a new one, unless it was written to.</summary>
    public const int SeedAge = 60;

    /// <summary>Makes the directory of a Redis that has none, with the zone <c>default</c> in it. KEYS: directory, meta of default. ARGV: id, field, policy, epoch, soa.</summary>
    public const string Seed = """
        if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
        redis.call('HSET', KEYS[1], 'id', ARGV[1], 'version', '1', ARGV[2], ARGV[3])
        if redis.call('EXISTS', KEYS[2]) == 0 then
          local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
          redis.call('HSET', KEYS[2], 'epoch', ARGV[4], 'serial', '0', 'nonce', '0000000000000000', 'soa', ARGV[5], 'run', run, 'store', ARGV[1], 'seeded', redis.call('TIME')[1])
        end
        return 1
        """;

    /// <summary>Gives the directory of an older program its id. KEYS: directory. ARGV: id.</summary>
    public const string Name = """
        if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
        return redis.call('HSETNX', KEYS[1], 'id', ARGV[1])
        """;

    /// <summary>
    /// Puts back the zones that a node knew and that the directory lacks without telling that they were removed: their policies, and nothing of their logs, so that they are lost and not unknown to
    /// whoever reads it. In a directory that another node made since, <c>default</c> is lost as well while it is young and nobody has written to it. KEYS: directory, meta of default. ARGV: id if there is
    /// none, id that was known, its version, greatest age of a young <c>default</c>, its name, then names and policies. Answers how much it changed.
    /// </summary>
    public const string PutBack = """
        local id, changed = redis.call('HGET', KEYS[1], 'id'), 0
        if not id then redis.call('HSET', KEYS[1], 'id', ARGV[1]) end
        if id and id ~= ARGV[2] then
          local made = redis.call('HMGET', KEYS[2], 'seeded', 'serial')
          if made[1] and made[2] == '0' and tonumber(redis.call('TIME')[1]) - tonumber(made[1]) <= tonumber(ARGV[4]) then
            redis.call('DEL', KEYS[2])
            redis.call('HDEL', KEYS[1], 'z:' .. ARGV[5])
            changed = 1
          end
        end
        for i = 6, #ARGV, 2 do
          if redis.call('HEXISTS', KEYS[1], 'r:' .. ARGV[i]) == 0 then
            changed = changed + redis.call('HSETNX', KEYS[1], 'z:' .. ARGV[i], ARGV[i + 1])
          end
        end
        if changed > 0 or not id then
          local version = math.max(tonumber(redis.call('HGET', KEYS[1], 'version') or '0'), tonumber(ARGV[3])) + 1
          redis.call('HSET', KEYS[1], 'version', string.format('%.0f', version))
        end
        return changed
        """;

    /// <summary>Puts a zone into the directory, if it is still the one that was read. KEYS: directory. ARGV: id, name, policy.</summary>
    public const string Put = """
        if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return 0 end
        redis.call('HSET', KEYS[1], 'z:' .. ARGV[2], ARGV[3])
        redis.call('HDEL', KEYS[1], 'r:' .. ARGV[2])
        return redis.call('HINCRBY', KEYS[1], 'version', 1)
        """;

    /// <summary>Takes a zone out of the directory and tells of it there. KEYS: directory. ARGV: name, most removals told of.</summary>
    public const string Remove = """
        if redis.call('HDEL', KEYS[1], 'z:' .. ARGV[1]) == 0 then return 0 end
        local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
        redis.call('HSET', KEYS[1], 'r:' .. ARGV[1], version)
        local count, oldest, at = 0, nil, nil
        local all = redis.call('HGETALL', KEYS[1])
        for i = 1, #all, 2 do
          if string.sub(all[i], 1, 2) == 'r:' then
            count = count + 1
            if not at or tonumber(all[i + 1]) < at then oldest, at = all[i], tonumber(all[i + 1]) end
          end
        end
        if count > tonumber(ARGV[2]) then redis.call('HDEL', KEYS[1], oldest) end
        return 1
        """;
}
