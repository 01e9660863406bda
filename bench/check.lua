-- For wrk: sends requests from a file, and checks every answer.
-- Arguments: expected status, text that the answer must contain, media type, token or -, lines|whole|paths, file, delay in ms.
local threads = {}
local bodies, sent = {}, 0

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  status, text, wait = tonumber(args[1]), args[2], tonumber(args[7])
  bad, firstBad = 0, ""
  local headers = {}
  if args[4] ~= "-" then headers["Authorization"] = "Bearer " .. args[4] end
  local function add(method, path, body)
    table.insert(bodies, wrk.format(method, path, headers, body))
  end
  if args[5] ~= "paths" then headers["Content-Type"] = args[3] end
  if args[5] == "whole" then
    local file = io.open(args[6], "rb")
    add("POST", wrk.path, file:read("*a"))
    file:close()
  else
    for line in io.lines(args[6]) do
      if args[5] == "paths" then add("GET", line) else add("POST", wrk.path, line) end
    end
  end
  if wait > 0 then delay = function() return math.random(0, 2 * wait) end end
end

function request()
  sent = sent % #bodies + 1
  return bodies[sent]
end

function response(code, headers, body)
  if code ~= status or not string.find(body, text, 1, true) then
    bad = bad + 1
    if bad == 1 then firstBad = code .. " " .. string.sub(body, 1, 200) end
  end
end

function done(summary, latency)
  local all, example = 0, ""
  for _, thread in ipairs(threads) do
    all = all + thread:get("bad")
    if thread:get("bad") > 0 then example = thread:get("firstBad") end
  end
  local errors = summary.errors
  print(string.format("measured %d %d %d %d %d %d %d %s", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), latency:percentile(99.9), all,
    errors.connect + errors.read + errors.write + errors.timeout, example))
end
