// Builds the pages into a folder: node build.mjs DIR. What they load goes into DIR/web under names with a hash, so that a
// browser may keep it for ever; every text gets its .gz beside it, for nginx's gzip_static.
import { build } from 'esbuild';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { keysOf, languages, messagesOf } from './messages.mjs';
import { page as openapiPage } from './openapi-page.mjs';

const here = path.dirname(new URL(import.meta.url).pathname);
const wanted = path.resolve(process.argv[2]);
const out = wanted + '.new';

/** FullCalendar's style sheet has a font with icons in it, as a data: address that the page's policy would refuse; none is used. */
const withoutIconFont = {
  name: 'without-icon-font',
  setup({ onLoad }) {
    onLoad({ filter: /@fullcalendar[\\/]core[\\/].*\.js$/ }, ({ path: file }) =>
      ({ contents: fs.readFileSync(file, 'utf8').replace(/@font-face\s*\{[^}]*\}/g, ''), loader: 'js' }));
  },
};

fs.rmSync(out, { recursive: true, force: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: ['src/main.ts', 'src/style.css', 'src/openapi.css', 'src/poll.ts', 'src/poll.css', 'src/book.ts', 'src/book.css'],
  outdir: path.join(out, 'web'),
  entryNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome109', 'firefox115', 'safari16.4'],
  plugins: [withoutIconFont],
  legalComments: 'none', // what was bundled, and its licences, stands in licences.txt
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
});

/** The address of what an entry point became. */
function address(entry) {
  const [file] = Object.entries(result.metafile.outputs).find(([, output]) => output.entryPoint === entry);
  return '/web/' + path.basename(file);
}

/** The packages that are in the bundle, each with its licence. */
function licences() {
  const packages = new Set();
  for (const input of Object.keys(result.metafile.inputs)) {
    const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) packages.add(match[1]);
  }
  return [...packages].sort().map((name) => {
    const folder = path.join(here, 'node_modules', name);
    const { version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version}: ${license}\n\n${file ? fs.readFileSync(path.join(folder, file), 'utf8').trim() : ''}\n`;
  }).join('\n----\n\n');
}

/** The texts that a script says, as they are in a language, for a page to carry. A browser runs no such block, so the policy has nothing to refuse. */
function block(script, messages) {
  const sources = Object.keys(Object.values(result.metafile.outputs).find(({ entryPoint }) => entryPoint === script).inputs).filter((file) => file.startsWith('src/'));
  const keys = new Set(sources.flatMap((file) => keysOf(path.join(here, file))));
  const said = Object.fromEntries(Object.entries(messages).filter(([key]) => keys.has(key)));
  return `<script type="application/json" id="messages">${JSON.stringify(said).replaceAll('<', '\\u003c')}</script>`;
}

/** A page in a language: index.html in English, index.de.html in German. */
const sizes = new Set();
function writePage(name, language, style, script) {
  const messages = messagesOf(language);
  let page = fs.readFileSync(path.join(here, `src/${name}.html`), 'utf8').replace('<html lang="en">', `<html lang="${language}" dir="ltr">`)
    .replace(/@\{([^}]*)\}/g, (_, text) => messages[text.replace(/\s+/g, ' ')] ?? text)
    .replace('@STYLE@', style && address(style)).replace('@SCRIPT@', script && address(script)).replace('@MESSAGES@', () => script && block(script, messages));
  // nginx makes an ETag of a file's time and size: two languages of a page must not be as large as each other.
  const tags = () => [page, zlib.gzipSync(page, { level: 9 })].map((text, index) => `${name} ${index} ${Buffer.byteLength(text)}`);
  while (tags().some((tag) => sizes.has(tag))) page += '\n';
  for (const tag of tags()) sizes.add(tag);
  fs.writeFileSync(path.join(out, language === 'en' ? `${name}.html` : `${name}.${language}.html`), page);
}

for (const language of languages) {
  for (const [name, style, script] of [['index', 'style', 'main'], ['poll', 'poll', 'poll'], ['book', 'book', 'book']])
    writePage(name, language, `src/${style}.css`, `src/${script}.ts`);
  writePage('no-certificate', language, '', '');
}
fs.copyFileSync(path.join(here, 'src/icon.svg'), path.join(out, 'web/icon.svg'));
fs.writeFileSync(path.join(out, 'web/licences.txt'), licences());
const description = JSON.parse(fs.readFileSync(path.join(here, '../docs/openapi.json'), 'utf8'));
const http = fs.readFileSync(path.join(here, '../docs/http.md'));
const httpName = `http-${crypto.createHash('sha256').update(http).digest('hex').slice(0, 8)}.txt`;
fs.writeFileSync(path.join(out, 'web', httpName), http);
fs.writeFileSync(path.join(out, 'openapi.html'), openapiPage(description, address('src/openapi.css'), `/web/${httpName}`));

for (const folder of [out, path.join(out, 'web')])
  for (const name of fs.readdirSync(folder).filter((entry) => /\.(html|js|css|svg|txt)$/.test(entry))) {
    const file = path.join(folder, name);
    fs.writeFileSync(file + '.gz', zlib.gzipSync(fs.readFileSync(file), { level: 9 }));
  }

// Whole or not at all: who copies the pages never finds half of them.
fs.rmSync(wanted, { recursive: true, force: true });
fs.renameSync(out, wanted);
