-- Changes of who and what is there into the log.

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

redis.register_function('LIBRARY_change', change)
