#!lua name=LIBRARY
-- What has to happen at once for all nodes: one order of messages and changes, ids, nonces,
-- bans and rate limits. Every function takes the prefix of our keys with its colon as its only key.
--
--   PREFIX:state     hash; see `fields`. Without `generation` nothing is accepted: what else is
--                    there may be incomplete, and an absent ban must not count as none.
--   PREFIX:log       stream of all messages and changes. A public message has the entry id
--                    <cacheID>-0; what follows it, <cacheID>-1, -2 …
--   PREFIX:channels  hash: channel id -> name
--   PREFIX:bans      hash: user -> "ban:end,…" (end in µs, 0: for good); PREFIX:ban_users: ban -> user
--   PREFIX:nonce:…   what became of a nonce: "kind id authored_at digest entry"
--   PREFIX:rate:…    list of the times at which a user's latest messages were admitted
--   PREFIX:node:…    hash: the last answer that a node was given, in case it was lost
--   PREFIX:aside     stream of what the database would not take
--
-- Entries of the log: p the entry before; k kind: m(essage), w(hisper), c(hange) or u(ser); w the
-- private id reached; t authored_at in µs; u, n author and name; d, r channel or recipient and
-- its name; x text; o nonce; i the id; change the text of a change.
--
-- Times are µs. Callers may give the time (tests do); else the server's own counts.

local NONCE_LIFETIME = 24 * 3600 * 1000000
local KEEP_ANSWERS_S = 3600
local GROUP = 'store'
-- Arguments that a call may take: Lua's own limit is 8,000.
local UNPACKED_MAX = 4000

local numbers = {'public', 'private', 'seq', 'authored', 'rate_time', 'public_ceiling', 'private_ceiling',
                 'limit', 'window', 'added', 'settled', 'changed'}
local texts = {'generation', 'last'}

local function prefix_of(keys) return string.sub(keys[1], 1, -2) end

local function int(number) return string.format('%d', number) end

local function refuse(kind, why) return redis.error_reply(kind .. ' ' .. why) end

local function load_state(prefix)
  local state = {}
  local found = redis.call('HMGET', prefix .. ':state', unpack(numbers))
  for i, name in ipairs(numbers) do state[name] = tonumber(found[i] or '0') end
  found = redis.call('HMGET', prefix .. ':state', unpack(texts))
  for i, name in ipairs(texts) do state[name] = found[i] or nil end
  return state
end

