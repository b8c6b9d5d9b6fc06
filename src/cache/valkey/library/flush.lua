-- From the log into the database, by the consumer group.

-- The last entry up to which everything is in the database.
local function flushed_up_to(prefix)
  local pending = redis.call('XPENDING', prefix .. ':log', GROUP)
  if pending[1] > 0 then
    local first, second = entry_parts(pending[2])
    if second > 0 then return int(first) .. '-' .. int(second - 1) end
    return int(first - 1) .. '-18446744073709551615'
  end
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', prefix .. ':log')) do
    local fields = {}
    for i = 1, #group, 2 do fields[group[i]] = group[i + 1] end
    if fields['name'] == GROUP then return fields['last-delivered-id'] end
  end
  return '0-0'
end

-- Trims what was flushed when the log was `keep` messages shorter: so at least that many stay.
local function trim(prefix, state, flushed, keep)
  local key = prefix .. ':state'
  local at = redis.call('HMGET', key, 'checkpoint', 'checkpoint_added')
  if at[1] and state.added - tonumber(at[2]) < keep then return end
  if at[1] then
    -- After a loss there are holes beyond that.
    if is_before(redis.call('HGET', key, 'trimmed') or '0-0', at[1]) then redis.call('HSET', key, 'trimmed', at[1]) end
    redis.call('XTRIM', prefix .. ':log', 'MINID', at[1])
  end
  redis.call('HSET', key, 'checkpoint', flushed, 'checkpoint_added', int(state.added))
end

-- How many messages are among them, how many to keep, entries that are in the database now.
-- Answers with how many messages still wait.
local function settle(keys, args)
  local prefix = prefix_of(keys)
  local state = load_state(prefix)
  if not state.generation then return refuse('CHATGENERATION', 'nothing is loaded') end
  local acknowledged = 0
  for i = 3, #args, UNPACKED_MAX do
    local up_to = math.min(#args, i + UNPACKED_MAX - 1)
    acknowledged = acknowledged + redis.call('XACK', prefix .. ':log', GROUP, unpack(args, i, up_to))
  end
  if acknowledged > 0 then state.settled = math.min(state.added, state.settled + tonumber(args[1])) end
  local flushed = flushed_up_to(prefix)
  -- Deleted entries are never acknowledged: when nothing is left, nothing waits.
  if state.last and not is_before(flushed, state.last) then state.settled = state.added end
  redis.call('HSET', prefix .. ':state', 'settled', int(state.settled), 'flushed', flushed)
  trim(prefix, state, flushed, tonumber(args[2]))
  return int(state.added - state.settled)
end

-- An entry that the database does not take, and why: kept apart, so that it stops nobody.
local function set_aside(keys, args)
  local prefix = prefix_of(keys)
  local entry = redis.call('XRANGE', prefix .. ':log', args[1], args[1])[1]
  if entry then
    redis.call('XADD', prefix .. ':aside', 'MAXLEN', '~', 10000, '*', 'entry', args[1], 'why', args[2],
               unpack(entry[2]))
  end
  return redis.status_reply('OK')
end

-- Sees to it that the group is there: somebody may have destroyed it. What was delivered to it and is
-- not known to be in the database is delivered again. A log that is gone is a loss like any other.
local function keep_group(keys)
  local prefix = prefix_of(keys)
  local state = load_state(prefix)
  if not state.generation then return refuse('CHATGENERATION', 'nothing is loaded') end
  if redis.call('EXISTS', prefix .. ':log') == 0 then
    redis.call('HDEL', prefix .. ':state', 'generation', 'last')
    return refuse('CHATGENERATION', 'the log is gone')
  end
  local flushed = redis.call('HGET', prefix .. ':state', 'flushed') or '0'
  redis.pcall('XGROUP', 'CREATE', prefix .. ':log', GROUP, flushed)
  return redis.status_reply('OK')
end

-- ms. Removes consumers that have asked for nothing for so long, unless something is in their hands. One that
-- asks again is there again. Answers with how many are gone.
local function forget_consumers(keys, args)
  local log = prefix_of(keys) .. ':log'
  local gone = 0
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', log, GROUP)) do
    local fields = {}
    for i = 1, #consumer, 2 do fields[consumer[i]] = consumer[i + 1] end
    if fields['pending'] == 0 and fields['idle'] >= tonumber(args[1]) then
      redis.call('XGROUP', 'DELCONSUMER', log, GROUP, fields['name'])
      gone = gone + 1
    end
  end
  return gone
end

-- It makes room, so it must be possible where there is none.
redis.register_function{function_name = 'LIBRARY_settle', callback = settle, flags = {'allow-oom'}}
redis.register_function('LIBRARY_set_aside', set_aside)
redis.register_function('LIBRARY_keep_group', keep_group)
redis.register_function('LIBRARY_forget_consumers', forget_consumers)
