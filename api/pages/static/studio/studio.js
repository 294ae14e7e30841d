// The studio: files, an editor, and what the rules do, asked anew after every change. Nothing is kept but in this browser.

import { say } from '../page.js';
import { copied, drawMeaning, drawPlan } from './changes.js';
import { $, counted, h, settled } from './dom.js';
import { FOLDERS, changesOf, keep, kept, pathFault, start } from './draft.js';
import { makeEditor } from './editor.js';
import { drawFiles, question } from './files.js';
import { drawScenarios } from './scenarios.js';
import { Problem, ask, fetched, posted } from './server.js';
import { Timeline } from './timeline.js';
import { showWhy } from './why.js';

const QUIET = 250;
const MOST_LISTED = 200;
const SAMPLE = '', STORED = '?stored', OWN = '?own';

const state = {
  origin: 'service', service: {}, example: {}, version: null, base: {}, files: {}, file: null,
  problems: [], badges: [], sound: false, checked: null, panel: 'timeline', folder: 'rules',
};
const editor = makeEditor($('editor'), { changed, complete: at('complete'), hover: at('hover') });
const timeline = new Timeline(explain);

function at(question_) {
  return (file, line, column) => tolerant(() => ask(question_, { files: state.files, file, line, column }));
}

/** What an answer gives, or null where there is none: nobody waits for completion or hover text. */
async function tolerant(asking) {
  try {
    return await asking();
  } catch (error) {
    if (error instanceof Problem || error instanceof TypeError) return null;
    throw error;
  }
}

/** Run something that may be refused, and say so where everybody sees it. */
async function telling(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) && !(error instanceof TypeError)) throw error;
    const sentence = sentenceOf(error);
    say(sentence);
    $('problems-title').textContent = sentence;
    $('problems-title').className = 'bad';
    return null;
  }
}

function sentenceOf(error) {
  if (error instanceof TypeError) return 'The server cannot be reached; the draft is kept.';
  if (error.status === 401) return 'The session is over: sign in again in another tab; the draft is kept.';
  return error.body?.errors?.map((each) => each.message).join('; ') || error.message;
}

// Files

function origin() {
  return state[state.origin];
}

function changes() {
  return changesOf(origin(), state.files);
}

function drawList() {
  drawFiles({ ...state, changes: changes() }, open);
  $('discard').disabled = !Object.keys(changes()).length;
}

function open(path) {
  state.file = path;
  editor.open(path, state.files[path] ?? '');
  $('file-name').textContent = path;
  drawList();
  showProblems();
}

function changed(path, text) {
  if (path === null) return;
  state.files[path] = text;
  afterChange();
}

const checkSoon = settled(() => telling(check), QUIET);

function afterChange() {
  const touched = Object.keys(changes()).length > 0;
  keep(touched ? { origin: state.origin, base: origin(), files: state.files, file: state.file, version: state.version } : null);
  drawList();
  checkSoon();
}

function firstFile() {
  const paths = Object.keys(state.files).sort();
  return paths.find((path) => path.startsWith('badges/')) ?? paths[0] ?? null;
}

function begin(name, draft = null) {
  state.origin = name;
  $('origin').value = name;
  state.files = { ...(draft?.files ?? origin()) };
  editor.forget();
  const path = draft?.file in state.files ? draft.file : firstFile();
  if (path) open(path);
  else drawList();
  return telling(check);
}

async function newFile() {
  const given = await question({
    title: 'A new file', yes: 'Make it',
    fields: [{ name: 'folder', label: 'Kind', options: FOLDERS }, { name: 'name', label: 'Name', value: '' }],
    fault: (values) => pathFault(path(values), state.files),
  });
  if (!given) return;
  state.files[path(given)] = start(path(given));
  open(path(given));
  afterChange();
  editor.focus();
}

function path({ folder, name }) {
  return `${folder}/${name.replace(/\.yaml$/, '')}.yaml`;
}

async function renameFile() {
  const old = state.file;
  const given = await question({
    title: `Rename ${old}`, yes: 'Rename', fields: [{ name: 'path', label: 'New path', value: old }],
    text: 'The name of a file is the id of what is in it.', fault: (values) => pathFault(values.path, state.files),
  });
  if (!given) return;
  state.files[given.path] = state.files[old];
  delete state.files[old];
  editor.forget(old);
  open(given.path);
  afterChange();
}

