// The deployment drawn: writers and the log on the left, whoever follows it in the middle, the applications on the right.
import { s, put } from './dom.js';
import { clip, duration, zoneName } from './format.js';

const nodeWidth = 214, nodeHeight = 66, gap = 20;
/** More nodes than a column holds become chips in four columns, without a wire to each. */
const mostInColumn = 12, chip = { width: 149, height: 44, gap: 9, columns: 4, left: 262, top: 16 };
const calm = matchMedia('(prefers-reduced-motion: reduce)');

export function topologyMap() {
  const element = s('svg', { class: 'map', role: 'img' });
  const wires = s('g'), cards = s('g'), motion = s('g');
  element.append(wires, cards, motion);
  let shape = '';
  const paths = new Map(), parts = new Map();

  function place(state) {
    const listen = new Map();
    for (const n of state.nodes) for (const url of (n.place?.listen ?? '').split(' ').filter(Boolean)) listen.set(url.replace(/\/$/, ''), n.node);
    const parent = n => n.place?.tier ? listen.get(n.place.tier.replace(/\/$/, '')) ?? n.place.tier : n.place?.upstream;
    const upstreams = [...new Set(state.nodes.map(parent).filter(u => u && !state.nodes.some(n => n.node === u)))];
    const rows = Math.max(state.nodes.length, upstreams.length, 2);
    const height = Math.max(300, rows * (nodeHeight + gap) + gap);
    const at = (i, count) => (height - count * (nodeHeight + gap) + gap) / 2 + i * (nodeHeight + gap);
    return { height, upstreams, parent, at };
  }

  function drawMany(state) {
    const rows = Math.ceil(state.nodes.length / chip.columns);
    const height = Math.max(300, rows * (chip.height + chip.gap) + 2 * chip.top);
    element.setAttribute('viewBox', `0 0 900 ${height}`);
    drawLog(16, height / 2 - 62);
    state.nodes.forEach((n, i) => {
      const x = chip.left + Math.floor(i / rows) * (chip.width + chip.gap), y = chip.top + (i % rows) * (chip.height + chip.gap);
      const path = s('path', { class: 'wire unseen', d: `M206 ${height / 2} L ${x} ${y + chip.height / 2}` });
      paths.set(n.node, path);
      wires.append(path);
      const group = s('g', { class: 'node' }, s('rect', { x, y, width: chip.width, height: chip.height, rx: 8 }),
        s('circle', { cx: x + 13, cy: y + 16, r: 4 }), s('text', { x: x + 24, y: y + 20, 'font-size': 12, 'font-weight': 620 }, clip(n.node, 18)), s('title', {}, n.node),
        s('text', { class: 't2', x: x + 12, y: y + 36, 'font-size': 9 }));
      parts.set(n.node, group);
      cards.append(group);
    });
  }

  function drawLog(x, y) {
    const log = s('g', { class: 'node' }, s('rect', { x, y, width: 190, height: 124, rx: 10 }), s('text', { x: x + 16, y: y + 26, 'font-size': 14, 'font-weight': 640 }, 'Log'), s('g'));
    parts.set('log', log.lastChild);
    cards.append(log);
  }

  function draw(state) {
    paths.clear();
    parts.clear();
    put(wires);
    put(cards);
    state.nodes.length > mostInColumn ? drawMany(state) : drawFew(state);
  }

  function drawFew(state) {
    const { height, upstreams, parent, at } = place(state);
    element.setAttribute('viewBox', `0 0 900 ${height}`);
    const left = 16, middle = 330, right = 676;
    drawLog(left, height / 2 - 62);
    state.nodes.forEach((n, i) => {
      const y = at(i, state.nodes.length), mid = y + nodeHeight / 2;
      const path = s('path', { class: 'wire', d: `M${left + 190} ${height / 2} C ${left + 250} ${height / 2}, ${middle - 70} ${mid}, ${middle} ${mid}` });
      paths.set(n.node, path);
      wires.append(path);
      const up = parent(n);
      const target = upstreams.indexOf(up);
      if (target >= 0) {
        const uy = at(target, upstreams.length) + nodeHeight / 2;
        wires.append(s('path', { class: 'wire http', d: `M${middle + nodeWidth} ${mid} C ${middle + nodeWidth + 60} ${mid}, ${right - 60} ${uy}, ${right} ${uy}` }));
      } else if (up) {
        const ty = at(state.nodes.findIndex(x => x.node === up), state.nodes.length) + nodeHeight / 2;
        wires.append(s('path', { class: 'wire http', d: `M${middle + nodeWidth} ${mid} C ${middle + nodeWidth + 46} ${mid}, ${middle + nodeWidth + 46} ${ty}, ${middle + nodeWidth} ${ty}` }));
      }
      const group = s('g', { class: 'node' }, s('rect', { x: middle, y, width: nodeWidth, height: nodeHeight, rx: 10 }),
        s('circle', { cx: middle + 17, cy: y + 22, r: 5 }), s('text', { x: middle + 31, y: y + 27, 'font-size': 14, 'font-weight': 620 }, clip(n.node, 16)), s('title', {}, n.node),
        s('text', { class: 't2', x: middle + nodeWidth - 14, y: y + 27, 'font-size': 11.5, 'text-anchor': 'end' }, n.role),
        s('text', { class: 't2', x: middle + 16, y: y + 50, 'font-size': 12 }));
      parts.set(n.node, group);
      cards.append(group);
    });
    upstreams.forEach((u, i) => {
      const y = at(i, upstreams.length);
      cards.append(s('g', { class: 'node' }, s('rect', { x: right, y: y + 7, width: 208, height: nodeHeight - 14, rx: 10 }),
        s('text', { x: right + 15, y: y + 29, 'font-size': 13, 'font-weight': 600 }, 'application'),
        s('text', { class: 't2', x: right + 15, y: y + 46, 'font-size': 11.5 }, clip(u.replace(/^https?:\/\//, ''), 30))));
    });
  }

  function update(state) {
    if (!state) return;
    const now = JSON.stringify(state.nodes.map(n => [n.node, n.role, n.place]));
    if (now !== shape) {
      shape = now;
      draw(state);
    }
    const top = Number(parts.get('log').parentNode.querySelector('rect').getAttribute('y'));
    put(parts.get('log'), state.zones.slice(0, 4).map((z, i) => [
      s('text', { class: 't2', x: 32, y: top + 50 + i * 18, 'font-size': 12 }, clip(zoneName(z.zone), 17)),
      s('text', { x: 190, y: top + 50 + i * 18, 'font-size': 12, 'text-anchor': 'end', 'font-weight': 560 }, z.head)]),
    state.zones.length > 4 ? s('text', { class: 't3', x: 190, y: top + 26, 'font-size': 11, 'text-anchor': 'end' }, `${state.zones.length} zones`) : null);
    for (const n of state.nodes) {
      const group = parts.get(n.node);
      group.setAttribute('class', `node ${n.state}`);
      group.querySelector('circle').setAttribute('class', n.state === 'caught-up' ? 'dot-good' : n.state === 'gone' ? 'dot-bad' : 'dot-warn');
      group.lastChild.textContent = n.state === 'gone' ? 'gone' : `${n.behind ? `${n.behind} behind` : 'caught up'} · horizon ${duration(n.horizonAgeMilliseconds + n.reportAgeMilliseconds)}`;
    }
    element.setAttribute('aria-label', `The log with ${state.zones.length} zones, followed by ${state.nodes.map(n => `${n.node} (${n.role}, ${n.state})`).join(', ')}`);
  }

  /** A change runs along the wire to a node that has just applied it. */
  function travel(node) {
    const path = paths.get(node);
    if (!path) return;
    path.classList.add('lit');
    setTimeout(() => path.classList.remove('lit'), 1400);
    if (calm.matches) return;
    const dot = s('circle', { class: 'dot', r: 6 });
    motion.append(dot);
    const length = path.getTotalLength(), began = performance.now(), lasts = 650;
    const step = now => {
      const done = Math.min(1, (now - began) / lasts);
      const point = path.getPointAtLength(length * (1 - (1 - done) ** 2));
      dot.setAttribute('cx', point.x);
      dot.setAttribute('cy', point.y);
      if (done < 1) return requestAnimationFrame(step);
      dot.remove();
      const box = parts.get(node).querySelector('rect');
      const ring = s('rect', { class: 'ring', x: box.getAttribute('x'), y: box.getAttribute('y'), width: box.getAttribute('width'), height: box.getAttribute('height'), rx: 10 });
      motion.append(ring);
      setTimeout(() => ring.remove(), 900);
    };
    requestAnimationFrame(step);
  }

  return { element, update, travel };
}
