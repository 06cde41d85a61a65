// Purges with every selector; the answer says which change to watch.
import { h, put, card, attempt, noticeOf } from './dom.js';
import { call } from './api.js';
import { changeLink } from './editor.js';

const kinds = [['tag', 'product-1'], ['url', 'http://localhost:8080/products/1'], ['prefix', '/products'], ['host', 'localhost'], ['name', 'www'], ['all', '']];

export function purgeForm(zone, key) {
  const said = h('div');
  const kind = h('select', { onchange: () => { const all = kind.value === 'all'; value.disabled = all; value.placeholder = kinds.find(k => k[0] === kind.value)[1]; if (all) value.value = ''; } },
    kinds.map(([k]) => h('option', { value: k }, k === 'all' ? 'everything' : k)));
  const value = h('input', { placeholder: 'product-1', value: '' });
  const where = h('select', {}, h('option', { value: '' }, 'every zone'), h('option', { value: zone ?? '', selected: true }, zone ?? ''));
  const mode = h('select', {}, h('option', { value: 'soft' }, 'soft: ask before it is used again'), h('option', { value: 'hard' }, 'hard: free the bytes'));
  const button = h('button', { class: 'primary' }, 'Purge');
  const send = () => attempt(said, button, async () => {
    const selector = kind.value === 'all' ? { all: true } : kind.value === 'name' ? { name: value.value, ...(key?.name === value.value && key.type ? { type: key.type } : {}) } : { [kind.value]: value.value };
    const { value: done } = await call('POST', '/purge', { json: { ...(where.value ? { zone: where.value } : {}), select: [selector], mode: mode.value } });
    put(said, noticeOf(`Purged in ${done.changes.length === 1 ? done.changes[0].zone : `${done.changes.length} zones`}. `, changeLink((done.changes.find(c => c.isNamed) ?? done.changes[0]).change)));
  });
  return card('Purge', null, h('form', { class: 'body form', onsubmit: event => { event.preventDefault(); send(); } },
    said, h('div', { class: 'fields' }, h('label', {}, 'What', kind), h('label', {}, 'Selector', value)),
    h('div', { class: 'fields' }, h('label', {}, 'Where', where), h('label', {}, 'How', mode)), h('div', { class: 'actions' }, button)));
}
