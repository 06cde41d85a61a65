namespace EdgeCache.Zones.Stores.Redis;

/// <summary>
/// The scripts. Decisions are made in C# (<see cref="CommitRules"/>) on a state that <see cref="ReadForCommit"/> read; <see cref="Commit"/> applies them only if the
/// log's head is still the one that was read, so the pair is one atomic compare-and-commit. Numbers stay below 2^53.
/// </summary>
internal static class RedisScripts
{
    /// <summary>
    /// One atomic read of a shard. KEYS: per zone meta, log. ARGV: most entries, then per zone epoch, serial. Entries are told in tens until they come to some 4 MiB; a reader sees by the head that there are more.
    /// </summary>
    public const string ReadShard = """
        local room = 4194304
        local now = redis.call('TIME')
        local out = { string.match(redis.call('INFO', 'server'), 'run_id:(%w+)'), now[1] .. string.format('%06d', tonumber(now[2])) }
        for i = 1, #KEYS / 2 do
          local meta, log, epoch, serial = KEYS[i * 2 - 1], KEYS[i * 2], ARGV[i * 2], ARGV[i * 2 + 1]
          local fields = redis.call('HGETALL', meta)
          if #fields == 0 then
            out[#out + 1] = {}
          else
            local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)
            local entries = {}
            if tonumber(ARGV[1]) > 0 and redis.call('HGET', meta, 'epoch') == epoch then
              local most, from = tonumber(ARGV[1]), string.format('%.0f-0', tonumber(serial) + 1)
              while #entries < most and (room > 0 or #entries == 0) do
                local found = redis.call('XRANGE', log, from, '+', 'COUNT', math.min(10, most - #entries))
                if #found == 0 or found[1][1] ~= from then break end
                for k = 1, #found do
                  entries[#entries + 1] = found[k][2][2]
                  room = room - #found[k][2][2]
                end
                from = string.format('%.0f-0', tonumber(serial) + 1 + #entries)
              end
            end
            out[#out + 1] = { fields, #oldest > 0 and oldest[1][1] or '', entries }
          end
        end
        return out
        """;

    /// <summary>
    /// What a commit must know. KEYS: meta, rec, ids, log. ARGV: serial of the entry that this process committed last, or 0, which is read when others have committed since; number of records, their fields, change ids.
    /// </summary>
    public const string ReadForCommit = """
        local now = redis.call('TIME')
        local records, ids, mine = {}, {}, ''
        for i = 1, tonumber(ARGV[2]) do records[i] = redis.call('HGET', KEYS[2], ARGV[2 + i]) end
        for i = 3 + tonumber(ARGV[2]), #ARGV do ids[#ids + 1] = redis.call('HGET', KEYS[3], ARGV[i]) end
        if ARGV[1] ~= '0' and redis.call('HGET', KEYS[1], 'serial') ~= ARGV[1] then
          local found = redis.call('XRANGE', KEYS[4], ARGV[1] .. '-0', ARGV[1] .. '-0')
          if #found > 0 then mine = found[1][2][2] end
        end
        local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
        return { now[1] .. string.format('%06d', tonumber(now[2])), redis.call('HGETALL', KEYS[1]), records, ids, run, mine }
        """;

