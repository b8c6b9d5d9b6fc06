-- What the servers know, back into a log that lost it.

-- Last entry seen, ms to wait for what other nodes remember, a generation that is not to be trusted
-- (empty: any is). Answers with the ms that are left, or -1 when nothing is lost after all.
local function begin_restore(keys, args)
  local prefix = prefix_of(keys)
  local state = load_state(prefix)
  local trusted = state.generation and state.generation ~= args[3]
  if trusted and not is_before(state.last or '0-0', args[1]) then return -1 end
  local key = prefix .. ':state'
  if not state.last and redis.call('EXISTS', prefix .. ':log') == 1 then
    local newest = redis.call('XREVRANGE', prefix .. ':log', '+', '-', 'COUNT', 1)[1]
    if newest then redis.call('HSET', key, 'last', newest[1]) end
  end
  redis.call('HDEL', key, 'generation')
  local seen = redis.call('HGET', key, 'seen')
  if not seen or is_before(seen, args[1]) then redis.call('HSET', key, 'seen', args[1]) end
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

-- An entry that says where the log goes on: behind all that any node has seen. Whoever has seen less than
-- what it names as the one before has a gap: what the database had already was not put back. It is a
-- change that changes nothing, so that every version understands it.
local function go_on(prefix, state, limit_change)
  local key = prefix .. ':state'
  local seen = redis.call('HGET', key, 'seen') or '0-0'
  if is_before(state.last or '0-0', seen) then state.last = seen end
  if state.last and is_before(int(state.public) .. '-' .. int(state.seq), state.last) then
    state.public, state.seq = entry_parts(state.last)
  end
  if state.public == 0 and state.seq == 0 then return end
  add_entry(prefix, state, next_in_between(state), {'k', 'c', 'change', limit_change})
  redis.call('HSET', key, 'trimmed', state.last)
end

-- server, generation, marks (public, private) above which ids go on and up to which they may be given
-- out, newest authored_at, limit, window, since when nonces are complete, a change to this limit; count of
-- channels, id and name of each; then id, user and end of each ban. Answers with the generation that is in
-- force, or nothing while others may still restore.
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
  state.public_ceiling, state.private_ceiling = tonumber(args[3]), tonumber(args[4])
  state.authored = math.max(state.authored, tonumber(args[5]))
  state.limit, state.window = tonumber(args[6]), tonumber(args[7])
  local at = 11
  for _ = 1, tonumber(args[10]) do
    redis.call('HSET', prefix .. ':channels', args[at], args[at + 1])
    at = at + 2
  end
  for i = at, #args, 3 do add_ban(prefix, args[i], args[i + 1], args[i + 2]) end
  redis.pcall('XGROUP', 'CREATE', prefix .. ':log', GROUP, '0', 'MKSTREAM')
  redis.call('HDEL', key, 'restoring_until', 'checkpoint', 'checkpoint_added', 'trimmed', 'flushed')
  go_on(prefix, state, args[9])
  redis.call('HDEL', key, 'seen')
  state.changed = 0
  state.generation = args[2]
  save_state(prefix, state)
  redis.call('HSET', key, 'format', '1', 'server', args[1], 'nonces_since', args[8])
  return state.generation
end

redis.register_function('LIBRARY_begin_restore', begin_restore)
redis.register_function('LIBRARY_restore', restore)
redis.register_function('LIBRARY_finish_restore', finish_restore)
