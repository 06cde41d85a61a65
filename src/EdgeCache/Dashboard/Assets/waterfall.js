// One change: accepted, hinted, applied, first fresh answer, last possible old answer. Time is logarithmic: a millisecond and a minute fit on one line.
import { h, s } from './dom.js';
import { clip, duration, when } from './format.js';

const left = 150, right = 1180, lane = 30, top = 34;

const isDone = lane => lane.applied !== null || lane.reached;

export function waterfall(change, nodes, reached) {
  const t = at => Math.max(0, at - change.acceptedAt);
  const lanes = nodes.filter(n => n.positions.some(p => p.startsWith(change.zone + ':'))).map(n => {
    const applied = change.applied[n.node], fresh = change.fresh[n.node];
    return { node: n, applied: applied === undefined ? null : t(applied), fresh: fresh === undefined ? null : t(fresh), reached: reached(n, change) };
  });
  lanes.sort((a, b) => isDone(a) - isDone(b)); // Who has it not comes first; the others stay in their order.
  const outside = change.oldTtl === undefined || change.oldTtl === null ? null : change.oldTtl * 1000;
  const most = Math.max(100, ...lanes.flatMap(l => [l.applied ?? 0, l.fresh ?? 0]), outside ?? 0);
  const scale = ms => left + (right - left) * Math.log10(1 + ms) / Math.log10(1 + most * 1.35);
  const height = top + (lanes.length + (outside === null ? 0 : 1)) * lane + 14;
  const svg = s('svg', { class: 'fall', viewBox: `0 0 1320 ${height}`, role: 'img', 'aria-label': spoken(change, lanes, outside) });
  for (const tick of [0, 1, 10, 100, 1000, 10000, 60000, 600000, 3600000]) {
    if (tick > most * 1.35) break;
    svg.append(s('line', { class: 'grid', x1: scale(tick), x2: scale(tick), y1: top - 8, y2: height - 8 }),
      s('text', { class: 't3', x: scale(tick), y: 16, 'font-size': 11.5, 'text-anchor': tick ? 'middle' : 'start' }, tick ? duration(tick) : '0'));
  }
  lanes.forEach((l, i) => {
    const y = top + i * lane;
    const until = l.applied ?? (l.reached ? 0 : most);
    svg.append(s('text', { x: 8, y: y + 16, 'font-size': 13 }, clip(l.node.node, 18), s('title', {}, l.node.node)), s('rect', { class: 'lane', x: left, y: y + 4, width: right - left, height: 16, rx: 4 }));
    if (l.applied !== null || !l.reached) {
      svg.append(s('rect', { class: l.applied === null ? 'old' : 'wait', x: left, y: y + 4, width: Math.max(3, scale(until) - left), height: 16, rx: 4 }));
    }
    if (l.fresh !== null) {
      svg.append(s('rect', { class: 'fresh', x: scale(l.applied ?? 0), y: y + 8, width: Math.max(3, scale(l.fresh) - scale(l.applied ?? 0)), height: 8, rx: 3 }));
    }
    svg.append(s('text', { class: 't2', x: right + 10, y: y + 16, 'font-size': 12 },
      l.fresh !== null ? `fresh ${duration(l.fresh)}` : l.applied !== null ? `applied ${duration(l.applied)}` : l.reached ? 'applied' : 'not yet'));
  });
  if (outside !== null) {
    const y = top + lanes.length * lane;
    svg.append(s('text', { x: 8, y: y + 16, 'font-size': 13 }, 'other caches'), s('rect', { class: 'lane', x: left, y: y + 4, width: right - left, height: 16, rx: 4 }),
      s('rect', { class: 'old', x: left, y: y + 4, width: scale(outside) - left, height: 16, rx: 4 }), s('text', { class: 't2', x: right + 10, y: y + 16, 'font-size': 12 }, `old until ${duration(outside)}`));
  }
  if (change.hintedAt) svg.append(s('line', { class: 'hint', x1: scale(t(change.hintedAt)), x2: scale(t(change.hintedAt)), y1: top - 6, y2: height - 10 }));
  const last = lanes.every(isDone) && lanes.length ? Math.max(0, ...lanes.map(l => l.applied ?? 0)) : null;
  return [svg, h('div', { class: 'key' },
    h('span', {}, `accepted ${when(change.acceptedAt)}`), h('span', {}, h('i', { class: 'k-hint' }), change.hintedAt ? `hinted after ${duration(t(change.hintedAt))}` : 'no hint seen; found by polling'),
    h('span', {}, h('i', { class: 'k-wait' }), 'until applied'), h('span', {}, h('i', { class: 'k-fresh' }), 'until the first fresh answer'), h('span', {}, h('i', { class: 'k-old' }), 'old answers are possible'),
    h('span', {}, last === null ? 'A node has not applied it: past its lease it counts nothing old as fresh.' : `Last possible old answer from these nodes: ${duration(last)} after the change.`))];
}

const spoken = (change, lanes, outside) => `Change ${change.change}, accepted ${when(change.acceptedAt)}. ` + lanes.map(l =>
  `${l.node.node}: ${l.applied !== null ? `applied after ${duration(l.applied)}` : l.reached ? 'applied' : 'not applied'}${l.fresh !== null ? `, first fresh answer after ${duration(l.fresh)}` : ''}`).join('. ')
  + (outside === null ? '' : `. Caches that follow no log may answer the old value for ${duration(outside)}`);
