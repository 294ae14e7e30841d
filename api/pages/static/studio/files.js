// The list of files, and the questions that a new, renamed or deleted one takes.

import { $, counted, h } from './dom.js';

/** Draw the list. */
export function drawFiles({ files, changes, problems, file }, open) {
  const groups = new Map();
  for (const path of Object.keys(files).sort(byFolder)) {
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    groups.set(folder, [...(groups.get(folder) ?? []), path]);
  }
  const drawn = [...groups].map(([folder, paths]) => [
    folder ? h('h3', {}, folder) : null,
    h('ul', {}, paths.map((path) => h('li', {}, entry(path, path === file, changes[path], faultsOf(problems, path), open)))),
  ]);
  const held = $('files').contains(document.activeElement) ? document.activeElement.dataset.path : null;
  $('files').replaceChildren(...drawn.flat().filter(Boolean));
  if (held) $('files').querySelector(`[data-path="${CSS.escape(held)}"]`)?.focus();
}

function byFolder(a, b) {
  return a.includes('/') - b.includes('/') || a.localeCompare(b);
}

function faultsOf(problems, path) {
  return problems.filter((each) => each.file === path && each.severity === 'error').length;
}

function entry(path, isHere, change, faults, open) {
  return h(
    'button', { type: 'button', class: 'quiet file', 'aria-current': isHere ? 'true' : undefined, 'data-path': path, onclick: () => open(path) },
    h('span', { class: 'stem' }, path.slice(path.lastIndexOf('/') + 1).replace(/\.yaml$/, '')),
    faults ? h('span', { class: 'tag bad', title: counted(faults, 'error') }, faults, h('span', { class: 'unseen' }, ` ${faults === 1 ? 'error' : 'errors'}`)) : null,
    change ? h('span', { class: 'mark', title: change }, h('span', { class: 'unseen' }, change)) : null,
  );
}

/** Ask for something in a dialog: the values of the fields, or null. `fault` says why they cannot be. */
export function question({ title, yes, fields = [], text = '', fault = () => '', danger = false }) {
  const dialog = $('ask');
  const inputs = fields.map((field) => h(field.options ? 'select' : 'input', { id: `ask-${field.name}`, name: field.name, value: field.value, autocomplete: 'off', spellcheck: 'false' }, (field.options ?? []).map((each) => h('option', {}, each))));
  $('ask-title').textContent = title;
  $('ask-yes').textContent = yes;
  $('ask-yes').classList.toggle('danger', danger);
  $('ask-fault').hidden = true;
  $('ask-fields').replaceChildren(...(text ? [h('p', {}, text)] : []), ...fields.flatMap((field, n) => [h('label', { for: `ask-${field.name}` }, field.label), inputs[n]]));
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((done) => {
    const form = dialog.querySelector('form');
    const values = () => Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()]));
    const judge = (event) => {
      const reason = fault(values());
      if (!reason) { dialog.returnValue = 'yes'; return; }
      event.preventDefault();
      $('ask-fault').textContent = reason;
      $('ask-fault').hidden = false;
    };
    form.addEventListener('submit', judge);
    $('ask-cancel').onclick = () => dialog.close('');
    dialog.addEventListener('close', () => {
      form.removeEventListener('submit', judge);
      done(dialog.returnValue === '' ? null : values());
    }, { once: true });
  });
}
