// Why this answer: for a page hop by hop, for a name zone by zone.
import { h, put, card, pill, attempt } from './dom.js';
import { call } from './api.js';
import { bytes, day } from './format.js';

export function explainPage(main, query) {
  const what = h('input', { value: query.get('q') ?? '', placeholder: 'http://localhost:8080/products/1 or www.shop.test', 'aria-label': 'URL or name', required: true });
  const type = h('select', { 'aria-label': 'Record type of a name' }, ['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'SRV', 'NS', 'DOC'].map(t => h('option', { selected: t === (query.get('type') ?? 'A') }, t)));
  const said = h('div'), result = h('div', { class: 'row', 'aria-live': 'polite' });
  const button = h('button', { class: 'primary' }, 'Explain');
  let timer = 0;
  const ask = () => attempt(said, button, async () => {
    clearInterval(timer);
    put(result);
    const text = what.value.trim();
    history.replaceState(null, '', `#/explain?q=${encodeURIComponent(text)}&type=${type.value}`);
    if (text.includes('://')) {
      const { value } = await call('GET', `/explain?url=${encodeURIComponent(text)}`);
      const began = Date.now();
      const draw = () => put(result, value.edges.map(e => page(e, Math.floor((Date.now() - began) / 1000))));
      draw();
      timer = setInterval(draw, 1000);
    } else {
      const { value } = await call('GET', `/explain?name=${encodeURIComponent(text)}&type=${encodeURIComponent(type.value)}`);
      const began = Date.now();
      const draw = () => put(result, name(value, (Date.now() - began) / 1000));
      draw();
      timer = setInterval(draw, 1000);
    }
  });
  const example = (text, t) => h('button', { type: 'button', class: 'ghost', onclick: () => { what.value = text; if (t) type.value = t; ask(); } }, text);
  main.append(
    h('div', { class: 'head' }, h('h1', {}, 'Explain'), h('p', {}, 'Why a page or a name is answered as it is. Nothing is fetched for it, and nothing counted.')),
    h('section', { class: 'card', 'aria-label': 'Question' }, h('form', { class: 'body form', onsubmit: event => { event.preventDefault(); ask(); } },
      h('div', { class: 'ask' }, what, type, button), h('div', { class: 'actions small muted' }, 'For example', example('http://localhost:8080/products/1'), example('www.shop.test', 'A')), said)),
    result);
  if (what.value) ask();
  return () => clearInterval(timer);
}

const arrow = text => h('div', { class: 'arrow', 'aria-hidden': 'true' }, h('span', {}, text || '\u00a0'), h('span', { class: 'head-right' }, '→'));
const hop = (title, tone, ...lines) => h('div', { class: `hop ${tone}` }, h('b', {}, title), lines.filter(Boolean).map(l => h('span', { class: 'small muted' }, l)));

const sayings = {
  serve: e => 'It has an answer and may use it.', validate: e => 'It has an answer and must ask whether it still holds.', fetch: () => 'It has no answer and fetches one.', bypass: () => 'It passes the request on without caching.',
};

function page(e, passed) {
  const chosen = e.variants.find(v => v.isSelected);
  const ttl = chosen ? chosen.ttlSeconds - passed : null;
  const action = e.action === 'serve' && ttl !== null && ttl <= 0 ? 'validate' : e.action;
  const tone = action === 'serve' ? 'good' : 'warn';
  const isServed = action === 'serve';
  return card(e.node, [pill(action, tone), pill(e.plane, e.plane === 'healthy' ? 'good' : 'warn')], h('div', { class: 'body form' },
    h('div', { class: 'chain', role: 'img', 'aria-label': `Client asks ${e.node}; ${action} because ${e.reason}` },
      hop('Client', '', 'GET'), arrow(''), hop(e.node, '', `rule ${e.rule}`, `zone ${e.zone}`), arrow('look up'),
      hop(chosen ? 'Stored answer' : 'Nothing stored', chosen ? (isServed ? 'good' : 'warn') : 'off', chosen ? `status ${chosen.status || 'uncacheable'}` : 'under this key', chosen ? (ttl > 0 ? `fresh for ${ttl} s` : `stale for ${-ttl} s`) : null),
      arrow('floors'), hop(!chosen ? 'No floor to meet' : chosen.floor !== 'none' ? `Below a ${chosen.floor} floor` : 'Above all floors', chosen ? (chosen.floor === 'none' ? 'good' : 'warn') : 'off', `${e.floors} ${e.floors === 1 ? 'floor' : 'floors'} in the zone`, `generation ${e.generation}`),
      arrow(isServed ? 'not asked' : action), hop('Application', isServed ? 'off' : 'warn', isServed ? 'does not hear of it' : 'is asked')),
    h('p', {}, sayings[action](e), ' ', h('span', { class: 'muted' }, `Cache-Status says: ${e.reason}`)),
    h('dl', { class: 'facts' },
      ...[['URL', e.url], ['Key', e.key], ['Rule', e.rule], ['Zone', e.zone], ['Applied', e.position]].flatMap(([k, v]) => [h('dt', {}, k), h('dd', { class: 'mono' }, v)])),
    e.variants.length ? h('div', { class: 'scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, ['Variant', 'Status', 'Age', 'Fresh for', 'Floor', 'ETag', 'Tags', 'Bytes'].map(t => h('th', { scope: 'col' }, t)))),
      h('tbody', {}, e.variants.map(v => h('tr', {}, h('td', { class: 'mono small' }, v.selected || 'the only one', v.isSelected ? [' ', pill('selected', 'accent')] : null), h('td', {}, v.status || 'pass'),
        h('td', {}, `${v.ageSeconds + passed} s`), h('td', {}, `${v.ttlSeconds - passed} s`), h('td', {}, pill(v.floor, v.floor === 'none' ? 'good' : 'warn')),
        h('td', { class: 'mono small' }, v.eTag ?? '–'), h('td', { class: 'mono small' }, v.tags ?? '–'), h('td', {}, bytes(v.bytes))))))) : null));
}

const meanings = { referral: 'refers to', answer: 'answers', nodata: 'has no record of this type', nxdomain: 'has no such name', alias: 'is an alias of' };

function name(e, passed) {
  const left = ttl => Math.max(0, Math.ceil(ttl - passed));
  return [
    card(`${e.name} ${e.key.split('/').pop()}`, [pill(e.rule, e.rule === 'record' ? 'good' : 'warn')], h('div', { class: 'body form' },
      h('div', { class: 'chain', role: 'list' }, hop('Resolver', '', 'asks from the root'), (e.walk ?? []).flatMap(step => [arrow(meanings[step.kind]?.split(' ')[0] ?? ''),
        h('div', { class: `hop ${step.kind === 'answer' || step.kind === 'alias' ? 'good' : step.kind === 'referral' ? '' : 'warn'}`, role: 'listitem' }, h('b', {}, step.zone === '.' ? 'root' : step.zone),
          h('span', { class: 'small' }, meanings[step.kind] ?? step.kind), step.records.map(r => h('div', { class: 'small' }, h('span', { class: 'mono' }, `${r.type} ${r.value.replaceAll('\n', ', ')}`),
            h('div', { class: 'actions' }, meter(left(r.ttl), r.ttl), h('span', { class: 'muted' }, `${left(r.ttl)} of ${r.ttl} s`)))))])),
      h('p', { class: 'small muted' }, 'The bars count down what a cache that asked now may still answer. A resolver in push mode hears of a change at once; one in ttl mode when its bar is empty.'),
      h('dl', { class: 'facts' }, ...[['Zone', e.zone], ['Record', e.key], ['Log', e.log], ['SOA serial', e.soaSerial], ...(e.record ? [['Version', `${e.record.serial} by ${e.record.origin}, ${day(e.record.committedAt)}`], ['ETag', e.record.eTag], ['TTL', `${e.record.ttl} s`]] : [])]
        .flatMap(([k, v]) => [h('dt', {}, k), h('dd', { class: 'mono' }, v)])))),
  ];
}

function meter(left, all) {
  const bar = h('i');
  bar.style.width = `${all > 0 ? (100 * left) / all : 0}%`;
  return h('div', { class: 'meter', 'aria-hidden': 'true' }, bar);
}
