#!lua name=LIBRARY
-- Who is present on which node. Every function takes the prefix of our keys with its colon as its only key.
--
--   PREFIX:presence       hash: last -> newest entry of the log; node:NODE -> "lease_end version"
--   PREFIX:present:NODE   hash: user -> "entry name", of those who are present on that node
--   PREFIX:round:NODE     entry with which it began to say everything last, then " open" until the end of that
--   PREFIX:presence_log   stream of what changed there in the last KEEP_MS
--
-- Entries of the log: p the entry before; n the node; k what happened to it as a whole: b(egins to
-- say everything anew), e(nd of that), both, or g(one); v its version since then; then "+user" -> name
-- for those who came and "-user" -> "" for those who left.
--
-- Times are µs of this server's clock: nodes' clocks need not agree.

-- Who was away for longer reads everything again.
local KEEP_MS = 10000
-- A lease is written down again when this much of it is over, so that a look that changes nothing
-- is no write.
local RENEW = 1000000

local function int(number) return string.format('%d', number) end

local function server_time()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local function load_presence(prefix)
  local last, nodes = '0-0', {}
  local flat = redis.call('HGETALL', prefix .. 'presence')
  for i = 1, #flat, 2 do
    local node = string.match(flat[i], '^node:(.+)$')
    if node then
      local lease, version = string.match(flat[i + 1], '^(%d+) (%d+)$')
      nodes[node] = {lease = tonumber(lease), version = version}
    else
      last = flat[i + 1]
    end
  end
  return {prefix = prefix, key = prefix .. 'presence', now = server_time(), last = last, nodes = nodes}
end

-- `fields` at most a few thousand, which is what unpack() takes.
local function add_entry(presence, node, kind, fields)
  local oldest = int(presence.now / 1000 - KEEP_MS)
  local id = redis.call('XADD', presence.prefix .. 'presence_log', 'MINID', oldest, '*', 'p', presence.last, 'n',
                        node, 'k', kind, unpack(fields))
  presence.last = id
  redis.call('HSET', presence.key, 'last', id)
  return id
end

local function forget_users(presence, node)
  redis.call('DEL', presence.prefix .. 'present:' .. node, presence.prefix .. 'round:' .. node)
end

-- So that nobody takes a part of it for everything.
local function note_round(presence, node, kind, id)
  local key, ends = presence.prefix .. 'round:' .. node, string.find(kind, 'e', 1, true)
  if string.find(kind, 'b', 1, true) then
    redis.call('SET', key, ends and id or id .. ' open')
  elseif ends then
    local round = redis.call('GET', key)
    if round then redis.call('SET', key, (string.gsub(round, ' open$', ''))) end
  end
end

-- Whoever comes first buries the dead.
local function end_leases(presence)
  for node, known in pairs(presence.nodes) do
    if known.lease <= presence.now then
      presence.nodes[node] = nil
      redis.call('HDEL', presence.key, 'node:' .. node)
      forget_users(presence, node)
      add_entry(presence, node, 'g', {})
    end
  end
end

-- Operators and their arguments in threes: "+", user, name or "-", user, "".
local function apply(presence, node, kind, version, changes)
  local fields = {'v', version}
  for i = 1, #changes, 3 do
    fields[#fields + 1] = changes[i] .. changes[i + 1]
    fields[#fields + 1] = changes[i + 2]
  end
  local id = add_entry(presence, node, kind, fields)
  note_round(presence, node, kind, id)
  local users = presence.prefix .. 'present:' .. node
  for i = 1, #changes, 3 do
    if changes[i] == '+' then
      redis.call('HSET', users, changes[i + 1], id .. ' ' .. changes[i + 2])
    else
      redis.call('HDEL', users, changes[i + 1])
    end
  end
end

-- server, node, its lease in ms, how many of its calls changed something so far, how many with this
-- one, kind as in the log; then its changes. Answers with the newest entry, or nothing when what is
-- known of the node is not what it takes for granted: it is to say everything anew.
local function exchange(keys, args)
  local prefix = keys[1]
  local owner = redis.call('HGET', prefix .. 'state', 'server')
  if owner and owner ~= args[1] then return redis.error_reply('CHATFOREIGN the prefix belongs to another server') end
  local presence = load_presence(prefix)
  end_leases(presence)
  local node, before, after, kind = args[2], args[4], args[5], args[6]
  local known = presence.nodes[node]
  if string.find(kind, 'b', 1, true) then
    forget_users(presence, node)
    known = nil
  elseif not known or (known.version ~= before and known.version ~= after) then
    return false
  end

  if after ~= before then
    local changes = {}
    for i = 7, #args do changes[#changes + 1] = args[i] end
    apply(presence, node, kind, after, changes)
  end
  local lease = presence.now + tonumber(args[3]) * 1000
  if not known or known.version ~= after or math.abs(lease - known.lease) > RENEW then
    redis.call('HSET', presence.key, 'node:' .. node, int(lease) .. ' ' .. after)
  end
  return presence.last
end

-- Where there is no memory left, messages are refused but nobody is to be called gone; what this
-- takes is bounded by who is present.
redis.register_function{function_name = 'LIBRARY_exchange', callback = exchange, flags = {'allow-oom'}}