local function save_state(prefix, state)
  local flat = {}
  for _, name in ipairs(numbers) do
    flat[#flat + 1] = name
    flat[#flat + 1] = int(state[name])
  end
  for _, name in ipairs(texts) do
    if state[name] then
      flat[#flat + 1] = name
      flat[#flat + 1] = state[name]
    end
  end
  redis.call('HSET', prefix .. ':state', unpack(flat))
end

local function entry_parts(id)
  local first, second = string.match(id, '^(%d+)%-(%d+)$')
  return tonumber(first), tonumber(second)
end

local function is_before(one, other)
  local a, b = entry_parts(one)
  local c, d = entry_parts(other)
  return a < c or (a == c and b < d)
end

local function server_time()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

-- What every function that writes to the log is called with first: why it may not.
local function unfit(state, generation, seen)
  if not state.generation then return refuse('CHATGENERATION', 'nothing is loaded') end
  if state.generation ~= generation then return refuse('CHATGENERATION', 'another one is loaded') end
  if is_before(state.last or '0-0', seen) then return refuse('CHATBACK', 'the log ends before what was seen') end
end

local function add_entry(prefix, state, id, fields)
  redis.call('XADD', prefix .. ':log', id, 'p', state.last or '0-0', 'w', int(state.private), unpack(fields))
  state.last = id
end

-- The id for what is no public message.
local function next_in_between(state)
  state.seq = state.seq + 1
  return int(state.public) .. '-' .. int(state.seq)
end

---------------------------------------------------------------------- append

local function nonce_key(prefix, user, nonce) return prefix .. ':nonce:' .. #user .. ':' .. user .. ':' .. nonce end

local function digest_of(message)
  return redis.sha1hex(message.kind .. message.to .. '\0' .. message.text)
end

local function remember_nonce(prefix, message, id, at, entry)
  if message.nonce == '' then return end
  local value = table.concat({message.kind, int(id), int(at), digest_of(message), entry}, ' ')
  redis.call('SET', nonce_key(prefix, message.user, message.nonce), value, 'PX', NONCE_LIFETIME / 1000 + 60000)
end

-- The answer to a nonce that was used before, if it was.
local function repeated(prefix, message, now)
  if message.nonce == '' then return nil end
  local use = redis.call('GET', nonce_key(prefix, message.user, message.nonce))
  if not use then return nil end
  local kind, id, at, digest, entry = string.match(use, '^(%a) (%d+) (%d+) (%x+) ([%d%-]+)$')
  if tonumber(at) < now - NONCE_LIFETIME then return nil end
  if digest ~= digest_of(message) then return {'n'} end
  local original = redis.call('XRANGE', prefix .. ':log', entry, entry)[1]
  if original then return {'r', kind, id, entry, original[2]} end
  return {'r', kind, id}
end

local function is_banned(prefix, call, user)
  local known = call.banned[user]
  if known == nil then
    known = false
    for _, ends in string.gmatch(redis.call('HGET', prefix .. ':bans', user) or '', '(%d+):(%d+)') do
      if ends == '0' or tonumber(ends) > call.utc then known = true end
    end
    call.banned[user] = known
  end
  return known
end

local function channel_name(prefix, call, id)
  if call.channels[id] == nil then call.channels[id] = redis.call('HGET', prefix .. ':channels', id) end
  return call.channels[id]
end

-- How many ms until one more of the user is admitted; nil: it is, and counted.
local function over_limit(prefix, state, user)
  local key = prefix .. ':rate:' .. user
  local oldest = redis.call('LINDEX', key, -state.limit)
  if oldest and tonumber(oldest) + state.window > state.rate_time then
    return math.ceil((tonumber(oldest) + state.window - state.rate_time) / 1000)
  end
  if redis.call('RPUSH', key, int(state.rate_time)) > state.limit then
    redis.call('LTRIM', key, -state.limit, -1)
  end
  redis.call('PEXPIRE', key, math.floor(state.window / 1000) + 1000)
  return nil
end

local function accept(prefix, state, message, name)
  local entry, id
  if message.kind == 'm' then
    id = state.public + 1
    state.public, state.seq = id, 0
    entry = int(id) .. '-0'
  else
    id = state.private + 1
    state.private = id
    entry = next_in_between(state)
  end
  add_entry(prefix, state, entry, {'k', message.kind, 'i', int(id), 't', int(state.authored), 'u', message.user,
            'n', message.name, 'd', message.to, 'r', name, 'x', message.text, 'o', message.nonce})
  state.added = state.added + 1
  remember_nonce(prefix, message, id, state.authored, entry)
  return {'a', entry}
end

local function introduce(prefix, state, user, name)
  local entry = next_in_between(state)
  add_entry(prefix, state, entry, {'k', 'u', 'u', user, 'n', name})
  return {'a', entry}
end

local function decide(prefix, state, call, message)
  if message.kind == 'u' then return introduce(prefix, state, message.user, message.name) end
  -- Before anything that could refuse: what was once accepted stays accepted.
  local answer = repeated(prefix, message, state.authored)
  if answer then return answer end
  if is_banned(prefix, call, message.user) then return {'b'} end
  local name = message.to_name
  if message.kind == 'm' then
    name = channel_name(prefix, call, message.to)
    if not name then return {'c'} end
  end
  local of_kind = message.kind == 'm' and 'public' or 'private'
  if state[of_kind] >= state[of_kind .. '_ceiling'] then return {'u'} end
  -- Last, since it counts what it admits.
  local wait = over_limit(prefix, state, message.user)
  if wait then return {'l', int(wait)} end
  return accept(prefix, state, message, name)
end

-- node, number of the batch, generation, last entry seen, highest public and private id that may be
-- given out, most messages that may wait for the database, time (µs UTC, µs monotonic; or empty);
-- then for each message: kind, author, name, channel or recipient, its name, text, nonce. A newcomer
-- is one of kind u with a user and a name.
-- Answers with one array a message: a(ccepted), r(epeat), n(once conflict), b(anned), unknown
-- c(hannel), over the l(imit), u(navailable).
local ARGUMENTS, EACH = 9, 7

local function append(keys, args)
  local prefix = prefix_of(keys)
  local state = load_state(prefix)
  local unfitness = unfit(state, args[3], args[4])
  if unfitness then return unfitness end
  local answers_key = prefix .. ':node:' .. args[1]
  local last = redis.call('HMGET', answers_key, 'batch', 'answers')
  if last[1] == args[2] then return cmsgpack.unpack(last[2]) end
  if state.added - state.settled >= tonumber(args[7]) then return refuse('CHATBACKLOG', 'too many wait') end

  state.public_ceiling = math.max(state.public_ceiling, tonumber(args[5]))
  state.private_ceiling = math.max(state.private_ceiling, tonumber(args[6]))
  local call = {banned = {}, channels = {}, utc = tonumber(args[8]) or server_time()}
  state.authored = math.max(state.authored, call.utc)
  state.rate_time = math.max(state.rate_time, tonumber(args[9]) or call.utc)
  local answers = {}
  for at = ARGUMENTS + 1, #args, EACH do
    answers[#answers + 1] = decide(prefix, state, call, {
      kind = args[at], user = args[at + 1], name = args[at + 2], to = args[at + 3], to_name = args[at + 4],
      text = args[at + 5], nonce = args[at + 6]})
  end
  save_state(prefix, state)
  redis.call('HSET', answers_key, 'batch', args[2], 'answers', cmsgpack.pack(answers))
  redis.call('EXPIRE', answers_key, KEEP_ANSWERS_S)
  return answers
end

---------------------------------------------------------------------- change

local function add_ban(prefix, id, user, ends)
  if redis.call('HSETNX', prefix .. ':ban_users', id, user) == 0 then return end
  local others = redis.call('HGET', prefix .. ':bans', user)
  redis.call('HSET', prefix .. ':bans', user, (others and others .. ',' or '') .. id .. ':' .. ends)
end

local function remove_ban(prefix, id)
  local user = redis.call('HGET', prefix .. ':ban_users', id)
  if not user then return end
  redis.call('HDEL', prefix .. ':ban_users', id)
  local left = {}
  for other, ends in string.gmatch(redis.call('HGET', prefix .. ':bans', user) or '', '(%d+):(%d+)') do
    if other ~= id then left[#left + 1] = other .. ':' .. ends end
  end
  if #left == 0 then
    redis.call('HDEL', prefix .. ':bans', user)
  else
    redis.call('HSET', prefix .. ':bans', user, table.concat(left, ','))
  end
end

-- What a change means here, by its kind; called with its effect's arguments. The same twice is the same.
local effects = {
  ban = function(prefix, _, args) add_ban(prefix, args[1], args[2], args[3]) end,
  pardon = function(prefix, _, args) remove_ban(prefix, args[1]) end,
  delete = function(prefix, _, args)
    for _, id in ipairs(args) do redis.call('XDEL', prefix .. ':log', id .. '-0') end
  end,
  limit = function(_, state, args) state.limit, state.window = tonumber(args[1]), tonumber(args[2]) end,
  channels = function(prefix, _, args)
    redis.call('DEL', prefix .. ':channels')
    for i = 1, #args, 2 do redis.call('HSET', prefix .. ':channels', args[i], args[i + 1]) end
  end,
}

-- generation, last entry seen, the change's place among all changes, kind, count of its effect's
-- arguments, these; then the fields of the entry. Answers with an entry behind which it is in force.
local function change(keys, args)
  local prefix = prefix_of(keys)
  local state = load_state(prefix)
  local unfitness = unfit(state, args[1], args[2])
  if unfitness then return unfitness end
  -- Another node was quicker, or the answer was lost.
  if tonumber(args[3]) <= state.changed then return state.last end

  local count = tonumber(args[5])
  local effect_args, fields = {}, {'k', 'c'}
  for i = 6, 5 + count do effect_args[#effect_args + 1] = args[i] end
  for i = 6 + count, #args do fields[#fields + 1] = args[i] end
  effects[args[4]](prefix, state, effect_args)
  state.changed = tonumber(args[3])
  local entry = next_in_between(state)
  add_entry(prefix, state, entry, fields)
  save_state(prefix, state)
  return entry
end

---------------------------------------------------------------------- the database

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
    redis.call('HSET', key, 'trimmed', at[1])
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

---------------------------------------------------------------------- after a loss

-- Last entry seen, ms to wait for what other nodes remember. Answers with the ms that are left, or
-- -1 when nothing is lost after all.
local function begin_restore(keys, args)
  local prefix = prefix_of(keys)
  local state = load_state(prefix)
  if state.generation and not is_before(state.last or '0-0', args[1]) then return -1 end
  local key = prefix .. ':state'
  if not state.last and redis.call('EXISTS', prefix .. ':log') == 1 then
    local newest = redis.call('XREVRANGE', prefix .. ':log', '+', '-', 'COUNT', 1)[1]
    if newest then redis.call('HSET', key, 'last', newest[1]) end
  end
  redis.call('HDEL', key, 'generation')
  local now = server_time()
  if redis.call('HSETNX', key, 'restoring_until', int(now + tonumber(args[2]) * 1000)) == 1 then
    return tonumber(args[2])
  end
  return math.max(0, math.ceil((tonumber(redis.call('HGET', key, 'restoring_until')) - now) / 1000))
end

local function restore_entry(prefix, state, id, fields)
  if state.last and not is_before(state.last, id) then return end
  local named = {}
  for i = 1, #fields, 2 do named[fields[i]] = fields[i + 1] end
  redis.call('XADD', prefix .. ':log', id, unpack(fields))
  state.last = id
  local first, second = entry_parts(id)
  state.public, state.seq = first, second
  state.private = math.max(state.private, tonumber(named.w), tonumber(named.k == 'w' and named.i or '0'))
  if named.k ~= 'm' and named.k ~= 'w' then return end
  state.added = state.added + 1
  state.authored = math.max(state.authored, tonumber(named.t))
  remember_nonce(prefix, {kind = named.k, user = named.u, to = named.d, text = named.x, nonce = named.o},
                 tonumber(named.i), tonumber(named.t), id)
end

-- Entries that a node remembers, in their order: id, count of fields and values, these.
local function restore(keys, args)
  local prefix = prefix_of(keys)
  local state = load_state(prefix)
  if state.generation then return refuse('CHATGENERATION', 'nothing is missing') end
  local at = 1
  while at <= #args do
    local fields = {}
    local count = tonumber(args[at + 1])
    for i = at + 2, at + 1 + count do fields[#fields + 1] = args[i] end
    restore_entry(prefix, state, args[at], fields)
    at = at + 2 + count
  end
  save_state(prefix, state)
  return state.last or '0-0'
end

-- server, generation, marks (public, private) above which ids go on, ceilings (public, private),
-- newest authored_at, limit, window, since when nonces are complete; count of channels, id and name
-- of each; then id, user and end of each ban. Answers with the generation that is in force, or
-- nothing while others may still restore.
local function finish_restore(keys, args)
  local prefix = prefix_of(keys)
  local key = prefix .. ':state'
  local state = load_state(prefix)
  if state.generation then return state.generation end
  local waiting = redis.call('HGET', key, 'restoring_until')
  if not waiting or tonumber(waiting) > server_time() then return false end

  redis.call('DEL', prefix .. ':channels', prefix .. ':bans', prefix .. ':ban_users')
  if tonumber(args[3]) > state.public then state.public, state.seq = tonumber(args[3]), 0 end
  state.private = math.max(state.private, tonumber(args[4]))
  state.public_ceiling, state.private_ceiling = tonumber(args[5]), tonumber(args[6])
  state.authored = math.max(state.authored, tonumber(args[7]))
  state.limit, state.window = tonumber(args[8]), tonumber(args[9])
  local at = 12
  for _ = 1, tonumber(args[11]) do
    redis.call('HSET', prefix .. ':channels', args[at], args[at + 1])
    at = at + 2
  end
  for i = at, #args, 3 do add_ban(prefix, args[i], args[i + 1], args[i + 2]) end
  redis.pcall('XGROUP', 'CREATE', prefix .. ':log', GROUP, '0', 'MKSTREAM')
  state.changed = 0
  state.generation = args[2]
  save_state(prefix, state)
  redis.call('HSET', key, 'format', '1', 'server', args[1], 'nonces_since', args[10])
  redis.call('HDEL', key, 'restoring_until', 'checkpoint', 'checkpoint_added', 'trimmed', 'flushed')
  return state.generation
end

redis.register_function('LIBRARY_append', append)
redis.register_function('LIBRARY_change', change)
-- It makes room, so it must be possible where there is none.
redis.register_function{function_name = 'LIBRARY_settle', callback = settle, flags = {'allow-oom'}}
redis.register_function('LIBRARY_set_aside', set_aside)
redis.register_function('LIBRARY_keep_group', keep_group)
redis.register_function('LIBRARY_forget_consumers', forget_consumers)
redis.register_function('LIBRARY_begin_restore', begin_restore)
redis.register_function('LIBRARY_restore', restore)
redis.register_function('LIBRARY_finish_restore', finish_restore)
