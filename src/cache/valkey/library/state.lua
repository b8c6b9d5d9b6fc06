#!lua name=LIBRARY
-- What has to happen at once for all nodes: one order of messages and changes, ids, nonces,
-- bans and rate limits. The files of this folder are one library, of which this comes first. Every function
-- takes the prefix of our keys with its colon as its only key.
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
-- Of the hash, beside `numbers` and `texts`: server, format; nonces_since; flushed: all up to there is in the
-- database; trimmed: of what is before, entries may be missing; checkpoint, checkpoint_added: what to trim next;
-- and while servers restore what was lost: restoring_until, seen (the most that any of them has seen).
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
