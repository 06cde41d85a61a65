import { h, put } from './dom.js';
import { live, listen, start } from './live.js';
import { propagationPage } from './propagation.js';
import { recordsPage } from './records.js';
import { explainPage } from './explain.js';

const pages = { propagation: propagationPage, records: recordsPage, explain: explainPage };
const main = document.getElementById('main');
let leave = null;

function show() {
  const [path, query] = location.hash.slice(2).split('?');
  const name = pages[path] ? path : 'propagation';
  for (const link of document.querySelectorAll('#pages a')) {
    link.getAttribute('href') === `#/${name}` ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current');
  }
  leave?.();
  document.title = `${name[0].toUpperCase()}${name.slice(1)} · EdgeCache`;
  put(main);
  leave = pages[name](main, new URLSearchParams(query ?? '')) ?? null;
}

const themeButton = document.getElementById('theme');
const theme = () => localStorage.getItem('edgecache.theme') ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
const paint = () => {
  document.documentElement.dataset.theme = theme();
  window.dispatchEvent(new Event('themechange'));
};
themeButton.addEventListener('click', () => {
  localStorage.setItem('edgecache.theme', theme() === 'dark' ? 'light' : 'dark');
  paint();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
paint();

const link = document.getElementById('link');
const words = { live: 'live', lost: 'connection lost, trying again', connecting: 'connecting', token: 'a token is needed' };
listen(what => {
  const fault = live.link === 'live' && live.state?.fault;
  const text = fault ? live.state.fault : words[live.link];
  if ((what === 'link' || what === 'state' || what === 'hello') && link.textContent !== text) {
    link.textContent = text;
    link.className = `link ${live.link === 'live' && !fault ? 'live' : 'lost'}`;
  }
});

addEventListener('hashchange', show);
start();
show();
