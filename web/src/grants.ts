// Who may do what with a calendar, for whoever manages it: a list of people, programs and roles of the database, each with
// its rights. The list is read and written whole, so that nobody saves half of it.
import { answer, client, type Grant } from './api';
import { called } from './called';
import { h } from './dom';
import { openDialog } from './dialog';
import { alone, input, touched } from './form';
import { say } from './language';
import { notice } from './notice';
import { errorText } from './placing';
import { Result } from './result';

const rights: [right: Grant['rights'][number], label: string][] = [
  ['busy', say('see when it is taken')], ['read', say('read events')], ['book', say('book')], ['manage', say('manage')],
];
const kinds: [prefix: string, label: string][] = [['principal:', say('Person or program')], ['role:', say('Role of the database')]];

const path = (name: string) => ({ params: { path: { name } } });

/** One grantee as a group of fields, which tells its grant; null while it has no name. */
class Row {
  readonly element: HTMLElement;
  #kind: HTMLSelectElement;
  #name: HTMLInputElement;
  #boxes: [Grant['rights'][number], HTMLInputElement][];

  constructor(grant: Grant, number: number) {
    const [prefix] = kinds.find(([one]) => grant.grantee.startsWith(one)) ?? kinds[0]!;
    this.#kind = h('select', { 'aria-label': say('Kind') }, ...kinds.map(([value, label]) => h('option', { value, selected: value === prefix }, label)));
    this.#name = input(`grantee-${number}`, 'text', grant.grantee.slice(prefix.length), { 'aria-label': say('Name'), maxlength: 200, required: true });
    this.#boxes = rights.map(([right]) => [right, h('input', { type: 'checkbox', checked: grant.rights.includes(right) })]);
    const remove = h('button', { type: 'button', class: 'quiet danger', click: () => this.element.remove() }, say('Remove'));
    const told = () => {
      const who = this.#name.value || say('somebody new');
      this.element.setAttribute('aria-label', who);
      remove.setAttribute('aria-label', say('Remove {name}', { name: who }));
    };
    this.element = h('div', { class: 'grantee', role: 'group' }, this.#kind, this.#name, remove,
      h('div', { class: 'rights' }, ...this.#boxes.map(([, box], index) => h('label', { class: 'check' }, box, ` ${rights[index]![1]}`))));
    this.#name.addEventListener('input', told);
    told();
  }

  focus(): void { this.#name.focus(); }

  grant(): Grant | null {
    if (!this.element.isConnected) return null;
    return { grantee: this.#kind.value + this.#name.value.trim(), rights: this.#boxes.filter(([, box]) => box.checked).map(([right]) => right) };
  }
}

export async function openGrants(name: string): Promise<void> {
  let grants: Grant[];
  try {
    grants = await answer(client.GET('/calendars/{name}/grants', path(name)));
  } catch (error) {
    notice(errorText(error), 'bad');
    return;
  }
  let number = 0, sure = false;
  const rows = grants.map((grant) => new Row(grant, ++number));
  const list = h('div', { class: 'grantees' }, ...rows.map(({ element }) => element));
  const result = new Result();
  const add = () => {
    const row = new Row({ grantee: 'principal:', rights: ['read'] }, ++number);
    rows.push(row);
    list.append(row.element);
    row.focus();
  };
  const save = async () => {
    const body = rows.map((row) => row.grant()).filter((grant) => grant !== null);
    const empty = body.find((grant) => grant.rights.length === 0);
    if (empty) return result.tell(say('{name} has no right: tick one, or remove the entry.', { name: empty.grantee.replace(/^\w+:/, '') }));
    if (!sure && body.length > 0 && !body.some((grant) => grant.rights.includes('manage'))) {
      sure = true;
      return result.tell(say('Nobody in this list may manage the calendar, so whoever is in it cannot change it again. Save once more if this is meant.'));
    }
    await answer(client.PUT('/calendars/{name}/grants', { ...path(name), body }));
    dialog.close();
    notice(say('Saved who may use {name}.', { name: called(name) }));
  };
  const dialog = openDialog(say('Who may use {name}', { name: called(name) }), 'grants', () => {}, () => touched(form) || rows.length !== grants.length);
  const form = h('form', {
    submit: (event: SubmitEvent) => {
      event.preventDefault();
      void alone(form, () => save().catch(result.failed));
    },
  },
    h('p', {}, say('Whoever is in this list has exactly the rights that are ticked here. All others have what the database gives everybody.')),
    list, h('p', {}, h('button', { type: 'button', click: add }, say('Add somebody'))), result.element,
    h('footer', {}, h('button', { type: 'button', click: dialog.close }, say('Close')), h('button', { type: 'submit', class: 'main' }, say('Save'))));
  dialog.body.append(form);
}
