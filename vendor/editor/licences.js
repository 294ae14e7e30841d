// Writes the licences of all that is in the bundle, by package and version.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

const LEFT_OUT = ['esbuild', '@esbuild'];
const folders = readdirSync('node_modules').filter((name) => !name.startsWith('.') && !LEFT_OUT.includes(name));
const packages = folders.flatMap((name) => (name.startsWith('@') ? readdirSync(`node_modules/${name}`).map((inner) => `${name}/${inner}`) : [name]));
const told = packages.sort().map((name) => {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`));
  const file = readdirSync(`node_modules/${name}`).find((each) => /^licen[cs]e/i.test(each));
  return `${name} ${version}\n\n${readFileSync(`node_modules/${name}/${file}`, 'utf8').trim()}\n`;
});
writeFileSync(process.argv[2], told.join(`\n${'-'.repeat(72)}\n\n`));
