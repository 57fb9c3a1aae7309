-- wrk script: repeats one request with the method and the body file in its arguments. Prints the
-- results as one line of JSON. Times are in microseconds.

local payload

function init(arguments)
  wrk.method = arguments[1]
  if arguments[2] then
    local file = assert(io.open(arguments[2], "rb"))
    wrk.body = file:read("*all")
    file:close()
  end
  payload = wrk.format()
end

function request()
  return payload
end

function done(summary, latency)
  local errors = 0
  for _, count in pairs(summary.errors) do
    errors = errors + count
  end
  local form = '\n{"requests": %d, "duration": %d, "p50": %d, "p99": %d, "errors": %d}\n'
  local p50, p99 = latency:percentile(50), latency:percentile(99)
  io.write(form:format(summary.requests, summary.duration, p50, p99, errors))
end
