// Limits and ticks of the value axis of a plot.

/** Returns the lowest and highest value of the axis, as exponents of 10 if `isLog`. */
export function axisLimits(series, isLog) {
  let low = Infinity;
  let high = -Infinity;
  for (const values of series)
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (low > high) return isLog ? [-3, 0] : [0, 1];
  if (isLog) return [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high) + 1e-9)];
  return [low < 0 ? low : 0, high > 0.5 && high <= 1 ? 1 : high * 1.06 || 1];
}

/** Returns ticks as `[value, position]` between the limits. */
export function axisTicks([low, high], isLog) {
  return isLog ? logTicks(low, high) : linearTicks(low, high);
}

function logTicks(low, high) {
  const step = Math.max(1, Math.ceil((high - low) / 5));
  const count = Math.floor((high - low) / step) + 1;
  return Array.from({ length: count }, (_, index) => {
    const exponent = low + index * step;
    return [10 ** exponent, exponent];
  });
}

function linearTicks(low, high) {
  const rough = (high - low) / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 2.5, 5, 10].find((factor) => factor * unit >= rough) ?? 10);
  const ticks = [];
  for (let value = Math.ceil(low / step) * step; value <= high + 1e-12; value += step)
    ticks.push([Number(value.toPrecision(6)), value]);
  return ticks;
}
