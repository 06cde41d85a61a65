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

/**
 * What was counted per second between each two samples: a line for each node (of all its zones, or of one), or for each zone over all nodes. A counter that went back belongs to a node that was
 * started anew.
 */
export function rates(samples, { by = 'node', zone = null } = {}) {
  const result = [];
  for (let i = 1; i < samples.length; i++) {
    const [a, b] = [samples[i - 1], samples[i]];
    const seconds = (b.at - a.at) / 1000;
    const lines = {};
    const add = (line, now, was) => {
      const per = name => Math.max(0, (now[name] ?? 0) - (was[name] ?? 0)) / seconds;
      const [hits, upstream, collapsed, stale] = [per('hits'), per('fills') + per('passes'), per('collapsed'), per('stale')];
      const sum = lines[line] ??= { hits: 0, upstream: 0, stale: 0, requests: 0 };
      sum.hits += hits;
      sum.upstream += upstream;
      sum.stale += stale;
      sum.requests += hits + upstream + collapsed;
    };
    for (const [node, now] of Object.entries(b.nodes)) {
      const was = a.nodes[node];
      if (!was || seconds <= 0 || (now.counts.hits ?? 0) < (was.counts.hits ?? 0)) continue;
      if (by === 'zone') for (const [name, counts] of Object.entries(now.zones)) was.zones[name] && add(name, counts, was.zones[name]);
      else if (zone) now.zones[zone] && was.zones[zone] && add(node, now.zones[zone], was.zones[zone]);
      else add(node, now.counts, was.counts);
    }
    result.push({ at: b.at, lines });
  }
  return result;
}
