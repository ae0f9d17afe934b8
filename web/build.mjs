// Builds the pages into a folder: node build.mjs DIR. What they load goes into DIR/web under names with a hash, so that a
// browser may keep it for ever; every text gets its .gz beside it, for nginx's gzip_static.
import { build } from 'esbuild';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { png } from './icon.mjs';
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

/** The names between the brackets of the table that the library has too. */
const colors = fs.readFileSync(path.join(here, '../extension/colors.def'), 'utf8').match(/\(\n([^)]*)\)"/)[1].trim().split(/\s+/);

fs.rmSync(out, { recursive: true, force: true });
const common = {
  absWorkingDir: here,
  outdir: path.join(out, 'web'),
  entryNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome109', 'firefox115', 'safari16.4'],
  plugins: [withoutIconFont],
  define: { CSS_COLORS: JSON.stringify(colors) },
  legalComments: 'none', // what was bundled, and its licences, stands in licences.txt
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
};
const built = [
  await build({ ...common, entryPoints: ['src/style.css', 'src/openapi.css', 'src/poll.ts', 'src/poll.css', 'src/book.ts', 'src/book.css'] }),
  // The week in parts: what sends the first requests, what draws, and what opens later. A link is one file, which nothing waits for.
  await build({ ...common, entryPoints: ['src/first.ts'], splitting: true, chunkNames: 'part-[hash]' }),
];
const outputs = Object.assign({}, ...built.map(({ metafile }) => metafile.outputs));
const inputs = Object.assign({}, ...built.map(({ metafile }) => metafile.inputs));

/** The address of what an entry point became. */
function address(entry) {
  const [file] = Object.entries(outputs).find(([, output]) => output.entryPoint === entry);
  return '/web/' + path.basename(file);
}

/** The files that scripts load, themselves first, by the kinds of import that fit. */
function loaded(fits, ...scripts) {
  const found = new Set();
  const follow = (file) => {
    if (found.has(file)) return;
    found.add(file);
    for (const { path: other, kind } of outputs[file].imports) if (fits(kind)) follow(other);
  };
  for (const script of scripts) follow(Object.entries(outputs).find(([, output]) => output.entryPoint === script)[0]);
  return found;
}

/** Links to all that the week loads at first, so that the browser fetches it at once and not one after the other. */
function preloads() {
  const [, ...files] = loaded((kind) => kind === 'import-statement', 'src/first.ts', 'src/main.ts');
  return files.map((file) => `<link rel="modulepreload" href="/web/${path.basename(file)}">`).join('\n    ');
}

const icon = fs.readFileSync(path.join(here, 'src/icon.svg'), 'utf8'), iconSizes = [180, 192, 512]; // 180: Apple's telephones
const named = (name, ending, text) => `${name}-${crypto.createHash('sha256').update(text).digest('hex').slice(0, 8)}.${ending}`;
const iconName = (size) => named(`icon-${size}`, 'png', icon);

/** What a telephone needs to keep the week as one of its programs. */
const manifest = JSON.stringify({
  name: 'Calendar', short_name: 'Calendar', description: 'The week: book, move, and hear of what could not be placed', start_url: '/', scope: '/', display: 'standalone',
  background_color: '#f5f6f8', theme_color: '#ffffff',
  icons: [{ src: '/web/icon.svg', sizes: 'any', type: 'image/svg+xml' }, ...iconSizes.slice(1).map((size) => ({ src: `/web/${iconName(size)}`, sizes: `${size}x${size}`, type: 'image/png' }))],
});
const manifestName = named('manifest', 'webmanifest', manifest);