async function deleteFile() {
  const gone = state.file;
  const given = await question({ title: `Delete ${gone}?`, yes: 'Delete', text: 'It is deleted in this draft only.', danger: true });
  if (!given) return;
  delete state.files[gone];
  editor.forget(gone);
  open(firstFile());
  afterChange();
}

// Problems

async function check() {
  const files = { ...state.files };
  const told = await ask('check', { files });
  if (!told) return;
  Object.assign(state, { problems: told.problems, badges: told.badges });
  state.sound = !told.problems.some((each) => each.severity === 'error');
  $('waiting').hidden = state.sound;
  drawList();
  showProblems();
  if (state.sound) {
    state.checked = files;
    await tryOut();
  }
  $('studio').setAttribute('aria-busy', 'false');
}

function showProblems() {
  editor.problems(state.problems.filter((each) => each.file === state.file));
  const errors = state.problems.filter((each) => each.severity === 'error').length;
  const told = [errors && counted(errors, 'error'), state.problems.length - errors && counted(state.problems.length - errors, 'warning')].filter(Boolean);
  $('problems-title').textContent = told.join(', ') || 'No problems';
  $('problems-title').className = errors ? 'bad' : told.length ? 'warn' : 'good';
  const weight = (each) => (each.severity === 'error' ? 0 : 2) + (each.file === state.file ? 0 : 1);
  const sorted = [...state.problems].sort((a, b) => weight(a) - weight(b));
  $('problems').replaceChildren(...sorted.slice(0, MOST_LISTED).map((each) => h(
    'li', {},
    h('button', { type: 'button', class: 'quiet', onclick: () => goTo(each.file, each.line, each.column) },
      h('span', { class: each.severity === 'error' ? 'bad' : 'warn' }, `${each.message}`),
      each.help ? h('span', {}, ` (${each.help})`) : null,
      h('span', { class: 'soft' }, ` ${each.file}:${each.line}:${each.column}`)),
  )));
}

function goTo(file, line, column = 1) {
  if (!(file in state.files)) return;
  if (file !== state.file) open(file);
  editor.goTo(line, column);
}

// What the rules do: those that were checked, since what is being typed may have errors

const PANELS = {
  timeline: () => simulate(),
  scenarios: async () => {
    const told = await ask('scenarios', { files: state.checked });
    if (told) drawScenarios(told, goTo, watch);
  },
  changes: async () => {
    const told = await ask('diff', { files: state.checked, old: origin() });
    if (!told) return;
    drawMeaning(told, changes());
    $('plan').hidden = state.origin !== 'service';
    if ($('plan').hidden) $('consequences').replaceChildren();
    await drawPatch();
  },
};

/** The panel that is shown, and beside it the scenarios, whose failures are to be seen at once. */
async function tryOut() {
  await PANELS[state.panel]();
  if (state.panel !== 'scenarios') await PANELS.scenarios();
  fillSources();
}

function select(panel) {
  state.panel = panel;
  for (const name of Object.keys(PANELS)) {
    $(name).hidden = name !== panel;
    $(`tab-${name}`).setAttribute('aria-selected', name === panel);
    $(`tab-${name}`).tabIndex = name === panel ? 0 : -1;
  }
  if (state.sound) telling(PANELS[panel]);
  else if (panel === 'changes') drawMeaning(null, changes());
}

function tabs() {
  const names = Object.keys(PANELS);
  names.forEach((name, n) => {
    $(`tab-${name}`).addEventListener('click', () => select(name));
    $(`tab-${name}`).addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = names[(n + step + names.length) % names.length];
      select(next);
      $(`tab-${next}`).focus();
    });
  });
}

// The timeline

function fillSources() {
  const stories = Object.keys(state.files).filter((each) => each.startsWith('scenarios/')).sort().map((each) => each.slice('scenarios/'.length, -'.yaml'.length));
  const here = $('source').value;
  const option = (value, text) => h('option', { value }, text);
  $('source').replaceChildren(
    option(SAMPLE, 'A sample of everything'),
    h('optgroup', { label: 'Scenarios' }, stories.map((each) => option(each, each))),
    option(STORED, 'A stored user…'), option(OWN, 'My own'),
  );
  if ([...$('source').options].some((each) => each.value === here)) $('source').value = here;
}

