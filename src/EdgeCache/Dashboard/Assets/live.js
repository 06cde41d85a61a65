// What the server says, live: one connection for all pages.
import { follow } from './api.js';

export const live = { link: 'connecting', state: null, changes: new Map(), samples: [] };
const listeners = new Set();
const maxChanges = 100, maxSamples = 300;

export const listen = listener => (listeners.add(listener), () => listeners.delete(listener));
const tell = (what, detail) => listeners.forEach(l => l(what, detail));

export function start() {
  follow('/live', (kind, data) => {
    if (kind === 'hello') {
      live.state = data.state;
      live.changes = new Map(data.changes.map(c => [c.change, c]));
      live.samples = data.samples;
    } else if (kind === 'state') {
      live.state = data;
    } else if (kind === 'change') {
      const isNew = !live.changes.has(data.change);
      const before = live.changes.get(data.change);
      live.changes.set(data.change, data);
      if (live.changes.size > maxChanges) live.changes.delete(live.changes.keys().next().value);
      tell('change', { change: data, before: isNew ? null : before });
      return;
    } else if (kind === 'sample') {
      live.samples = [...live.samples, data].slice(-maxSamples);
    }
    tell(kind, data);
  }, link => {
    live.link = link;
    tell('link', link);
  });
}

/** Newest first. */
export const changesNow = () => [...live.changes.values()].sort((a, b) => b.acceptedAt - a.acceptedAt || b.serial - a.serial);

/** What was counted per second between each two samples, per node. A counter that went back belongs to a node that was started anew. */
export function rates(samples) {
  const result = [];
  for (let i = 1; i < samples.length; i++) {
    const [a, b] = [samples[i - 1], samples[i]];
    const seconds = (b.at - a.at) / 1000;
    const nodes = {};
    for (const [node, now] of Object.entries(b.nodes)) {
      const was = a.nodes[node];
      if (!was || seconds <= 0 || (now.counts.hits ?? 0) < (was.counts.hits ?? 0)) continue;
      const per = name => Math.max(0, (now.counts[name] ?? 0) - (was.counts[name] ?? 0)) / seconds;
      const [hits, upstream, collapsed, stale] = [per('hits'), per('fills') + per('passes'), per('collapsed'), per('stale')];
      nodes[node] = { hits, upstream, stale, requests: hits + upstream + collapsed };
    }
    result.push({ at: b.at, nodes });
  }
  return result;
}
