// Hit ratio, stale answers and upstream load over ten minutes: a line for each node, for each zone, or for each node of one zone.
import { h, put, card } from './dom.js';
import { live, rates } from './live.js';
import { zoneName } from './format.js';

const hues = ['--accent', '--good', '--violet', '--warn', '--bad', '--muted'];
const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function trafficCharts() {
  const specs = [
    { title: 'Hit ratio', value: n => n.requests > 0 ? n.hits / n.requests : null, range: [0, 1], show: v => v === null ? '–' : `${(100 * v).toFixed(0)} %` },
    { title: 'Stale answers', value: n => n.requests > 0 ? n.stale / n.requests : null, range: [0, null], show: v => v === null ? '–' : `${(100 * v).toFixed(1)} %` },
    { title: 'Upstream requests', value: n => n.upstream, range: [0, null], show: v => v === null ? '–' : `${v.toFixed(v < 10 ? 1 : 0)}/s` },
  ].map(spec => ({ ...spec, place: h('div', { class: 'chart' }), plot: null, names: '' }));

  const lines = h('select', { 'aria-label': 'Lines of the charts', onchange: () => update(true) });
  let offered = '';

  /** Every zone that pages were asked of in these ten minutes can be chosen. */
  function offer() {
    const zones = [...new Set(live.samples.flatMap(x => Object.values(x.nodes).flatMap(n => Object.keys(n.zones))))].sort();
    if (offered === zones.join()) return;
    offered = zones.join();
    const chosen = lines.value;
    put(lines, h('option', { value: '' }, 'a line for each node'), h('option', { value: '*' }, 'a line for each zone'),
      zones.map(z => h('option', { value: z }, `${zoneName(z)}, a line for each node`)));
    lines.value = [...lines.options].some(o => o.value === chosen) ? chosen : '';
  }

  function make(spec, names, data) {
    spec.plot?.destroy();
    const axis = { size: 30, stroke: color('--muted'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui' };
    spec.plot = new window.uPlot({
      width: Math.max(240, spec.place.clientWidth - 16), height: 176, legend: { live: true }, cursor: { y: false },
      scales: { x: { time: true }, y: { range: (u, min, max) => [0, spec.range[1] ?? Math.max(max ?? 0, spec.title === 'Stale answers' ? 0.01 : 1) * 1.1] } },
      axes: [{ ...axis, values: (u, ticks) => ticks.map(t => new Date(t * 1000).toLocaleTimeString([], { hour12: false })), space: 90 }, { ...axis, size: 56, values: (u, ticks) => ticks.map(spec.show) }],
      series: [{ label: 'time', value: (u, v) => v ? new Date(v * 1000).toLocaleTimeString([], { hour12: false }) : '–' },
        ...names.map((name, i) => ({ label: name, stroke: color(hues[i % hues.length]), width: 1.8, spanGaps: true, points: { show: false }, value: (u, v) => spec.show(v ?? null) }))],
    }, data, spec.place);
    spec.plot.root.setAttribute('role', 'img');
    spec.plot.root.setAttribute('aria-label', `${spec.title} of the last ten minutes for ${names.join(', ')}`);
  }

  function update(anew) {
    if (!window.uPlot) return;
    offer();
    const points = rates(live.samples, lines.value === '*' ? { by: 'zone' } : { zone: lines.value || null });
    const names = [...new Set(points.flatMap(p => Object.keys(p.lines)))].sort();
    for (const spec of specs) {
      const data = [points.map(p => p.at / 1000), ...names.map(n => points.map(p => p.lines[n] ? spec.value(p.lines[n]) : null))];
      if (anew || !spec.plot || spec.names !== names.join()) {
        spec.names = names.join();
        make(spec, names, data);
      } else {
        spec.plot.setData(data);
      }
    }
  }

  const again = () => update(true);
  let timer = 0;
  const resized = () => { clearTimeout(timer); timer = setTimeout(again, 120); };
  addEventListener('themechange', again);
  addEventListener('resize', resized);
  const element = h('section', { 'aria-label': 'Traffic' },
    h('div', { class: 'head minor' }, h('h2', {}, 'Traffic, last 10 minutes'), h('label', { class: 'end' }, h('span', { class: 'muted small' }, 'Show '), lines)),
    h('div', { class: 'row thirds' }, specs.map(spec => card(spec.title, null, spec.place))));
  return { element, update: () => update(false), close: () => { removeEventListener('themechange', again); removeEventListener('resize', resized); specs.forEach(x => x.plot?.destroy()); } };
}
