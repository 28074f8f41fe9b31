/** How loud a waiting room is at an hour of its day. */

/**
 * Return what gives the volume (0 to 1) and whether anything is said at a moment.
 * @param {{volume: number, stretches: {from: string, to: string, volume: number, speech: boolean}[]}} voice
 * @param {string} timezone  the office's
 */
export function loudnessOf({ volume, stretches }, timezone) {
  const clock = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: timezone,
  });
  return (now) => {
    const time = clock.format(now);
    const here = stretches.find(({ from, to }) => from <= time && time < to);
    const { volume: percent, speech } = here ?? { volume, speech: true };
    return { volume: percent / 100, speech };
  };
}
