-- For wrk: asks by the method, with the content of the file, that its arguments name; in the end
-- it writes what it saw as JSON on a line of its own. Times are in microseconds.

local asked

function init(arguments)
  wrk.method = arguments[1]
  if arguments[2] then
    local file = assert(io.open(arguments[2], "rb"))
    wrk.body = file:read("*all")
    file:close()
  end
  asked = wrk.format()
end

function request()
  return asked
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