/** The packages that are in the bundle, each with its licence. */
function licences() {
  const packages = new Set();
  for (const input of Object.keys(inputs)) {
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
  const sources = [...loaded(() => true, script)].flatMap((file) => Object.keys(outputs[file].inputs)).filter((file) => file.startsWith('src/'));
  const keys = new Set(sources.flatMap((file) => keysOf(path.join(here, file))));
  const said = Object.fromEntries(Object.entries(messages).filter(([key]) => keys.has(key)));
  return `<script type="application/json" id="messages">${JSON.stringify(said).replaceAll('<', '\\u003c')}</script>`;
}

/** A page in a language: index.html in English, index.de.html in German. */
const sizes = new Set();
function writePage(name, language, style, script) {
  const messages = messagesOf(language);
  const source = (file) => fs.readFileSync(path.join(here, `src/${file}.html`), 'utf8').trimEnd(), indented = (text) => text.trim().replaceAll('\n', '\n    ');
  const text = source(name), [, title] = /^<h1>(.*)<\/h1>/.exec(text) ?? [], [head, body] = text.split(/(?=<noscript>)/);
  // A page that is no more than a message has its heading for a title.
  const whole = title ? source('message').replace('@TITLE@', title).replace('@BODY@', indented(text)) : source('app').replace('@HEAD@', indented(head)).replace('@BODY@', indented(body));
  let page = whole.replace('<html lang="en">', `<html lang="${language}" dir="ltr">`)
    .replace(/@\{([^}]*)\}/g, (_, text) => messages[text.replace(/\s+/g, ' ')] ?? text)
    .replace('@PRELOAD@', preloads).replace('@MANIFEST@', `/web/${manifestName}`).replace('@TOUCH_ICON@', `/web/${iconName(180)}`)
    .replace('@STYLE@', style && address(style)).replace('@SCRIPT@', script && address(script)).replace('@MESSAGES@', () => script && block(script, messages)) + '\n';
  // nginx makes an ETag of a file's time and size: two languages of a page must not be as large as each other.
  const tags = () => [page, zlib.gzipSync(page, { level: 9 })].map((text, index) => `${name} ${index} ${Buffer.byteLength(text)}`);
  while (tags().some((tag) => sizes.has(tag))) page += '\n';
  for (const tag of tags()) sizes.add(tag);
  fs.writeFileSync(path.join(out, language === 'en' ? `${name}.html` : `${name}.${language}.html`), page);
}

for (const language of languages) {
  for (const [name, style, script] of [['index', 'style', 'first'], ['poll', 'poll', 'poll'], ['book', 'book', 'book']])
    writePage(name, language, `src/${style}.css`, `src/${script}.ts`);
  for (const name of ['no-certificate', 'bad-certificate', 'not-signed-in', 'not-let-in', 'signed-out', 'public', 'unavailable']) writePage(name, language, '', '');
}
fs.copyFileSync(path.join(here, 'src/icon.svg'), path.join(out, 'web/icon.svg'));
for (const size of iconSizes) fs.writeFileSync(path.join(out, 'web', iconName(size)), png(icon, size));
fs.writeFileSync(path.join(out, 'web', manifestName), manifest);
fs.writeFileSync(path.join(out, 'web/licences.txt'), licences());
const description = JSON.parse(fs.readFileSync(path.join(here, '../docs/openapi.json'), 'utf8'));
const http = fs.readFileSync(path.join(here, '../docs/http.md'));
const httpName = `http-${crypto.createHash('sha256').update(http).digest('hex').slice(0, 8)}.txt`;
fs.writeFileSync(path.join(out, 'web', httpName), http);
fs.writeFileSync(path.join(out, 'openapi.html'), openapiPage(description, address('src/openapi.css'), `/web/${httpName}`));

for (const folder of [out, path.join(out, 'web')])
  for (const name of fs.readdirSync(folder).filter((entry) => /\.(html|js|css|svg|txt|webmanifest)$/.test(entry))) {
    const file = path.join(folder, name);
    fs.writeFileSync(file + '.gz', zlib.gzipSync(fs.readFileSync(file), { level: 9 }));
  }

// Whole or not at all: who copies the pages never finds half of them.
fs.rmSync(wanted, { recursive: true, force: true });
fs.renameSync(out, wanted);