async function simulate(anew = false) {
  if (!state.checked) return;
  if (!$('events').value.trim() && $('source').value !== OWN) {
    const story = $('source').value;
    const told = await ask('events', { files: state.checked, scenario: story === STORED ? null : story || null });
    if (!told) return;
    $('events').value = told.events;
  }
  const told = await ask('simulate', { files: state.checked, events: $('events').value });
  if (told) timeline.show(told, state.badges, anew);
}

async function source() {
  const chosen = $('source').value;
  $('stored').hidden = chosen !== STORED;
  if (chosen === STORED) { $('stored-user').focus(); return; }
  if (chosen === OWN) { $('log').open = true; $('events').focus(); return; }
  $('events').value = '';
  await simulate(true);
}

async function stored() {
  const told = await fetched(`/v1/users/${encodeURIComponent($('stored-user').value)}/export`);
  $('events').value = told.events.map((event) => `${JSON.stringify(event)}\n`).join('');
  $('log').open = !told.events.length;
  say(told.compacted ? `${counted(told.events.length, 'event')}; what was compacted is not among them` : counted(told.events.length, 'event'));
  await simulate(true);
}

async function watch(story) {
  select('timeline');
  $('source').value = story;
  $('tab-timeline').focus();
  await telling(source);
}

async function explain(user, badge, step) {
  await telling(async () => {
    const moment = { files: state.checked, events: $('events').value, user, badge, step };
    const told = await ask('explain', moment);
    if (told) showWhy(told, timeline.name(badge), user, () => telling(() => record(moment)));
  });
}

/** Add a scenario of what happened up to a moment to the draft. */
async function record(moment) {
  const told = await ask('record', moment);
  if (!told) return;
  state.files[told.file] = told.text;
  open(told.file);
  afterChange();
  editor.focus();
}

// The change

async function drawPatch() {
  const told = await ask('patch', { files: state.files, old: origin(), folder: $('folder').value.trim() });
  if (told) $('patch').value = told.patch;
}

async function copyPatch() {
  await drawPatch();
  if (!$('patch').value) { say('Nothing is changed yet.'); return; }
  const done = await copied($('patch').value, $('patch'));
  $('copy').textContent = done ? 'Copied' : 'Copy it from below';
  say(done ? 'The patch is copied: git apply takes it.' : 'Copy the patch from the field below.');
  setTimeout(() => { $('copy').textContent = 'Copy as pull request patch'; }, 2500);
}

async function discard() {
  const given = await question({ title: 'Discard the draft?', yes: 'Discard', text: `${counted(Object.keys(changes()).length, 'changed file')} will be as before.`, danger: true });
  if (!given) return;
  keep(null);
  $('moved').hidden = true;
  $('events').value = '';
  await begin(state.origin);
}

async function change() {
  if (Object.keys(changes()).length) {
    const given = await question({ title: 'Leave this draft?', yes: 'Leave it', text: 'The changes to these rules will be lost.', danger: true });
    if (!given) { $('origin').value = state.origin; return; }
  }
  keep(null);
  $('moved').hidden = true;
  $('events').value = '';
  await begin($('origin').value);
}

function listen() {
  const on = (id, event, work) => $(id).addEventListener(event, (happened) => telling(() => work(happened)));
  on('origin', 'change', change);
  on('discard', 'click', discard);
  on('new-file', 'click', newFile);
  on('rename-file', 'click', renameFile);
  on('delete-file', 'click', deleteFile);
  on('source', 'change', source);
  on('stored', 'submit', (event) => { event.preventDefault(); return stored(); });
  $('events').addEventListener('input', settled(() => { $('source').value = OWN; $('stored').hidden = true; telling(() => simulate()); }, QUIET));
  on('plan', 'click', async () => {
    $('consequences').replaceChildren(h('p', { class: 'soft' }, 'Counting …'));
    const told = await telling(() => posted('/v1/rules/plan', { files: state.files, allow_remove: false }));
    if (told) drawPlan(told);
    else $('consequences').replaceChildren();
  });
  on('copy', 'click', copyPatch);
  $('folder').addEventListener('input', settled(() => telling(drawPatch), QUIET));
  if (matchMedia('(max-width: 60rem)').matches) document.querySelector('.files').open = false;
  tabs();
}

async function main() {
  listen();
  const told = await fetched('/v1/studio/files');
  Object.assign(state, { service: told.files, example: told.example, version: told.version });
  fillSources();
  const draft = kept();
  $('moved').hidden = !draft || draft.origin !== 'service' || draft.version === told.version;
  await begin(draft?.origin === 'example' ? 'example' : 'service', draft);
}

telling(main);