    /// <summary>
    /// Applies decided entries. KEYS: meta, log, rec, names, ids, idage, tomb, seq. ARGV: run id of the server that was read, expected epoch, serial, nonce; new serial, nonce, soa; now, oldest time kept, most
    /// entries kept, oldest tombstone kept; history key prefix; channel; serial that the log is cut before, or 0; then counted groups: entries (id, bytes, time), hints (bytes), records (field, bytes, tombstone time or empty),
    /// erased (field), history (field, bytes, length), ids (id, bytes, expiry), vector (field, value).
    /// </summary>
    public const string Commit = """
        local head = redis.call('HMGET', KEYS[1], 'epoch', 'serial', 'nonce')
        if not head[1] then return 'lost' end
        if head[1] ~= ARGV[2] or head[2] ~= ARGV[3] or head[3] ~= ARGV[4] then return 'conflict' end
        if string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') ~= ARGV[1] then return 'conflict' end
        local at = 15
        local function group(width, apply)
          local count = tonumber(ARGV[at])
          at = at + 1
          for _ = 1, count do apply(ARGV[at], ARGV[at + 1], ARGV[at + 2]); at = at + width end
        end
        redis.call('HSET', KEYS[1], 'serial', ARGV[5], 'nonce', ARGV[6], 'soa', ARGV[7])
        group(3, function(id, bytes, time) redis.call('XADD', KEYS[2], id, 'e', bytes, 't', time) end)
        local hints = {}
        group(1, function(bytes) hints[#hints + 1] = bytes end)
        group(3, function(field, bytes, died)
          redis.call('HSET', KEYS[3], field, bytes)
          redis.call('ZADD', KEYS[4], 0, field)
          if died == '' then redis.call('ZREM', KEYS[7], field) else redis.call('ZADD', KEYS[7], died, field) end
        end)
        group(1, function(field) redis.call('DEL', ARGV[12] .. field) end)
        group(3, function(field, bytes, length)
          redis.call('RPUSH', ARGV[12] .. field, bytes)
          redis.call('LTRIM', ARGV[12] .. field, -tonumber(length), -1)
        end)
        group(3, function(id, bytes, expiry)
          redis.call('HSET', KEYS[5], id, bytes)
          redis.call('ZADD', KEYS[6], expiry, id)
        end)
        group(2, function(field, value) redis.call('HSET', KEYS[1], field, value) end)
        for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[6], '-inf', ARGV[8], 'LIMIT', 0, 200)) do
          redis.call('HDEL', KEYS[5], id)
          redis.call('ZREM', KEYS[6], id)
        end
        for _, field in ipairs(redis.call('ZRANGEBYSCORE', KEYS[7], '-inf', '(' .. ARGV[11], 'LIMIT', 0, 200)) do
          redis.call('HDEL', KEYS[3], field)
          redis.call('ZREM', KEYS[4], field)
          redis.call('ZREM', KEYS[7], field)
          redis.call('DEL', ARGV[12] .. field)
        end
        redis.call('XTRIM', KEYS[2], 'MAXLEN', ARGV[10])
        if ARGV[14] ~= '0' then redis.call('XTRIM', KEYS[2], 'MINID', ARGV[14] .. '-0') end
        local dead
        for _ = 1, 200 do
          local oldest = redis.call('XRANGE', KEYS[2], dead and '(' .. dead or '-', '+', 'COUNT', 1)
          if #oldest == 0 or tonumber(oldest[1][2][4]) >= tonumber(ARGV[9]) then break end
          dead = oldest[1][1]
        end
        if dead then
          local serial = tonumber(string.match(dead, '^(%d+)'))
          redis.call('XTRIM', KEYS[2], 'MINID', string.format('%.0f-0', serial + 1))
        end
        redis.call('INCR', KEYS[8])
        for _, bytes in ipairs(hints) do redis.call('PUBLISH', ARGV[13], bytes) end
        return 'ok'
        """;

    /// <summary>Notes what is known of another region, in a zone that has a log. KEYS: meta. ARGV: field, value (empty: forget it).</summary>
    public const string PutPeer = """
        if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
        if ARGV[2] == '' then return redis.call('HDEL', KEYS[1], ARGV[1]) end
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
        return 1
        """;

    /// <summary>Makes a zone's meta if there is none. KEYS: meta. ARGV: epoch, soa, id of the directory.</summary>
    public const string CreateZone = """
        if redis.call('EXISTS', KEYS[1]) == 0 then
          local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
          redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'serial', '0', 'nonce', '0000000000000000', 'soa', ARGV[2], 'run', run, 'store', ARGV[3])
        end
        return 1
        """;

    /// <summary>A new epoch over the same records. KEYS: meta, log, ids, idage, seq. ARGV: epoch, soa, channel, hint, id of the directory.</summary>
    public const string OpenEpoch = """
        redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
        redis.call('HDEL', KEYS[1], 'seeded')
        local now = redis.call('TIME')
        local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
        redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'serial', '0', 'nonce', '0000000000000000', 'soa', ARGV[2], 'run', run, 'store', ARGV[5], 'opened', now[1] .. string.format('%06d', tonumber(now[2])))
        redis.call('INCR', KEYS[5])
        redis.call('PUBLISH', ARGV[3], ARGV[4])
        return 1
        """;

    /// <summary>
    /// Another server process serves the zone, and may have lost its tail: a new epoch, once, whoever comes first (PLANE.md 3). Change ids stay, so that a writer's retry across the
    /// restart is still one change. KEYS: meta, log, seq. ARGV: epoch the zone is in, epoch, soa, channel, hint.
    /// </summary>
    public const string OpenEpochAfterRestart = """
        if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
        local now = redis.call('TIME')
        local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
        redis.call('DEL', KEYS[2])
        redis.call('HSET', KEYS[1], 'epoch', ARGV[2], 'serial', '0', 'nonce', '0000000000000000', 'soa', ARGV[3], 'run', run, 'opened', now[1] .. string.format('%06d', tonumber(now[2])))
        redis.call('INCR', KEYS[3])
        redis.call('PUBLISH', ARGV[4], ARGV[5])
        return 1
        """;

    /// <summary>Removes all keys of a zone. KEYS: meta, log, rec, names, ids, idage, tomb. ARGV: history key prefix.</summary>
    public const string DropZone = """
        for _, field in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do redis.call('DEL', ARGV[1] .. field) end
        redis.call('DEL', unpack(KEYS))
        return 1
        """;

    /// <summary>KEYS: a value. ARGV: what must stand there (empty: nothing), what is put in its place. Answers 1 when it was.</summary>
    public const string ReplaceValue =
        """
        if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2])
        return 1
        """;
}
