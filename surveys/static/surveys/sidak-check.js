/** A check as the page shows it: what the server has, and on top of it what is not sent yet. */

/** Sixteen digits, however they are spaced: an Indonesian identity number. */
const NUMBER = /(?:\d[ .-]?){16}/;

/** Tell which of two entries was noted first; what is not sent yet comes last. */
function earlier([, one], [, other]) {
  return (one.at ?? "~").localeCompare(other.at ?? "~");
}

/** Return the state of a check with the things of the outbox that are about it. */
export function merged(state, outbox) {
  const entries = structuredClone(state.entries);
  let closing = false;
  for (const { key, check, kind, body, refused } of outbox) {
    if (check !== state.key || refused) continue;
    const entry = { ...body, unsent: true };
    if (kind === "person") entries.person[body.label] = entry;
    if (kind === "observation") entries.observation[body.item] = entry;
    if (kind === "photo") entries.photo[key] = entry;
    if (kind === "photo-back") delete entries.photo[body.photo];
    if (kind === "finding" && body.text) entries.finding[body.finding] = entry;
    if (kind === "finding" && !body.text) delete entries.finding[body.finding];
    if (kind === "close") closing = true;
  }
  for (const [kind, found] of Object.entries(entries)) {
    entries[kind] = Object.fromEntries(Object.entries(found).sort(earlier));
  }
  return { ...state, entries, closing: closing && !state.closed_at };
}

/** Return the state of a check with one thing in it that was just sent. */
export function settled(state, item) {
  const { closing, ...after } = merged(state, [item]);
  for (const kind of Object.values(after.entries)) {
    for (const entry of Object.values(kind)) delete entry.unsent;
  }
  return closing ? { ...after, closed_at: new Date(item.noted).toISOString() } : after;
}

/**
 * Return whether words of a form may be kept: sixteen digits are warned of once, in the form's
 * `data-digits`, and kept when it is sent again.
 */
export function sure(form, texts) {
  const warning = form.querySelector("[data-digits]");
  if (!texts.some((each) => NUMBER.test(each))) {
    warning.hidden = true;
    return { kept: true, sure: false };
  }
  const kept = !warning.hidden;
  warning.hidden = kept;
  return { kept, sure: kept };
}
