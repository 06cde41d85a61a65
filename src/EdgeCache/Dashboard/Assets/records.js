// Browse, edit, compare, bring back, purge. Every write says what it is over, and every refusal stands where it was caused.
import { h, put, pill, attempt } from './dom.js';
import { call } from './api.js';
import { listen } from './live.js';
import { editor } from './editor.js';
import { purgeForm } from './purge.js';

const inPath = zone => zone === '.' ? '@' : encodeURIComponent(zone);
export const recordPath = r => `/zones/${inPath(r.zone)}/records/${encodeURIComponent(r.name)}/${encodeURIComponent(r.type)}`;

export function recordsPage(main, query) {
  let zone = query.get('zone'), chosen = query.get('record'), records = [], next = null;
  const zones = h('select', { 'aria-label': 'Zone', onchange: () => { zone = zones.value; chosen = null; load(); } });
  const filter = h('input', { type: 'search', placeholder: 'Filter by name, type or value', 'aria-label': 'Filter', oninput: () => draw() });
  const list = h('ul', { class: 'list records' });
  const count = h('span');
  const problem = h('div');
  const side = h('div', { class: 'row' });
  const policy = h('span');
  // Not while a zone is being read: what it has is opened then, over whatever was typed meanwhile.
  const create = h('button', { type: 'button', disabled: true, onclick: () => { chosen = null; draw(); open(true); } }, 'New record');

  async function loadZones() {
    const { value } = await call('GET', '/zones');
    const names = value.zones.map(z => z.zone);
    zone = names.includes(zone) ? zone : names.find(n => n !== 'default' && n !== '.' && n.split('.').length > 1) ?? names[0];
    put(zones, value.zones.map(z => h('option', { value: z.zone, selected: z.zone === zone }, z.zone)));
    return value.zones;
  }

  async function load(more) {
    create.disabled = !more;
    await attempt(problem, null, async () => {
      const all = await loadZones();
      const mine = all.find(z => z.zone === zone);
      put(policy, mine ? [pill(mine.conflict, 'accent'), ' ', pill(`${mine.authority} authority`)] : null);
      const page = (await call('GET', `/zones/${inPath(zone)}/records${more ? `?after=${encodeURIComponent(next)}` : ''}`)).value;
      records = more ? [...records, ...page.records] : page.records;
      next = page.next;
      draw();
      if (!more) open();
      create.disabled = false;
    });
  }

  function draw() {
    const wanted = filter.value.toLowerCase();
    const shown = records.filter(r => !r.isDeleted && `${r.name} ${r.type} ${r.value ?? ''}`.toLowerCase().includes(wanted));
    put(count, `${shown.length}${next ? '+' : ''} records`);
    put(list, shown.map(r => h('li', {}, h('button', {
      class: 'item', 'data-key': `${r.name}/${r.type}`, 'aria-current': chosen === `${r.name}/${r.type}` ? 'true' : 'false', onclick: () => { chosen = `${r.name}/${r.type}`; draw(); open(); },
    }, h('span', { class: 'top' }, h('span', { class: 'name' }, r.name), pill(r.type), r.siblings?.length > 1 ? pill(`${r.siblings.length} siblings`, 'warn') : null, h('span', { class: 'end' }, `${r.ttl} s`)),
    h('span', { class: 'sub mono' }, (r.value ?? '(bytes)').replaceAll('\n', ' · '))))),
    next ? h('li', {}, h('button', { class: 'item', onclick: () => load(true) }, 'More…')) : null,
    shown.length === 0 ? h('li', { class: 'empty' }, records.length ? 'Nothing matches the filter.' : 'No records yet. Publish the first one.') : null);
  }

  function open(isNew) {
    const [name, type] = isNew || !chosen ? ['', ''] : [chosen.slice(0, chosen.lastIndexOf('/')), chosen.slice(chosen.lastIndexOf('/') + 1)];
    const key = chosen && !isNew ? { zone, name, type } : { zone, name: '', type: 'A' };
    put(side, editor(key, !chosen || isNew, saved => { chosen = saved; load(); }), purgeForm(zone, key));
  }

  main.append(
    h('div', { class: 'head' }, h('h1', {}, 'Records'), h('p', {}, 'What the origin publishes, every version of it, and what edges are told to forget.')),
    problem,
    h('div', { class: 'row split records-page' },
      h('section', { class: 'card', 'aria-label': 'Records of a zone' },
        h('header', {}, h('h2', {}, 'Zone'), policy, h('div', { class: 'end' }, count, create)),
        h('div', { class: 'body fields' }, zones, filter), list),
      side));
  load();
  let timer = 0;
  const stop = listen((what, detail) => {
    if (what === 'change' && !detail.before && detail.change.zone === zone && detail.change.kind !== 'purge') {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        // The list follows the log; an edit under way is left alone, its If-Match tells when it is late.
        try { records = (await call('GET', `/zones/${inPath(zone)}/records`)).value.records; draw(); } catch { /* the next change asks again */ }
      }, 150);
    }
  });
  return () => { stop(); clearTimeout(timer); };
}

