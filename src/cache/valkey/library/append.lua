-- Messages into the log.

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
  local answers_key = prefix .. ':node:' .. args[1]
  local last = redis.call('HMGET', answers_key, 'batch', 'answers')
  -- A copy that was long on its way: what became of its batch was answered to another one, so nobody waits for it.
  if last[1] and tonumber(args[2]) < tonumber(last[1]) then return refuse('CHATLATE', 'a later batch was here') end
  local state = load_state(prefix)
  local unfitness = unfit(state, args[3], args[4])
  if unfitness then return unfitness end
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

redis.register_function('LIBRARY_append', append)
