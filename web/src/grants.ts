// The grants of a calendar, for its managers: a list of people, programs and database roles, each with its rights and their bounds. Saving
// writes only what has changed, all or none, on top of what is granted now, so it never restores what somebody else has taken away meanwhile.
import { answer, client, type Grant, type GrantChange } from './api';
import { called, known } from './calendars';
import { h } from './dom';
import { changedText, field, input, meant } from './form';
import { formDialog, type FormDialog } from './form_dialog';
import { say } from './language';
import { notice } from './notice';
import { tellError } from './placing';
import { fieldName, rights } from './words';
import { instantOf, wallOf } from './zone';

const kinds: [prefix: string, label: string][] = [['principal:', say('Person or program')], ['role:', say('Role of the database')]];

const path = (name: string) => ({ params: { path: { name } } });
const readGrants = (name: string) => answer(client.GET('/calendars/{name}/grants', path(name)));

type Bounds = Omit<Grant, 'grantee' | 'rights'>;
type Bound = Bounds[keyof Bounds];
const unbounded: Bounds = { max_priority: null, may_preempt: null, may_move: null, max_held: null, until: null };
const bounds = Object.keys(unbounded) as (keyof Bounds)[];
const isSameBound = (one: Bound, other: Bound) => one === other || (typeof one === 'string' && Date.parse(one) === Date.parse(String(other)));
const boundsChanged = (before: Grant, now: Grant) => bounds.filter((name) => !isSameBound(before[name], now[name]));
const isSame = (one: Grant, other: Grant) => String(one.rights) === String(other.rights) && boundsChanged(one, other).length === 0;
/** What is granted to a grantee. Without rights if nothing is. */
const grantOf = (grants: Grant[], who: string): Grant => grants.find(({ grantee }) => grantee === who) ?? { grantee: who, rights: [], ...unbounded };

/** The control of a bound. What nobody touches in it is read as it was shown, to the microsecond. */
interface Control {
  element: HTMLElement;
  show: (bound: Bound) => void;
  read: () => Bound;
}

function typed(control: HTMLInputElement, hint: string, textOf: (bound: never) => string, read: (text: string) => Bound): Control {
  let shown: Bound = null, text = '';
  return {
    element: field(fieldName(control.name.replace(/-\d+$/, '')), control, hint),
    show: (bound) => { [shown, control.value] = [bound, bound === null ? '' : textOf(bound as never)]; text = control.value; },
    read: () => (control.value === text ? shown : control.value === '' ? null : read(control.value)),
  };
}

function allowed(name: keyof Bounds): Control {
  const box = h('input', { type: 'checkbox' });
  let shown: Bound = null;
  return {
    element: h('label', { class: 'check' }, box, ` ${fieldName(name)}`),
    show: (bound) => { shown = bound; box.checked = bound !== false; },
    read: () => (box.checked === (shown !== false) ? shown : box.checked ? null : false),
  };
}

/** The bounds of a grantee, folded away unless there are any. `has` tells which rights are ticked; call `draw` when that changes. */
function boundsOf(grant: Grant, number: number, zone: string, has: (right: Grant['rights'][number]) => boolean) {
  const count = (name: keyof Bounds, max: number, hint: string) => typed(input(`${name}-${number}`, 'number', '', { min: 0, max }), hint, String, Number);
  const controls: Record<keyof Bounds, Control> = {
    max_priority: count('max_priority', 100, say('empty: any')), may_preempt: allowed('may_preempt'), may_move: allowed('may_move'),
    max_held: count('max_held', 1_000_000, say('empty: any number')),
    until: typed(input(`until-${number}`, 'datetime-local', '', { step: 'any' }), zone, (until: string) => wallOf(until, zone), (text) => new Date(instantOf(text, zone)).toISOString()),
  };
  const { max_priority: priority, may_preempt: preempt, may_move: move, max_held: held, until } = controls;
  const placing = h('fieldset', {}, h('div', { class: 'row' }, priority.element, held.element), move.element, preempt.element);
  const element = h('details', { class: 'more bounds' }, h('summary', {}, say('Limits')), placing, until.element);
  const places = () => !has('manage') && (has('book') || has('propose'));
  const draw = () => {
    placing.hidden = placing.disabled = !places();
    move.element.hidden = !has('book');
    preempt.element.hidden = !has('book') || move.read() === false;
  };
  const show = (name: keyof Bounds, bound: Bound) => {
    controls[name].show(bound);
    if (bound !== null) element.open = true;
  };
  /** The bounds that the ticked rights can have. Who only proposes moves nobody anyway. */
  const read = (): Bounds => {
    const all = Object.fromEntries(bounds.map((name) => [name, controls[name].read()])) as unknown as Bounds;
    const still = (bound: boolean | null) => (bound === true ? null : bound);
    if (!places()) return { ...unbounded, until: all.until };
    return { ...all, may_move: has('book') ? all.may_move : still(all.may_move), may_preempt: preempt.element.hidden ? still(all.may_preempt) : all.may_preempt };
  };
  for (const name of bounds) show(name, grant[name]);
  element.addEventListener('invalid', () => { element.open = true; }, true); // what is folded away cannot be corrected
  return { element, draw, show, read };
}

