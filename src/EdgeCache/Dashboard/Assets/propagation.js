// The topology, a change on its way through it, and what it does to the traffic.
import { h, put, card, pill } from './dom.js';
import { live, listen, changesNow, rates } from './live.js';
import { ago, clip, duration, kindTone, percent, rate, stateTone, zoneName } from './format.js';

/** Zones whose place is shown of each node. */
const mostPlaces = 4;
import { topologyMap } from './map.js';
import { waterfall } from './waterfall.js';
import { trafficCharts } from './charts.js';

export function propagationPage(main, query) {
  let chosen = query.get('change');
  const kpis = h('div', { class: 'kpis' });
  const list = h('ul', { class: 'list changes' });
  const fall = h('div', { class: 'body scroll' });
  const fallTitle = h('span', {});
  const rows = h('tbody');
  const map = topologyMap();
  const charts = trafficCharts();

  const choose = change => { chosen = change; drawChanges(); drawFall(); };
  const current = () => (chosen && live.changes.get(chosen)) || groups()[0]?.lead;

  /** A purge that names no zone is a change in each of them: shown once, by the one that pages felt. */
  function groups() {
    const byWriter = new Map();
    for (const c of changesNow()) {
      const all = byWriter.get(c.writerId) ?? [];
      all.push(c);
      byWriter.set(c.writerId, all);
    }
    const weight = c => Object.keys(c.fresh).length * 1000 + c.zone.length;
    return [...byWriter.values()].map(all => ({ all, lead: all.reduce((a, b) => weight(b) > weight(a) ? b : a) }));
  }

  function drawKpis() {
    const nodes = live.state?.nodes ?? [];
    const recent = rates(live.samples.slice(-31)).flatMap(r => Object.values(r.lines));
    const sum = name => recent.reduce((total, n) => total + n[name], 0);
    const seconds = Math.max(1, new Set(live.samples.slice(-31).map(x => x.at)).size - 1);
    const caught = nodes.filter(n => n.state === 'caught-up').length;
    const horizon = Math.max(0, ...nodes.filter(n => n.state !== 'gone').map(n => n.horizonAgeMilliseconds + n.reportAgeMilliseconds));
    const newest = changesNow()[0];
    const kpi = (value, label, tone) => h('div', { class: `kpi ${tone ?? ''}` }, h('b', {}, value), h('span', {}, label));
    put(kpis,
      kpi(`${caught} of ${nodes.length}`, 'nodes caught up', caught < nodes.length ? 'warn' : ''),
      kpi(duration(horizon), 'oldest horizon', horizon > 2000 ? 'warn' : ''),
      kpi(newest ? ago(Math.max(0, live.state.at - newest.acceptedAt)) : '–', 'newest change'),
      kpi(percent(sum('hits') / sum('requests')), 'hit ratio, last minute'),
      kpi(percent(sum('stale') / sum('requests')), 'answers known to be stale', sum('stale') > 0 ? 'warn' : ''),
      kpi(rate(sum('upstream') / seconds), 'upstream requests'));
  }

  function drawChanges() {
    const now = live.state?.at ?? Date.now();
    const all = groups();
    put(list, all.length === 0 ? h('li', { class: 'empty' }, 'No change yet. Publish a record, or purge a tag.') : all.map(({ all: zones, lead: c }) => h('li', {},
      h('button', { class: 'item', 'data-key': c.change, 'aria-current': zones.some(z => z.change === current()?.change) ? 'true' : 'false', onclick: () => choose(c.change) },
        h('span', { class: 'top' }, pill(c.kind, kindTone(c.kind)), h('span', { class: 'name' }, c.title), h('span', { class: 'end' }, ago(Math.max(0, now - c.acceptedAt)))),
        h('span', { class: 'sub' }, `${zoneName(c.zone)} ${c.serial}${zones.length > 1 ? ` and ${zones.length - 1} more zones` : ''} · ${spread(c)}`)))));
  }

  /** Who is gone holds nothing back: a list says so, not each change. */
  const present = () => (live.state?.nodes ?? []).filter(n => n.state !== 'gone');

  function spread(change) {
    const following = present().filter(n => n.positions.some(p => p.startsWith(change.zone + ':')));
    const done = following.filter(n => change.applied[n.node] || reached(n, change)).length;
    const times = Object.values(change.applied).map(t => t - change.acceptedAt);
    return `${done} of ${following.length} nodes${times.length ? `, ${duration(Math.max(...times))}` : ''}`;
  }

  const reached = (node, change) => node.positions.some(p => {
    const cut = p.split(':');
    return `${cut[0]}:${cut[1]}` === change.change.split(':').slice(0, 2).join(':') && Number(cut[2]) >= change.serial;
  });

  function drawFall() {
    const change = current();
    put(fallTitle, change ? `${change.kind} ${change.title} · ${change.change}` : '');
    put(fall, change ? waterfall(change, present(), reached) : h('p', { class: 'empty' }, 'Choose a change to see when each node had it.'));
  }

  function drawNodes() {
    const short = p => { const cut = p.split(':'); return `${clip(zoneName(cut[0]), 24)} ${cut[2]}`; };
    const places = all => all.slice(0, mostPlaces).map(short).join(' · ') + (all.length > mostPlaces ? ` and ${all.length - mostPlaces} more` : '');
    const calm = n => ['gone', 'lagging', 'validating', 'behind', 'caught-up'].indexOf(n.state);
    put(rows, [...(live.state?.nodes ?? [])].sort((a, b) => calm(a) - calm(b)).map(n => h('tr', {},
      h('td', {}, h('b', {}, n.node)), h('td', { class: 'muted' }, n.role), h('td', {}, pill(n.state, stateTone(n.state))),
      h('td', { class: 'num' }, n.behind), h('td', { class: 'num nowrap' }, duration(n.horizonAgeMilliseconds + n.reportAgeMilliseconds)), h('td', { class: 'num' }, n.gapsRepaired),
      h('td', { class: 'num' }, n.resyncs), h('td', { class: 'small muted mono', title: n.positions.join('\n') }, places(n.positions)))));
  }

  const drawAll = () => { drawKpis(); map.update(live.state); drawChanges(); drawFall(); drawNodes(); charts.update(); };
  main.append(
    h('div', { class: 'head' }, h('h1', {}, 'Propagation'), h('p', {}, 'Where each change is, and how old an answer can be.')),
    kpis,
    h('div', { class: 'row split' },
      card('Topology', h('div', { class: 'key' }, h('span', {}, h('i', { class: 'k-fresh' }), 'caught up'), h('span', {}, h('i', { class: 'k-old' }), 'behind or lagging'), h('span', {}, h('i', { class: 'k-gone' }), 'gone')), h('div', { class: 'body center' }, map.element)),
      card('Changes', 'newest first', list)),
    card('Timeline of a change', fallTitle, fall),
    card('Nodes', null, h('div', { class: 'scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, ['Node', 'Role', 'State'].map(t => h('th', { scope: 'col' }, t)), ['Behind', 'Horizon', 'Gaps', 'Resyncs'].map(t => h('th', { scope: 'col', class: 'num' }, t)), h('th', { scope: 'col' }, 'Position'))), rows))),
    charts.element);
  if (live.state) drawAll();
  const stop = listen((what, detail) => {
    if (what === 'hello') drawAll();
    else if (what === 'state') { drawKpis(); map.update(live.state); drawNodes(); drawChanges(); }
    else if (what === 'sample') { charts.update(); drawKpis(); }
    else if (what === 'change') {
      const { change, before } = detail;
      if (!before && document.activeElement?.closest('.changes') === null) chosen = null;
      for (const node of Object.keys(change.applied)) if (!before?.applied[node]) map.travel(node, change);
      drawChanges();
      drawFall();
    }
  });
  return () => { stop(); charts.close(); };
}
