// docs/openapi.json as a page for people: every route with its parameters, bodies, answers and examples. Plain markup, no
// script: what is folded is a <details>.

const escape = (text) => String(text).replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);
const code = (text) => `<code>${escape(text)}</code>`;
const anchor = (method, path) => `${method}-${path}`.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '').toLowerCase();
const json = (value) => `<pre tabindex="0"><code>${escape(JSON.stringify(value, null, 2))}</code></pre>`;

/** `http` is where docs/http.md, which the description names, can be read. */
export function page(document, style, http) {
  const resolved = (value) => {
    if (!value.$ref) return value;
    return value.$ref.slice(2).split('/').reduce((at, part) => at[part.replaceAll('~1', '/')], document);
  };
  const schemaName = (value) => /^#\/components\/schemas\/([^/]+)$/.exec(value.$ref ?? '')?.[1];

  /** A type in a few words; what has a name links to it. */
  function type(schema) {
    const name = schemaName(schema);
    if (name) return `<a href="#schema-${name}">${name}</a>`;
    if (schema.$ref) return type(resolved(schema));
    if (schema.anyOf ?? schema.oneOf) return (schema.anyOf ?? schema.oneOf).map(type).join(' or ');
    if ('const' in schema) return code(JSON.stringify(schema.const));
    if (schema.enum) return schema.enum.map((value) => code(JSON.stringify(value))).join(', ');
    const types = [schema.type ?? 'any'].flat();
    return types.map((one) => (one === 'array' ? `list of ${type(schema.items ?? {})}` : one === 'string' && schema.format ? escape(schema.format) : one)).join(' or ');
  }

  function limits(schema) {
    const whole = resolved(schema), of = whole.anyOf ? resolved(whole.anyOf[0]) : whole;
    const parts = [['minimum', '≥ '], ['maximum', '≤ '], ['minLength', 'at least ', 'character'], ['maxLength', 'at most ', 'character'], ['maxItems', 'at most ', 'item'], ['default', 'default ']];
    const counted = (count, what) => (what ? `${count} ${what}${count === 1 ? '' : 's'}` : count);
    return parts.filter(([key]) => key in of).map(([key, before, what]) => escape(`${before}${counted(of[key], what)}`)).join(', ');
  }

  const table = (head, rows, of) => rows.length === 0 ? '' :
    `<div class="wide" tabindex="0" role="group" aria-label="${head}s of ${escape(of)}"><table><thead><tr><th scope="col">${head}</th><th scope="col">type</th><th scope="col">meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
  const row = (name, required, schema, description) =>
    `<tr><th scope="row">${code(name)}${required ? ' <small>required</small>' : ''}</th><td>${type(schema)}</td><td>${[escape(description ?? resolved(schema).description ?? ''), limits(schema)].filter(Boolean).join(' ')}</td></tr>`;

  function body(content) {
    return Object.entries(content).map(([kind, { schema, example }]) =>
      `<p>${code(kind)}: ${type(schema ?? {})}</p>${example === undefined ? '' : json(example)}`).join('');
  }

  function operation(path, method, of) {
    const parameters = (of.parameters ?? []).map(resolved);
    const answers = Object.entries(of.responses).map(([status, given]) => [status, resolved(given)]);
    const good = answers.filter(([status]) => status < '4'), bad = answers.filter(([status]) => status >= '4');
    const open = (of.security ?? document.security).some((one) => Object.keys(one).length === 0);
    return `<section class="operation" id="${anchor(method, path)}">
<h3><span class="method ${method}">${method.toUpperCase()}</span> ${code(path)}</h3>
<p>${escape(of.summary ?? '')}.${of.description ? ` ${escape(of.description)}` : ''}${open ? ' Answered without a certificate too, at the address for that.' : ''}</p>
${table('Parameter', parameters.map((one) => row(one.name, one.required, one.schema, [one.in === 'query' ? '' : `In the ${one.in}.`, one.description].filter(Boolean).join(' '))), `${method.toUpperCase()} ${path}`)}
${of.requestBody ? `<h4>Body${of.requestBody.required ? '' : ', optional'}</h4>${body(resolved(of.requestBody).content)}` : ''}
<h4>Answers</h4>
${good.map(([status, one]) => `<p><b>${status}</b> ${escape(one.description)}</p>${body(one.content ?? {})}`).join('')}
<p class="problems">Problems: ${bad.map(([status, one]) => `<span title="${escape(one.description)}">${status}</span>`).join(', ')}.</p>
</section>`;
  }

  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, of]) => ({ path, method, of })));
  const groups = document.tags.map(({ name }) => ({ name, members: operations.filter(({ of }) => of.tags.includes(name)) }));
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) => `<section id="schema-${name}">
<h3>${name}</h3>${schema.description ? `<p>${escape(schema.description)}</p>` : ''}
${schema.properties ? table('Member', Object.entries(schema.properties).map(([key, of]) => row(key, schema.required?.includes(key), of)), name) : `<p>${type({ ...schema, $ref: undefined })} ${limits(schema)}</p>`}
</section>`);

  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(document.info.title)}: the API</title>
<link rel="icon" type="image/svg+xml" href="/web/icon.svg">
<link rel="stylesheet" href="${style}">
</head>
<body>
<nav aria-label="Routes">
<p><a href="/">The calendar</a></p>
${groups.map(({ name, members }) => `<h2>${escape(name)}</h2><ul>${members.map(({ path, method }) => `<li><a href="#${anchor(method, path)}"><span class="method ${method}">${method.toUpperCase()}</span> ${escape(path)}</a></li>`).join('')}</ul>`).join('\n')}
<h2><a href="#schemas">Schemas</a></h2>
</nav>
<main>
<h1>${escape(document.info.title)} ${escape(document.info.version)}: the API</h1>
<p>${escape(document.info.summary)}. ${escape(document.info.description).replace('docs/http.md', `<a href="${http}">docs/http.md</a>`)} For programs: <a href="/openapi.json">openapi.json</a>.</p>
${groups.map(({ name, members }) => `<h2>${escape(name)}</h2>\n${members.map(({ path, method, of }) => operation(path, method, of)).join('\n')}`).join('\n')}
<h2 id="schemas">Schemas</h2>
${schemas.join('\n')}
</main>
</body>
</html>
`;
}
