// The grants of a calendar, for its managers: a list of people, programs and database roles, each with its rights. Saving writes only the
// changed entries, all or none, on top of what is granted now, so it never restores a right that somebody else has revoked meanwhile.
import { answer, client, type Grant } from './api';
import { called } from './calendars';
import { h } from './dom';
import { changedText, input, meant } from './form';
import { FormDialog } from './form_dialog';
import { say } from './language';
import { notice } from './notice';
import { tellError } from './placing';
import { rights } from './words';

const kinds: [prefix: string, label: string][] = [['principal:', say('Person or program')], ['role:', say('Role of the database')]];

const path = (name: string) => ({ params: { path: { name } } });
const readGrants = (name: string) => answer(client.GET('/calendars/{name}/grants', path(name)));
const rightsOf = (grants: Grant[], who: string): Grant['rights'] => grants.find(({ grantee }) => grantee === who)?.rights ?? [];

/** One grantee as a group of fields. `grant` returns null once the group has been removed. */
function rowOf(grant: Grant, number: number) {
  const [prefix] = kinds.find(([one]) => grant.grantee.startsWith(one)) ?? kinds[0]!;
  const kind = h('select', { 'aria-label': say('Kind') }, ...kinds.map(([value, label]) => h('option', { value, selected: value === prefix }, label)));
  const name = input(`grantee-${number}`, 'text', grant.grantee.slice(prefix.length), { 'aria-label': say('Name'), maxlength: 200, required: true });
  const boxes = rights.map(([right]) => [right, h('input', { type: 'checkbox', checked: grant.rights.includes(right) })] as const);
  const remove = h('button', { class: 'quiet danger', click: () => element.remove() }, say('Remove'));
  const element = h('div', { class: 'grantee', role: 'group' }, kind, name, remove,
    h('div', { class: 'rights' }, ...boxes.map(([, box], index) => h('label', { class: 'check' }, box, ` ${rights[index]![1]}`))));
  const told = () => {
    const who = name.value || say('somebody new');
    element.setAttribute('aria-label', who);
    remove.setAttribute('aria-label', say('Remove {name}', { name: who }));
  };
  name.addEventListener('input', told);
  told();
  /** Takes over somebody else's change, except where a box was changed here. */
  const take = (before: Grant['rights'], now: Grant['rights']) => {
    if (String(before) === String(now)) return;
    for (const [right, box] of boxes) if (box.checked === before.includes(right)) box.checked = now.includes(right);
    if (!boxes.some(([, box]) => box.checked)) element.remove();
  };
  return { element, name, take, grant: (): Grant | null => (element.isConnected ? { grantee: kind.value + meant(name.value, name.defaultValue), rights: boxes.filter(([, box]) => box.checked).map(([right]) => right) } : null) };
}

/** The entries that have changed, and those removed. A duplicate name yields both entries, for the server to refuse. */
function changesOf(before: Grant[], now: Grant[]): Grant[] {
  const same = (one: Grant) => before.some((other) => one.grantee === other.grantee && String(one.rights) === String(other.rights)) && now.filter(({ grantee }) => grantee === one.grantee).length === 1;
  return [...now.filter((one) => !same(one)), ...before.filter(({ grantee }) => !now.some((one) => one.grantee === grantee)).map(({ grantee }) => ({ grantee, rights: [] }))];
}

export function openGrants(name: string): void {
  readGrants(name).then((grants) => show(name, grants)).catch(tellError);
}

function show(name: string, stored: Grant[]): void {
  let number = 0, sure = false;
  const rows: ReturnType<typeof rowOf>[] = [], list = h('div', { class: 'grantees' });
  const add = (grant: Grant) => {
    const row = rowOf(grant, ++number);
    rows.push(row);
    list.append(row.element);
    return row;
  };
  stored.forEach(add);
  const wanted = () => rows.map((row) => row.grant()).filter((grant) => grant !== null);
  /** Takes over what is granted now, with the changes made here on top. Returns whether somebody else has changed the same grantees. */
  const take = (now: Grant[]): boolean => {
    const before = stored, changes = changesOf(before, wanted());
    for (const grantee of new Set([...before, ...now].map((one) => one.grantee))) {
      const row = rows.find((one) => one.grant()?.grantee === grantee), was = rightsOf(before, grantee), is = rightsOf(now, grantee);
      if (row) row.take(was, is);
      else if (is.length > 0 && String(is) !== String(was)) add({ grantee, rights: is }); // also one that was removed here
    }
    stored = now;
    return changes.some(({ grantee, rights: mine }) => ![rightsOf(before, grantee), mine].map(String).includes(String(rightsOf(now, grantee))));
  };
  const save = async () => {
    if (take(await readGrants(name))) return dialog.tell(changedText());
    const body = wanted();
    const empty = body.find((grant) => grant.rights.length === 0);
    if (empty) return dialog.tell(say('{name} has no right: tick one, or remove the entry.', { name: empty.grantee.replace(/^\w+:/, '') }));
    if (!sure && body.length > 0 && !body.some((grant) => grant.rights.includes('manage'))) {
      sure = true;
      return dialog.tell(say('Nobody in this list may manage the calendar, so whoever is in it cannot change it again. Save once more if this is meant.'));
    }
    await answer(client.PATCH('/calendars/{name}/grants', { ...path(name), body: changesOf(stored, body) }));
    dialog.close();
    notice(say('Saved who may use {name}.', { name: called(name) }));
  };
  const dialog: FormDialog = new FormDialog({
    title: say('Who may use {name}', { name: called(name) }), name: 'grants', submit: say('Save'), fields: [
      h('p', {}, say('Whoever is in this list has exactly the rights that are ticked here. All others have what the database gives everybody.')),
      list, h('p', {}, h('button', { click: () => add({ grantee: 'principal:', rights: ['read'] }).name.focus() }, say('Add somebody'))),
    ], keep: () => changesOf(stored, wanted()).length > 0,
  }, save);
}
