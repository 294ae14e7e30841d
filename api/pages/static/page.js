// On every page: the switch between light and dark, and times in the reader's own zone.

const root = document.documentElement;

function isDark() {
  return (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
}

function switchTheme() {
  const next = isDark() ? 'light' : 'dark';
  root.dataset.theme = next;
  try { localStorage.setItem('badges-theme', next); } catch { /* it holds for this page only */ }
}

const STYLES = {
  day: { dateStyle: 'medium' },
  moment: { dateStyle: 'medium', timeStyle: 'short' },
  soon: { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
};

/** Write every `<time data-show="day|moment|soon">` below a node as the reader's clock has it. */
export function localTimes(within) {
  for (const each of within.querySelectorAll('time[data-show]')) {
    const format = new Intl.DateTimeFormat(root.lang, STYLES[each.dataset.show]);
    each.textContent = format.format(new Date(each.dateTime));
    each.title = each.dateTime;
  }
}

/** Have a screen reader say a sentence; those said shortly before stay, so that none is swallowed. */
export function say(sentence) {
  const said = document.getElementById('said');
  said.append(Object.assign(document.createElement('p'), { textContent: sentence }));
  while (said.childElementCount > 5) said.firstElementChild.remove();
}

for (const button of document.querySelectorAll('[data-theme-switch]')) button.addEventListener('click', switchTheme);
localTimes(document);