/** One grantee as a group of fields. `grant` returns null once the group has been removed. */
function rowOf(grant: Grant, number: number, zone: string) {
  const [prefix] = kinds.find(([one]) => grant.grantee.startsWith(one)) ?? kinds[0]!;
  const kind = h('select', { 'aria-label': say('Kind') }, ...kinds.map(([value, label]) => h('option', { value, selected: value === prefix }, label)));
  const name = input(`grantee-${number}`, 'text', grant.grantee.slice(prefix.length), { 'aria-label': say('Name'), maxlength: 200, required: true, input: () => told() });
  const boxes = rights.map(([right]) => [right, h('input', { type: 'checkbox', checked: grant.rights.includes(right) })] as const);
  const remove = h('button', { class: 'quiet danger', click: () => element.remove() }, say('Remove'));
  const limits = boundsOf(grant, number, zone, (right) => boxes.some(([one, box]) => one === right && box.checked));
  const element = h('div', { class: 'grantee', role: 'group', change: limits.draw }, kind, name, remove,
    h('div', { class: 'rights' }, ...boxes.map(([, box], index) => h('label', { class: 'check' }, box, ` ${rights[index]![1]}`))), limits.element);
  limits.draw();
  const told = () => {
    const who = name.value || say('somebody new');
    element.setAttribute('aria-label', who);
    remove.setAttribute('aria-label', say('Remove {name}', { name: who }));
  };
  told();
  /** Takes over somebody else's change, except where a control was changed here. */
  const take = (before: Grant, now: Grant) => {
    if (isSame(before, now)) return;
    const mine = limits.read();
    for (const [right, box] of boxes) if (box.checked === before.rights.includes(right)) box.checked = now.rights.includes(right);
    for (const bound of boundsChanged(before, now)) if (isSameBound(mine[bound], before[bound])) limits.show(bound, now[bound]);
    limits.draw();
    if (!boxes.some(([, box]) => box.checked)) element.remove();
  };
  return { element, name, take, grant: (): Grant | null => (element.isConnected ? { grantee: kind.value + meant(name.value, name.defaultValue), rights: boxes.filter(([, box]) => box.checked).map(([right]) => right), ...limits.read() } : null) };
}

/** The entries that have changed, with the bounds that have, and those removed. A duplicate name yields both entries, for the server to refuse. */
function changesOf(before: Grant[], now: Grant[]): GrantChange[] {
  const same = (one: Grant) => one.rights.length > 0 && isSame(one, grantOf(before, one.grantee)) && now.filter(({ grantee }) => grantee === one.grantee).length === 1;
  const changed = (one: Grant) => ({ grantee: one.grantee, rights: one.rights, ...Object.fromEntries(boundsChanged(grantOf(before, one.grantee), one).map((name) => [name, one[name]])) });
  return [...now.filter((one) => !same(one)).map(changed), ...before.filter(({ grantee }) => !now.some((one) => one.grantee === grantee)).map(({ grantee }) => ({ grantee, rights: [] }))];
}

export function openGrants(name: string): void {
  readGrants(name).then((grants) => show(name, grants)).catch(tellError);
}

function show(name: string, stored: Grant[]): void {
  let number = 0, sure = false;
  const rows: ReturnType<typeof rowOf>[] = [], list = h('div', { class: 'grantees' });
  const add = (grant: Grant) => {
    const row = rowOf(grant, ++number, known.of(name)?.time_zone ?? 'UTC');
    rows.push(row);
    list.append(row.element);
    return row;
  };
  stored.forEach(add);
  const wanted = () => rows.map((row) => row.grant()).filter((grant) => grant !== null);
  /** Takes over what is granted now, with the changes made here on top. Returns whether somebody else has changed the same grantees. */
  const take = (now: Grant[]): boolean => {
    const before = stored, mine = wanted(), changes = changesOf(before, mine);
    for (const grantee of new Set([...before, ...now].map((one) => one.grantee))) {
      const row = rows.find((one) => one.grant()?.grantee === grantee), was = grantOf(before, grantee), is = grantOf(now, grantee);
      if (row) row.take(was, is);
      else if (is.rights.length > 0 && !isSame(is, was)) add(is); // also one that was removed here
    }
    stored = now;
    return changes.some(({ grantee }) => ![before, mine].some((grants) => isSame(grantOf(grants, grantee), grantOf(now, grantee))));
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
  const dialog: FormDialog = formDialog({
    title: say('Who may use {name}', { name: called(name) }), name: 'grants', submit: say('Save'), fields: [
      h('p', {}, say('Whoever is in this list has exactly the rights that are ticked here. All others have what the database gives everybody.')),
      list, h('p', {}, h('button', { click: () => add({ grantee: 'principal:', rights: ['read'], ...unbounded }).name.focus() }, say('Add somebody'))),
    ], keep: () => changesOf(stored, wanted()).length > 0,
  }, save);
}
