// Small makers of elements. Nothing is ever parsed as HTML: text goes in as text.
const svgNames = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(c => c !== null && c !== undefined && c !== false));
  return element;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const s = (tag, attributes, ...children) => fill(document.createElementNS(svgNames, tag), attributes, children);

/** Replaces what an element holds, and keeps the keyboard where it was if the new content has an element of the same data-key. */
export function put(element, ...children) {
  const key = element.contains(document.activeElement) ? document.activeElement.dataset?.key : null;
  element.replaceChildren(...children.flat(Infinity).filter(c => c !== null && c !== undefined && c !== false));
  if (key) element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

export const card = (title, end, ...body) => h('section', { class: 'card', 'aria-label': title },
  h('header', {}, h('h2', {}, title), end ? h('div', { class: 'end' }, end) : null), ...body);

export const pill = (text, tone) => h('span', { class: `pill ${tone ?? ''}` }, text);

/** An error where the person is looking: what was wrong, where, what is allowed. */
export const alertOf = error => h('div', { class: 'alert', role: 'alert' },
  h('b', {}, error.title ?? error.message),
  error.detail ? h('span', {}, error.detail) : null,
  error.allowed ? h('span', {}, `Allowed: ${error.allowed}`) : null);

export const noticeOf = (...text) => h('div', { class: 'notice', role: 'status' }, ...text);

/** Runs an action; its error is shown in place, its button waits meanwhile. */
export async function attempt(place, button, action) {
  button && (button.disabled = true);
  try {
    put(place);
    await action();
  } catch (error) {
    put(place, alertOf(error));
  } finally {
    button && (button.disabled = false);
  }
}
