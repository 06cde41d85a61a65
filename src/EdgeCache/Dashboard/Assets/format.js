export const duration = ms =>
  ms === null || ms === undefined ? '–' : ms < 0 ? '0 ms' : ms < 1000 ? `${Math.round(ms)} ms` : ms < 10000 ? `${(ms / 1000).toFixed(1)} s`
    : ms < 120000 ? `${Math.round(ms / 1000)} s` : ms < 7200000 ? `${Math.round(ms / 60000)} min` : `${Math.round(ms / 3600000)} h`;

/** A name drawn where it has no room to wrap. */
export const clip = (text, most) => text.length > most ? `${text.slice(0, most - 1)}…` : text;

export const zoneName = zone => zone === '.' ? 'root' : zone;
export const ago = ms => ms < 1500 ? 'just now' : `${duration(ms)} ago`;
export const bytes = n => n < 1024 ? `${n} B` : n < 1048576 ? `${(n / 1024).toFixed(1)} KiB` : `${(n / 1048576).toFixed(1)} MiB`;
export const percent = x => Number.isFinite(x) ? `${(100 * x).toFixed(x > 0.995 && x < 1 ? 2 : x < 0.1 && x > 0 ? 2 : 0)} %` : '–';
export const rate = x => !Number.isFinite(x) ? '–' : x >= 1000 ? `${(x / 1000).toFixed(1)}k/s` : x >= 10 ? `${Math.round(x)}/s` : `${x.toFixed(1)}/s`;
export const when = ms => new Date(ms).toLocaleTimeString([], { hour12: false }) + '.' + String(ms % 1000).padStart(3, '0');
export const day = ms => new Date(ms).toLocaleString([], { hour12: false });
export const stateTone = state => state === 'caught-up' ? 'good' : state === 'behind' ? 'accent' : state === 'lagging' || state === 'validating' ? 'warn' : 'bad';
export const kindTone = kind => kind === 'purge' ? 'violet' : kind === 'delete' ? 'bad' : kind === 'batch' ? 'warn' : 'accent';
