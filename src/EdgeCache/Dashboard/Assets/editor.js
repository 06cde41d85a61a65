// One record: its value over a known version, its history, what changed, and the way back.
import { h, put, pill, attempt, noticeOf, alertOf } from './dom.js';
import { call } from './api.js';
import { day } from './format.js';
import { recordPath } from './records.js';

const types = ['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'SRV', 'NS', 'CAA', 'HTTPS', 'SVCB', 'DOC'];

export function editor(key, isNew, onSaved) {
  const body = h('div', { class: 'body form' });
  const tabs = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Record' });
  const title = isNew ? 'New record' : `${key.name} ${key.type}`;
  const views = isNew ? { Edit: edit } : { Edit: edit, History: history };
  let etag = null, context = null;

  function select(name) {
    put(tabs, Object.keys(views).map(v => h('button', { type: 'button', role: 'tab', 'data-key': v, 'aria-selected': v === name ? 'true' : 'false', onclick: () => select(v) }, v)));
    put(body);
    views[name]();
  }

  async function edit() {
    const said = h('div');
    put(body, said);
    let record = null, siblings = [];
    if (!isNew) {
      try {
        const answer = await call('GET', recordPath(key));
        ({ etag, context } = answer);
        siblings = answer.status === 300 ? answer.value.siblings ?? [] : [];
        record = siblings[0] ?? answer.value;
      } catch (error) {
        if (error.status !== 410) return put(said, alertOf(error));
        put(said, noticeOf('This record was deleted. Publishing makes it anew.'));
      }
    }
    form(said, record, siblings);
  }

  function form(said, record, siblings) {
    const name = h('input', { value: key.name, required: true, maxlength: 255, readonly: !isNew, placeholder: 'www, or @ for the apex' });
    const type = h('select', { disabled: !isNew }, types.concat(types.includes(key.type) ? [] : [key.type]).map(t => h('option', { value: t, selected: t === key.type }, t)));
    const value = h('textarea', { spellcheck: 'false', value: record?.value ?? '', 'aria-describedby': 'value-why' });
    const ttl = h('input', { type: 'number', min: 0, max: 604800, value: record?.ttl ?? 300, inputmode: 'numeric' });
    const tags = h('input', { value: (record?.tags ?? []).join(', '), placeholder: 'product-1, sale' });
    const media = h('label', {}, 'Content type', h('input', { value: record?.contentType ?? 'text/plain' }));
    const suit = () => { media.hidden = type.value !== 'DOC'; };
    type.addEventListener('change', suit);
    suit();
    const publish = h('button', { class: 'primary' }, 'Publish');
    const remove = isNew || !record ? null : h('button', { type: 'button', class: 'danger', onclick: () => attempt(said, remove, async () => {
      if (!confirm(`Delete ${key.name} ${key.type}?`)) return;
      const done = await call('DELETE', recordPath(key), { headers: etag ? { 'If-Match': etag } : {} });
      put(said, noticeOf('Deleted. ', changeLink(done.change)));
      onSaved(null);
    }) }, 'Delete');
    const send = () => attempt(said, publish, async () => {
      const target = { zone: key.zone, name: name.value.trim(), type: type.value };
      const over = context ? { 'Edge-Context': context } : isNew ? { 'If-None-Match': '*' } : etag ? { 'If-Match': etag } : {};
      const done = await call('PUT', recordPath(target), { body: value.value, headers: {
        ...over, 'Content-Type': target.type === 'DOC' ? media.lastChild.value : 'text/plain', 'Cache-Control': `max-age=${ttl.value}`, ...(tags.value.trim() ? { 'Cache-Tag': tags.value } : {}) } });
      ({ etag, context } = done);
      put(said, noticeOf('Published. ', changeLink(done.change)));
      if (isNew) onSaved(`${target.name}/${target.type}`);
    });
    body.append(
      siblings.length > 1 ? h('div', { class: 'form' }, h('h3', {}, `${siblings.length} values were written without knowing of each other`),
        siblings.map((v, i) => h('div', { class: 'actions' }, h('code', {}, (v.value ?? '(bytes)').slice(0, 120)), h('span', { class: 'muted small' }, `${v.origin ?? ''} ${v.committedAt ? day(v.committedAt) : ''}`),
          h('button', { type: 'button', class: 'ghost', 'aria-label': `Take value ${i + 1}`, onclick: () => { value.value = v.value ?? ''; value.focus(); } }, 'take'))),
        h('p', { class: 'muted small' }, 'Take one or write what both mean, then publish: that resolves them.')) : '',
      h('form', { class: 'form', onsubmit: event => { event.preventDefault(); send(); } },
        h('div', { class: 'fields' }, h('label', {}, 'Name', name), h('label', {}, 'Type', type), h('label', {}, 'TTL, seconds', ttl)),
        record?.base64 ? h('p', { class: 'muted small' }, 'The value is bytes, not text; publishing replaces it.') : '',
        h('label', {}, 'Value', value), h('span', { class: 'muted small', id: 'value-why' }, 'A DNS type: the whole RRset, one record in a line. DOC: any text.'),
        h('div', { class: 'fields' }, h('label', {}, 'Tags', tags), media),
        h('div', { class: 'actions' }, publish, remove, h('span', { class: 'muted small mono' }, isNew ? 'only if there is none yet' : siblings.length > 1 ? 'resolves all siblings' : context ? 'over all that was read' : etag ? `only over ${etag}` : ''))));
  }

  async function history() {
    const said = h('div'), view = h('div', { class: 'form' });
    put(body, said, view);
    await attempt(said, null, async () => {
      const versions = (await call('GET', `${recordPath(key)}/history`)).value.records;
      const shown = h('div');
      const compare = (from, to) => attempt(said, null, async () => {
        const { value } = await call('GET', `${recordPath(key)}/diff?from=${from}&to=${to}`);
        put(shown, h('h3', {}, `${from} → ${to}`), h('div', { class: 'diff mono', tabindex: 0, 'aria-label': `What changed from ${from} to ${to}` },
          value.lines.map(l => h('div', { class: l.startsWith('+ ') ? 'add' : l.startsWith('- ') ? 'del' : '' }, l || ' '))));
      });
      put(view, h('ul', { class: 'list' }, versions.map((v, i) => h('li', { class: 'item' },
        h('span', { class: 'top' }, h('span', { class: 'name mono' }, v.serial), i === 0 ? pill('current', 'good') : null, v.isDeleted ? pill('deleted', 'bad') : null, v.reason ? pill(v.reason, 'warn') : null,
          h('span', { class: 'end' }, `${day(v.committedAt)} · ${v.origin}`)),
        h('span', { class: 'sub mono' }, v.isDeleted ? '' : (v.value ?? '(bytes)').replaceAll('\n', ' · ')),
        h('span', { class: 'actions' },
          i + 1 < versions.length ? h('button', { type: 'button', class: 'ghost', onclick: () => compare(versions[i + 1].serial, v.serial) }, 'what changed') : null,
          i > 0 ? h('button', { type: 'button', class: 'ghost', onclick: () => compare(v.serial, versions[0].serial) }, 'against current') : null,
          i > 0 && !v.isDeleted ? h('button', { type: 'button', class: 'ghost', onclick: event => attempt(said, event.target, async () => {
            const done = await call('POST', `${recordPath(key)}/revert?to=${v.serial}`, { headers: versions[0].eTag ? { 'If-Match': versions[0].eTag } : {} });
            await history();
            put(body.firstChild, noticeOf(`Version ${v.serial} is published again. `, changeLink(done.change)));
          }) }, 'bring back') : null)))), shown);
    });
  }

  const element = h('section', { class: 'card', 'aria-label': title }, h('header', {}, h('h2', {}, title), h('div', { class: 'end' }, tabs)), body);
  select('Edit');
  return element;
}

export const changeLink = change => change ? h('a', { href: `#/propagation?change=${encodeURIComponent(change)}` }, `See ${change} travel`) : '';
