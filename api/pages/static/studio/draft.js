// The draft: files as they are now and as they were, kept in this browser and nowhere else.

const KEY = 'badges-studio';

/** What was kept last; null without a draft. */
export function kept() {
  try {
    const draft = JSON.parse(localStorage.getItem(KEY));
    return draft && typeof draft.files === 'object' && typeof draft.base === 'object' ? draft : null;
  } catch {
    return null;
  }
}

/** Keep a draft, or nothing; whether the browser let us. */
export function keep(draft) {
  try {
    if (draft) localStorage.setItem(KEY, JSON.stringify(draft));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

/** `new`, `changed`, `deleted` by path, of the files that are otherwise than they were. */
export function changesOf(base, files) {
  const found = {};
  for (const path of Object.keys({ ...base, ...files }).sort()) {
    if (!(path in base)) found[path] = 'new';
    else if (!(path in files)) found[path] = 'deleted';
    else if (base[path] !== files[path]) found[path] = 'changed';
  }
  return found;
}

const STARTS = {
  badges: 'name: {name}\ndescription: What earns it.\nicon: "🏅"\n\ntrigger: \n',
  events: 'description: When this happens.\npayload:\n  type: object\n  required: []\n  properties: {}\n',
  metrics: 'description: What it measures.\ntrigger: \nmeasure: count\n',
  catalogs: 'description: What is listed.\nitems: []\n',
  leaderboards: 'name: {name}\nrank_by: badges\n',
  scenarios: 'description: What somebody does, and what it gives.\nsteps:\n  - \n',
};

/** The folders of a rule set. */
export const FOLDERS = Object.keys(STARTS);

/** What a new file begins with. */
export function start(path) {
  const name = path.split('/').pop().replace(/\.yaml$/, '').replaceAll('_', ' ');
  return (STARTS[path.split('/')[0]] ?? '').replace('{name}', name.charAt(0).toUpperCase() + name.slice(1));
}

/** Why a path cannot be that of a rule file; empty if it can. */
export function pathFault(path, files) {
  if (path in files) return `${path} is there already.`;
  if (['settings.yaml', 'actions.yaml'].includes(path)) return '';
  const [folder, ...rest] = path.split('/');
  if (!FOLDERS.includes(folder) || !rest.length) return `Rule files stand in ${FOLDERS.join('/, ')}/.`;
  if (!rest.every((part) => /^[\w.-]+$/.test(part) && !part.startsWith('.'))) return 'A name has letters, digits, _ and - only.';
  if (!path.endsWith('.yaml')) return 'Rule files end in .yaml.';
  return '';
}
