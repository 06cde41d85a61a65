// The admin API. The token, when one is needed, is kept for this tab only.
import { h, put, alertOf } from './dom.js';

const key = 'edgecache.token';
const headers = extra => {
  const token = sessionStorage.getItem(key);
  return token ? { ...extra, Authorization: `Bearer ${token}` } : { ...extra };
};

export class Problem extends Error {
  constructor(problem, status) {
    super(problem.title || `answered ${status}`);
    Object.assign(this, { title: problem.title || `answered ${status}`, detail: problem.detail, allowed: problem.allowed, status });
  }
}

export async function call(method, path, { body, json, headers: extra } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: headers({ Accept: 'application/json', ...(json === undefined ? {} : { 'Content-Type': 'application/json' }), ...extra }),
      body: json === undefined ? body : JSON.stringify(json),
    });
  } catch {
    throw new Problem({ title: 'The server does not answer', detail: 'Nothing was changed. Is the program running?' }, 0);
  }
  if (response.status === 401) {
    await askForToken();
    return call(method, path, { body, json, headers: extra });
  }
  const text = await response.text();
  let value = null;
  try { value = text ? JSON.parse(text) : null; } catch { value = { title: text }; }
  if (!response.ok && response.status !== 300) throw new Problem(value ?? {}, response.status);
  return { value, status: response.status, etag: response.headers.get('ETag'), change: response.headers.get('Edge-Change'), context: response.headers.get('Edge-Context') };
}

let asking = null;

/** One form for everybody who waits for a token. */
function askForToken() {
  asking ??= new Promise(resolve => {
    const field = h('input', { type: 'password', autocomplete: 'off', required: true, 'aria-describedby': 'token-why' });
    const refused = h('div');
    if (sessionStorage.getItem(key)) put(refused, alertOf({ title: 'That token is not accepted' }));
    const dialog = h('dialog', { class: 'card', 'aria-label': 'Token' },
      h('form', { class: 'body form', onsubmit: event => {
        event.preventDefault();
        sessionStorage.setItem(key, field.value.trim());
        dialog.close();
      } },
      h('h2', {}, 'This server asks for a token'),
      h('p', { class: 'muted small', id: 'token-why' }, 'The one of its token file or EDGECACHE_TOKEN. It is kept for this tab only.'),
      refused, h('label', {}, 'Token', field), h('div', { class: 'actions' }, h('button', { class: 'primary' }, 'Continue'))));
    dialog.addEventListener('cancel', event => event.preventDefault());
    dialog.addEventListener('close', () => { dialog.remove(); asking = null; resolve(); });
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}

/** Server-Sent Events over fetch, since EventSource can send no token. Comes back by itself after whatever broke it. */
export async function follow(path, onEvent, onLink) {
  for (let pause = 500; ; pause = Math.min(pause * 1.6, 5000)) {
    try {
      const response = await fetch(path, { headers: headers({ Accept: 'text/event-stream' }) });
      if (response.status === 401) {
        onLink('token');
        await askForToken();
        pause = 500;
        continue;
      }
      if (response.ok) {
        onLink('live');
        pause = 500;
        await read(response.body.pipeThrough(new TextDecoderStream()).getReader(), onEvent);
      }
    } catch {
      // Broken or not there: said by the link, tried again below.
    }
    onLink('lost');
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

async function read(reader, onEvent) {
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split('\n');
      const field = name => lines.filter(l => l.startsWith(name + ': ')).map(l => l.slice(name.length + 2)).join('\n');
      if (field('data')) onEvent(field('event') || 'message', JSON.parse(field('data')));
    }
  }
}
